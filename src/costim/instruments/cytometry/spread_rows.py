"""Positive cells by thresholds that rise with spillover spreading, where a panel has single-stain controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from costim.cytometry.phenotypes.asked import EVERYTHING, Asked
from costim.instruments.cytometry.tubes import Placed
from costim.registry.findings import Finding

if TYPE_CHECKING:
    from costim.cytometry.engine.result import Gated
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy
    from costim.cytometry.phenotypes.background import Controls
    from costim.cytometry.phenotypes.phenotype import Phenotype
    from costim.cytometry.phenotypes.settings import Settings
    from costim.cytometry.phenotypes.single_stains import SpreadingInto

Opened = Sequence[tuple[Placed, "FcsFile"]]
Spread = Mapping[str, "SpreadingInto"]
"""Outcome marker -> what spreads into its detector."""


def find_spreading(opened: Opened, strategy: Strategy, place: int) -> tuple[Spread, tuple[Finding, ...]]:
    """Spreading into the detector of each outcome marker, for one stained tube.

    Args:
        opened: Every tube of the subject and panel. Single stains and the unstained tube of the visit go first, then
            the first of any visit.
        strategy: With a number for each bound.
        place: Which of them is the stained tube.

    Returns:
        Nothing where there are no single stains; a finding for each that cannot be used.
    """
    from costim.cytometry.phenotypes.single_stains import SingleStain, spreading_into

    entry, sample = opened[place]
    near = sorted(opened, key=lambda one: one[0].tube.visit != entry.tube.visit)
    singles: dict[str, SingleStain] = {}
    for other, file in near:
        if other.tube.stain == "single":
            singles.setdefault(other.tube.marker.casefold(), SingleStain(other.tube.marker, other.file, file))
    if not singles:
        return {}, ()
    unstained = next((file for other, file in near if other.tube.stain == "unstained"), None)
    found: dict[str, SpreadingInto] = {}
    notes: list[Finding] = []
    for name, marker in strategy.markers.items():
        if not marker.outcome:
            continue
        into, unknown = spreading_into(marker.axis, list(singles.values()), unstained, strategy, sample)
        notes += [_not_known(file, why, name) for file, why in unknown]
        if into is not None:
            found[name] = into
    return found, tuple(dict.fromkeys(notes))


def _not_known(file: str, why: str, marker: str) -> Finding:
    expected = "a single stain of the panel with stained and unstained lymphocytes"
    action = f"thresholds of {marker} with spreading leave this colour out"
    return Finding("note", "spreading_not_known", file, found=why, expected=expected, action=action)


def spread_rows(
    spread: Spread,
    gated: Gated,
    file: FcsFile,
    strategy: Strategy,
    *,
    controls: Controls,
    settings: Settings,
    asked: Asked = EVERYTHING,
) -> Iterator[Phenotype]:
    """Rows `percent_positive_spread` of every outcome marker on its populations."""
    from costim.cytometry.engine.values import values_in
    from costim.cytometry.phenotypes.sample import GatedSample
    from costim.cytometry.phenotypes.spread_positivity import spread_positive_row

    sample = GatedSample(gated, dict(strategy.populations()), controls, settings)
    quantiles = {threshold.name: threshold.quantile for threshold in strategy.thresholds}
    for name, into in spread.items():
        marker = strategy.markers[name]
        for population in marker.populations:
            if not asked.has(population, "percent_positive_spread", name):
                continue
            cells = values_in(file, strategy, population, (into.axis, *into.axes))
            yield spread_positive_row(
                sample,
                population,
                name,
                cells[:, 0],
                brightness=cells[:, 1:] - np.asarray(into.dim),
                reference=into.reference,
                coefficients=into.coefficients,
                quantile=quantiles.get(marker.threshold, 0.99),
                without=into.without,
            )

"""Spreading coefficients of a panel from its single-stain controls, and the cells that are dim in every colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.compensation.problem import CompensationError
from costim.cytometry.engine.values import values_in
from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.gates.model import Axis, Strategy
from costim.cytometry.gates.walk import axes_of_gate
from costim.cytometry.strategies.aliases import find_by_any_name
from costim.cytometry.strategies.pooled import pooled
from costim.cytometry.strategies.prune import leading_to, with_axes
from costim.cytometry.strategies.valley import find_valley
from costim.inference.cells.spreading import compute_spreading

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile

Floats = NDArray[np.float64]
FEWEST = 100
"""Stained, and unstained, cells of a single stain: below that the error of a standard deviation exceeds some 12 %."""
LINEAR_BELOW = 150.0
"""Scale of the asinh on which stained cells are told from unstained ones; about where noise gives way to stain."""
DIM = 0.995
"""Quantile of the unstained tube above which cells of a single stain are called stained."""


@dataclass(frozen=True, slots=True)
class SingleStain:
    """One single-stain control."""

    marker: str
    """The marker whose fluorochrome it carries, as the samples table names it."""
    name: str
    """Of the file, for messages."""
    file: FcsFile


@dataclass(frozen=True, slots=True, eq=False)
class SpreadingInto:
    """What spreads into the detector of one marker."""

    axis: Axis
    """The marker, compensated and linear."""
    axes: tuple[Axis, ...]
    """The other colours, shape (c,)."""
    coefficients: tuple[float, ...]
    """Shape (c,), square roots of units."""
    dim: tuple[float, ...]
    """Shape (c,), median of unstained cells in each of them."""
    reference: Floats
    """Shape (n,), levels of cells that are stained with nothing, on the axis of the marker."""
    without: tuple[str, ...]
    """Stained channels of the panel whose coefficient is not known."""


Notes = tuple[tuple[str, str], ...]
"""File, and why no coefficient was taken from it."""


@dataclass(frozen=True, slots=True)
class _Panel:
    gates: Strategy
    """The way to the lymphocytes, by channels."""
    population: str
    sample: FcsFile
    unstained: FcsFile | None

    def cells(self, file: FcsFile, *axes: Axis) -> Floats:
        """Lymphocytes of a control, shape (k, len(axes)); those without a value are left out."""
        found = values_in(file, self.gates, self.population, axes)
        return found[np.isfinite(found).all(axis=1)]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    coefficient: float
    middle: float
    """Median of unstained cells in the colour."""
    dim: Floats
    """Their levels in the receiving detector."""


def spreading_into(
    axis: Axis, singles: Sequence[SingleStain], unstained: FcsFile | None, strategy: Strategy, sample: FcsFile
) -> tuple[SpreadingInto | None, Notes]:
    """Spreading of every colour into the detector of a marker.

    Lymphocytes (role `lymphocytes`) of each single stain are divided into stained and unstained ones: at the 99.5th
    percentile of the unstained tube, or in the valley of the stain where there is no such tube.

    Args:
        axis: The marker as the strategy looks at it.
        singles: One single stain for each colour; that of the marker itself is passed over.
        unstained: The tube without any stain.
        strategy: With a number for each bound.
        sample: A stained tube of the panel: its channels give the names, its voltages must be those of the controls.

    Returns:
        None where nothing is compensated or no single stain can be used; and why each that cannot be used is not.
    """
    population = strategy.roles.get("lymphocytes", "")
    if not axis.compensation or not population or axis.source in strategy.ratios:
        return None, ()
    dim_tube = unstained if unstained is not None and not _other_voltages(unstained, sample) else None
    panel = _Panel(_by_channel(leading_to(strategy, (population,)), sample), population, sample, dim_tube)
    receiving = _linear(sample, axis.source, axis.compensation)
    found: list[tuple[Axis, _Found]] = []
    notes: list[tuple[str, str]] = []
    for single in singles:
        source = find_by_any_name(sample, single.marker)
        primary = None if source is None else _linear(sample, source, axis.compensation)
        if primary is None:
            notes.append((single.name, f"no channel {single.marker} in {sample.path.name}"))
        elif primary != receiving:
            answer = _one(single.file, primary, receiving, panel)
            if isinstance(answer, str):
                notes.append((single.name, answer))
            else:
                found.append((primary, answer))
    if not found:
        return None, tuple(notes)
    known = {primary.source for primary, _ in found} | {receiving.source}
    into = SpreadingInto(
        receiving,
        tuple(primary for primary, _ in found),
        tuple(one.coefficient for _, one in found),
        tuple(one.middle for _, one in found),
        panel.cells(dim_tube, receiving)[:, 0] if dim_tube else np.concatenate([one.dim for _, one in found]),
        tuple(channel.marker for channel in sample.channels if channel.marker and channel.name not in known),
    )
    return into, tuple(notes)


def _one(file: FcsFile, primary: Axis, receiving: Axis, panel: _Panel) -> _Found | str:
    """The coefficient of one colour, or why there is none."""
    if other := _other_voltages(file, panel.sample, primary.source, receiving.source):
        return f"{other} at another voltage than in {panel.sample.path.name}"
    try:
        cells = panel.cells(file, primary, receiving)
        unstained = panel.cells(panel.unstained, primary, receiving) if panel.unstained else None
    except (FcsError, CompensationError) as error:
        return "; ".join(problem.found for problem in error.problems)
    split = _split(cells[:, 0], unstained)
    if split is None:
        return "stained and unstained cells cannot be told apart"
    stained = cells[cells[:, 0] > split]
    dim = cells[cells[:, 0] <= split] if unstained is None else unstained
    if min(len(stained), len(dim)) < FEWEST:
        return f"{len(stained)} stained and {len(dim)} unstained lymphocytes, fewer than {FEWEST} of either"
    spreading = compute_spreading(stained[:, 0], stained[:, 1], dim[:, 0], dim[:, 1])
    return _Found(spreading.coefficient, float(np.median(dim[:, 0])), dim[:, 1])


def _split(levels: Floats, unstained: Floats | None) -> float | None:
    """Level above which a cell is stained."""
    if unstained is not None:
        return float(np.quantile(unstained[:, 0], DIM)) if len(unstained) >= FEWEST else None
    valley = find_valley(pooled([np.arcsinh(levels / LINEAR_BELOW)]))
    return None if valley is None else float(np.sinh(valley.value) * LINEAR_BELOW)


def _linear(sample: FcsFile, source: str, compensation: str) -> Axis:
    return Axis(sample.channels[sample.find(source)].name, compensation, "")


def _by_channel(strategy: Strategy, sample: FcsFile) -> Strategy:
    """Axes under the names of channels: a single stain bears the name of one marker only."""
    sources = {axis.source for gate in strategy.gates for _, axis in axes_of_gate(gate)} - set(strategy.ratios)
    names = {source: sample.channels[sample.find(source)].name for source in sources}
    ratios = {
        name: replace(
            ratio,
            x=replace(ratio.x, source=sample.channels[sample.find(ratio.x.source)].name),
            y=replace(ratio.y, source=sample.channels[sample.find(ratio.y.source)].name),
        )
        for name, ratio in strategy.ratios.items()
    }
    return replace(strategy, gates=tuple(with_axes(gate, names) for gate in strategy.gates), ratios=ratios)


def _other_voltages(file: FcsFile, sample: FcsFile, *names: str) -> str:
    """Channels whose stated voltage differs: a coefficient is in units of the detector."""
    wanted = {channel.name: channel.voltage for channel in sample.channels if not names or channel.name in names}
    return ", ".join(
        channel.name
        for channel in file.channels
        if channel.voltage is not None and wanted.get(channel.name) not in (None, channel.voltage)
    )

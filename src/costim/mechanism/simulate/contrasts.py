"""Regimens against each other in the same virtual patients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.model.evidence import evidence_of
from costim.mechanism.model.model import Model
from costim.mechanism.simulate.endpoints import share_free
from costim.mechanism.simulate.simulation import Simulation
from costim.mechanism.simulate.typical_draws import TypicalDraws
from costim.registry.simulation_record import SimulatedContrast

Floats = NDArray[np.float64]

DAYS = (("cd19_return_day", "CD19+ cells come back so much later", "cd19"),
        ("naive_return_day", "Naive B cells come back so much later", "naive"))  # fmt: skip
SHARES = ((12, 365.25), (24, 730.5))


def contrasts_of(
    model: Model, found: Simulation, over: TypicalDraws, labels: Sequence[str], *, middle: float, level: float
) -> tuple[SimulatedContrast, ...]:
    """Every later regimen against the first.

    Days are compared within each patient, in those depleted under both regimens and back within the time simulated
    under both; shares without relapse over all patients, and within each draw of the typical patient.

    Args:
        model: Of the simulation.
        found: At least the regimens `labels`.
        over: Shares over draws; may be empty.
        labels: Regimens, the first is the one compared with.
        middle: Share of patients between the limits of days.
        level: Share of draws between the limits of shares.
    """
    first, *others = labels
    rows: list[SimulatedContrast] = []
    for label in others:
        for name, title, output in DAYS:
            if output in model.outputs:
                rows += _later(model, found, (label, first), (name, title, output), middle)
        for months, day in SHARES:
            if found.times[-1] >= day:
                rows.append(_share(model, found, over, (label, first), (months, day), level))
    return tuple(rows)


def _later(
    model: Model, found: Simulation, pair: tuple[str, str], what: tuple[str, str, str], middle: float
) -> list[SimulatedContrast]:
    name, title, output = what
    ours, theirs = (np.asarray(getattr(found.courses[label].endpoints, name)) for label in pair)
    both = np.isfinite(ours) & np.isfinite(theirs) & (ours > 0) & (theirs > 0)
    if not both.any():
        return []
    low, mid, high = np.quantile((ours - theirs)[both], [(1 - middle) / 2, 0.5, (1 + middle) / 2])
    numbers = (float(low), float(mid), float(high))
    return [SimulatedContrast(*pair, model.name, name, title, "days", evidence_of(model, output), *numbers, "patients")]


def _share(  # noqa: PLR0917 - from one caller
    model: Model,
    found: Simulation,
    over: TypicalDraws,
    pair: tuple[str, str],
    when: tuple[int, float],
    level: float,
) -> SimulatedContrast:
    months, day = when
    ours, theirs = (share_free(found.courses[label].endpoints.relapse_day, day) for label in pair)
    low = high = float("nan")
    place = int(np.searchsorted(found.times, day, side="right")) - 1
    has_draws = all(label in over.free and len(over.free[label]) for label in pair)
    if has_draws:
        difference = over.free[pair[0]][:, place] - over.free[pair[1]][:, place]
        low, high = (float(v) for v in np.quantile(difference, [(1 - level) / 2, (1 + level) / 2]))
    return SimulatedContrast(
        *pair,
        model.name,
        f"relapse_free_{months}",
        f"Share without simulated relapse at {months} months is so much higher",
        "percentage points",
        "speculative",
        100 * low,
        100 * (ours - theirs),
        100 * high,
        "draws" if has_draws else "",
    )

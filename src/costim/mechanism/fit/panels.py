"""Visual predictive checks of a fit, output by output: over all regimens with prediction correction, and by regimen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.simulated_readings import Expected
from costim.mechanism.fit.vpc import Vpc, compute_vpc
from costim.mechanism.observed.data import FitData

Floats = NDArray[np.float64]
FEWEST = 3
"""Patients of a regimen that has a panel of its own."""
BINS = 5


@dataclass(frozen=True, slots=True)
class Panel:
    """One check."""

    output: str
    regimen: str
    """Doses in words; blank: all regimens, corrected for predictions."""
    vpc: Vpc
    day: Floats
    seen: Floats
    """Readings, corrected where the check is; NaN below the limit."""


def regimens_of(data: FitData) -> tuple[str, ...]:
    """Doses of each patient in words: `600 mg days 0, 14`."""
    found = []
    for start, amount in zip(data.schedule.start, data.schedule.amount, strict=True):
        given = amount > 0
        amounts = dict.fromkeys(f"{a:.0f}" for a in amount[given])
        found.append(f"{' and '.join(amounts)} mg, days {', '.join(f'{d:g}' for d in start[given])}")
    return tuple(found)


def check_panels(data: FitData, expected: Expected) -> tuple[Panel, ...]:
    """Panels of every output.

    Args:
        data: readings.
        expected: of the same fit.
    """
    regimens = np.array(regimens_of(data))
    panels = []
    for o, output in enumerate(data.outputs):
        of = data.output == o
        panels.append(_panel(data, expected, of, output, ""))
        for regimen in dict.fromkeys(regimens):
            mine = of & (regimens[data.subject] == regimen)
            if len(np.unique(data.subject[mine])) >= FEWEST and len(set(regimens)) > 1:
                panels.append(_panel(data, expected, mine, output, str(regimen)))
    return tuple(panels)


def _panel(data: FitData, expected: Expected, of: NDArray[np.bool_], output: str, regimen: str) -> Panel:
    below = ~data.exact & (data.lower <= 0) & np.isfinite(data.upper)
    seen = np.where(np.isfinite(data.upper), (data.lower + data.upper) / 2, data.lower)
    predicted = None if regimen else np.maximum(expected.population[of], 1e-9)
    days, edges = data.day[of], bins_of(data.day[of])
    vpc = compute_vpc(
        days,
        seen[of],
        expected.simulated[:, of],
        edges,
        censored_below=np.where(below[of], data.upper[of], np.nan),
        predicted=predicted,
    )
    shown = seen[of]
    if predicted is not None:
        which = np.clip(np.digitize(days, edges) - 1, 0, len(edges) - 2)
        for b in np.unique(which):
            shown[which == b] *= np.median(predicted[which == b]) / predicted[which == b]
    return Panel(output, regimen, vpc, days, np.where(below[of], np.nan, shown))


def bins_of(days: Floats) -> Floats:
    """Edges between which about a fifth of the readings lie, never through a day on which there are readings."""
    known = np.unique(days)
    cuts = np.quantile(days, np.linspace(0, 1, BINS + 1)[1:-1], method="lower")
    # An edge stands half way to the next day that has readings.
    after = [known[np.searchsorted(known, c) + 1] for c in np.unique(cuts) if c < known[-1]]
    inner = [(a + known[np.searchsorted(known, a) - 1]) / 2 for a in after]
    return np.array([known[0] - 1, *inner, known[-1] + 1])

"""What a scan gathers of the levels of one population: counts, sums, and the values that may hold a wanted rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import fsum, nan

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.engine.kernel import Kernel, Values, Windows
from costim.cytometry.engine.result import Want


@dataclass(slots=True, eq=False)
class Gathered:
    """Levels wanted of one population. Every thread has its own; `joined` makes one of them."""

    wants: Sequence[Want]
    rows: Sequence[int]
    """For each want its row in the table of the population."""
    windows: Windows | None
    """Where wanted ranks are looked for; None where all values are kept in `tables`."""
    events: int = 0
    bad: NDArray[np.int64] | None = None
    """For each row of the table: values not finite, and finite ones at or below 0."""
    above: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    """Want -> for each threshold the values at or above it."""
    sums: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    """Want -> for each block, in any order, sum of the values and sum of the logarithms of the positive ones."""
    tables: list[Values] = field(default_factory=list)

    def add(self, table: Values, kernel: Kernel) -> None:
        """Take in the events of one block, shape (columns, events)."""
        if not table.shape[1]:
            return
        self.events += table.shape[1]
        bad = kernel.bad_values(table)
        self.bad = bad if self.bad is None else self.bad + bad
        for place, want in enumerate(self.wants):
            if want.above or want.means:
                self._describe(place, table[self.rows[place]], bool(bad[self.rows[place], 0]))
        if self.windows is None:
            self.tables.append(table)
        else:
            kernel.collect(table, self.windows)

    def _describe(self, place: int, values: Values, gaps: bool) -> None:
        want = self.wants[place]
        values = values[np.isfinite(values)] if gaps else values
        if want.above:
            counts = np.array([np.count_nonzero(values >= threshold) for threshold in want.above], dtype=np.int64)
            self.above[place] = self.above[place] + counts if place in self.above else counts
        if want.means:
            positive = values[values > 0.0]
            with np.errstate(over="ignore"):
                total = float(values.sum())
            self.sums.setdefault(place, []).append((total, float(np.log(positive).sum())))

    def joined(self, other: Gathered) -> None:
        """Take in what another thread gathered."""
        self.events += other.events
        if other.bad is not None:
            self.bad = other.bad if self.bad is None else self.bad + other.bad
        for place, counts in other.above.items():
            self.above[place] = self.above[place] + counts if place in self.above else counts
        for place, sums in other.sums.items():
            self.sums.setdefault(place, []).extend(sums)
        self.tables += other.tables
        if self.windows is not None and other.windows is not None:
            _join(self.windows, other.windows)

    def total(self, place: int) -> tuple[float, float]:
        """Sum of the values and of the logarithms, whatever the order of the blocks."""
        own = self.sums.get(place, [])
        return _sum([one for one, _ in own]), _sum([one for _, one in own])


def _sum(values: Sequence[float]) -> float:
    """Exactly rounded, so the order does not matter; not a number where it leaves the range of doubles."""
    try:
        return fsum(values)
    except (OverflowError, ValueError):
        return nan


def _join(mine: Windows, others: Windows) -> None:
    mine.make_room(int(others.filled.max(initial=0)))
    for k, count in enumerate(others.filled):
        mine.kept[k, mine.filled[k] : mine.filled[k] + count] = others.kept[k, :count]
    mine.filled += others.filled
    mine.below += others.below
    mine.at_low += others.at_low
    mine.at_high += others.at_high

"""The search for wanted ranks: windows from a pilot, and a further scan for ranks that lie elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from costim.cytometry.engine.columns import Columns
from costim.cytometry.engine.gather import Gathered
from costim.cytometry.engine.kernel import Kernel, Values, Windows
from costim.cytometry.engine.levels import mean_of, ranks_within
from costim.cytometry.engine.order import Window, order_statistics
from costim.cytometry.engine.result import Levels, Want
from costim.cytometry.engine.walk import Recipes, Walk
from costim.cytometry.engine.windows import around_missed, foretold, found_in
from costim.errors import CostimError

if TYPE_CHECKING:
    from costim.cytometry.engine.plan import Plan
    from costim.cytometry.engine.source import Source

KEEP = 50_000_000
"""Values that may be kept as they are; where there may be more, those far from the wanted ranks are only counted."""
PILOT = 1 << 15
"""Events of the pilot."""

Key = tuple[str, str]


@dataclass(slots=True)
class Search:
    """Wants of one scan, and what was found for them."""

    known: Columns
    plan: Plan
    wants: Sequence[Want]
    windows: Mapping[Key, Sequence[Window]] | None
    """For each want where its ranks are looked for; None where all values are kept."""
    gathered: Mapping[str, Gathered] = field(default_factory=dict)
    found: dict[Key, dict[int, float]] = field(default_factory=dict)

    def nothing_yet(self) -> dict[str, Gathered]:
        """Levels to gather for each population."""
        return {name: self._empty(name) for name in self.plan.want_columns}

    def take(self, gathered: Mapping[str, Gathered]) -> None:
        """Take what a scan gathered, and pick the ranks from it."""
        self.gathered = gathered
        for name, one in gathered.items():
            for place, want in enumerate(one.wants):
                ranks = ranks_within(want, self.n(name, place))
                self.found[key(want)] = self._picked(one, place, ranks)

    def missed(self) -> Search | None:
        """A further search for ranks that no window held, for some of the wants; None when there are none."""
        if self.windows is None:
            return None
        wants, windows = [], {}
        for name, one in self.gathered.items():
            for place, want in enumerate(one.wants):
                lost = [rank for rank in ranks_within(want, self.n(name, place)) if rank not in self.found[key(want)]]
                if lost and one.windows is not None:
                    wants.append(replace(want, above=(), means=False))
                    windows[key(want)] = around_missed(one.windows, self._places(one, place), lost)
        some = wants[: max(1, KEEP // self.known.events.file.events)] if wants else []
        return Search(self.known, self.plan, some, windows) if some else None

    def take_missed(self, more: Search, gathered: Mapping[str, Gathered]) -> None:
        """Add what a further search found.

        Raises:
            CostimError: it found nothing where something must be.
        """
        more.take(gathered)
        if not any(more.found.values()):
            name = self.known.events.file.path.name
            raise CostimError(f"{name}: the file changed while it was read. Gate it again when nothing writes to it.")
        for wanted, found in more.found.items():
            self.found[wanted] |= found

    def levels(self) -> dict[Key, Levels]:
        """Levels in the order of the wants."""
        places = {
            key(want): (name, place) for name, one in self.gathered.items() for place, want in enumerate(one.wants)
        }
        return {key(want): self._level(want, *places[key(want)]) for want in self.wants}

    def n(self, population: str, place: int) -> int:
        """Finite values of a want."""
        one = self.gathered[population]
        return one.events - (0 if one.bad is None else int(one.bad[one.rows[place], 0]))

    def _empty(self, population: str) -> Gathered:
        wants = [want for want in self.wants if want.population == population]
        columns = self.plan.want_columns[population]
        rows = [columns.index(self.known.of(want.axis)) for want in wants]
        if self.windows is None:
            return Gathered(wants, rows, None)
        ends = [(row, *window) for row, want in zip(rows, wants, strict=True) for window in self.windows[key(want)]]
        low, high = (np.array([window[side] for window in ends], dtype=np.float64) for side in (1, 2))
        return Gathered(wants, rows, Windows.between(np.array([row for row, *_ in ends], dtype=np.intp), low, high))

    def _places(self, one: Gathered, place: int) -> range:
        """Which windows of a population belong to a want."""
        sizes = [len(self.windows[key(want)]) for want in one.wants] if self.windows is not None else []
        begin = sum(sizes[:place])
        return range(begin, begin + sizes[place])

    def _picked(self, one: Gathered, place: int, ranks: Sequence[int]) -> dict[int, float]:
        if one.windows is None:
            return dict(zip(ranks, order_statistics(_kept(one, place), ranks), strict=True)) if ranks else {}
        found: dict[int, float] = {}
        for window in self._places(one, place):
            found |= found_in(one.windows, window, ranks)
        return found

    def _level(self, want: Want, population: str, place: int) -> Levels:
        one, n = self.gathered[population], self.n(population, place)
        row = one.rows[place]
        not_finite, not_positive = (0, 0) if one.bad is None else (int(one.bad[row, 0]), int(one.bad[row, 1]))
        total, logs = one.total(place)
        ranks, own = ranks_within(want, n), self.found[key(want)]
        return Levels(
            n=n,
            ranks=ranks,
            values=tuple(own[rank] for rank in ranks),
            mean=mean_of(total, n) if want.means else None,
            log_mean=mean_of(logs, n - not_positive) if want.means else None,
            n_not_positive=not_positive,
            n_not_finite=not_finite,
            above=tuple(one.above[place].tolist()) if place in one.above else (0,) * len(want.above),
        )


def key(want: Want) -> Key:
    """Under which a level is found."""
    return want.population, want.name


def pilot_windows(
    known: Columns, source: Source, plan: Plan, wants: Sequence[Want], kernel: Kernel
) -> Mapping[Key, Sequence[Window]] | None:
    """Where the wanted ranks will probably lie; None where the file is so small that all values may be kept."""
    if source.events * len(wants) <= KEEP or source.events <= 4 * PILOT:
        return None
    loaded = source.pilot(PILOT)
    walk = Walk(Recipes(plan, source.places), loaded, kernel)
    walk.run()
    windows = {}
    for want in wants:
        columns = plan.want_columns[want.population]
        values: Values = walk.table(want.population, columns)[columns.index(known.of(want.axis))]
        finite = int(np.count_nonzero(np.isfinite(values)))
        windows[key(want)] = foretold(values, want, round(finite * source.events / loaded.n))
    return windows


def _kept(one: Gathered, place: int) -> Values:
    """All finite values of a want, a copy."""
    row = one.rows[place]
    values = np.concatenate([table[row] for table in one.tables])
    return values[np.isfinite(values)] if one.bad is not None and one.bad[row, 0] else values

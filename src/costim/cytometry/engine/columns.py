"""Linear columns that gates and levels need, named by what they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from costim.cytometry.events import Events, LinearSum

if TYPE_CHECKING:
    from costim.cytometry.gates.model import Axis
    from costim.cytometry.transforms.scale import Scale


@dataclass(frozen=True, slots=True)
class Quotient:
    """`a * (x - b) / (y - c)` of two other columns; not a number where the denominator is zero."""

    x: Column
    y: Column
    a: float
    b: float
    c: float


Column = LinearSum | Quotient


class Columns:
    """Which column every axis of a strategy is in one file, found once."""

    def __init__(self, events: Events) -> None:
        self.events = events
        self._known: dict[tuple[str, str], Column] = {}

    def of(self, axis: Axis) -> Column:
        """What an axis is before its transform. Equal columns are computed once.

        Raises:
            FcsError: the file has no such channel, or several.
            CompensationError: the matrix cannot be used, or names channels that the file lacks.
        """
        name = (axis.source, axis.compensation)
        if name not in self._known:
            ratio = self.events.strategy.ratios.get(axis.source)
            if ratio is None:
                self._known[name] = self.events.made_of(axis)
            else:
                self._known[name] = Quotient(self.of(ratio.x), self.of(ratio.y), ratio.a, ratio.b, ratio.c)
        return self._known[name]

    def scale(self, axis: Axis) -> Scale | None:
        """The transform of an axis."""
        return self.events.strategy.transforms[axis.transform] if axis.transform else None


def sums_in(column: Column) -> Iterator[LinearSum]:
    """Sums of channels that a column rests on."""
    if isinstance(column, LinearSum):
        yield column
    else:
        yield from sums_in(column.x)
        yield from sums_in(column.y)

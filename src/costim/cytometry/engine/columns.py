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

    x: int
    """Number of a column."""
    y: int
    a: float
    b: float
    c: float


Column = LinearSum | Quotient


class Columns:
    """The columns that the axes of a strategy are in one file, each found once and given a number."""

    def __init__(self, events: Events) -> None:
        self.events = events
        self.made: list[Column] = []
        """What each column is made of."""
        self._numbers: dict[Column, int] = {}
        self._known: dict[tuple[str, str], int] = {}

    def of(self, axis: Axis) -> int:
        """Number of the column that an axis is before its transform; equal columns have the same number.

        Raises:
            FcsError: the file has no such channel, or several.
            CompensationError: the matrix cannot be used, or names channels that the file lacks.
        """
        name = (axis.source, axis.compensation)
        if name not in self._known:
            self._known[name] = self._number(self._made_of(axis))
        return self._known[name]

    def sums_in(self, number: int) -> Iterator[LinearSum]:
        """Sums of channels that a column rests on."""
        column = self.made[number]
        if isinstance(column, LinearSum):
            yield column
        else:
            yield from self.sums_in(column.x)
            yield from self.sums_in(column.y)

    def _made_of(self, axis: Axis) -> Column:
        ratio = self.events.strategy.ratios.get(axis.source)
        if ratio is None:
            return self.events.made_of(axis)
        return Quotient(self.of(ratio.x), self.of(ratio.y), ratio.a, ratio.b, ratio.c)

    def _number(self, column: Column) -> int:
        if column not in self._numbers:
            self._numbers[column] = len(self.made)
            self.made.append(column)
        return self._numbers[column]

    def scale(self, axis: Axis) -> Scale | None:
        """The transform of an axis."""
        return self.events.strategy.transforms[axis.transform] if axis.transform else None

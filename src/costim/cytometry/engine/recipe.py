"""How the columns of one population come about: from an ancestor that has them, or from the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from costim.cytometry.engine.columns import Column, Quotient
from costim.cytometry.engine.kernel import Places, Sums
from costim.cytometry.events import LinearSum

Table = tuple[str, tuple[int, ...]]
"""A population, and numbers of the columns that stand in its table, row by row."""


@dataclass(frozen=True, slots=True, eq=False)
class Pick:
    """Rows of the table of an ancestor."""

    levels: int
    """How far up the ancestor stands: 0 is the population itself."""
    table: Table
    rows: Places
    outs: Places


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One channel as it is."""

    matrix: int
    column: int
    out: int


@dataclass(frozen=True, slots=True, eq=False)
class Combine:
    """Compensated channels, all at once."""

    matrix: int
    sums: Sums


@dataclass(frozen=True, slots=True, eq=False)
class Divide:
    """A ratio, of two columns in a table of their own."""

    quotient: Quotient
    parts: Recipe
    out: int


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """What to do for one table."""

    rows: int
    picks: tuple[Pick, ...]
    takes: tuple[Take, ...]
    combines: tuple[Combine, ...]
    divides: tuple[Divide, ...]


@dataclass(frozen=True, slots=True)
class Cook:
    """Makes recipes.

    Args:
        columns: What each column is made of, by its number.
        places: Channel -> matrix and column of a block.
    """

    columns: Sequence[Column]
    places: Mapping[int, tuple[int, int]]

    def recipe(self, wanted: Sequence[int], find: Callable[[int], tuple[int, Table] | None]) -> Recipe:
        """Recipe for a table.

        Args:
            wanted: Numbers of the columns, in order.
            find: For a column, how many levels up an ancestor has it and in which table; None where none has.
        """
        picks: dict[tuple[int, Table], list[tuple[int, int]]] = {}
        takes, divides = [], []
        sums: dict[int, list[tuple[int, LinearSum]]] = {}
        for out, number in enumerate(wanted):
            column, known = self.columns[number], find(number)
            if known is not None:
                picks.setdefault(known, []).append((known[1][1].index(number), out))
            elif isinstance(column, Quotient):
                divides.append(Divide(column, self.recipe((column.x, column.y), find), out))
            elif column.is_channel:
                takes.append(Take(*self.places[column.indices[0]], out))
            else:
                # Detectors of one matrix stand in one matrix of the block (`Source`).
                sums.setdefault(self.places[column.indices[0]][0], []).append((out, column))
        return Recipe(
            rows=len(wanted),
            picks=tuple(_pick(levels, table, pairs) for (levels, table), pairs in picks.items()),
            takes=tuple(takes),
            combines=tuple(Combine(matrix, self._sums(some)) for matrix, some in sums.items()),
            divides=tuple(divides),
        )

    def _sums(self, wanted: Sequence[tuple[int, LinearSum]]) -> Sums:
        used = list(dict.fromkeys(index for _, one in wanted for index in one.indices))
        return Sums(
            columns=np.array([self.places[index][1] for index in used], dtype=np.intp),
            ends=np.cumsum([0, *(len(one.indices) for _, one in wanted)], dtype=np.intp),
            terms=np.array([used.index(index) for _, one in wanted for index in one.indices], dtype=np.intp),
            weights=np.array([weight for _, one in wanted for weight in one.weights]),
            outs=np.array([out for out, _ in wanted], dtype=np.intp),
        )


def _pick(levels: int, table: Table, pairs: Sequence[tuple[int, int]]) -> Pick:
    rows, outs = (np.array([pair[side] for pair in pairs], dtype=np.intp) for side in (0, 1))
    return Pick(levels, table, rows, outs)

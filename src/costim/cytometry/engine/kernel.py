"""What a kernel does: the loops over events, in numpy or compiled, with the same bits as result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.engine.axis_cells import EvenCells, FloatCells

Matrix = NDArray[Any]
"""Events by channels, single or double precision, not necessarily aligned in memory."""
Values = NDArray[np.float64]
Places = NDArray[np.intp]
Codes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Several weighted sums of columns of a matrix: sum k has the terms `ends[k]` up to `ends[k + 1]`."""

    columns: Places
    """Columns of the matrix that any sum uses, each once."""
    ends: Places
    terms: Places
    """Places in `columns`."""
    weights: Values
    outs: Places
    """Row of the table for each sum."""


class Kernel(Protocol):
    """The loops. `rows` are places in the matrix; None stands for all of them."""

    def take(self, matrix: Matrix, column: int, rows: Places | None, out: Values) -> None:
        """One column of the matrix."""

    def combine(self, matrix: Matrix, rows: Places | None, sums: Sums, out: Values) -> None:
        """Weighted sums into rows of a table: one product after the other, each rounded to double precision."""

    def pick(self, table: Values, rows: Places, places: Places, out: Values, outs: Places) -> None:
        """`out[outs] = table[rows][:, places]`."""

    def from_lower(self, codes: Codes, x: Values, below: float, reached: float) -> None:
        """Join with: inside from `reached` on, outside up to `below`, else unsure."""

    def to_upper(self, codes: Codes, x: Values, below: float, reached: float) -> None:
        """Join with: inside up to `below`, outside from `reached` on, else unsure."""

    def even_cells(self, x: Values, cells: EvenCells) -> NDArray[np.int32]:
        """Numbers of cells."""

    def float_cells(self, x: Values, cells: FloatCells) -> NDArray[np.int32]:
        """Numbers of cells."""

    def look_up(self, across: NDArray[np.int32], along: NDArray[np.int32], codes: Codes) -> Codes:
        """Codes of cells."""

    def chosen(self, codes: Codes) -> Places:
        """Places that are inside."""

    def all_finite(self, matrix: Matrix) -> bool:
        """Is every number of the matrix finite?"""

    def bad_values(self, table: Values) -> NDArray[np.int64]:
        """For each row how many values are not finite, and how many finite ones are at or below 0; shape (rows, 2)."""

    def collect(self, table: Values, windows: Windows) -> None:
        """Count values below and at the ends of each window, keep those within."""


@dataclass(slots=True, eq=False)
class Windows:
    """Intervals of values, each on one row of a table, and what was found in them so far."""

    rows: Places
    low: Values
    high: Values
    below: NDArray[np.int64]
    """Finite values below `low`."""
    at_low: NDArray[np.int64]
    at_high: NDArray[np.int64]
    """Values equal to `high`, where that is not `low`."""
    kept: Values
    """Shape (windows, capacity): values between `low` and `high`."""
    filled: NDArray[np.int64]

    @classmethod
    def between(cls, rows: Places, low: Values, high: Values) -> Windows:
        """Windows in which nothing was found yet."""
        zeros = [np.zeros(len(rows), dtype=np.int64) for _ in range(4)]
        return cls(rows, low, high, zeros[0], zeros[1], zeros[2], np.empty((len(rows), 0)), zeros[3])

    def make_room(self, more: int) -> None:
        """Let `more` further values fit into each window."""
        needed = int(self.filled.max(initial=0)) + more
        if needed > self.kept.shape[1]:
            larger = np.empty((len(self.rows), max(needed, 2 * self.kept.shape[1])))
            used = int(self.filled.max(initial=0))
            larger[:, :used] = self.kept[:, :used]
            self.kept = larger

"""The loops in numpy: the twin of the compiled ones, and faster than waiting for these on small files."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.engine.axis_cells import EvenCells, FloatCells
from costim.cytometry.engine.codes import FAR, IN, UNSURE
from costim.cytometry.engine.kernel import Codes, Matrix, Places, Sums, Values, Windows

TILE = 1 << 13
"""Events whose detectors are held in the caches while they are summed."""


class NumpyKernel:
    """See `Kernel`."""

    def take(self, matrix: Matrix, column: int, rows: Places | None, out: Values) -> None:
        """One column of the matrix."""
        out[:] = matrix[:, column] if rows is None else matrix[rows, column]

    def combine(self, matrix: Matrix, rows: Places | None, sums: Sums, out: Values) -> None:
        """Weighted sums, one product after the other; detectors of a tile of events stay in the caches."""
        n = out.shape[1]
        columns, product = np.empty((len(sums.columns), TILE)), np.empty(TILE)
        with np.errstate(invalid="ignore", over="ignore"):
            for begin in range(0, n, TILE):
                end = min(begin + TILE, n)
                events = matrix[begin:end] if rows is None else matrix.take(rows[begin:end], axis=0)
                columns[:, : end - begin] = events[:, sums.columns].T
                _sum_up(columns[:, : end - begin], sums, out[:, begin:end], product[: end - begin])

    def pick(self, table: Values, rows: Places, places: Places, out: Values, outs: Places) -> None:
        """Some events of some rows of a table."""
        for row, target in zip(rows, outs, strict=True):
            np.take(table[row], places, out=out[target], mode="clip")

    def from_lower(self, codes: Codes, x: Values, below: float, reached: float) -> None:
        """Inside from `reached` on."""
        _join(codes, x >= reached, x <= below, x)

    def to_upper(self, codes: Codes, x: Values, below: float, reached: float) -> None:
        """Inside up to `below`."""
        # Where both hold, the value reaches the bound.
        reaches = x >= reached
        _join(codes, (x <= below) & ~reaches, reaches, x)

    def even_cells(self, x: Values, cells: EvenCells) -> NDArray[np.int32]:
        """Numbers of cells."""
        with np.errstate(invalid="ignore", over="ignore"):
            place = np.clip((x - cells.start) * cells.per, -1.0, float(cells.n)) + 1.0
        return _numbers(place, x, cells.n)

    def float_cells(self, x: Values, cells: FloatCells) -> NDArray[np.int32]:
        """Numbers of cells."""
        with np.errstate(invalid="ignore", over="ignore"):
            size = (np.abs(x) + cells.knee).astype(np.float32).view(np.int32).astype(np.int64) - cells.knee_bits
        steps = np.where(x < 0.0, -size, size) - cells.least
        return _numbers(np.clip(steps >> cells.shift, -1, cells.n) + 1, x, cells.n)

    def look_up(self, across: NDArray[np.int32], along: NDArray[np.int32], codes: Codes) -> Codes:
        """Codes of cells."""
        return np.take(codes.reshape(-1), across * np.int32(codes.shape[1]) + along)

    def chosen(self, codes: Codes) -> Places:
        """Places that are inside."""
        return np.flatnonzero(codes == IN)

    def all_finite(self, matrix: Matrix) -> bool:
        """Is every number of the matrix finite?"""
        return bool(np.isfinite(matrix).all())

    def bad_values(self, table: Values) -> NDArray[np.int64]:
        """Counts of values that are not finite, and of finite ones at or below 0."""
        finite = np.isfinite(table)
        low = (table <= 0.0) & finite
        return np.stack([table.shape[1] - np.count_nonzero(finite, axis=1), np.count_nonzero(low, axis=1)], axis=1)

    def collect(self, table: Values, windows: Windows) -> None:
        """Count values below and at the ends of each window, keep those within."""
        windows.make_room(table.shape[1])
        for k, row in enumerate(windows.rows):
            values, low, high = table[row], windows.low[k], windows.high[k]
            within = values[(values > low) & (values < high)]
            windows.kept[k, windows.filled[k] : windows.filled[k] + len(within)] = within
            windows.filled[k] += len(within)
            if low > -np.inf:
                windows.below[k] += np.count_nonzero((values < low) & (values > -np.inf))
                windows.at_low[k] += np.count_nonzero(values == low)
            if low < high < np.inf:
                windows.at_high[k] += np.count_nonzero(values == high)


def _sum_up(columns: Values, sums: Sums, out: Values, product: Values) -> None:
    for k, row in enumerate(sums.outs):
        total, first = out[row], sums.ends[k]
        np.multiply(columns[sums.terms[first]], sums.weights[first], out=total)
        for place in range(first + 1, sums.ends[k + 1]):
            np.multiply(columns[sums.terms[place]], sums.weights[place], out=product)
            np.add(total, product, out=total)


def _join(codes: Codes, inside: NDArray[np.bool_], outside: NDArray[np.bool_], x: Values) -> None:
    """Join codes with inside, outside, or unsure where neither or where the value is too far away."""
    joined = inside.view(np.uint8) * np.uint8(IN)
    sure = (inside | outside) & (np.abs(x) <= FAR)
    if not sure.all():
        joined[~sure] = UNSURE
    codes &= joined


def _numbers(place: NDArray[np.float64] | NDArray[np.int64], x: Values, n: int) -> NDArray[np.int32]:
    near = np.abs(x) <= FAR
    if near.all():
        return place.astype(np.int32)
    return np.where(near, np.where(near, place, 0).astype(np.int32), np.int32(n + 2))

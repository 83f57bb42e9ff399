"""The loops over events as numba compiles them; plain Python that gives the same when it is not compiled.

No fast-math: products and sums are rounded one by one, as numpy does, so both kernels give the same bits.
"""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position.

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.engine.codes import FAR
from costim.cytometry.engine.kernel import Codes, Matrix, Places, Values

Numbers = NDArray[np.int32]
Singles = NDArray[np.float32]
Counts = NDArray[np.int64]

TILE = 256
"""Events whose detectors are held in the first cache while they are summed."""
MAX = float(np.finfo(np.float64).max)


def take(matrix: Matrix, column: int, rows: Places, out: Values) -> None:
    """One column of a matrix for some rows."""
    for i in range(len(rows)):
        out[i] = matrix[rows[i], column]


def take_all(matrix: Matrix, column: int, out: Values) -> None:
    """One column of a matrix."""
    for i in range(len(out)):
        out[i] = matrix[i, column]


def combine(
    matrix: Matrix,
    rows: Places,
    columns: Places,
    ends: Places,
    terms: Places,
    weights: Values,
    outs: Places,
    out: Values,
) -> None:
    """Weighted sums of columns, one product after the other; detectors of a tile of events stay in the first cache."""
    tile = np.empty((len(columns), TILE))
    total = np.empty(TILE)
    for begin in range(0, len(rows), TILE):
        n = min(TILE, len(rows) - begin)
        for i in range(n):
            event = matrix[np.uint64(rows[begin + i])]
            for c in range(len(columns)):
                tile[np.uint64(c), np.uint64(i)] = event[np.uint64(columns[c])]
        for k in range(len(outs)):
            weight = weights[ends[k]]
            term = tile[terms[ends[k]]]
            for i in range(n):
                total[i] = term[i] * weight
            for place in range(ends[k] + 1, ends[k + 1]):
                weight = weights[place]
                term = tile[terms[place]]
                for i in range(n):
                    total[i] += term[i] * weight
            row = out[outs[k]]
            for i in range(n):
                row[begin + i] = total[i]


def pick(table: Values, rows: Places, places: Places, out: Values, outs: Places) -> None:
    """Some events of some rows of a table."""
    for k in range(len(rows)):
        source, target = table[rows[k]], out[outs[k]]
        for i in range(len(places)):
            target[i] = source[np.uint64(places[i])]


def from_lower(codes: Codes, x: Values, below: float, reached: float) -> None:
    """Join codes with: inside from `reached` on, outside up to `below`."""
    for i in range(len(x)):
        value = x[i]
        code = 3 if value >= reached else (0 if value <= below else 1)
        codes[i] &= code if abs(value) <= FAR else 1


def to_upper(codes: Codes, x: Values, below: float, reached: float) -> None:
    """Join codes with: inside up to `below`, outside from `reached` on."""
    for i in range(len(x)):
        value = x[i]
        code = 0 if value >= reached else (3 if value <= below else 1)
        codes[i] &= code if abs(value) <= FAR else 1


def even_cells(x: Values, start: float, per: float, n: int, out: Numbers) -> None:
    """Numbers of cells of equal width."""
    top = float(n)
    for i in range(len(x)):
        value = x[i]
        near = abs(value) <= FAR
        place = min(max((value - start) * per, -1.0), top) + 1.0
        out[i] = np.int32(place) if near else n + 2


def float_cells(size: Numbers, x: Values, knee_bits: int, least: int, shift: int, n: int, out: Numbers) -> None:
    """Numbers of cells from the bits of `|x| + knee` in single precision."""
    for i in range(len(x)):
        value = x[i]
        steps = np.int64(size[i]) - knee_bits
        steps = -steps if value < 0.0 else steps
        place: Any = min(max((steps - least) >> shift, -1), n)
        out[i] = place + 1 if abs(value) <= FAR else n + 2


def single(x: Values, knee: float, out: Singles) -> None:
    """`|x| + knee` in single precision."""
    for i in range(len(x)):
        out[i] = np.float32(abs(x[i]) + knee)


def look_up(across: Numbers, along: Numbers, grid: Codes, out: Codes) -> None:
    """Codes of cells."""
    width = grid.shape[1]
    flat = grid.reshape(-1)
    for i in range(len(across)):
        out[i] = flat[across[i] * width + along[i]]


def chosen(codes: Codes, out: Places) -> int:
    """Places that are inside; gives their number."""
    k = 0
    for i in range(len(codes)):
        out[k] = i
        k += codes[i] >> 1
    return k


def all_finite(bits: Numbers) -> bool:
    """Are numbers with these bits, in single precision, all finite?"""
    for i in range(bits.shape[0]):
        top = np.int32(0)
        for j in range(bits.shape[1]):
            top = max(top, bits[i, j] & np.int32(0x7FFFFFFF))
        if top >= 0x7F800000:
            return False
    return True


def bad_values(table: Values, out: Counts) -> None:
    """For each row: values that are not finite, and finite ones at or below 0."""
    for k in range(table.shape[0]):
        row = table[k]
        infinite, low = 0, 0
        for i in range(len(row)):
            finite = abs(row[i]) <= MAX
            infinite += not finite
            low += finite & (row[i] <= 0.0)
        out[k, 0] = infinite
        out[k, 1] = low


def collect(
    table: Values,
    rows: Places,
    lows: Values,
    highs: Values,
    below: Counts,
    at_low: Counts,
    at_high: Counts,
    kept: Values,
    filled: Counts,
) -> None:
    """For each window: finite values below it and values at its ends are counted, values within it kept."""
    for k in range(len(rows)):
        row, low, high = table[rows[k]], lows[k], highs[k]
        under, lower, upper = 0, 0, 0
        for i in range(len(row)):
            under += (row[i] < low) & (row[i] >= -MAX)
            lower += row[i] == low
            upper += row[i] == high
        if low > -np.inf:
            below[k] += under
            at_low[k] += lower
        if low < high < np.inf:
            at_high[k] += upper
        own = kept[k]
        place = filled[k]
        for i in range(len(row)):
            value = row[i]
            own[place] = value
            place += (value > low) & (value < high)
        filled[k] = place

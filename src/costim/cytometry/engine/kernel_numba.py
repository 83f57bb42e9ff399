"""The loops compiled by numba, without the interpreter lock. Imported late: numba takes half a second to load."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from costim.cytometry.engine import loops
from costim.cytometry.engine.axis_cells import EvenCells, FloatCells
from costim.cytometry.engine.kernel import Codes, Matrix, Places, Sums, Values, Windows


class NumbaKernel:
    """See `Kernel`.

    Args:
        loops: Compiled functions of `costim.cytometry.engine.loops`, by name.
    """

    def __init__(self, loops: dict[str, Any]) -> None:
        self._loops = SimpleNamespace(**loops)

    def take(self, matrix: Matrix, column: int, rows: Places | None, out: Values) -> None:
        """One column of the matrix."""
        if rows is None:
            self._loops.take_all(matrix, column, out)
        else:
            self._loops.take(matrix, column, rows, out)

    def combine(self, matrix: Matrix, rows: Places | None, sums: Sums, out: Values) -> None:
        """Weighted sums, one product after the other."""
        rows = np.arange(len(matrix)) if rows is None else rows
        self._loops.combine(matrix, rows, sums.columns, sums.ends, sums.terms, sums.weights, sums.outs, out)

    def pick(self, table: Values, rows: Places, places: Places, out: Values, outs: Places) -> None:
        """Some events of some rows of a table."""
        self._loops.pick(table, rows, places, out, outs)

    def from_lower(self, codes: Codes, x: Values, below: float, reached: float) -> None:
        """Inside from `reached` on."""
        self._loops.from_lower(codes, x, below, reached)

    def to_upper(self, codes: Codes, x: Values, below: float, reached: float) -> None:
        """Inside up to `below`."""
        self._loops.to_upper(codes, x, below, reached)

    def even_cells(self, x: Values, cells: EvenCells) -> NDArray[np.int32]:
        """Numbers of cells."""
        out = np.empty(len(x), dtype=np.int32)
        self._loops.even_cells(x, cells.start, cells.per, cells.n, out)
        return out

    def float_cells(self, x: Values, cells: FloatCells) -> NDArray[np.int32]:
        """Numbers of cells."""
        single = np.empty(len(x), dtype=np.float32)
        out = np.empty(len(x), dtype=np.int32)
        self._loops.single(x, cells.knee, single)
        self._loops.float_cells(single.view(np.int32), x, cells.knee_bits, cells.least, cells.shift, cells.n, out)
        return out

    def look_up(self, across: NDArray[np.int32], along: NDArray[np.int32], codes: Codes) -> Codes:
        """Codes of cells."""
        out = np.empty(len(across), dtype=np.uint8)
        self._loops.look_up(across, along, codes, out)
        return out

    def chosen(self, codes: Codes) -> Places:
        """Places that are inside."""
        out = np.empty(len(codes) + 1, dtype=np.intp)
        return out[: self._loops.chosen(codes, out)].copy()

    def all_finite(self, matrix: Matrix) -> bool:
        """Is every number of the matrix finite?"""
        if matrix.dtype.itemsize == 4:
            return bool(self._loops.all_finite(matrix.view(np.int32)))
        return bool(np.isfinite(matrix).all())

    def bad_values(self, table: Values) -> NDArray[np.int64]:
        """Counts of values that are not finite, and of finite ones at or below 0."""
        out = np.empty((len(table), 2), dtype=np.int64)
        self._loops.bad_values(table, out)
        return out

    def collect(self, table: Values, windows: Windows) -> None:
        """Count values below and at the ends of each window, keep those within."""
        windows.make_room(table.shape[1] + 1)
        found = (windows.below, windows.at_low, windows.at_high, windows.kept, windows.filled)
        self._loops.collect(table, windows.rows, windows.low, windows.high, *found)


def compile_all(stop: Callable[[], bool] = lambda: False) -> NumbaKernel | None:
    """Load every loop from the cache, or compile it. After this no call compiles anything.

    Args:
        stop: Asked before each loop; what was compiled until then stays in the cache.

    Returns:
        The kernel; None when it was stopped.
    """
    compiled = {}
    for function, signatures in _signatures():
        loop = _cached(function)
        for signature in signatures:
            if stop():
                return None
            loop.compile(signature)
        loop.disable_compile()
        compiled[function.__name__] = loop
    return NumbaKernel(compiled)


def _cached(function: Callable[..., Any]) -> Any:
    """To be compiled and kept on disk: beside the module, else in the user's cache folder (or `NUMBA_CACHE_DIR`)."""
    try:
        return numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    except RuntimeError:
        # No folder can be written: compiled in each process.
        return numba.njit(nogil=True, error_model="numpy")(function)


def _array(kind: Any, dimensions: int, **flags: Any) -> Any:
    return types.Array(kind, dimensions, "C", **flags)


def _signatures() -> list[tuple[Callable[..., Any], list[tuple[Any, ...]]]]:
    f8, i8, i4, u1 = (_array(one, 1) for one in (types.float64, types.int64, types.int32, types.uint8))
    table, counts, grid = _array(types.float64, 2), _array(types.int64, 2), _array(types.uint8, 2, readonly=True)
    real, whole = types.float64, types.int64
    matrices = [_array(one, 2, readonly=True, aligned=False) for one in (types.float32, types.float64)]
    return [
        (loops.take, [(matrix, whole, i8, f8) for matrix in matrices]),
        (loops.take_all, [(matrix, whole, f8) for matrix in matrices]),
        (loops.combine, [(matrix, i8, i8, i8, i8, f8, i8, table) for matrix in matrices]),
        (loops.pick, [(table, i8, i8, table, i8)]),
        (loops.from_lower, [(u1, f8, real, real)]),
        (loops.to_upper, [(u1, f8, real, real)]),
        (loops.even_cells, [(f8, real, real, whole, i4)]),
        (loops.single, [(f8, real, _array(types.float32, 1))]),
        (loops.float_cells, [(i4, f8, whole, whole, whole, whole, i4)]),
        (loops.look_up, [(i4, i4, grid, u1)]),
        (loops.chosen, [(u1, i8)]),
        (loops.all_finite, [(_array(types.int32, 2, readonly=True, aligned=False),)]),
        (loops.bad_values, [(table, counts)]),
        (loops.collect, [(table, i8, f8, f8, i8, i8, i8, table, i8)]),
    ]

"""Cells of axes: the scale value of an event lies between the ends that its cell claims."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.engine.axis_cells import EvenCells, FloatCells, axis_cells
from costim.cytometry.engine.codes import IN, OUT, UNSURE
from costim.cytometry.engine.grid import ellipse_grid, polygon_grid
from costim.cytometry.engine.kernel import Kernel, Values
from costim.cytometry.engine.kernel_numba import compile_all
from costim.cytometry.engine.kernel_numpy import NumpyKernel
from costim.cytometry.gates.inside import in_ellipsoid, in_polygon
from costim.cytometry.transforms.logicle import Logicle
from costim.cytometry.transforms.scale import Scale
from tests.cytometry.engine.any_strategy import SCALES

SCALED: list[Scale | None] = [None, *SCALES.values(), Logicle(262144.0, 0.5, 4.5, 0.0)]
ends = st.tuples(st.floats(-2000.0, 3e5), st.floats(-2000.0, 3e5)).map(sorted).filter(lambda pair: pair[0] < pair[1])


@pytest.fixture(scope="module")
def kernels() -> tuple[Kernel, ...]:
    compiled = compile_all()
    assert compiled is not None
    return NumpyKernel(), compiled


def numbers(kernel: Kernel, x: Values, cells: EvenCells | FloatCells) -> list[int]:
    found = kernel.even_cells(x, cells) if isinstance(cells, EvenCells) else kernel.float_cells(x, cells)
    return [int(one) for one in found]


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, len(SCALED) - 1), linear=ends, n=st.sampled_from([1, 8, 64]))
def test_every_event_lies_within_its_cell(place: int, linear: list[float], n: int, kernels: tuple[Kernel, ...]) -> None:
    scale = SCALED[place]
    low, high = linear if scale is None else (float(y) for y in scale.apply(linear))
    if not (np.isfinite([low, high]).all() and low < high):
        return
    axis = axis_cells(scale, low, high, n)
    x = np.linspace(linear[0] - 3000.0, linear[1] + 3000.0, 4001)
    for _ in range(12):
        # Sixteen times closer to every border each time.
        number = np.array(numbers(kernels[0], x, axis.cells))
        step = np.flatnonzero(np.diff(number))[:80]
        if not len(step):
            break
        x = np.unique(np.linspace(x[step], x[step + 1], 17).T)
    x = np.concatenate([x, [0.0, -0.0, 1e-300, -1e30, 1e30, 3.5e38, 1e90]])
    first, second = (numbers(kernel, x, axis.cells) for kernel in kernels)
    assert first == second
    y = x if scale is None else scale.apply(x)
    assert (axis.low[first] <= y).all()
    assert (y <= axis.high[first]).all()


def test_values_that_are_no_numbers_have_a_cell_of_their_own(kernels: tuple[Kernel, ...]) -> None:
    odd = np.array([np.nan, np.inf, -np.inf, 1e101, -1e300])
    for scale in SCALED:
        axis = axis_cells(scale, 0.2, 0.8, 16)
        for kernel in kernels:
            assert numbers(kernel, odd, axis.cells) == [axis.cells.n + 2] * 5


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    place=st.tuples(st.integers(0, len(SCALED) - 1), st.integers(0, len(SCALED) - 1)),
    ellipse=st.booleans(),
)
def test_cells_that_are_sure_agree_with_the_gate(
    seed: int, place: tuple[int, int], ellipse: bool, kernels: tuple[Kernel, ...]
) -> None:
    generator = np.random.Generator(np.random.PCG64(seed))
    scales = (SCALED[place[0]], SCALED[place[1]])
    linear = generator.normal(100.0, 400.0, (2, 4000)) * generator.choice([1.0, 10.0], (2, 4000))
    x, y = (values if scale is None else scale.apply(values) for values, scale in zip(linear, scales, strict=True))
    finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))[:7]
    corners = tuple((float(x[i]), float(y[i])) for i in finite)
    if ellipse:
        mean = corners[0]
        covariance = ((float(np.var(x[finite])) + 1e-6, 0.0), (0.0, float(np.var(y[finite])) + 1e-6))
        grid, expected = ellipse_grid(mean, covariance, 1.0, scales, 32), in_ellipsoid([x, y], mean, covariance, 1.0)
    else:
        grid, expected = polygon_grid(corners, *scales, 32), in_polygon(x, y, corners)
    for kernel in kernels:
        found = grid.codes[numbers(kernel, linear[0], grid.x), numbers(kernel, linear[1], grid.y)]
        assert not (expected & (found == OUT)).any()
        assert not (~expected & (found == IN)).any()


def test_most_events_need_no_second_look() -> None:
    corners = ((0.3, 0.3), (0.8, 0.25), (0.9, 0.7), (0.5, 0.9), (0.2, 0.6))
    scale = Logicle(262144.0, 0.5, 4.5, 0.0)
    grid = polygon_grid(corners, scale, scale, 128)
    shares = {code: float((grid.codes[:-1, :-1] == code).mean()) for code in (OUT, UNSURE, IN)}
    assert shares[UNSURE] < 0.08
    assert shares[IN] > 0.4

"""Orders of both methods and of their interpolants, seen from the code that is compiled."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from costim.mechanism.solver import tsit5
from costim.mechanism.solver.explicit import explicit_interpolant, explicit_step
from costim.mechanism.solver.rosenbrock import factor, rosenbrock_interpolant, rosenbrock_step


@numba.njit
def rates(y, p, infusion, dy):
    """Pendulum with friction and a push: not linear."""
    dy[0] = y[1]
    dy[1] = infusion - p[0] * np.sin(y[0]) - 0.3 * y[1]


@numba.njit
def step(stiff, y, p, h, x):
    """State after `h`, and at the part `x` of it."""
    k, q, new, z = np.zeros((8, 2)), np.zeros((4, 2)), np.zeros(2), np.zeros(2)
    first, square = np.zeros(2), np.zeros((2, 2))
    pivots = np.zeros(2, dtype=np.int64)
    rates(y, p, 0.4, first)
    if stiff:
        jacobian = np.array([[0.0, 1.0], [-p[0] * np.cos(y[0]), -0.3]])
        factor(jacobian, h, square, pivots)
        rosenbrock_step(rates, y, p, 0.4, h, first, square, pivots, k, new)
        rosenbrock_interpolant(y, new, k, q)
    else:
        k[0, :] = first
        explicit_step(rates, y, p, 0.4, h, k, z, new)
        explicit_interpolant(h, k, q)
    return new, y + x * (q[0] + x * (q[1] + x * (q[2] + x * q[3])))


def exact(y, p, h):
    """By a thousand times smaller steps of SciPy's order 8."""
    from scipy.integrate import solve_ivp

    def right(_t, state):
        dy = np.empty(2)
        rates.py_func(state, p, 0.4, dy)
        return dy

    return solve_ivp(right, (0.0, h), y, method="DOP853", rtol=1e-13, atol=1e-15).y[:, -1]


@pytest.mark.parametrize("stiff", [False, True], ids=["explicit", "rosenbrock"])
def test_order_of_step_and_interpolant(stiff):
    y, p = np.array([1.2, -0.4]), np.array([2.0])
    step_errors, inside_errors = [], []
    lengths = np.array([0.2, 0.1, 0.05])
    for h in lengths:
        new, inside = step(stiff, y, p, h, 0.37)
        step_errors.append(np.abs(new - exact(y, p, h)).max())
        inside_errors.append(np.abs(inside - exact(y, p, 0.37 * h)).max())
    # The error of one step of order 5 falls by h^6, that of an interpolant of order 4 by h^5.
    assert np.log2(step_errors[0] / step_errors[-1]) / 2 > 5.5
    assert np.log2(inside_errors[0] / inside_errors[-1]) / 2 > 4.5


def explicit_table():
    a = np.zeros((7, 7))
    rows = [
        (tsit5.A21,),
        (tsit5.A31, tsit5.A32),
        (tsit5.A41, tsit5.A42, tsit5.A43),
        (tsit5.A51, tsit5.A52, tsit5.A53, tsit5.A54),
        (tsit5.A61, tsit5.A62, tsit5.A63, tsit5.A64, tsit5.A65),
        (tsit5.B1, tsit5.B2, tsit5.B3, tsit5.B4, tsit5.B5, tsit5.B6),
    ]
    for i, row in enumerate(rows):
        a[i + 1, : len(row)] = row
    return a


def trees_of_order_up_to_4(a):
    """(order condition of the weights, its value) for every rooted tree of up to four nodes (Butcher)."""
    c = a.sum(axis=1)
    yield np.ones(7), 1
    yield c, 1 / 2
    yield c**2, 1 / 3
    yield a @ c, 1 / 6
    yield c**3, 1 / 4
    yield c * (a @ c), 1 / 8
    yield a @ c**2, 1 / 12
    yield a @ a @ c, 1 / 24


def test_order_conditions_of_the_explicit_pair():
    a = explicit_table()
    b = a[6]
    e = np.array([getattr(tsit5, f"E{i}") for i in range(1, 8)])
    for weights, value in trees_of_order_up_to_4(a):
        assert b @ weights == pytest.approx(value, abs=1e-12)
        assert e @ weights == pytest.approx(0.0, abs=1e-12), "the embedded weights are of order 4"
    c = a.sum(axis=1)
    for weights, value in (
        (c**4, 1 / 5), (c**2 * (a @ c), 1 / 10), ((a @ c) ** 2, 1 / 20), (c * (a @ c**2), 1 / 15),
        (c * (a @ a @ c), 1 / 30), (a @ c**3, 1 / 20), (a @ (c * (a @ c)), 1 / 40), (a @ a @ c**2, 1 / 60),
        (a @ a @ a @ c, 1 / 120),
    ):  # fmt: skip
        assert b @ weights == pytest.approx(value, abs=1e-12)
        # The embedded weights are not of order 5: their difference is an error estimate.
    assert abs(e @ c**4) > 1e-5


def test_order_conditions_of_the_explicit_interpolant():
    a = explicit_table()
    r = np.zeros((7, 4))
    r[0, 0] = 1.0
    for i in range(1, 8):
        for j in range(2, 5):
            r[i - 1, j - 1] = getattr(tsit5, f"R{i}{j}")
    orders = (1, 2, 3, 3, 4, 4, 4, 4)
    for x in (0.1, 0.5, 0.9, 1.0):
        weights = r @ np.array([x, x**2, x**3, x**4])
        for (tree, value), order in zip(trees_of_order_up_to_4(a), orders, strict=True):
            assert weights @ tree == pytest.approx(value * x**order, abs=1e-12)


def test_stability_ends_behind_the_threshold():
    a = explicit_table()[:6, :6]
    b = explicit_table()[6, :6]

    def growth(z):
        return abs(1 + z * b @ np.linalg.solve(np.eye(6) - z * a, np.ones(6)))

    assert all(growth(-z) < 1 for z in np.linspace(0.01, tsit5.STABLE, 200))
    assert growth(-3.6) > 1

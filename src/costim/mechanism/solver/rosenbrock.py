"""One Rosenbrock step (Rodas5P) for stiff patients: factors, stages, interpolant."""

# ruff: noqa: PLR0917 - compiled code takes its arguments by position.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from costim.mechanism.solver.jit import copy, part
from costim.mechanism.solver.rodas5p import GAMMA, STAGES, A, C, H

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

    from costim.mechanism.solver.room import Tolerances

    Array = NDArray[float64]
    Places = NDArray[int64]


@part
def factor(jacobian: Array, h: float, w: Array, pivots: Places) -> bool:
    """LU factors with row exchanges of 1/(h gamma) - J, into `w`. False where it is singular or not finite."""
    n = len(pivots)
    for i in range(n):
        for j in range(n):
            w[i, j] = -jacobian[i, j]
        w[i, i] += 1.0 / (h * GAMMA)
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            if abs(w[i, k]) > abs(w[best, k]):
                best = i
        pivots[k] = best
        for j in range(n):
            w[k, j], w[best, j] = w[best, j], w[k, j]
        if not abs(w[k, k]) > 0.0:
            return False
        for i in range(k + 1, n):
            if w[i, k] != 0.0:
                w[i, k] /= w[k, k]
                for j in range(k + 1, n):
                    w[i, j] -= w[i, k] * w[k, j]
    return True


@part
def back_substitute(w: Array, pivots: Places, x: Array) -> None:
    """Solve with the factors, in place."""
    n = len(pivots)
    for k in range(n):
        best = pivots[k]
        x[k], x[best] = x[best], x[k]
    for i in range(n):
        for j in range(i):
            x[i] -= w[i, j] * x[j]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            x[i] -= w[i, j] * x[j]
        x[i] /= w[i, i]


@part
def rosenbrock_step(
    rates: Any,
    y: Array,
    p: Array,
    infusion: float,
    h: float,
    first: Array,
    w: Array,
    pivots: Places,
    u: Array,
    new: Array,
) -> None:
    """Advance by `h`.

    Args:
        rates: `rates(y, p, infusion, dy)`.
        y: (states,) before.
        p: Values of the patient.
        infusion: mg per day.
        h: Days.
        first: (states,) rates at `y`.
        w: Factors that `factor` made for this `h`.
        pivots: As `factor` left them.
        u: (8, states) increments; filled. The last is the estimated error.
        new: (states,) after; filled.
    """
    n = len(y)
    for stage in range(STAGES):
        if stage == 0:
            copy(first, u[0])
        else:
            for i in range(n):
                total = y[i]
                for j in range(stage):
                    total += A[stage, j] * u[j, i]
                new[i] = total
            rates(new, p, infusion, u[stage])
            for i in range(n):
                total = 0.0
                for j in range(stage):
                    total += C[stage, j] * u[j, i]
                u[stage, i] += total / h
        back_substitute(w, pivots, u[stage])
    for i in range(n):
        new[i] += u[STAGES - 1, i]


@part
def rosenbrock_error(y: Array, new: Array, u: Array, tolerances: Tolerances) -> float:
    """Root mean square of the estimated error over the tolerated one; at most 1 is good."""
    n = len(y)
    total = 0.0
    for i in range(n):
        error = u[STAGES - 1, i] / (tolerances.absolute[i] + tolerances.relative * max(abs(y[i]), abs(new[i])))
        total += error * error
    return float((total / n) ** 0.5)


@part
def rosenbrock_interpolant(y: Array, new: Array, u: Array, q: Array) -> None:
    """Coefficients `q` (4, states) of the state along the step, as of `explicit_interpolant`."""
    for i in range(len(y)):
        d0 = d1 = d2 = 0.0
        for j in range(STAGES):
            d0 += H[0, j] * u[j, i]
            d1 += H[1, j] * u[j, i]
            d2 += H[2, j] * u[j, i]
        q[0, i] = new[i] - y[i] + d0
        q[1, i] = d1 - d0
        q[2, i] = d2 - d1
        q[3, i] = -d2

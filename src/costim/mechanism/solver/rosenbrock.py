"""One Rosenbrock step (Rodas5P) for stiff patients: factors, stages, interpolant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from costim.mechanism.solver import rodas5p as c
from costim.mechanism.solver.jit import part

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

    Array = NDArray[float64]
    Places = NDArray[int64]


@part
def factor(jacobian: Array, h: float, w: Array, pivots: Places) -> bool:
    """LU factors with row exchanges of 1/(h gamma) - J, into `w`. False where it is singular or not finite."""
    n = len(pivots)
    for i in range(n):
        for j in range(n):
            w[i, j] = -jacobian[i, j]
        w[i, i] += 1.0 / (h * c.GAMMA)
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            if abs(w[i, k]) > abs(w[best, k]):
                best = i
        pivots[k] = best
        if best != k:
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
    for i in range(1, n):
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
        w: Factors of `factor` for this `h`.
        pivots: As `factor` left them.
        u: (8, states) increments; filled. The last is the estimated error.
        new: (states,) after; filled.
    """
    n = len(y)
    u[0, :] = first
    back_substitute(w, pivots, u[0])
    for i in range(n):
        new[i] = y[i] + c.A21 * u[0, i]
    rates(new, p, infusion, u[1])
    for i in range(n):
        u[1, i] += c.C21 * u[0, i] / h
    back_substitute(w, pivots, u[1])
    for i in range(n):
        new[i] = y[i] + c.A31 * u[0, i] + c.A32 * u[1, i]
    rates(new, p, infusion, u[2])
    for i in range(n):
        u[2, i] += (c.C31 * u[0, i] + c.C32 * u[1, i]) / h
    back_substitute(w, pivots, u[2])
    for i in range(n):
        new[i] = y[i] + c.A41 * u[0, i] + c.A42 * u[1, i] + c.A43 * u[2, i]
    rates(new, p, infusion, u[3])
    for i in range(n):
        u[3, i] += (c.C41 * u[0, i] + c.C42 * u[1, i] + c.C43 * u[2, i]) / h
    back_substitute(w, pivots, u[3])
    for i in range(n):
        new[i] = y[i] + c.A51 * u[0, i] + c.A52 * u[1, i] + c.A53 * u[2, i] + c.A54 * u[3, i]
    rates(new, p, infusion, u[4])
    for i in range(n):
        u[4, i] += (c.C51 * u[0, i] + c.C52 * u[1, i] + c.C53 * u[2, i] + c.C54 * u[3, i]) / h
    back_substitute(w, pivots, u[4])
    _last_stages(rates, y, p, infusion, h, w, pivots, u, new)


@part
def _last_stages(
    rates: Any, y: Array, p: Array, infusion: float, h: float, w: Array, pivots: Places, u: Array, new: Array
) -> None:
    """Stages 6 to 8: each starts where the one before arrived."""
    n = len(y)
    for i in range(n):
        new[i] = y[i] + c.A61 * u[0, i] + c.A62 * u[1, i] + c.A63 * u[2, i] + c.A64 * u[3, i] + c.A65 * u[4, i]
    rates(new, p, infusion, u[5])
    for i in range(n):
        u[5, i] += (c.C61 * u[0, i] + c.C62 * u[1, i] + c.C63 * u[2, i] + c.C64 * u[3, i] + c.C65 * u[4, i]) / h
    back_substitute(w, pivots, u[5])
    for i in range(n):
        new[i] += u[5, i]
    rates(new, p, infusion, u[6])
    for i in range(n):
        u[6, i] += (
            c.C71 * u[0, i] + c.C72 * u[1, i] + c.C73 * u[2, i] + c.C74 * u[3, i] + c.C75 * u[4, i] + c.C76 * u[5, i]
        ) / h
    back_substitute(w, pivots, u[6])
    for i in range(n):
        new[i] += u[6, i]
    rates(new, p, infusion, u[7])
    for i in range(n):
        u[7, i] += (
            c.C81 * u[0, i]
            + c.C82 * u[1, i]
            + c.C83 * u[2, i]
            + c.C84 * u[3, i]
            + c.C85 * u[4, i]
            + c.C86 * u[5, i]
            + c.C87 * u[6, i]
        ) / h
    back_substitute(w, pivots, u[7])
    for i in range(n):
        new[i] += u[7, i]


@part
def rosenbrock_error(y: Array, new: Array, u: Array, rtol: float, atol: Array) -> float:
    """Root mean square of the estimated error over the tolerated one; at most 1 is good."""
    n = len(y)
    total = 0.0
    for i in range(n):
        error = u[7, i] / (atol[i] + rtol * max(abs(y[i]), abs(new[i])))
        total += error * error
    return float((total / n) ** 0.5)


@part
def rosenbrock_interpolant(y: Array, new: Array, u: Array, q: Array) -> None:
    """Coefficients `q` (4, states) of the state along the step, as of `explicit_interpolant`."""
    for i in range(len(y)):
        u1, u2, u3, u4, u5, u6, u7, u8 = u[0, i], u[1, i], u[2, i], u[3, i], u[4, i], u[5, i], u[6, i], u[7, i]
        d2 = c.H21 * u1 + c.H22 * u2 + c.H23 * u3 + c.H24 * u4 + c.H25 * u5 + c.H26 * u6 + c.H27 * u7 + c.H28 * u8
        d3 = c.H31 * u1 + c.H32 * u2 + c.H33 * u3 + c.H34 * u4 + c.H35 * u5 + c.H36 * u6 + c.H37 * u7 + c.H38 * u8
        d4 = c.H41 * u1 + c.H42 * u2 + c.H43 * u3 + c.H44 * u4 + c.H45 * u5 + c.H46 * u6 + c.H47 * u7 + c.H48 * u8
        q[0, i] = new[i] - y[i] + d2
        q[1, i] = d3 - d2
        q[2, i] = d4 - d3
        q[3, i] = -d4

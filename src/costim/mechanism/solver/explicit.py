"""One explicit step (Tsit5): stages, error, interpolant."""

# ruff: noqa: PLR0917 - compiled code takes its arguments by position.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from costim.mechanism.solver import tsit5 as c
from costim.mechanism.solver.jit import part

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from costim.mechanism.solver.room import Tolerances

    Array = NDArray[float64]


@part
def explicit_step(rates: Any, y: Array, p: Array, infusion: float, h: float, k: Array, z: Array, new: Array) -> None:
    """Advance by `h`.

    Args:
        rates: `rates(y, p, infusion, dy)`.
        y: (states,) before.
        p: Values of the patient.
        infusion: mg per day.
        h: Days.
        k: (at least 7, states): `k[0]` holds the rates at `y`; the others are filled, `k[6]` with those at `new`.
        z: (states,) left with the state that stage 6 was taken at, for `stiffness`.
        new: (states,) after; filled.
    """
    n = len(y)
    for i in range(n):
        z[i] = y[i] + h * c.A21 * k[0, i]
    rates(z, p, infusion, k[1])
    for i in range(n):
        z[i] = y[i] + h * (c.A31 * k[0, i] + c.A32 * k[1, i])
    rates(z, p, infusion, k[2])
    for i in range(n):
        z[i] = y[i] + h * (c.A41 * k[0, i] + c.A42 * k[1, i] + c.A43 * k[2, i])
    rates(z, p, infusion, k[3])
    for i in range(n):
        z[i] = y[i] + h * (c.A51 * k[0, i] + c.A52 * k[1, i] + c.A53 * k[2, i] + c.A54 * k[3, i])
    rates(z, p, infusion, k[4])
    for i in range(n):
        z[i] = y[i] + h * (c.A61 * k[0, i] + c.A62 * k[1, i] + c.A63 * k[2, i] + c.A64 * k[3, i] + c.A65 * k[4, i])
    rates(z, p, infusion, k[5])
    for i in range(n):
        new[i] = y[i] + h * (
            c.B1 * k[0, i] + c.B2 * k[1, i] + c.B3 * k[2, i] + c.B4 * k[3, i] + c.B5 * k[4, i] + c.B6 * k[5, i]
        )
    rates(new, p, infusion, k[6])


@part
def explicit_error(y: Array, new: Array, h: float, k: Array, tolerances: Tolerances) -> float:
    """Root mean square of the estimated error over the tolerated one; at most 1 is good. Not finite: as the step."""
    n = len(y)
    total = 0.0
    for i in range(n):
        error = h * (
            c.E1 * k[0, i]
            + c.E2 * k[1, i]
            + c.E3 * k[2, i]
            + c.E4 * k[3, i]
            + c.E5 * k[4, i]
            + c.E6 * k[5, i]
            + c.E7 * k[6, i]
        )
        error /= tolerances.absolute[i] + tolerances.relative * max(abs(y[i]), abs(new[i]))
        total += error * error
    return float((total / n) ** 0.5)


@part
def explicit_interpolant(h: float, k: Array, q: Array) -> None:
    """Coefficients `q` (4, states) of the state along the step: y + x (q0 + x (q1 + x (q2 + x q3))), x from 0 to 1."""
    for i in range(k.shape[1]):
        k1, k2, k3, k4, k5, k6, k7 = k[0, i], k[1, i], k[2, i], k[3, i], k[4, i], k[5, i], k[6, i]
        q[0, i] = h * k1
        q[1, i] = h * (c.R12 * k1 + c.R22 * k2 + c.R32 * k3 + c.R42 * k4 + c.R52 * k5 + c.R62 * k6 + c.R72 * k7)
        q[2, i] = h * (c.R13 * k1 + c.R23 * k2 + c.R33 * k3 + c.R43 * k4 + c.R53 * k5 + c.R63 * k6 + c.R73 * k7)
        q[3, i] = h * (c.R14 * k1 + c.R24 * k2 + c.R34 * k3 + c.R44 * k4 + c.R54 * k5 + c.R64 * k6 + c.R74 * k7)


@part
def stiffness(new: Array, z: Array, h: float, k: Array, tolerances: Tolerances) -> float:
    """Step times the largest eigenvalue as stages 6 and 7, at the same time, show it (Hairer & Wanner II, IV.2).

    Differences count by the tolerated error: a state in milligrams does not hide one in parts of one.
    """
    rise = run = 0.0
    for i in range(len(new)):
        scale = tolerances.absolute[i] + tolerances.relative * abs(new[i])
        rise += ((k[6, i] - k[5, i]) / scale) ** 2
        run += ((new[i] - z[i]) / scale) ** 2
    return float(h * (rise / run) ** 0.5) if run > 0.0 else 0.0

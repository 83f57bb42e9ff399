"""One step by the method in force: tried, interpolated, accepted."""

# ruff: noqa: PLR0917 - compiled code takes its arguments by position.
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from costim.mechanism.solver.explicit import explicit_error, explicit_interpolant, explicit_step, stiffness
from costim.mechanism.solver.jit import copy, part
from costim.mechanism.solver.room import CALM, HELD_DOWN, IS_STIFF, KNOWN, STEPS
from costim.mechanism.solver.rosenbrock import factor, rosenbrock_error, rosenbrock_interpolant, rosenbrock_step
from costim.mechanism.solver.tsit5 import STABLE

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from costim.mechanism.solver.room import Equations, Room, Tolerances

    Array = NDArray[float64]

STIFF_STEPS, CALM_STEPS = 15, 6
"""So many steps held down by stability make a patient stiff, unless so many in a row were not (as in DOPRI5: Hairer &
Wanner II, IV.2)."""

WORTH = 5000.0
"""Remaining steps from which the change pays: a Rosenbrock step takes as long as seven explicit ones, and most patients
are held down only until the drug is gone, or at the end where steps are long."""


@part
def attempt(
    equations: Equations, y: Array, p: Array, infusion: float, h: float, tolerances: Tolerances, room: Room
) -> float:
    """Try a step of `h` days into `room.new`; gives its error, at most 1 if it is good."""
    room.counts[STEPS] += 1
    if not room.counts[IS_STIFF]:
        copy(room.first, room.k[0])
        explicit_step(equations.rates, y, p, infusion, h, room.k, room.z, room.new)
        return float(explicit_error(y, room.new, h, room.k, tolerances))
    if not room.counts[KNOWN]:
        equations.jacobian(y, p, infusion, room.jacobian)
        room.counts[KNOWN] = 1
    if not factor(room.jacobian, h, room.factors, room.pivots):
        return 1e301
    rosenbrock_step(equations.rates, y, p, infusion, h, room.first, room.factors, room.pivots, room.k, room.new)
    return float(rosenbrock_error(y, room.new, room.k, tolerances))


@part
def interpolate(
    y: Array, begin: float, done: float, h: float, after: float, times: Array, written: int, room: Room, out: Array
) -> int:
    """Fill `out` for the times up to the end of an accepted step; gives how many times are written then."""
    if room.counts[IS_STIFF]:
        rosenbrock_interpolant(y, room.new, room.k, room.q)
    else:
        explicit_interpolant(h, room.k, room.q)
    q = room.q
    while written < len(times) and times[written] <= after:
        if times[written] == after:
            copy(room.new, out[written])
        else:
            x = min(1.0, max(0.0, (times[written] - begin - done) / h))
            for i in range(len(y)):
                out[written, i] = y[i] + x * (q[0, i] + x * (q[1, i] + x * (q[2, i] + x * q[3, i])))
        written += 1
    return written


@part
def settle(
    equations: Equations,
    y: Array,
    p: Array,
    infusion: float,
    h: float,
    tolerances: Tolerances,
    remaining: float,
    room: Room,
) -> None:
    """Take the step: `y` becomes `room.new`; decide whether the patient is stiff.

    `remaining`: steps of this length to the last time; infinite where the number of steps is running out.
    """
    counts = room.counts
    if counts[IS_STIFF]:
        copy(room.new, y)
        equations.rates(y, p, infusion, room.first)
        counts[KNOWN] = 0
        return
    if remaining > WORTH:
        if stiffness(room.new, room.z, h, room.k, tolerances) > STABLE:
            counts[HELD_DOWN] += 1
            counts[CALM] = 0
        else:
            counts[CALM] += 1
            if counts[CALM] >= CALM_STEPS:
                counts[HELD_DOWN] = 0
        if counts[HELD_DOWN] >= STIFF_STEPS or remaining == np.inf:
            counts[IS_STIFF], counts[KNOWN] = 1, 0
    copy(room.new, y)
    copy(room.k[6], room.first)

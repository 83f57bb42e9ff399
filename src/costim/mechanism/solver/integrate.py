"""One patient from the first stop to the last time: explicit steps, Rosenbrock steps once these turn out stiff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from costim.mechanism.solver import tsit5
from costim.mechanism.solver.control import after_bad, after_good, first_step
from costim.mechanism.solver.explicit import explicit_error, explicit_interpolant, explicit_step, stiffness
from costim.mechanism.solver.jit import part
from costim.mechanism.solver.rosenbrock import factor, rosenbrock_error, rosenbrock_interpolant, rosenbrock_step
from costim.mechanism.solver.stops import infusion_at, infusion_starts

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]

# As `Status`; compiled code takes plain numbers.
SOLVED, SOLVED_STIFF, TOO_MANY_STEPS, STEP_TOO_SMALL, NOT_FINITE = 0, 1, 2, 3, 4

STIFF_STEPS, CALM_STEPS = 15, 6
"""So many steps held down by stability make a patient stiff, unless so many in a row were not (Hairer & Wanner II, IV.2)."""
SMALLEST = 1e-13
"""Of the day, or of one day where that is more: steps are not cut below this."""


@part
def integrate(
    rates: Any,
    jacobian: Any,
    at_dose: Any,
    y: Array,
    p: Array,
    stops: Array,
    infusions: tuple[Array, Array, Array],
    times: Array,
    tolerances: tuple[float, Array],
    max_steps: int,
    k: Array,
    q: Array,
    square: Array,
    out: Array,
) -> tuple[int, int]:
    """Status and steps of one patient; fills `out`.

    Args:
        rates: `rates(y, p, infusion, dy)`.
        jacobian: `jacobian(y, p, infusion, J)`.
        at_dose: `at_dose(p, y)`, called when an infusion starts.
        y: (states,) at the first stop; left as it is at the last.
        p: Values of the patient.
        stops: Days, ascending, between which nothing changes (`stops_of`).
        infusions: Start, amount, duration.
        times: (times,) days, ascending, from the first stop to the last. On the day of a dose: before it.
        tolerances: Relative, and absolute by state.
        max_steps: Accepted and refused ones together.
        k: (8, states) room for work.
        q: (4, states) room for work.
        square: (2, states, states) room for work.
        out: (times, states); filled.
    """
    n = len(y)
    rtol, atol = tolerances
    new, z, first, pivots = np.empty(n), np.empty(n), np.empty(n), np.empty(n, dtype=np.int64)
    steps = stiff_steps = calm_steps = 0
    stiff = False
    before = 1e-4
    j = 0
    while j < len(times) and times[j] <= stops[0]:
        out[j, :] = y
        j += 1
    for segment in range(len(stops) - 1):
        t, end = stops[segment], stops[segment + 1]
        infusion = infusion_at(infusions[0], infusions[1], infusions[2], 0.5 * (t + end))
        if infusion_starts(infusions[0], infusions[1], t):
            at_dose(p, y)
        rates(y, p, infusion, first)
        h = first_step(rates, y, p, infusion, first, rtol, atol, z, new)
        fresh = True  # the Jacobian of this state is not known yet
        while t < end:
            if steps >= max_steps:
                return TOO_MANY_STEPS, steps
            left = end - t
            last = h >= 0.99 * left
            # Two equal steps rather than a long one and a sliver.
            h = left if last else min(h, 0.5 * left) if h > 0.5 * left else h
            steps += 1
            if stiff:
                if fresh:
                    jacobian(y, p, infusion, square[0])
                    fresh = False
                error = np.inf
                if factor(square[0], h, square[1], pivots):
                    rosenbrock_step(rates, y, p, infusion, h, first, square[1], pivots, k, new)
                    error = rosenbrock_error(y, new, k, rtol, atol)
            else:
                k[0, :] = first
                explicit_step(rates, y, p, infusion, h, k, z, new)
                error = explicit_error(y, new, h, k, rtol, atol)
            if not error <= 1.0:
                h *= after_bad(error)
                if h < SMALLEST * max(1.0, abs(t)):
                    if stiff:
                        return (STEP_TOO_SMALL if error < np.inf else NOT_FINITE), steps
                    stiff, fresh = True, True
                    h = 1e-6
                continue
            after = end if last else t + h
            if j < len(times) and times[j] <= after:
                if stiff:
                    rosenbrock_interpolant(y, new, k, q)
                else:
                    explicit_interpolant(h, k, q)
                while j < len(times) and times[j] < after:
                    x = (times[j] - t) / h
                    for i in range(n):
                        out[j, i] = y[i] + x * (q[0, i] + x * (q[1, i] + x * (q[2, i] + x * q[3, i])))
                    j += 1
                while j < len(times) and times[j] == after:
                    out[j, :] = new
                    j += 1
            if stiff:
                y[:] = new
                rates(y, p, infusion, first)
                fresh = True
            else:
                if stiffness(new, z, h, k) > tsit5.STABLE:
                    calm_steps = 0
                    stiff_steps += 1
                else:
                    calm_steps += 1
                    if calm_steps >= CALM_STEPS:
                        stiff_steps = 0
                y[:] = new
                first[:] = k[6]
                stiff = stiff_steps >= STIFF_STEPS or 2 * steps >= max_steps
            t = after
            h *= after_good(error, before)
            before = max(error, 1e-4)
    return (SOLVED_STIFF if stiff else SOLVED), steps

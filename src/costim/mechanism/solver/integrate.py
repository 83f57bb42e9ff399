"""One patient from the first stop to the last time: explicit steps, Rosenbrock steps once these turn out stiff."""

# ruff: noqa: PLR0917 - compiled code takes its arguments by position.
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from costim.mechanism.solver.attempt import attempt, interpolate, settle
from costim.mechanism.solver.control import after_bad, after_good, first_step
from costim.mechanism.solver.jit import copy, part
from costim.mechanism.solver.room import IS_STIFF, KNOWN, STEPS
from costim.mechanism.solver.stops import infusion_at, infusion_starts

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from costim.mechanism.solver.room import Equations, Infusions, Room, Tolerances

    Array = NDArray[float64]

# As `Status`; compiled code takes plain numbers.
SOLVED, SOLVED_STIFF, TOO_MANY_STEPS, STEP_TOO_SMALL, NOT_FINITE = 0, 1, 2, 3, 4

SMALLEST = 1e-13
"""Of the days since the last stop, or of one day where that is more: steps are not cut below this."""
STIFF_START = 1e-6
"""First Rosenbrock step, in days, where explicit ones had to be cut below all measure."""


@part
def integrate(
    equations: Equations,
    y: Array,
    p: Array,
    stops: Array,
    infusions: Infusions,
    times: Array,
    tolerances: Tolerances,
    max_steps: int,
    room: Room,
    out: Array,
) -> int:
    """Status of one patient; fills `out`, and `room.counts`.

    Args:
        equations: Of the model.
        y: (states,) at the first stop; left as it is at the last.
        p: Values of the patient.
        stops: Days, ascending, between which nothing changes (`stops_of`).
        infusions: Of the patient.
        times: (times,) days, ascending, from the first stop to the last. On the day of a dose: before it.
        tolerances: Relative, and absolute by state.
        max_steps: Accepted and refused ones together.
        room: To work in.
        out: (times, states); filled.
    """
    for i in range(len(room.counts)):
        room.counts[i] = 0
    written = 0
    while written < len(times) and times[written] <= stops[0]:
        copy(y, out[written])
        written += 1
    for i in range(len(stops) - 1):
        begin, end = stops[i], stops[i + 1]
        infusion = infusion_at(infusions, 0.5 * (begin + end))
        if infusion_starts(infusions, begin):
            equations.at_dose(p, y)
        status, written = advance(
            equations, y, p, infusion, begin, end, times, written, tolerances, max_steps, room, out
        )
        if status != SOLVED:
            return int(status)
    return SOLVED_STIFF if room.counts[IS_STIFF] else SOLVED


@part
def advance(
    equations: Equations,
    y: Array,
    p: Array,
    infusion: float,
    begin: float,
    end: float,
    times: Array,
    written: int,
    tolerances: Tolerances,
    max_steps: int,
    room: Room,
    out: Array,
) -> tuple[int, int]:
    """From one stop to the next, under one infusion rate; gives the status and how many times are written."""
    counts = room.counts
    equations.rates(y, p, infusion, room.first)
    counts[KNOWN] = 0
    h = first_step(equations.rates, y, p, infusion, room.first, tolerances, room.z, room.new)
    error_before = 1.0
    done, length = 0.0, end - begin  # days since `begin`: in a short infusion late in the study, days would be rounded
    while done < length:
        if counts[STEPS] >= max_steps:
            return TOO_MANY_STEPS, written
        left = length - done
        # Two equal steps rather than a long one and a sliver.
        h = left if h >= 0.99 * left else min(h, 0.5 * left) if h > 0.5 * left else h
        error = attempt(equations, y, p, infusion, h, tolerances, room)
        if not error <= 1.0:
            h *= after_bad(error)
            if h < SMALLEST * max(1.0, done):
                if counts[IS_STIFF]:
                    return (STEP_TOO_SMALL if error < 1e300 else NOT_FINITE), written
                counts[IS_STIFF], counts[KNOWN], h = 1, 0, STIFF_START
            continue
        after = end if h == left else begin + (done + h)
        if written < len(times) and times[written] <= after:
            written = interpolate(y, begin, done, h, after, times, written, room, out)
        remaining = np.inf if 2 * counts[STEPS] >= max_steps else (times[-1] - after) / h
        settle(equations, y, p, infusion, h, tolerances, remaining, room)
        done = length if h == left else done + h
        h *= after_good(error, error_before)
        error_before = error
    return SOLVED, written

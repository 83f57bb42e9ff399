"""Many patients, one after the other; the one function of the solver that is compiled by itself and kept."""

# ruff: noqa: PLR0917 - compiled code takes its arguments by position.
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from costim.mechanism.solver.integrate import SOLVED_STIFF, integrate
from costim.mechanism.solver.jit import naming_part, part
from costim.mechanism.solver.room import STEPS, Equations, Infusions, Room, Tolerances
from costim.mechanism.solver.stops import stops_of

if TYPE_CHECKING:
    from numpy import float64, int64, uint8
    from numpy.typing import NDArray

    Array = NDArray[float64]


def arrays(states: int, infusions: int) -> tuple[Array, NDArray[int64], Array]:
    """Room for `batch`: floats (17 + 2 x states, states), integers, stops. Each thread needs its own."""
    floats = np.zeros((17 + 2 * states, states))
    return floats, np.zeros(5 + states, dtype=np.int64), np.zeros(2 + 2 * infusions)


def batch(
    rates: Any,
    jacobian: Any,
    at_dose: Any,
    baseline: Any,
    values: Array,
    start: Array,
    amount: Array,
    duration: Array,
    times: Array,
    rtol: float,
    atol: float,
    max_steps: int,
    begin: int,
    end: int,
    states: NDArray[float64],
    status: NDArray[uint8],
    steps: NDArray[int64],
    floats: Array,
    integers: NDArray[int64],
    stops: Array,
) -> None:
    """Solve patients `begin` to `end` (not included) into `states`, `status` and `steps`.

    A patient is worked out from their own row alone: who goes first, and on which thread, changes no bit.

    Args:
        rates: `rates(y, p, infusion, dy)`.
        jacobian: `jacobian(y, p, infusion, J)`.
        at_dose: `at_dose(p, y)`.
        baseline: `baseline(p, y)`.
        values: (patients, values).
        start: (patients, infusions), days.
        amount: (patients, infusions), mg.
        duration: (patients, infusions), days.
        times: (times,), days, ascending.
        rtol: Relative tolerance.
        atol: Absolute tolerance, as part of the scale of each state.
        max_steps: Of one patient.
        begin: First patient.
        end: Patient after the last.
        states: (patients, times, states); filled.
        status: (patients,); filled.
        steps: (patients,); filled.
        floats: Room for work, see `arrays`: compiled code that takes memory itself compiles slowly.
        integers: The same.
        stops: The same.
    """
    n = states.shape[2]
    equations = Equations(rates, jacobian, at_dose)
    room = in_room(floats, integers, n)
    y, absolute = floats[3], floats[4]
    for i in range(begin, end):
        infusions = Infusions(start[i], amount[i], duration[i])
        baseline(values[i], y)
        found = stops_of(infusions, times, stops)
        absolute_tolerances(rates, y, values[i], amount[i], atol, room.k, absolute)
        tolerances = Tolerances(rtol, absolute)
        status[i] = integrate(
            equations, y, values[i], stops[:found], infusions, times, tolerances, max_steps, room, states[i]
        )
        steps[i] = room.counts[STEPS]
        if status[i] > SOLVED_STIFF:
            for j in range(len(times)):
                for k in range(n):
                    states[i, j, k] = math.nan


@naming_part
def in_room(floats: Array, integers: NDArray[int64], n: int) -> Room:
    """Name the parts of the arrays of `arrays`."""
    k, q = floats[5:13], floats[13:17]
    jacobian, factors = floats[17 : 17 + n], floats[17 + n : 17 + 2 * n]
    return Room(floats[0], floats[1], floats[2], k, q, jacobian, factors, integers[5:], integers[:5])


@part
def absolute_tolerances(rates: Any, y: Array, p: Array, amount: Array, atol: float, k: Array, out: Array) -> None:
    """Absolute tolerance of each state: `atol` times its scale.

    The scale is the baseline; where that is 0 the largest dose, for a state that infusions enter, and 1 for others.

    Args:
        rates: `rates(y, p, infusion, dy)`.
        y: (states,) baseline.
        p: Values of the patient.
        amount: (infusions,) mg.
        atol: As part of the scale.
        k: (at least 2, states) room for work.
        out: (states,); filled.
    """
    rates(y, p, 0.0, k[0])
    rates(y, p, 1.0, k[1])
    dose = 0.0
    for one in amount:
        dose = max(dose, one)
    for i in range(len(y)):
        scale = abs(y[i])
        if scale == 0.0:
            scale = dose if k[1, i] != k[0, i] and dose > 0.0 else 1.0
        out[i] = atol * scale

"""Many patients, one after the other; the one function of the solver that is compiled by itself and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from costim.mechanism.solver.integrate import SOLVED_STIFF, integrate
from costim.mechanism.solver.jit import part
from costim.mechanism.solver.stops import stops_of

if TYPE_CHECKING:
    from numpy import float64, int64, uint8
    from numpy.typing import NDArray

    Array = NDArray[float64]


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
    """
    n = states.shape[2]
    y, absolute = np.empty(n), np.empty(n)
    k, q, square = np.zeros((8, n)), np.empty((4, n)), np.empty((2, n, n))
    stops = np.empty(2 + 2 * start.shape[1])
    for i in range(begin, end):
        baseline(values[i], y)
        found = stops_of(start[i], amount[i], duration[i], times, stops)
        tolerances(rates, y, values[i], amount[i], rtol, atol, k, absolute)
        infusions = (start[i], amount[i], duration[i])
        status[i], steps[i] = integrate(
            rates, jacobian, at_dose, y, values[i], stops[:found], infusions, times,
            (rtol, absolute), max_steps, k, q, square, states[i],
        )  # fmt: skip
        if status[i] > SOLVED_STIFF:
            states[i] = np.nan


@part
def tolerances(rates: Any, y: Array, p: Array, amount: Array, rtol: float, atol: float, k: Array, out: Array) -> None:
    """Absolute tolerance of each state: `atol` times its scale.

    The scale is the baseline; where that is 0 the largest dose, for a state that infusions enter, and 1 for others.

    Args:
        rates: `rates(y, p, infusion, dy)`.
        y: (states,) baseline.
        p: Values of the patient.
        amount: (infusions,) mg.
        rtol: Not used where `atol` is above 0; a thousandth of it stands for an `atol` of 0.
        atol: As part of the scale.
        k: (at least 2, states) room for work.
        out: (states,); filled.
    """
    rates(y, p, 0.0, k[0])
    rates(y, p, 1.0, k[1])
    dose = 0.0
    for one in amount:
        dose = max(dose, one)
    part_of = atol if atol > 0.0 else 1e-3 * rtol
    for i in range(len(y)):
        scale = abs(y[i])
        if scale == 0.0:
            scale = dose if k[1, i] != k[0, i] and dose > 0.0 else 1.0
        out[i] = part_of * scale

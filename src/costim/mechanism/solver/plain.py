"""The same trajectories by SciPy, without compiled code: slow, and the judge of `solve` in tests."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.mechanism.compiled.lookup import kernels
from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.model import Model
from costim.mechanism.solver.asked import Asked, checked
from costim.mechanism.solver.solved import Solved, Status

Array = NDArray[np.float64]
Method = Literal["LSODA", "Radau", "BDF", "DOP853"]


def solve_plain(
    model: Model,
    values: Array,
    schedule: Schedule,
    times: ArrayLike,
    *,
    method: Method = "LSODA",
    rtol: float = 1e-8,
    atol: float = 1e-12,
) -> Solved:
    """Integrate the equations of a model for each patient, one after the other; some dozen patients a second.

    Args:
        model: Of `load_model`.
        values: (patients, `model.value_names`).
        schedule: Infusions by patient; amount 0 is none.
        times: (times,), days, ascending. The reading on the day of a dose is the one before it.
        method: Of `scipy.integrate.solve_ivp`; Radau and BDF take the analytic Jacobian.
        rtol: Relative tolerance, as SciPy means it.
        atol: Absolute tolerance in the unit of each state.

    Returns:
        As of `solve`; steps are accepted ones only, status is that of SciPy in our words.

    Raises:
        CostimError: shapes do not fit, numbers are not finite or out of order.
    """
    asked = checked(model, values, schedule, times)
    states = np.full((len(asked.values), len(asked.times), len(model.states)), np.nan)
    status, steps = np.zeros(len(states), dtype=np.uint8), np.zeros(len(states), dtype=np.int64)
    options = {"method": method, "rtol": rtol, "atol": atol}
    for i in range(len(states)):
        status[i], steps[i] = _one(model, asked, i, states[i], options)
    return Solved(asked.times, states, status, steps)


def _one(model: Model, asked: Asked, i: int, out: Array, options: dict[str, Any]) -> tuple[int, int]:
    """Status and steps of one patient; fills `out`."""
    from scipy.integrate import solve_ivp

    module, p, times = kernels(model), asked.values[i], asked.times
    y = np.empty(len(model.states))
    module.baseline(p, y)
    doses = [
        (start, start + duration, amount / duration)
        for start, amount, duration in zip(asked.start[i], asked.amount[i], asked.duration[i], strict=True)
        if amount > 0
    ]
    days = {0.0, *times[:1], *times[-1:], *(dose[0] for dose in doses), *(dose[1] for dose in doses)}
    stops = sorted(day for day in days if day <= max(times, default=0.0))
    out[times <= min(stops)] = y
    steps = 0
    for begin, end in pairwise(stops):
        if any(dose[0] == begin for dose in doses):
            module.at_dose(p, y)
        infusion = sum(rate for start, stop, rate in doses if start <= begin and end <= stop)
        right, jacobian = _functions(module.rates, module.jacobian, p, infusion)
        given = options | ({"jac": jacobian} if options["method"] in {"Radau", "BDF"} else {})
        found = solve_ivp(right, (begin, end), y, dense_output=True, **given)
        steps += len(found.t) - 1
        y = found.y[:, -1].copy()
        if not found.success or not np.isfinite(y).all():
            out[:] = np.nan
            return Status.STEP_TOO_SMALL, steps
        inside = (times > begin) & (times < end)
        if inside.any() and found.sol is not None:
            out[inside] = found.sol(times[inside]).T
        out[times == end] = y
    return Status.SOLVED, steps


def _functions(
    rates: Callable[..., None], jacobian: Callable[..., None], p: Array, infusion: float
) -> tuple[Callable[[float, Array], Array], Callable[[float, Array], Array]]:
    def right(_day: float, y: Array) -> Array:
        dy = np.empty_like(y)
        rates(y, p, infusion, dy)
        return dy

    def by_states(_day: float, y: Array) -> Array:
        square = np.empty((len(y), len(y)))
        jacobian(y, p, infusion, square)
        return square

    return right, by_states

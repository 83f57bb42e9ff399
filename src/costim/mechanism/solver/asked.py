"""What is asked of the solver, as it takes it; or every reason why it cannot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.errors import CostimError
from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.model import Model

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """Arrays as compiled code takes them: 64-bit, in C order."""

    values: Array
    start: Array
    amount: Array
    duration: Array
    times: Array


def check_options(rtol: float, atol: float | None, max_steps: int, threads: int | None) -> None:
    """Check the numbers that steer the solver.

    Raises:
        CostimError: some are out of their range; all reasons together.
    """
    faults = []
    if not 1e-13 <= rtol <= 0.01:
        faults.append(f"rtol is {rtol:g}; expected 1e-13 to 0.01.")
    if atol is not None and not 0.0 < atol <= 0.01:
        faults.append(f"atol is {atol:g}; expected above 0, up to 0.01, as part of the scale of a state.")
    if max_steps < 1:
        faults.append(f"max_steps is {max_steps}; expected 1 or more.")
    if threads is not None and threads < 1:
        faults.append(f"threads is {threads}; expected 1 or more.")
    _raise(faults)


def _raise(faults: list[str]) -> None:
    if faults:
        raise CostimError("The model cannot be solved as asked.\n" + "\n".join(f"- {fault}" for fault in faults))


def checked(model: Model, values: Array, schedule: Schedule, times: ArrayLike) -> Asked:
    """The arrays.

    Raises:
        CostimError: shapes do not fit, numbers are not finite or out of order; all reasons together.
    """
    asked = Asked(*(_plain(one) for one in (values, schedule.start, schedule.amount, schedule.duration, times)))
    faults = [*_of_values(model, asked.values), *_of_times(asked.times), *_of_infusions(asked)]
    _raise(faults)
    return asked


def _plain(array: ArrayLike) -> Array:
    return np.ascontiguousarray(np.asarray(array, dtype=np.float64))


def _of_values(model: Model, values: Array) -> list[str]:
    names = model.value_names
    if values.ndim != 2 or values.shape[1] != len(names):
        return [f"values have the shape {values.shape}; expected (patients, {len(names)}), one for each of the model."]
    bad = np.argwhere(~np.isfinite(values))
    return [f"values of patient {bad[0][0]}: {names[bad[0][1]]} is not a finite number."] if len(bad) else []


def _of_times(times: Array) -> list[str]:
    if times.ndim != 1:
        return [f"times have the shape {times.shape}; expected one row of days."]
    if not np.isfinite(times).all():
        return ["times hold something that is not a finite number."]
    falls = np.flatnonzero(np.diff(times) < 0)
    return [f"times fall from {times[falls[0]]:g} to {times[falls[0] + 1]:g}; sort them."] if len(falls) else []


def _of_infusions(asked: Asked) -> list[str]:
    shapes = {one.shape for one in (asked.start, asked.amount, asked.duration)}
    if len(shapes) > 1 or asked.start.ndim != 2 or len(asked.start) != len(asked.values):
        found = ", ".join(map(str, sorted(shapes)))
        return [
            f"start, amount and duration have the shapes {found}; expected ({len(asked.values)}, infusions) of all."
        ]
    if not all(np.isfinite(one).all() for one in (asked.start, asked.amount, asked.duration)):
        return ["the schedule holds something that is not a finite number."]
    given = asked.amount > 0
    faults = [
        (asked.amount < 0, "amount {amount:g} at day {start:g}; expected 0 or more."),
        (
            given & ~(asked.start + asked.duration > asked.start),
            "duration {duration:g} at day {start:g}; expected above 0, and enough to change the day.",
        ),
    ]
    said = []
    for wrong, text in faults:
        if wrong.any():
            i, j = np.argwhere(wrong)[0]
            numbers = {"start": asked.start[i, j], "amount": asked.amount[i, j], "duration": asked.duration[i, j]}
            said.append(f"infusion {j + 1} of patient {i}: " + text.format(**numbers))
    return said

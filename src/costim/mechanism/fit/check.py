"""What cannot be fitted is refused before anything is computed, all of it at once."""

from __future__ import annotations

import numpy as np

from costim.errors import CostimError
from costim.mechanism.model.model import Model
from costim.mechanism.observed.data import FitData


def check_data(model: Model, data: FitData) -> None:
    """Refuse data that a model cannot be fitted to.

    Raises:
        CostimError: every reading and infusion at fault: subject, output, day, what was found, what to do.
    """
    problems = [*_outputs(model, data)] or [*_readings(model, data), *_infusions(data)]
    if problems:
        raise CostimError("\n".join(problems))


def _outputs(model: Model, data: FitData) -> list[str]:
    known = ", ".join(model.outputs)
    problems = [
        f"Model {model.name} does not foretell {name!r}; it foretells {known}. Leave these readings out."
        for name in data.outputs
        if name not in model.outputs
    ]
    if not data.subjects or not len(data.day):
        problems.append("There is nothing to fit: no subject, or no reading.")
    return problems


def _readings(model: Model, data: FitData) -> list[str]:
    low, high, day = data.lower, data.upper, data.day
    count = np.array([model.outputs[name].error == "count" for name in data.outputs])[data.output]
    offset = np.array([model.outputs[name].offset for name in data.outputs])[data.output]
    whole = (np.round(low) == low) & ((np.round(high) == high) | np.isinf(high))
    faults = (
        (~np.isfinite(day), "the day is not a number; give a day"),
        (
            np.isnan(low) | np.isnan(high) | (low > high),
            "the interval is empty; its lower end must not exceed its upper",
        ),
        ((low < 0) | (high < 0), "it is negative; give 0 or more"),
        (count & ~whole, "a score is a whole number"),
        (~count & (low == high) & (low + offset <= 0), "0 has no logarithm; give the limit of quantification, as '<5'"),
        (np.isinf(low), "the lower end is not finite"),
    )
    return [
        f"Subject {data.subjects[data.subject[i]]}, {data.outputs[data.output[i]]}, day {day[i]:g}: "
        f"found {low[i]:g} to {high[i]:g}; {words}."
        for fault, words in faults
        for i in np.flatnonzero(fault)
    ]


def _infusions(data: FitData) -> list[str]:
    s = data.schedule
    if len(s.start) != len(data.subjects):
        return [f"{len(s.start)} rows of infusions for {len(data.subjects)} subjects: give one row for each."]
    wrong = ~(np.isfinite(s.start) & (s.amount >= 0) & np.isfinite(s.amount) & (s.duration > 0)) & (s.amount != 0)
    return [
        f"Subject {data.subjects[i]}, infusion {j + 1}: found day {s.start[i, j]:g}, {s.amount[i, j]:g} mg over "
        f"{s.duration[i, j]:g} days; expected an amount not below 0 over more than 0 days."
        for i, j in zip(*np.nonzero(wrong), strict=True)
    ]

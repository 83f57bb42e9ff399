"""Values from a user: known names, finite, within the range of the model; every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from costim.errors import CostimError
from costim.mechanism.model.model import Model, Parameter


def problem_of(parameter: Parameter, value: object) -> str:
    """What is wrong with a value of a parameter, or nothing."""
    unit = f" {parameter.unit}" if parameter.unit else ""
    wanted = f"a number from {parameter.minimum:g} to {parameter.maximum:g}{unit}"
    if isinstance(value, bool) or not isinstance(value, int | float | np.floating | np.integer):
        return f"{parameter.name} ({parameter.title}): found {value!r}, expected {wanted}"
    if not isfinite(value) or not parameter.minimum <= value <= parameter.maximum:
        return f"{parameter.name} ({parameter.title}): found {value:g}, expected {wanted}"
    return ""


def with_values(model: Model, given: Mapping[str, float], *, place: str = "the values given") -> Model:
    """The model with other typical values of parameters, scales or covariates; equations cannot be given.

    Args:
        model: any model.
        given: name -> value. A value that a covariate multiplies is the one before multiplication.
        place: where the values stand, for messages.

    Raises:
        CostimError: names that are unknown and values that are out of range, all of them.
    """
    tables = {"parameters": dict(model.parameters), "scales": dict(model.scales), "covariates": dict(model.covariates)}
    problems = []
    for key, value in given.items():
        table = next((t for t in tables.values() if key in t), None)
        if table is None:
            known = ", ".join(name for t in tables.values() for name in t)
            problems.append(f"{key}: no such parameter of {model.name}; there are {known}")
        elif problem := problem_of(table[key], value):
            problems.append(problem)
        else:
            table[key] = replace(
                table[key], value=float(value), evidence="derived", source="", note="given by the user"
            )
    if problems:
        raise CostimError(f"Values of the model cannot be used ({place}); correct them:\n  " + "\n  ".join(problems))
    return replace(model, **tables)  # type: ignore[arg-type]


def problems_of_values(model: Model, values: NDArray[np.float64]) -> list[str]:
    """What is wrong with an array of values, one sentence for each parameter with patients out of range.

    Args:
        model: any model.
        values: (n, `model.value_names`).
    """
    if values.ndim != 2 or values.shape[1] != len(model.value_names):
        return [f"values have the shape {values.shape}, expected (patients, {len(model.value_names)})"]
    found = []
    for j, parameter in enumerate((*model.parameters.values(), *model.scales.values())):
        column = values[:, j]
        bad = np.flatnonzero(~(np.isfinite(column) & (column >= parameter.minimum) & (column <= parameter.maximum)))
        if bad.size:
            found.append(f"{problem_of(parameter, float(column[bad[0]]))} (patient {bad[0] + 1}; {bad.size} in all)")
    return found

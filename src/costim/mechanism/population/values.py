"""Values of patients from deviates: logarithm, logit or plain scale, covariates worked in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from costim.errors import CostimError
from costim.mechanism.model.expression import Expression
from costim.mechanism.model.model import Model, Parameter
from costim.mechanism.model.parse import parse
from costim.registry.suggest import did_you_mean

Floats = NDArray[np.float64]


def with_typical(model: Model, means: Mapping[str, float] | None, *, source: str = "") -> Model:
    """The model with other typical values.

    Args:
        model: Any.
        means: Parameter, scale or covariate -> value of the typical patient, before its covariate.
        source: Where the values were written (file and row), for the message.

    Raises:
        CostimError: every name that is not known and every value outside the range of its parameter, all at once.
    """
    if not means:
        return model
    known = {**model.parameters, **model.scales, **model.covariates}
    check_ranges(known, means, source=source, model=model.name)
    return replace(
        model,
        **{
            table: {
                name: replace(entry, value=float(means[name])) if name in means else entry
                for name, entry in getattr(model, table).items()
            }
            for table in ("parameters", "scales", "covariates")
        },
    )


def check_ranges(
    known: Mapping[str, Parameter], values: Mapping[str, float], *, source: str = "", model: str = ""
) -> None:
    """Refuse names that are not known and values out of range.

    Raises:
        CostimError: all problems, one on a line.
    """
    problems = []
    for name, value in values.items():
        if name not in known:
            problems.append(f"model {model} has no parameter {name!r}. {did_you_mean(name, list(known))}".rstrip())
        elif words := range_problem(known[name], value):
            problems.append(words)
    if problems:
        place = f"{source}: " if source else ""
        raise CostimError("\n".join(place + words for words in problems))


def range_problem(parameter: Parameter, value: float) -> str:
    """What is wrong with a value, in words; blank: nothing."""
    if parameter.minimum <= value <= parameter.maximum:
        return ""
    unit = f" {parameter.unit}" if parameter.unit else ""
    return (
        f"{parameter.name} ({parameter.title.lower()}) is {value:g}{unit}; "
        f"expected {parameter.minimum:g} to {parameter.maximum:g}{unit}"
    )


def spread_out(parameter: Parameter, deviates: Floats) -> Floats:
    """Values at standard normal deviates about the typical value, on the scale of the parameter."""
    if parameter.spread == 0:
        return np.full(deviates.shape, parameter.value)
    if parameter.scale == "log":
        return np.asarray(parameter.value * np.exp(parameter.spread * deviates))
    if parameter.scale == "natural":
        return np.asarray(parameter.value + parameter.spread * deviates)
    if parameter.value in (0.0, 1.0):
        # The ends of the scale: no patient differs.
        return np.full(deviates.shape, parameter.value)
    centre = np.log(parameter.value / (1 - parameter.value))
    return np.asarray(1 / (1 + np.exp(-(centre + parameter.spread * deviates))))


def covariate_factors(model: Model, covariates: Floats) -> Floats:
    """What the value of each parameter is multiplied by.

    Args:
        model: Names covariates and holds the formulas.
        covariates: (patients, `model.covariates`).

    Returns:
        (patients, `model.value_names`).
    """
    names = dict(zip(model.covariates, covariates.T, strict=True))
    factors = np.ones((len(covariates), len(model.value_names)))
    for place, parameter in enumerate((*model.parameters.values(), *model.scales.values())):
        if parameter.covariate:
            factors[:, place] = _value(parse(parameter.covariate, model.functions), names)
    return factors


_OPERATIONS: dict[str, Callable[..., Floats]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "pow": np.power,
    "exp": np.exp,
    "log": np.log,
    "min": np.minimum,
    "max": np.maximum,
}


def _value(e: Expression, names: Mapping[str, Floats]) -> Floats:
    if e.operation == "number":
        return np.asarray(e.value)
    if e.operation == "name":
        return names[e.name]
    return _OPERATIONS[e.operation](*(_value(a, names) for a in e.arguments))

"""Values of patients from deviates: logarithm, logit or plain scale, covariates worked in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.model.expression import Expression
from costim.mechanism.model.model import Model, Parameter
from costim.mechanism.model.parse import parse

Floats = NDArray[np.float64]


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

"""Patients of every model and agent, drawn wide of the typical one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.model.agents import agent_names, load_agent, with_agent
from costim.mechanism.model.catalogue import MODELS, load_model
from costim.mechanism.model.model import Model, Parameter

CASES = [(name, agent) for name in MODELS for agent in agent_names()]


def model_of_case(name: str, agent: str) -> Model:
    return with_agent(load_model(name), load_agent(agent))


def typical_values(model: Model) -> NDArray[np.float64]:
    """Values at body surface area 1.6 m2, written out here so that the draw of the program is not asked."""
    return np.array([_at_bsa(p) for p in (*model.parameters.values(), *model.scales.values())])


def _at_bsa(parameter: Parameter) -> float:
    assert parameter.covariate in ("", "(BSA/1.8)**0.9")
    return parameter.value * ((1.6 / 1.8) ** 0.9 if parameter.covariate else 1.0)


def drawn_values(model: Model, seed: int, count: int) -> NDArray[np.float64]:
    """(count, values): everything moved by a tenth and more, also what does not vary between patients."""
    rng = np.random.default_rng(seed)
    columns = []
    for parameter, value in zip(
        (*model.parameters.values(), *model.scales.values()), typical_values(model), strict=True
    ):
        z = rng.standard_normal(count) * max(parameter.spread, 0.1)
        if parameter.scale == "logit":
            columns.append(1 / (1 + np.exp(-(np.log(value / (1 - value)) + z))))
        else:
            columns.append(np.clip(value * np.exp(z), parameter.minimum, parameter.maximum))
    return np.stack(columns, axis=1)

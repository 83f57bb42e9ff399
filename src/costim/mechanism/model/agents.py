"""Drugs as sets of values over the same equations."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from costim.errors import CostimError
from costim.mechanism.model.catalogue import with_floats
from costim.mechanism.model.model import Model


@dataclass(frozen=True, slots=True)
class Agent:
    """What a drug changes of a model."""

    name: str
    title: str
    prose: str
    amount_unit: Literal["mg", "cells"]
    """Of amounts in schedules of this agent."""
    values: Mapping[str, Mapping[str, Any]]
    """Parameter -> fields of `Parameter` that replace those of the model."""
    units: Mapping[str, str]
    """State, quantity, output or parameter -> its unit, where amounts are not in mg."""


@cache
def _agents() -> dict[str, Agent]:
    raw = tomllib.loads((files("costim.mechanism.model") / "agents.toml").read_text("utf-8"))
    return {key: Agent(name=key, **{"values": {}, "units": {}, **entry}) for key, entry in raw.items()}


def agent_names() -> tuple[str, ...]:
    """Every agent, rituximab first."""
    return tuple(_agents())


def load_agent(name: str) -> Agent:
    """An agent by name.

    Raises:
        CostimError: there is no such agent.
    """
    if name not in _agents():
        raise CostimError(f"There is no agent {name!r}. Choose one of: {', '.join(_agents())}.")
    return _agents()[name]


def with_agent(model: Model, agent: Agent) -> Model:
    """The model with the values, evidence and units of an agent; equations and name stay.

    Values of parameters that the model does not have (`fG` in `turnover`) are left out. Spreads stay those of the
    model unless the agent gives its own.
    """
    if not agent.values:
        return model
    parameters = dict(model.parameters)
    for key, fields in agent.values.items():
        if key in parameters:
            # A source or note that speaks of rituximab does not speak of this agent.
            plain = {"source": "", "note": "", **with_floats(fields)}
            parameters[key] = replace(parameters[key], **plain)
    for key, unit in agent.units.items():
        if key in parameters:
            parameters[key] = replace(parameters[key], unit=unit)
    return replace(
        model,
        title=f"{model.title}, {agent.title}",
        prose=f"{model.prose} {agent.prose}",
        parameters=parameters,
        states={k: replace(s, unit=agent.units.get(k, s.unit)) for k, s in model.states.items()},
        quantities={k: replace(q, unit=agent.units.get(k, q.unit)) for k, q in model.quantities.items()},
        outputs={k: replace(o, unit=agent.units.get(k, o.unit)) for k, o in model.outputs.items()},
    )

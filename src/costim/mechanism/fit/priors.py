"""What is believed before the study is seen: plain data, read from `priors.toml`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from costim.errors import CostimError
from costim.mechanism.model.model import Evidence, Model

Distribution = Literal["lognormal", "logit_normal"]


@dataclass(frozen=True, slots=True)
class Prior:
    """Belief about the typical patient's value of one parameter."""

    name: str
    distribution: Distribution
    location: float
    """Mean of the logarithm, or of the logit."""
    scale: float
    """Standard deviation of the logarithm, or of the logit; above 0."""
    between: bool
    """Whether patients differ in it."""
    evidence: Evidence
    source: str = ""
    note: str = ""

    def value(self, deviation: float) -> float:
        """The typical value at so many prior standard deviations from the centre."""
        t = self.location + self.scale * deviation
        return math.exp(t) if self.distribution == "lognormal" else 1 / (1 + math.exp(-t))


@dataclass(frozen=True, slots=True)
class Level:
    """Belief about a patient's own level of the outputs of one group, on the logarithm, about the model's baseline."""

    group: str
    scale: float


@dataclass(frozen=True, slots=True)
class Priors:
    """All that a fit believes beforehand."""

    values: tuple[Prior, ...]
    between_scale: float
    """Of the half-normal distribution of standard deviations between patients."""
    scatter_scale: float
    """Of the lognormal distribution of residual standard deviations about those of the model."""
    count_size: int
    count_centre: float
    """Concentration of the beta-binomial."""
    count_scale: float
    levels: Mapping[str, Level]
    """By output."""

    @property
    def names(self) -> tuple[str, ...]:
        """Parameters estimated."""
        return tuple(p.name for p in self.values)

    @property
    def between(self) -> tuple[str, ...]:
        """Parameters in which patients differ."""
        return tuple(p.name for p in self.values if p.between)


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads((files("costim.mechanism.fit") / "priors.toml").read_text("utf-8"))


def default_priors(model: Model) -> Priors:
    """The priors of the house for one model: those of its parameters that are estimated.

    Raises:
        CostimError: the model has no parameter for which there is a prior, or a prior does not fit its scale.
    """
    raw = _raw()
    values = tuple(
        _prior(model, name, dict(entry)) for name, entry in raw["values"].items() if name in model.parameters
    )
    if not values:
        raise CostimError(f"Model {model.name} has no parameter with a prior; give `priors`.")
    return Priors(
        values=values,
        between_scale=raw["between"]["scale"],
        scatter_scale=raw["scatter"]["scale"],
        count_size=raw["count"]["size"],
        count_centre=float(raw["count"]["centre"]),
        count_scale=raw["count"]["scale"],
        levels={name: Level(**entry) for name, entry in raw["levels"].items()},
    )


def _prior(model: Model, name: str, entry: dict[str, Any]) -> Prior:
    parameter = model.parameters[name]
    centre = float(entry.pop("centre", parameter.value))
    logit = entry["distribution"] == "logit_normal"
    if logit != (parameter.scale == "logit"):
        raise CostimError(
            f"The prior of {name} is {entry['distribution']}, its spread in model {model.name} is on the "
            f"{parameter.scale}: use one scale for both."
        )
    location = math.log(centre / (1 - centre)) if logit else math.log(centre)
    return Prior(name, location=location, between=bool(entry.pop("between", False)), **entry)

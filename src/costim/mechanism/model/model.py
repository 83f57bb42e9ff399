"""What a mechanistic model is: named states, quantities, parameters, outputs. Plain data, read from files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Evidence = Literal["published", "derived", "speculative"]
Scale = Literal["log", "logit", "natural"]


@dataclass(frozen=True, slots=True)
class Function:
    """A formula with arguments, expanded wherever it is called."""

    name: str
    arguments: tuple[str, ...]
    formula: str
    prose: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """An intermediate value that formulas may name."""

    name: str
    formula: str
    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """One differential equation."""

    name: str
    baseline: str
    """Value without drug, a formula of parameters."""
    rate: str
    """Change per day."""
    title: str
    evidence: Evidence
    unit: str = ""
    at_dose: str = ""
    """Formula that the state is set to when an infusion starts; blank: it is left alone."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of a patient, with what is known of it."""

    name: str
    value: float
    """Of the typical patient, before `covariate`."""
    title: str
    evidence: Evidence
    unit: str = ""
    spread: float = 0.0
    """Between patients: standard deviation of logarithm, logit or value, by `scale`; 0: the same in all."""
    scale: Scale = "log"
    minimum: float = 0.0
    maximum: float = float("inf")
    covariate: str = ""
    """Formula of covariates that multiplies the value."""
    source: str = ""
    """Key of references.toml."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """Something seen, and how far readings scatter about it."""

    name: str
    formula: str
    title: str
    error: Literal["log_additive", "count"]
    unit: str = ""
    error_sd: float = 0.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """A whole model. Orders are those of the file: arrays of states and parameters follow them."""

    name: str
    title: str
    prose: str
    inputs: tuple[str, ...]
    functions: Mapping[str, Function]
    quantities: Mapping[str, Quantity]
    states: Mapping[str, State]
    parameters: Mapping[str, Parameter]
    """That move states, in the order of arrays of values."""
    scales: Mapping[str, Parameter]
    """Of outputs only, behind the parameters in arrays of values."""
    covariates: Mapping[str, Parameter]
    outputs: Mapping[str, Output]

    @property
    def value_names(self) -> tuple[str, ...]:
        """Names along the last axis of an array of a patient's values: parameters, then scales."""
        return (*self.parameters, *self.scales)

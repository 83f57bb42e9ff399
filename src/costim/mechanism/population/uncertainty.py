"""How well the typical values themselves are known: draws of them, for plans and predictions that carry it."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from costim.errors import CostimError
from costim.mechanism.model.model import Model, Parameter
from costim.mechanism.population.random_numbers import normal
from costim.mechanism.population.values import spread_out

Basis = Literal["published", "assumed"]
MOST_ATTEMPTS = 100
"""Draws of one value until it lies in the range of its parameter."""


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Of one typical value."""

    name: str
    rse: float
    """Relative standard error, above 0."""
    basis: Basis
    source: str = ""
    """Key of references.toml, where published."""
    note: str = ""


def uncertainties(model: Model) -> tuple[Uncertainty, ...]:
    """Standard errors of the typical values of a model, in its order: published ones, else assumed by evidence.

    Parameters that fix the structure (exponents, relative removals) have none.
    """
    raw = _table()
    found = []
    for name, parameter in {**model.parameters, **model.scales}.items():
        if name in raw["published"]:
            entry = raw["published"][name]
            found.append(Uncertainty(name, entry["rse"], "published", entry["source"], entry["note"]))
        elif name not in raw["fixed"]["names"] and name in model.parameters:
            note = f"assumed for {parameter.evidence} values"
            found.append(Uncertainty(name, raw["assumed"][parameter.evidence], "assumed", note=note))
    return tuple(found)


def draw_means(
    model: Model, count: int, seed: int, *, uncertain: tuple[Uncertainty, ...] | None = None
) -> list[dict[str, float]]:
    """Typical values as they may be.

    Each is a set of `means` for `draw_patients` and `typical`. Draw i is the same whatever `count`. A value outside
    the range of its parameter is drawn again.

    Args:
        model: Typical values and scales.
        count: Draws wanted.
        seed: Of the draw; the same seed for patients is harmless: streams are told apart by name.
        uncertain: Standard errors; those of `uncertainties(model)` by default.

    Raises:
        CostimError: a standard error of something that is no parameter of the model, or one not above 0.
    """
    entries = {**model.parameters, **model.scales}
    chosen = uncertainties(model) if uncertain is None else uncertain
    wrong = [u for u in chosen if u.name not in entries or not (math.isfinite(u.rse) and u.rse > 0)]
    if wrong:
        words = "; ".join(f"{u.name} with {u.rse:g}" for u in wrong)
        raise CostimError(
            f"Standard errors that model {model.name} cannot use: {words}. "
            "Name its parameters, with relative standard errors above 0."
        )
    columns = {u.name: _column(entries[u.name], u.rse, count, seed) for u in chosen}
    return [{name: float(column[i]) for name, column in columns.items()} for i in range(count)]


def _column(parameter: Parameter, rse: float, count: int, seed: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    spread = standard_deviation(parameter, rse)
    found = np.full(count, np.nan)
    for attempt in range(MOST_ATTEMPTS):
        waiting = ~((found >= parameter.minimum) & (found <= parameter.maximum))
        if not waiting.any():
            return found
        deviates = normal(seed, f"typical {parameter.name}", 0, count, attempt)
        found[waiting] = spread_out(replace(parameter, spread=spread), deviates)[waiting]
    raise CostimError(f"The typical {parameter.name} cannot be drawn: a standard error of {rse:.0%} leaves its range.")


def standard_deviation(parameter: Parameter, rse: float) -> float:
    """Of the logarithm, logit or value, such that the relative standard error of the value is about `rse`."""
    if parameter.scale == "log":
        return math.sqrt(math.log1p(rse**2))
    if parameter.scale == "natural":
        return rse * parameter.value
    return rse / (1 - parameter.value) if parameter.value < 1 else 0.0


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((files("costim.mechanism.population") / "uncertainty.toml").read_text("utf-8"))

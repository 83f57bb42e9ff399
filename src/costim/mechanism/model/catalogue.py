"""The models of the house by name. A variant is a file that says what it changes of its base."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from costim.errors import CostimError
from costim.mechanism.model.model import Function, Model, Output, Parameter, Quantity, State
from costim.mechanism.model.system import system

MODELS = ("loop", "no_cooperative_loop", "no_costimulation", "turnover")
"""The cooperative loop first, then its rivals."""
TABLES = ("functions", "quantities", "states", "parameters", "outputs", "scales", "covariates")


@cache
def load_model(name: str) -> Model:
    """A model of the catalogue.

    Raises:
        CostimError: there is no such model.
    """
    if name not in MODELS:
        raise CostimError(f"There is no model {name!r}. Choose one of: {', '.join(MODELS)}.")
    model = model_of(_raw(name))
    system(model)  # every formula is read once, so that a faulty file never gets further than this line
    return model


def _raw(name: str) -> dict[str, Any]:
    """The tables of a model file, those of its base patched in.

    `base` names the model changed; `remove` lists entries (`parameters.g`) that are not taken over. Keys of an entry
    that the variant names replace those of the base, other keys stay.
    """
    raw = tomllib.loads((files("costim.mechanism.model") / f"{name}.toml").read_text("utf-8"))
    if "base" not in raw:
        return raw
    merged = _raw(raw.pop("base"))
    for entry in raw.pop("remove", []):
        table, _, key = entry.partition(".")
        del merged[table][key]
    for key, value in raw.items():
        if key not in TABLES:
            merged[key] = value
            continue
        for entry, fields in value.items():
            merged[key][entry] = {**merged[key].get(entry, {}), **fields}
    return merged


def model_of(raw: Mapping[str, Any]) -> Model:
    """A model from the tables of a model file."""
    functions = {
        key: Function(name=key, **{**entry, "arguments": tuple(entry["arguments"])})
        for key, entry in raw.get("functions", {}).items()
    }
    return Model(
        name=raw["name"],
        title=raw["title"],
        prose=raw["prose"],
        inputs=tuple(raw["inputs"]),
        functions=functions,
        quantities={k: Quantity(name=k, **e) for k, e in raw.get("quantities", {}).items()},
        states={k: State(name=k, **e) for k, e in raw["states"].items()},
        parameters=_parameters(raw, "parameters"),
        scales=_parameters(raw, "scales"),
        covariates=_parameters(raw, "covariates"),
        outputs={k: Output(name=k, **with_floats(e)) for k, e in raw["outputs"].items()},
    )


def _parameters(raw: Mapping[str, Any], table: str) -> dict[str, Parameter]:
    """Parameters of one table; a covariate need not say its evidence: it is measured in each patient, or assumed."""
    fallback: dict[str, Any] = {"evidence": "derived"} if table == "covariates" else {}
    found = {}
    for key, entry in raw.get(table, {}).items():
        found[key] = Parameter(name=key, **(fallback | with_floats(entry)))
    return found


def with_floats(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an entry, whole numbers as floats."""
    return {key: float(value) if isinstance(value, int) else value for key, value in entry.items()}

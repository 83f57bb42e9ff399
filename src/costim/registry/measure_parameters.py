"""Parameters of the measurement rows that measures give: one per kind of outcome, and those of states over time."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from costim.registry.measure_catalogue import MeasureInfo

CONVENTIONS = ("both_ends", "carried_forward")
"""How time in a state is counted between two visits; see `longitudinal.toml`."""


@dataclass(frozen=True, slots=True)
class OverTime:
    """What is followed over time: measures whose outcomes are flares, and states that are aims of treatment."""

    flares: MappingProxyType[str, tuple[str, ...]]
    """Measure -> outcomes that are a flare."""
    aims: tuple[str, ...]
    """States that are better for the patient."""


@cache
def over_time() -> OverTime:
    """`longitudinal.toml`."""
    raw = tomllib.loads((files("costim.registry") / "longitudinal.toml").read_text("utf-8"))
    flares = {code: tuple(outcomes) for code, outcomes in raw["flares"].items()}
    return OverTime(MappingProxyType(flares), tuple(raw["aims"]))


def row_kinds(info: MeasureInfo) -> tuple[str, ...]:
    """Kinds of rows a measure gives at a visit: its own, and a second one when it gives a number and an outcome."""
    numeric = info.kind in ("score", "number")
    if numeric and info.outcomes:
        return info.kind, "state" if set(info.outcomes) <= {"yes", "no"} else "class"
    if not numeric and info.unit:
        return info.kind, "number"
    return (info.kind,)


def is_followed(info: MeasureInfo) -> bool:
    """Is it a state that is followed over time?"""
    return info.kind == "state" and info.code not in over_time().flares

"""Parameters of the measurement rows that measures give: one per kind of outcome, and those of states over time."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from costim.registry.measure_catalogue import MeasureInfo, measures

NUMERIC = ("score", "number")
"""Kinds whose rows hold numbers; the others hold text."""

CONVENTIONS = ("both_ends", "carried_forward")
"""How time in a state is counted between two visits; see `longitudinal.toml`."""


@dataclass(frozen=True, slots=True)
class OverTime:
    """What is followed over time: measures whose outcomes are flares, and states that are aims of treatment."""

    flares: MappingProxyType[str, tuple[str, ...]]
    """Measure -> outcomes that are a flare."""
    aims: tuple[str, ...]
    """States that are better for the patient."""
    of_events: tuple[str, ...]
    """States of an event, which are not followed."""
    changes: tuple[str, ...]
    """Measures that say nothing of a visit without an earlier assessment."""


@cache
def over_time() -> OverTime:
    """`longitudinal.toml`."""
    raw = tomllib.loads((files("costim.registry") / "longitudinal.toml").read_text("utf-8"))
    flares = {code: tuple(outcomes) for code, outcomes in raw["flares"].items()}
    return OverTime(MappingProxyType(flares), tuple(raw["aims"]), tuple(raw["of_events"]), tuple(raw["changes"]))


def row_kinds(info: MeasureInfo) -> tuple[str, ...]:
    """Kinds of rows a measure gives at a visit: its own, and a second one when it gives a number and an outcome."""
    numeric = info.kind in NUMERIC
    if numeric and info.outcomes:
        return info.kind, "state" if set(info.outcomes) <= {"yes", "no"} else "class"
    if not numeric and info.unit:
        return info.kind, "number"
    return (info.kind,)


def is_followed(info: MeasureInfo) -> bool:
    """Is it a state that is followed over time?"""
    return info.kind == "state" and info.code not in (*over_time().flares, *over_time().of_events)


@cache
def measure_parameters() -> tuple[MeasureParameter, ...]:
    """Parameters of every measure of the catalogue, in its order."""
    return tuple(entry for info in measures().values() for entry in (*_at_visits(info), *_over_time(info)))


@dataclass(frozen=True, slots=True)
class MeasureParameter:
    """A parameter of a measure; fields as in `parameters.Parameter`."""

    code: str
    label: str
    unit: str = ""
    worse: Literal["higher", "lower", ""] = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    reference: str = ""


def _at_visits(info: MeasureInfo) -> Iterator[MeasureParameter]:
    reference = next(iter(info.variants[info.default].references), "")
    kinds = row_kinds(info)
    for kind in kinds:
        label = info.label if kind == kinds[0] else f"{info.label} ({kind})"
        if kind in NUMERIC:
            ranged = (info.minimum, info.maximum) if info.kind in NUMERIC else (None, None)
            yield MeasureParameter(f"{info.code}.{kind}", label, info.unit, info.worse, *ranged, reference)
        else:
            yield MeasureParameter(f"{info.code}.{kind}", label, reference=reference)


def _over_time(info: MeasureInfo) -> Iterator[MeasureParameter]:
    zero, aim = Decimal(0), info.code in over_time().aims
    less: Literal["lower", ""] = "lower" if aim else ""
    later: Literal["higher", ""] = "higher" if aim else ""
    if is_followed(info):
        code, label = info.code, info.label
        yield MeasureParameter(f"{code}.share_of_time", f"{label}: share of time", "", less, zero, Decimal(1))
        yield MeasureParameter(f"{code}.days", f"{label}: time in the state", "days", less, zero)
        yield MeasureParameter(f"{code}.first_day", f"{label}: first attained", "days", later)
        yield MeasureParameter(f"{code}.sustained_day", f"{label}: attained and sustained", "days", later)
    if info.code in over_time().flares:
        yield MeasureParameter(f"{info.code}.flares", f"{info.label}: flares", "flares", "higher", zero)
        yield MeasureParameter(f"{info.code}.flare_day", f"{info.label}: day of the flare", "days")

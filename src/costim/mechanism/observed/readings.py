"""Which measurements the model can be held against, and how they become readings of its outputs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from costim.mechanism.observed.observed import Notes

Row = Mapping[str, Any]

LOOSE_DAYS = 7.0
"""A day known to lie within a range no wider than this is taken in its middle."""


@dataclass(frozen=True, slots=True)
class Source:
    """Measurements that are readings of an output, the most telling first."""

    output: str
    parameters: tuple[str, ...]
    unit: str
    """Of the measurement; a row in another unit is not used."""
    factor: float = 1.0
    """Turns it into the unit of the output."""
    together: bool = False
    """Do they measure the same on the same scale? Then all are used, of several on one day the first. Else only the
    first that the study has: a median and a mean make no series."""


def _levels(marker: str) -> tuple[str, ...]:
    """Levels of a marker on B cells: any of them will do, since the fit gives each patient a level of its own."""
    return tuple(f"cyt.b_cells.{marker}.{statistic}" for statistic in ("median", "geometric_mean", "mean"))


def _positive(*markers: str) -> tuple[str, ...]:
    return tuple(f"cyt.cd4_t_cells.{marker}.percent_positive" for marker in markers)


SOURCES: tuple[Source, ...] = (
    Source("drug", ("lab.rituximab_level", "lab.rituximab"), "mg/L"),
    Source("cd19", ("lab.cd19_count", "bcell.count", "cyt.b_cells.per_ul"), "cells/uL", together=True),
    Source("naive", ("cyt.naive_b.per_ul",), "cells/uL"),
    Source("memory", ("cyt.memory_b.per_ul",), "cells/uL"),
    Source("cd40", _levels("cd40"), "AU"),
    Source("cd80", _levels("cd80"), "AU"),
    Source("cd40l", _positive("cd154", "cd40l"), "%", 0.01),
    Source("cd69", _positive("cd69"), "%", 0.01),
    Source("icos", _positive("icos", "cd278"), "%", 0.01),
    Source("anti_dsdna", ("lab.anti_dsdna",), "IU/mL"),
    Source("sledai", ("sledai.total",), "points"),
)
ASKED = {parameter: source for source in SOURCES for parameter in source.parameters}
"""Measurement -> the output it is a reading of."""


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """One reading of one output."""

    subject: int
    """Position among the subjects of the fit."""
    day: float
    output: str
    lower: float
    upper: float
    row: str
    """Id of the measurement."""


def read_readings(
    rows: Iterable[Row], subjects: Sequence[str], before_treatment: frozenset[str], notes: Notes
) -> list[Reading]:
    """Readings of all outputs, sorted by subject, day, output.

    Args:
        rows: measurements as recorded.
        subjects: those with infusions the fit can use.
        before_treatment: visits that the plan takes as baseline: without a day they stand on day 0.
        notes: is told what is assumed and what is left out.
    """
    place = {subject: i for i, subject in enumerate(subjects)}
    found: dict[tuple[int, float, str], tuple[int, Reading]] = {}
    asked = [row for row in rows if row["parameter"] in ASKED]
    taken = _taken(asked)
    for row in asked:
        source = ASKED[row["parameter"]]
        if row["parameter"] not in taken:
            continue
        reading = _reading(row, source, place, before_treatment, notes)
        if reading is None:
            continue
        rank = source.parameters.index(row["parameter"])
        key = reading.subject, reading.day, reading.output
        if key not in found:
            found[key] = rank, reading
            continue
        other = source.parameters[max(rank, found[key][0])]
        found[key] = min(found[key], (rank, reading))
        notes.leave_out(other, "another reading of the same output on the same day is used", row["subject"])
    return sorted(reading for _, reading in found.values())


def _taken(asked: Iterable[Row]) -> set[str]:
    """Measurements that are used: those with a number, of several that exclude each other the first."""
    asked = list(asked)
    numbers = {row["parameter"] for row in asked if not row["missing"]} or {row["parameter"] for row in asked}
    taken: set[str] = set()
    for source in SOURCES:
        there = [p for p in source.parameters if p in numbers]
        taken.update(there if source.together else there[:1])
    return taken


def _reading(
    row: Row, source: Source, place: Mapping[str, int], before_treatment: frozenset[str], notes: Notes
) -> Reading | None:
    why = _useless(row, source, place)
    day = _day(row, before_treatment, notes) if not why else None
    if not why and day is None:
        why = "the day is not known"
    if why or day is None:
        notes.leave_out(row["parameter"], why, row["subject"])
        return None
    lower = 0.0 if row["lower"] is None else float(row["lower"]) * source.factor
    upper = math.inf if row["upper"] is None else float(row["upper"]) * source.factor
    if source.output == "sledai" and (lower % 1 or upper % 1):
        lower, upper = math.ceil(lower), math.floor(upper)
    return Reading(place[row["subject"]], day, source.output, lower, upper, str(row["measurement_id"]))


def _useless(row: Row, source: Source, place: Mapping[str, int]) -> str:
    """Why a row says nothing to the model; blank when it does."""
    unit = row["unit"] or "not stated"
    doubts = {
        f"no value: {row['missing'].replace('_', ' ')}": bool(row["missing"]),
        "the subject has no infusion the model can use": row["subject"] not in place,
        f"unit {unit} instead of {source.unit}": unit != source.unit,
        "no number": row["lower"] is None and row["upper"] is None,
        "taken after an infusion of the same day": row["timepoint"] == "post",
        "a drug level of exactly 0 has no logarithm; give the limit of the assay": (
            source.output == "drug" and row["upper"] == 0
        ),
    }
    return next((words for words, holds in doubts.items() if holds), "")


def _day(row: Row, before_treatment: frozenset[str], notes: Notes) -> float | None:
    if row["day"] is not None:
        return float(row["day"])
    low, high = row["day_lower"], row["day_upper"]
    if low is not None and high is not None and high - low <= LOOSE_DAYS:
        notes.assume(f"a day known to within {LOOSE_DAYS:g} days is taken in the middle", row["subject"])
        return float(low + high) / 2
    if row["visit"] in before_treatment:
        # Before the first infusion nothing moves in the model, so that any day gives the same prediction.
        notes.assume("a baseline visit without a day lies before the first infusion", row["subject"])
        return 0.0
    return None

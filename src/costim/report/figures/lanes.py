"""Rows of a swimmer plot: one lane per patient."""

from __future__ import annotations

import math
from dataclasses import dataclass

from costim.registry.measurements import Measurement
from costim.registry.natural import natural_key
from costim.registry.parameters import parameter as look_up
from costim.registry.plan import Plan
from costim.report.figures.view import View

_FIRST_CHOICES = ("event.end_of_response", "event.last_contact")
ATTAINMENTS = (".first_day", ".sustained_day")


@dataclass(frozen=True, slots=True)
class Lane:
    """One patient: how long (bounds are equal when exact), how it ended, the infusions and what else happened."""

    subject: str
    low: float | None
    high: float | None
    status: str
    """`observed`, `censored`, `unknown`, or blank when there is no row."""
    row: Measurement | None
    by_constraint: bool
    doses: tuple[tuple[float, str], ...]
    """Study day and dose in words."""
    infusions: Measurement | None
    events: tuple[Measurement, ...]
    bcell_return: Measurement | None


@dataclass(frozen=True, slots=True)
class Lanes:
    """All lanes, longest first."""

    parameter: str
    unit: str
    days_per_unit: float
    lanes: tuple[Lane, ...]
    doses: tuple[str, ...]
    """Distinct doses, in order of first use."""


def unit_days(plan: Plan, unit: str) -> float:
    """Length of a time unit in days, by the conventions of the study."""
    lengths = {
        "days": 1.0,
        "weeks": 7.0,
        "months": float(plan.study.days_per_month),
        "years": float(plan.study.days_per_year),
    }
    return lengths.get(unit, 1.0)


def lane_parameter(view: View) -> str | None:
    """The parameter whose times make the lanes: duration of response, else the first time-to-event endpoint.

    Not the day of attaining a state: there the response begins where a lane would say that it ends.
    """
    declared = [e.parameter for e in view.endpoints("time_to_event") if not e.parameter.endswith(ATTAINMENTS)]
    for code in (*_FIRST_CHOICES[:1], *declared, *_FIRST_CHOICES[1:]):
        if any(m.value is not None or m.upper is not None or m.lower is not None for m in view.rows(code)):
            return code
    return None


def _bounds(view: View, code: str, row: Measurement | None, subject: str) -> tuple[float | None, float | None, bool]:
    """Times the rows or the stated constraints admit."""
    unit = look_up(code).unit or "months"
    low = high = None
    if row is not None:
        low, high = (row.value, row.value) if row.value is not None else (row.lower, row.upper)
        if row.value is not None:
            return low, high, False
    bound = False
    for stated in view.plan.constraints:
        if f"event.{stated.event}" != code or stated.subject != subject:
            continue
        factor = unit_days(view.plan, stated.unit or unit) / unit_days(view.plan, unit) if stated.unit != unit else 1.0
        if stated.at_most is not None and (high is None or stated.at_most * factor < high):
            high, bound = stated.at_most * factor, True
        if stated.at_least is not None and (low is None or stated.at_least * factor > low):
            low, bound = stated.at_least * factor, True
    return low, high, bound


def lanes_of(view: View) -> Lanes | None:
    """Lanes of every patient of the study; None when no patient has a time."""
    code = lane_parameter(view)
    if code is None:
        return None
    first: dict[str, Measurement] = {}
    for row in view.rows(code):
        first.setdefault(row.subject, row)
    doses: dict[str, list[tuple[float, str]]] = {}
    for row in view.rows("exposure.dose_as_given"):
        if row.day is not None and row.value is not None:
            doses.setdefault(row.subject, []).append((row.day, dose_words(row)))
    infusions = {m.subject: m for m in view.rows("exposure.infusions")}
    returns = {m.subject: m for m in view.rows("bcell.return_day") if m.upper is not None or m.value is not None}
    others: dict[str, list[Measurement]] = {}
    for other in sorted(view.measurements):
        if other.startswith("event.") and other != code:
            for row in view.rows(other):
                if row.value is not None or row.lower is not None or row.upper is not None:
                    others.setdefault(row.subject, []).append(row)
    lanes = []
    for subject in view.subjects:
        reading = first.get(subject)
        low, high, bound = _bounds(view, code, reading, subject)
        lanes.append(
            Lane(
                subject=subject,
                low=low,
                high=high,
                status="" if reading is None else reading.text or "unknown",
                row=reading,
                by_constraint=bound,
                doses=tuple(sorted(doses.get(subject, []))),
                infusions=infusions.get(subject),
                events=tuple(others.get(subject, ())),
                bcell_return=returns.get(subject),
            )
        )
    ordered = tuple(sorted(lanes, key=_longest_first))
    used = sorted({words for lane in ordered for _, words in lane.doses}, key=natural_key)
    unit = look_up(code).unit or "months"
    return Lanes(code, unit, unit_days(view.plan, unit), ordered, tuple(used))


def _longest_first(lane: Lane) -> tuple[float, float, tuple[object, ...]]:
    known = [x for x in (lane.low, lane.high) if x is not None and math.isfinite(x)]
    sure = lane.low if lane.low is not None and math.isfinite(lane.low) else -1.0
    return (-sure, -max(known, default=-1.0), natural_key(lane.subject))


def dose_words(row: Measurement) -> str:
    """A dose as given, e.g. `rituximab 375 mg/m²`."""
    from costim.report.figures.words import short
    from costim.report.format import unit_text

    amount = "" if row.value is None else short(row.value)
    return " ".join(part for part in (row.variant, amount, unit_text(row.unit)) if part)

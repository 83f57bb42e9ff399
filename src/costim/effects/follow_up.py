"""What is known of each subject's time to an event, with the facts the plan states about missing ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf

from costim.effects.evidence import Evidence, Reading
from costim.inference.survival.scenarios import FollowUp
from costim.registry.plan import StudyInfo
from costim.registry.plan_assumptions import Constraint

OBSERVED, CENSORED = "observed", "censored"
STATUS = {OBSERVED: True, CENSORED: False}
ENDS = ("event.last_contact", "event.death")
"""Ends of observation for a subject without a row of the event itself."""


@dataclass(frozen=True, slots=True)
class Course:
    """One subject: what is known, and what that rests on."""

    subject: str
    known: FollowUp
    flags: tuple[str, ...]
    constraints: tuple[str, ...]
    readings: tuple[Reading, ...]

    @property
    def is_exact(self) -> bool:
        """Whether the time is one number."""
        return self.known.lower == self.known.upper


@dataclass(frozen=True, slots=True)
class Courses:
    """All subjects with any information. `censored_exactly` and the id of that constraint, when the plan states one."""

    rows: tuple[Course, ...]
    n_missing: int
    censored_exactly: int | None
    count_constraint: str
    flags: tuple[str, ...]


def find_courses(evidence: Evidence, parameter: str) -> Courses:
    """Time to the first event of every subject.

    * A row without a time: the time may be anything from 0 on, within the constraints of the plan. It may thus come
      before a row with a time, which then only says when the first event had happened at the latest.
    * No row of the event, but a last contact or a death: censored at the earlier of them. Retreatment and other
      treatment end nothing, unless the table of events says so by a censored row of the event itself.
    * Nothing at all: left out and counted as missing; to a Kaplan-Meier estimate that equals censoring at time 0.
    * Times before the first infusion are not times to an event: left out and flagged.
    """
    event = parameter.split(".", 1)[-1]
    stated = [c for c in evidence.plan.constraints if c.event in (event, parameter)]
    ends = [evidence.by_subject(end) for end in ENDS if end != parameter]
    courses, early = [], False
    for subject, rows in evidence.by_subject(parameter).items():
        own = [c for c in stated if c.subject == subject]
        after = [r for r in rows if not (r.is_number and r.span()[1] < 0)]
        early = early or len(after) < len(rows)
        if after or own:
            courses.append(_from_rows(subject, after, own, evidence.plan.study))
        else:
            last = [r for end in ends for r in end[subject] if r.is_number and r.span()[1] >= 0]
            courses += _from_last_contact(subject, last)
    counts = [c for c in stated if c.censored_exactly is not None]
    return Courses(
        rows=tuple(courses),
        n_missing=len(evidence.subjects) - len(courses),
        censored_exactly=counts[0].censored_exactly if counts else None,
        count_constraint=counts[0].id if counts else "",
        flags=("before_first_infusion",) if early else (),
    )


def _from_rows(subject: str, rows: Sequence[Reading], stated: Sequence[Constraint], info: StudyInfo) -> Course:
    flags = ["first_of_several"] if len(rows) > 1 else []
    known, used_rows = _first(rows)
    low, high = known.lower, known.upper
    unit = next((r.unit for r in used_rows if r.unit), "months")
    used = []
    for constraint in stated:
        least, most = _limits(constraint, info, unit)
        new_low, new_high = max(low, least), min(high, most)
        if new_low > new_high:
            flags.append("constraint_contradicted")  # the recorded time stands
        elif (new_low, new_high) != (low, high):
            low, high = new_low, new_high
            used.append(constraint.id)
    if used:
        flags.append("bounded_by_constraint")
    if known.event is None:
        flags.append("status_unknown")
    return Course(subject, FollowUp(low, high, known.event), tuple(flags), tuple(used), used_rows)


def _first(rows: Sequence[Reading]) -> tuple[FollowUp, tuple[Reading, ...]]:
    """The first event of a subject and the rows that tell it.

    A censored row without a time says nothing beside others. Where an event was observed, the first had happened by
    the end of the earliest observed one, whatever rows of unknown time or status come before. A row of unknown status
    that was no event leaves the subject under observation up to the next censored row, or to the last row.
    """
    telling = [r for r in rows if r.is_number or r.text != CENSORED] or list(rows)
    if not telling:
        return FollowUp(0.0, inf, None), ()
    ordered = sorted(telling, key=lambda r: (_span(r), r.item))
    first = ordered[0]
    low, high = _span(first)
    observed = [r for r in ordered if r.text == OBSERVED]
    if first.text == CENSORED:
        return FollowUp(low, high, False), (first,)
    if observed:
        last, event = min(observed, key=lambda r: _span(r)[1]), STATUS[OBSERVED]
        high = _span(last)[1]
    else:
        last, event = next((r for r in ordered if r.text == CENSORED), ordered[-1]), None
        high = max(_span(r)[1] for r in ordered[: ordered.index(last) + 1])
    return FollowUp(low, high, event), (first,) if last is first else (first, last)


def _span(reading: Reading) -> tuple[float, float]:
    low, high = reading.span(0.0) if reading.is_number else (0.0, inf)
    return max(low, 0.0), high


def _from_last_contact(subject: str, ends: Sequence[Reading]) -> list[Course]:
    if not ends:
        return []
    row = min(ends, key=lambda r: (r.span(0.0), r.item))
    low, high = row.span(0.0)
    return [Course(subject, FollowUp(max(low, 0.0), high, False), ("censored_at_last_contact",), (), (row,))]


def _limits(constraint: Constraint, info: StudyInfo, unit: str) -> tuple[float, float]:
    """The constraint in the unit of the event; in the same unit the stated number is kept as it is."""
    days = {
        "days": Decimal(1),
        "weeks": Decimal(7),
        "months": info.days_per_month,
        "years": info.days_per_year,
    }
    factor = days[constraint.unit or unit] / days[unit] if constraint.unit != unit else Decimal(1)

    def convert(value: float) -> float:
        return float(Decimal(repr(value)) * factor)

    least = 0.0 if constraint.at_least is None else convert(constraint.at_least)
    return least, inf if constraint.at_most is None else convert(constraint.at_most)

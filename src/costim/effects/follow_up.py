"""What is known of each subject's time to an event, with the facts the plan states about missing ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf

from costim.effects.evidence import Evidence, Reading
from costim.effects.scenarios import FollowUp
from costim.registry.plan import Constraint, StudyInfo

STATUS = {"observed": True, "censored": False}
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

    * A row without a time: the time may be anything from 0 on, within the constraints of the plan.
    * No row of the event, but a last contact or a death: censored there.
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
        if after or (own and not rows):
            courses.append(_from_rows(subject, after, own, evidence.plan.study, parameter))
        elif not rows:
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


def _from_rows(
    subject: str, rows: Sequence[Reading], stated: Sequence[Constraint], info: StudyInfo, parameter: str
) -> Course:
    flags = []
    timed = sorted((r for r in rows if r.is_number), key=lambda r: (r.span(0.0), r.item))
    row = next(iter(timed or rows), None)
    if len(rows) > 1:
        flags.append("first_of_several")
    low, high = row.span(0.0) if row is not None else (0.0, inf)
    low = max(low, 0.0)
    used = []
    for constraint in stated:
        least, most = _limits(constraint, info, row.unit if row is not None and row.unit else "months")
        new_low, new_high = max(low, least), min(high, most)
        if new_low > new_high:
            flags.append("constraint_contradicted")  # the recorded time stands
        elif (new_low, new_high) != (low, high):
            low, high = new_low, new_high
            used.append(constraint.id)
    if used:
        flags.append("bounded_by_constraint")
    status = STATUS.get(row.text or "") if row is not None else None
    if status is None:
        flags.append("status_unknown")
    return Course(subject, FollowUp(low, high, status), tuple(flags), tuple(used), (row,) if row is not None else ())


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

"""What ended the observation of each subject, once the intercurrent events that the plan declares are respected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from costim.effects.evidence import Evidence, Reading
from costim.effects.follow_up import CENSORED as CENSORED_TEXT
from costim.effects.follow_up import OBSERVED, Course
from costim.inference.survival.incidence_bounds import Ending
from costim.inference.survival.incidence_moments import CENSORED, COMPETING, EVENT, ORDER
from costim.inference.survival.scenarios import FollowUp

CAUSE = {"composite": EVENT, "competing": COMPETING, "hypothetical": CENSORED}


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that may end observation: within [lower, upper], with these causes; `certain` = it did happen."""

    lower: float
    upper: float
    causes: tuple[int, ...]
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """A subject, how its observation ended, and the rows that tell it."""

    subject: str
    ending: Ending
    constraints: tuple[str, ...]
    readings: tuple[Reading, ...]
    order_unknown: bool


def find_endings(
    evidence: Evidence, courses: Sequence[Course], strategies: Sequence[tuple[str, str]]
) -> tuple[Ended, ...]:
    """Every subject of whom something certain is known.

    The first of all happenings ends observation: the event itself or its censoring, and each intercurrent event with
    the cause that its strategy gives it. At one time the event goes before a competing one, and this before an end of
    observation. Where ranges leave the order open, every cause that may have come first is kept.

    Args:
        evidence: measurements of one reading.
        courses: what is known of the event itself.
        strategies: intercurrent event and strategy, `treatment_policy` being without consequence.
    """
    own = {c.subject: c for c in courses}
    named = [(evidence.by_subject(f"event.{name}"), CAUSE[how]) for name, how in strategies if how in CAUSE]
    found = [_ended(subject, own.get(subject), named) for subject in evidence.subjects]
    return tuple(e for e in found if e is not None)


def _ended(
    subject: str, course: Course | None, named: Sequence[tuple[Mapping[str, tuple[Reading, ...]], int]]
) -> Ended | None:
    rows = [(r, cause) for table, cause in named for r in table[subject] if _counts(r)]
    happenings = [_happening(r, cause) for r, cause in rows]
    if course is not None:
        happenings.append(_of_course(course))
    ending = first_of(happenings)
    if ending is None:
        return None
    readings = tuple(r for r, _ in rows) + (course.readings if course else ())
    order_unknown = len(ending.causes) > 1 and not (course is not None and course.known.event is None)
    return Ended(subject, ending, course.constraints if course else (), readings, order_unknown)


def _counts(reading: Reading) -> bool:
    """Is it an intercurrent event after the first infusion? A censored row says that there was none."""
    return reading.text != CENSORED_TEXT and not (reading.is_number and reading.span()[1] < 0)


def _happening(reading: Reading, cause: int) -> Happening:
    low, high = reading.span(0.0) if reading.is_number else (0.0, inf)
    return Happening(max(low, 0.0), high, (cause,), reading.text == OBSERVED)


def _of_course(course: Course) -> Happening:
    causes = {True: (EVENT,), False: (CENSORED,), None: (CENSORED, EVENT)}[course.known.event]
    return Happening(course.known.lower, course.known.upper, causes)


def first_of(happenings: Sequence[Happening]) -> Ending | None:
    """The end that comes first, or all that may; None when nothing is certain to have happened."""
    sure = [h for h in happenings if h.certain]
    if not sure:
        return None
    last = min(h.upper for h in sure)
    possible = [h for h in happenings if not any(_precedes(s, h) for s in sure)]
    causes = tuple(sorted({cause for h in possible for cause in h.causes}))
    return Ending(min(h.lower for h in possible), last, causes)


def _precedes(one: Happening, other: Happening) -> bool:
    """Does one certainly come first?"""
    if one.upper == other.lower:
        return max(ORDER[c] for c in one.causes) < min(ORDER[c] for c in other.causes)
    return one.upper < other.lower


def as_follow_up(ending: Ending) -> FollowUp:
    """An end without competing events as time and status."""
    event = None if len(ending.causes) > 1 else ending.causes == (EVENT,)
    return FollowUp(ending.lower, ending.upper, event)

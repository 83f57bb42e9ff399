"""Courses: does a course with a first and a last day cover a visit?"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from costim.instruments.rows import Reading, Row, to_float
from costim.measures.steroids import is_pulse


class Cover(Enum):
    """Three-valued answer."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


def covers(row: Row, day: Reading) -> Cover:
    """Does the course contain the day, both ends included?

    A last day that is blank may mean ongoing or unknown: then only the first day itself is certain. A single dose ends
    on the day it begins. A visit without a known day is never certain.

    Args:
        row: a row of the comedications table with `start_day` and `end_day`.
        day: study day of the visit.
    """
    start = row.reading("start_day")
    end = start if is_pulse(row.text("frequency")) else row.reading("end_day")
    certain_end = max((d for d in (end.lower, start.lower) if d is not None), default=None)
    if _before(day.upper, start.lower) or _before(end.upper, day.lower):
        return Cover.NO
    begun = start.upper is not None and day.lower is not None and start.upper <= day.lower
    lasts = certain_end is not None and day.upper is not None and day.upper <= certain_end
    return Cover.YES if begun and lasts else Cover.MAYBE


def _before(earlier: Decimal | None, later: Decimal | None) -> bool:
    return earlier is not None and later is not None and earlier < later


def start_label(row: Row) -> str:
    """What tells several courses of one drug apart, in words; blank for a dose typed at a visit."""
    day = row.reading("start_day")
    if day.missing:
        return ""
    ends = [f"{end:g}" for end in (to_float(day.lower), to_float(day.upper)) if end is not None]
    if day.relation == "=":
        return f"from day {ends[0]}"
    return f"from day {' to '.join(ends)}" if day.relation == "range" else f"from day {day.relation}{ends[0]}"

"""A state assessed at several visits: time spent in it, when it was first there, and when it was there to stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product

from costim.instruments.rows import Reading, absent, between
from costim.measures.bounds import to_decimal
from costim.measures.truth import Truth

MOST_RANGES = 8
"""Visits with a range of days whose ends are all tried: 256 combinations at most."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The state at one visit, and the study day of the visit within bounds."""

    state: Truth
    day: Reading


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a state, and their share of the days between the first and the last visit (0 to 1)."""

    days: Reading
    share: Reading


def time_in_state(seen: Sequence[Seen], *, carried: bool) -> Span | None:
    """Time in a state between the first and the last visit, over every way the unknown states may be.

    Args:
        seen: visits in time.
        carried: True carries a state forward: the time up to the next visit counts when the state was there at its
            beginning. False counts it only when the state was there at both ends.

    Returns:
        Exact numbers, or bounds that every completion of unknown states and of ranges of days lies within and that are
        reached; None when no time passes, or days are not known well enough (unknown, overlapping, or too many ranges).
    """
    if len(seen) < 2 or not _days_known([entry.day for entry in seen]):
        return None
    found = []
    for days in product(*(_ends(entry.day) for entry in seen)):
        total = days[-1] - days[0]
        if total <= 0:
            return None
        for unknown in (False, True):
            states = [entry.state is Truth.YES or (unknown and entry.state is Truth.UNKNOWN) for entry in seen]
            inside = sum(
                (
                    later - earlier
                    for (earlier, later), (begins, ends) in zip(pairwise(days), pairwise(states), strict=True)
                    if begins and (carried or ends)
                ),
                start=Decimal(0),
            )
            found.append((inside, Fraction(inside) / Fraction(total)))
    shares = [share for _, share in found]
    return Span(
        between(min(days for days, _ in found), max(days for days, _ in found)),
        between(to_decimal(min(shares)), to_decimal(max(shares))),
    )


def _ends(day: Reading) -> tuple[Decimal, ...]:
    ends = (day.lower, day.upper)
    return tuple(dict.fromkeys(end for end in ends if end is not None))


def _days_known(days: Sequence[Reading]) -> bool:
    closed = all(day.lower is not None and day.upper is not None for day in days)
    ranges = sum(day.lower != day.upper for day in days)
    return closed and ranges <= MOST_RANGES and not any(_overlap(one, other) for one, other in pairwise(days))


def _overlap(earlier: Reading, later: Reading) -> bool:
    return earlier.upper is not None and later.lower is not None and earlier.upper > later.lower


@dataclass(frozen=True, slots=True)
class Onset:
    """When a state began to be there: after one visit, up to another.

    `day` lies above its lower and at or below its upper end. `from_visit` and `to_visit` count visits from 0: the first
    at which it may, and the first at which it must have begun; the number of visits stands for a time after the last.
    """

    day: Reading
    from_visit: int
    to_visit: int


def first_onset(seen: Sequence[Seen]) -> Onset:
    """When the state was attained first, as an interval.

    It begins after the last visit known not to be in the state before any that may be, and ends at the first visit
    known to be in it. Without such a visit there is only a lower end: follow-up ended without it, or it is unknown.

    Args:
        seen: visits in time, at least one.
    """
    possible = next((i for i, entry in enumerate(seen) if entry.state is not Truth.NO), len(seen))
    certain = next((i for i, entry in enumerate(seen) if entry.state is Truth.YES), len(seen))
    return Onset(_interval(seen, possible, certain), possible, certain)


def sustained_onset(seen: Sequence[Seen], least_days: int = 0) -> Onset:
    """When the state began to last: the first of at least two visits in a row in the state, so many days apart or more.

    A state that is there at the last visit may turn out to last; then there is only a lower end.

    Args:
        seen: visits in time, at least one.
        least_days: days between the first and the last visit of the row, at least.
    """
    possible = next((i for i in range(len(seen)) if _may_last(seen, i, least_days)), len(seen))
    certain = next((i for i in range(len(seen)) if _must_last(seen, i, least_days)), len(seen))
    return Onset(_interval(seen, possible, certain), possible, certain)


def _row_from(seen: Sequence[Seen], start: int, allowed: tuple[Truth, ...]) -> Iterator[int]:
    """Visits of the unbroken row that begins at a visit."""
    for place in range(start, len(seen)):
        if seen[place].state not in allowed:
            return
        yield place


def _may_last(seen: Sequence[Seen], start: int, least_days: int) -> bool:
    row = list(_row_from(seen, start, (Truth.YES, Truth.UNKNOWN)))
    if not row:
        return False
    if row[-1] == len(seen) - 1:
        return True  # a later visit may confirm it
    first, last = seen[start].day.lower, seen[row[-1]].day.upper
    return len(row) > 1 and (first is None or last is None or last - first >= least_days)


def _must_last(seen: Sequence[Seen], start: int, least_days: int) -> bool:
    row = list(_row_from(seen, start, (Truth.YES,)))
    if len(row) < 2:
        return False
    first, last = seen[start].day.upper, seen[row[-1]].day.lower
    return least_days <= 0 or (first is not None and last is not None and last - first >= least_days)


def _interval(seen: Sequence[Seen], possible: int, certain: int) -> Reading:
    """After the visit before the first possible one, up to the first certain one.

    Where that visit has no known day, an earlier visit bounds it from below, a later one from above.
    """
    lower = max((entry.day.lower for entry in seen[:possible] if entry.day.lower is not None), default=None)
    upper = min((entry.day.upper for entry in seen[certain:] if entry.day.upper is not None), default=None)
    if certain == len(seen):
        upper = None
    if lower is None and upper is None:
        return absent("not_recorded")
    if upper is None:
        return Reading(None, lower, None, ">")
    return between(lower, upper)

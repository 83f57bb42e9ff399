"""States over time: exact on plain cases, and enclosing every completion of unknown states and ranged days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.instruments.rows import Reading, between, point
from costim.instruments.states_in_time import Seen, first_onset, sustained_onset, time_in_state
from costim.measures.truth import Truth

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
NEVER = 10**9


def seen(*visits: tuple[int | tuple[int, int] | None, Truth]) -> list[Seen]:
    return [Seen(state, _day(day)) for day, state in visits]


def _day(day: int | tuple[int, int] | None) -> Reading:
    if day is None:
        return Reading(missing="not_reported")
    return between(Decimal(day[0]), Decimal(day[1])) if isinstance(day, tuple) else point(Decimal(day))


def ends(reading: Reading) -> tuple[Decimal | None, Decimal | None]:
    return reading.lower, reading.upper


def test_time_in_a_state_by_both_conventions() -> None:
    visits = seen((0, NO), (28, YES), (56, YES), (100, NO), (200, YES))
    both, carried = (time_in_state(visits, carried=c) for c in (False, True))
    assert both is not None and carried is not None
    assert (both.days.value, both.share.value) == (28, Decimal("0.14"))
    assert (carried.days.value, carried.share.value) == (72, Decimal("0.36"))


def test_an_unknown_state_gives_bounds() -> None:
    span = time_in_state(seen((0, YES), (50, UNKNOWN), (100, YES)), carried=False)
    assert span is not None
    assert ends(span.days) == (0, 100)
    assert ends(span.share) == (0, 1)


@pytest.mark.parametrize(
    "visits",
    [
        [(0, YES)],
        [(5, YES), (5, YES)],
        [(0, YES), (None, YES), (9, YES)],
        [((0, 9), YES), ((5, 20), YES)],
        [((i * 10, i * 10 + 5), YES) for i in range(9)],
    ],
)
def test_time_is_not_added_up_without_known_days(visits: list[tuple[int | tuple[int, int] | None, Truth]]) -> None:
    assert time_in_state(seen(*visits), carried=True) is None


def test_first_attainment_lies_between_two_visits() -> None:
    onset = first_onset(seen((0, NO), (28, NO), (60, YES), (90, NO)))
    assert (ends(onset.day), onset.day.relation) == ((28, 60), "range")


def test_unknown_visits_widen_the_first_attainment() -> None:
    onset = first_onset(seen((0, NO), (28, UNKNOWN), (60, YES)))
    assert ends(onset.day) == (0, 60)
    onset = first_onset(seen((0, NO), (28, UNKNOWN), (60, NO)))
    assert (ends(onset.day), onset.day.relation) == ((0, None), ">")


def test_never_attained_is_censored_at_the_last_visit() -> None:
    onset = first_onset(seen((0, NO), (365, NO)))
    assert (ends(onset.day), onset.day.relation, onset.from_visit) == ((365, None), ">", 2)


def test_attained_at_the_start_has_no_lower_end() -> None:
    onset = first_onset(seen((0, YES), (365, NO)))
    assert (ends(onset.day), onset.day.relation) == ((None, 0), "<=")


def test_nothing_known_gives_no_interval() -> None:
    assert first_onset(seen((0, UNKNOWN), (9, UNKNOWN))).day.missing == "not_recorded"


def test_a_visit_without_day_is_bounded_by_its_neighbours() -> None:
    assert ends(first_onset(seen((0, NO), (None, NO), (None, YES), (90, YES))).day) == (0, 90)


def test_sustained_needs_two_visits_so_far_apart() -> None:
    visits = seen((0, NO), (28, YES), (56, NO), (100, YES), (150, YES), (200, NO))
    assert ends(sustained_onset(visits).day) == (56, 100)
    assert ends(sustained_onset(visits, 50).day) == (56, 100)
    assert sustained_onset(visits, 51).day == Reading(None, Decimal(200), None, ">")


def test_a_state_at_the_last_visit_may_last() -> None:
    onset = sustained_onset(seen((0, NO), (28, NO), (56, YES)))
    assert (ends(onset.day), onset.from_visit, onset.to_visit) == ((28, None), 2, 3)


STATES = st.sampled_from([YES, NO, UNKNOWN])


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, int, Truth]]:
    """Up to six visits in time; some with a range of days that does not reach into that of its neighbours."""
    found, day = [], draw(st.integers(-30, 0))
    for _ in range(draw(st.integers(1, 6))):
        low = day
        high = low + draw(st.sampled_from([0, 0, 0, 5]))
        found.append((low, high, draw(STATES)))
        day = high + draw(st.sampled_from([0, 1, 10, 30]))
    return found


def completions(history: Sequence[tuple[int, int, Truth]]) -> Iterator[tuple[tuple[int, ...], tuple[bool, ...]]]:
    days = product(*({low, (low + high) // 2, high} for low, high, _ in history))
    states = [(True, False) if s is UNKNOWN else (s is YES,) for _, _, s in history]
    return product(days, product(*states))  # type: ignore[return-value]


def as_seen(history: Sequence[tuple[int, int, Truth]]) -> list[Seen]:
    return seen(*(((low, high), state) for low, high, state in history))


def spent(days: Sequence[int], states: Sequence[bool], *, carried: bool) -> int:
    pairs = zip(pairwise(days), pairwise(states), strict=True)
    return sum(later - earlier for (earlier, later), (a, b) in pairs if a and (carried or b))


@given(histories(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_time_in_state_is_the_hull_of_every_completion(history: list[tuple[int, int, Truth]], carried: bool) -> None:
    span = time_in_state(as_seen(history), carried=carried)
    every = list(completions(history))
    if span is None:
        assert len(history) < 2 or any(days[-1] == days[0] for days, _ in every)
        return
    times = [spent(days, states, carried=carried) for days, states in every]
    shares = [Fraction(t, days[-1] - days[0]) for t, (days, _) in zip(times, every, strict=True)]
    assert ends(span.days) == (min(times), max(times))
    for got, wanted in zip(ends(span.share), (min(shares), max(shares)), strict=True):
        assert got is not None
        assert abs(Fraction(got) - wanted) < Fraction(1, 10**20)


def begins(days: Sequence[int], states: Sequence[bool], least: int | None) -> tuple[int, int]:
    """First visit of the state (or of a lasting one), as (day before, day); a visit may follow the last one."""
    last = len(days) - 1
    for start, there in enumerate(states):
        end = start
        while there and end < last and states[end + 1]:
            end += 1
        lasting = least is None or (end > start and days[end] - days[start] >= least)
        if there and lasting:
            return (days[start - 1] if start else -NEVER), days[start]
    return days[-1], NEVER


def after_follow_up(
    days: Sequence[int], states: Sequence[bool], least: int | None
) -> Iterator[tuple[tuple[int, ...], tuple[bool, ...]]]:
    """The history as it may have gone on: one visit long after, in the state or not, and one that confirms it."""
    for later in (False, True):
        yield (*days, NEVER, 2 * NEVER), (*states, later, later and least is not None)


@given(histories(), st.sampled_from([None, 0, 1, 10, 31, 60]))
@settings(max_examples=100, deadline=None)
def test_onsets_are_the_hull_of_every_completion(history: list[tuple[int, int, Truth]], least: int | None) -> None:
    visits = as_seen(history)
    onset = first_onset(visits) if least is None else sustained_onset(visits, least)
    every = [
        begins(later_days, later_states, least)
        for days, states in completions(history)
        for later_days, later_states in after_follow_up(days, states, least)
    ]
    # Without attainment the lower end is the last visit of the history, not the one imagined after it.
    lowest = min(min(low, history[-1][0]) for low, _ in every)
    highest = max(high for _, high in every)
    lower, upper = ends(onset.day)
    assert lower == (None if lowest == -NEVER else lowest)
    assert upper == (None if highest >= NEVER else highest)


@given(histories(), st.data())
@settings(max_examples=100, deadline=None)
def test_knowing_more_never_widens(history: list[tuple[int, int, Truth]], data: st.DataObject) -> None:
    learned = [
        (low, high, data.draw(st.sampled_from([YES, NO])) if state is UNKNOWN else state)
        for low, high, state in history
    ]
    for find in (first_onset, sustained_onset):
        before, after = (ends(find(as_seen(h)).day) for h in (history, learned))
        assert before[0] is None or (after[0] is not None and after[0] >= before[0])
        assert before[1] is None or (after[1] is not None and after[1] <= before[1])

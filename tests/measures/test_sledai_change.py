"""Change classes: limits, remission first, bounds."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import between
from costim.measures.facts import NO_FACTS, Facts, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.sledai_change import rise
from tests.measures.sledai_visits import W1, recorded

ORDER = ("remission", "improvement", "persistently_active", "flare")


def typed(low: int, high: int | None = None) -> Facts:
    """A typed total."""
    return Facts({"sledai_total": between(low, low if high is None else high)})


def by_hand(now: int, before: int) -> str:
    """Gladman 2000 in plain words."""
    if now == 0:
        return "remission"
    if now - before > 3:
        return "flare"
    return "improvement" if now - before < -3 else "persistently_active"


def changed(now: Facts, before: Facts, variant: str = "") -> Result:
    """The class against the previous assessment."""
    return score("sledai_change", Visit(now, before), variant)


def test_w5_improvement_and_persistent_activity() -> None:
    six, four = recorded(["arthritis", "rash"]), recorded(["arthritis"])
    first, second = changed(six, recorded(W1)), changed(four, six)
    assert (first.value, first.state, first.complete) == (-15, "improvement", True)
    assert (second.value, second.state) == (-2, "persistently_active")
    assert (first.window_days, first.unit, first.variant) == (30, "points", "gladman2000")


def test_every_pair_of_totals() -> None:
    for now, before in product(range(12), repeat=2):
        found = changed(typed(now), typed(before))
        assert found.possible == (by_hand(now, before),), (now, before)
        assert found.value == now - before


@pytest.mark.parametrize(
    ("now", "before", "state"),
    [
        (8, 4, "flare"),
        (7, 4, "persistently_active"),
        (1, 4, "persistently_active"),
        (1, 5, "improvement"),
        (0, 2, "remission"),
        (0, 40, "remission"),
        (0, 0, "remission"),
    ],
)
def test_limits_are_literal(now: int, before: int, state: str) -> None:
    assert changed(typed(now), typed(before)).state == state


def test_the_printed_decrease_below_three_is_not_followed() -> None:
    assert changed(typed(4), typed(6)).state == "persistently_active"
    assert changed(typed(3), typed(6)).state == "persistently_active"


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 14), min_size=4, max_size=4))
def test_bounds_admit_every_completion(ends: list[int]) -> None:
    (a, b), (c, d) = sorted(ends[:2]), sorted(ends[2:])
    found = changed(typed(a, b), typed(c, d))
    every = {by_hand(now, before) for now in range(a, b + 1) for before in range(c, d + 1)}
    assert found.possible == tuple(outcome for outcome in ORDER if outcome in every)
    assert (found.lower, found.upper) == (a - d, b - c)
    assert found.state == (found.possible[0] if len(every) == 1 else "unknown")
    assert bool(found.missing) is (len(every) > 1)


def test_remission_needs_no_earlier_score() -> None:
    found = changed(recorded(), NO_FACTS)
    assert (found.state, found.complete, found.decided_by, found.missing) == ("remission", True, ("remission",), ())
    assert found.lower == -105


def test_missing_facts_of_both_assessments_are_named() -> None:
    found = changed(recorded(["fever"], ["rash"]), recorded(["arthritis"], ["seizure"]))
    assert found.possible == ("improvement", "persistently_active")
    assert found.missing == ("rash", "previous.seizure")


def test_against_entry_and_other_versions() -> None:
    visit = Visit(typed(10), typed(9), typed(2))
    assert score("sledai_change", visit).state == "persistently_active"
    found = score("sledai_change", visit, "gladman2000+selena+against_baseline")
    assert (found.state, found.window_days) == ("flare", 10)
    assert rise("selena", visit, "baseline").bounds.value == 8
    assert rise("", visit).bounds.value == 1


@pytest.mark.parametrize(
    ("now", "before", "first", "by_change"),
    [
        (0, 4, "remission", "improvement"),
        (0, 3, "remission", "remission"),
        (0, 0, "remission", "remission"),
        (1, 5, "improvement", "improvement"),
        (4, 0, "flare", "flare"),
        (3, 0, "persistently_active", "persistently_active"),
    ],
)
def test_whether_remission_goes_first_is_an_option(now: int, before: int, first: str, by_change: str) -> None:
    assert changed(typed(now), typed(before)).state == first
    found = changed(typed(now), typed(before), "gladman2000+change_first")
    assert (found.state, found.variant) == (by_change, "gladman2000+change_first")


def test_by_change_a_score_of_0_asks_for_the_one_before() -> None:
    found = changed(typed(0), NO_FACTS, "gladman2000+change_first")
    assert found.possible == ("remission", "improvement")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_bounds_admit_every_completion_where_the_change_goes_first(ends: list[int]) -> None:
    (a, b), (c, d) = sorted(ends[:2]), sorted(ends[2:])
    variant = "gladman2000+change_first"
    every = {
        changed(typed(now), typed(before), variant).state for now, before in product(range(a, b + 1), range(c, d + 1))
    }
    assert set(changed(typed(a, b), typed(c, d), variant).possible) == every


def test_only_a_score_of_0_rests_on_the_convention_that_remission_goes_first() -> None:
    flare = changed(recorded(["rash", "fever", "arthritis"]), recorded())
    assert (flare.state, flare.evidence) == ("flare", "S")
    assert changed(recorded(), recorded()).evidence == "C"

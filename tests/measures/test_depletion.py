"""Depletion and return of B cells by named thresholds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import UNBOUNDED, Bounds, between, exact, known
from costim.measures.depletion import Count, depleted, upper_bound_without_events
from costim.measures.facts import NO_FACTS, Facts, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth

VARIANTS = ("cd19_lt5", "cd19_lt10", "cd19_zero", "hsfc")


def facts(**numbers: int | str | Bounds) -> Facts:
    return Facts({name: n if isinstance(n, Bounds) else known(n) for name, n in numbers.items()})


def result(variant: str, **numbers: int | str | Bounds) -> Result:
    return score("depletion", Visit(facts(**numbers)), variant)


def test_w31_seven_cells() -> None:
    states = {variant: result(variant, cd19_count=7).state for variant in VARIANTS}
    assert states == {"cd19_lt5": "no", "cd19_lt10": "yes", "cd19_zero": "no", "hsfc": "no"}
    by_litre = known("0.007").times(1000)
    assert {v: result(v, cd19_count=by_litre).state for v in VARIANTS} == states


@pytest.mark.parametrize(
    ("variant", "count", "state"),
    [
        ("cd19_lt5", "4.99", "yes"),
        ("cd19_lt5", "5", "no"),
        ("cd19_lt10", "9.99", "yes"),
        ("cd19_lt10", "10", "no"),
        ("cd19_zero", "0", "yes"),
        ("cd19_zero", "0.01", "no"),
        ("hsfc", "0.1", "yes"),
        ("hsfc", "0.11", "no"),
    ],
)
def test_thresholds_are_literal(variant: str, count: str, state: str) -> None:
    assert result(variant, cd19_count=count).state == state


@pytest.mark.parametrize(
    ("variant", "count", "state"),
    [
        ("cd19_lt5", Bounds(None, exact(5), upper_open=True), "yes"),
        ("cd19_lt5", Bounds(None, exact(5)), "unknown"),
        ("cd19_lt5", Bounds(exact(5), None), "no"),
        ("cd19_lt5", between(3, 8), "unknown"),
        ("cd19_zero", Bounds(None, exact(1), upper_open=True), "unknown"),
        ("cd19_zero", Bounds(exact(0), None, lower_open=True), "no"),
        ("hsfc", Bounds(exact("0.1"), None, lower_open=True), "no"),
        ("hsfc", Bounds(exact("0.1"), None), "unknown"),
    ],
)
def test_censored_counts(variant: str, count: Bounds, state: str) -> None:
    assert result(variant, cd19_count=count).state == state


def test_a_zero_is_no_proof_of_high_sensitivity_depletion() -> None:
    bare = result("hsfc", cd19_count=0)
    assert (bare.state, bare.flags) == ("unknown", ("assay_limit_unknown", "unverified_rule"))
    assert bare.missing == ("cd19_limit", "cd19_events", "leukocyte_events", "leukocytes")
    assert result("hsfc", cd19_count=0, cd19_limit="0.05").state == "yes"
    assert result("hsfc", cd19_count=0, cd19_limit="0.1").state == "yes"
    assert result("hsfc", cd19_count=0, cd19_limit="0.2").state == "unknown"


def test_a_limit_above_the_threshold_takes_the_proof_away() -> None:
    found = result("cd19_lt5", cd19_count=0, cd19_limit=8)
    assert (found.state, found.flags) == ("unknown", ("count_contradicts_limit",))
    assert result("cd19_lt5", cd19_count=0).state == "yes"
    assert result("cd19_lt5", cd19_count=0, cd19_limit=5).state == "yes"
    assert result("cd19_zero", cd19_count=0, cd19_limit=8).state == "yes"
    assert result("cd19_lt5", cd19_count=3, cd19_limit=8).state == "unknown"


def test_rule_of_three() -> None:
    # No event among 100 000 leukocytes at 4 x10^9/L: 3 / 100 000 x 4000 cells/uL = 0.12.
    bound = upper_bound_without_events(known(100_000), known(4))
    assert bound == between(0, "0.12")
    proof = {"cd19_count": 0, "cd19_events": 0, "leukocytes": 4}
    few = result("hsfc", **proof, leukocyte_events=100_000)
    many = result("hsfc", **proof, leukocyte_events=120_000)
    assert (few.state, many.state) == ("unknown", "yes")
    assert many.flags == ("rule_of_three", "unverified_rule")
    assert "costim_convention" in many.source
    assert result("cd19_lt5", cd19_events=0, leukocytes=4, leukocyte_events=100_000).evidence == "C"
    assert result("cd19_zero", cd19_events=0, leukocytes=4, leukocyte_events=100_000).state == "unknown"


def test_rule_of_three_needs_no_event_and_both_numbers() -> None:
    assert result("hsfc", cd19_count=0, cd19_events=1, leukocytes=4, leukocyte_events=10**9).state == "unknown"
    assert result("hsfc", cd19_count=0, cd19_events=0, leukocytes=4).state == "unknown"
    assert upper_bound_without_events(known(0), known(4)) == UNBOUNDED
    assert upper_bound_without_events(between(10_000, 20_000), between(3, 5)) == between(0, Fraction(3, 2))
    found = result("cd19_lt10", cd19_count=7, cd19_events=0, leukocytes=4, leukocyte_events=100_000)
    assert (found.state, "count_contradicts_events" in found.flags) == ("yes", True)


def test_missing_count() -> None:
    for variant in VARIANTS:
        found = result(variant)
        assert (found.state, found.missing, found.possible) == ("unknown", ("cd19_count",), ("yes", "no"))
        assert ("unverified_rule" in found.flags) is (variant in ("cd19_lt10", "hsfc"))


def test_another_threshold_is_refused() -> None:
    with pytest.raises(ValueError, match="'cd20' is no variant"):
        depleted(Count(known(1)), "cd20")


@given(st.sampled_from(VARIANTS), st.integers(0, 150), st.integers(0, 150), st.integers(0, 150))
@settings(max_examples=100)
def test_an_answer_about_bounds_holds_for_every_count_within(variant: str, a: int, b: int, inside: int) -> None:
    low, high = sorted((Fraction(a, 10), Fraction(b, 10)))
    state, _ = depleted(Count(between(low, high)), variant)
    count = min(max(Fraction(inside, 10), low), high)
    exactly, _ = depleted(Count(known(count)), variant)
    assert state in (exactly, Truth.UNKNOWN)


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ("1", "40", "yes"),
        ("1", "5", "yes"),
        ("1", "4", "no"),
        ("40", "60", "no"),
        ("", "60", "unknown"),
        ("", "1", "no"),
    ],
)
def test_return(before: str, now: str, state: str) -> None:
    previous = facts(cd19_count=before) if before else NO_FACTS
    found = score("bcell_return", Visit(facts(cd19_count=now), previous=previous))
    assert (found.state, found.variant) == (state, "cd19_lt5")


def test_a_count_below_the_limit_that_another_fact_overrules_is_flagged() -> None:
    found = result("cd19_lt5", cd19_count=10, cd19_limit=20, cd19_events=0, leukocytes=4, leukocyte_events=100_000)
    assert (found.state, "count_contradicts_limit" in found.flags) == ("yes", True)


def test_the_rule_of_three_can_be_left_aside() -> None:
    numbers = {"cd19_count": 0, "cd19_events": 0, "leukocytes": 4, "leukocyte_events": 120_000}
    left = result("hsfc+events_not_used", **numbers)
    assert (left.variant, left.state, left.missing) == ("hsfc+events_not_used", "unknown", ("cd19_limit",))
    assert "rule_of_three" not in left.flags
    before, now = facts(**numbers), facts(cd19_count=40)
    assert score("bcell_return", Visit(now, before), "hsfc").state == "yes"
    assert score("bcell_return", Visit(now, before), "hsfc+events_not_used").state == "unknown"


def test_a_printed_zero_beside_counted_events_is_flagged() -> None:
    found = result("cd19_zero", cd19_count=0, cd19_events=5)
    assert (found.state, found.flags) == ("yes", ("count_contradicts_events",))

"""BILAG-based composite lupus assessment."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import between
from costim.measures.facts import Facts, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth
from tests.measures.grades import against, assessed

QUICK = settings(max_examples=60)


def bicla(baseline: Facts, now: Facts, variant: str = "") -> Result:
    return score("bicla", against(baseline, now), variant)


def test_w13_improved_systems_and_nothing_worse() -> None:
    result = bicla(assessed(12, "1.5", "EEAEEEEB"), assessed(12, "1.6", "EECEEEEC"))
    assert (result.state, result.variant, result.window_days) == ("yes", "bicla_10pct", 30)
    assert result.decided_by == (
        "baseline_bilag_a_or_b",
        "bilag_improved",
        "no_new_bilag_a",
        "at_most_one_new_bilag_b",
        "index_not_worse",
        "pga_not_worse",
        "no_treatment_failure",
    )


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ("A", "A", "no"),
        ("A", "B", "yes"),
        ("A", "C", "yes"),
        ("A", "D", "yes"),
        ("B", "A", "no"),
        ("B", "B", "no"),
        ("B", "C", "yes"),
        ("B", "D", "yes"),
        ("AB", "BB", "no"),
        ("AB", "CC", "yes"),
        ("BC", "CB", "yes"),
        ("BCC", "CBB", "no"),
        ("BC", "CA", "no"),
        ("C", "C", "not_applicable"),
        ("CDE", "ABB", "not_applicable"),
        ("", "", "not_applicable"),
    ],
)
def test_grades_against_entry(before: str, now: str, state: str) -> None:
    assert bicla(assessed(12, 1, before), assessed(12, 1, now)).state == state


def test_without_a_or_b_at_entry_it_does_not_apply() -> None:
    result = bicla(assessed(12, 1, "C"), assessed(20, 3, "A", treatment_failure=Truth.YES))
    assert (result.state, result.decided_by, result.missing) == ("not_applicable", ("baseline_bilag_a_or_b",), ())


@pytest.mark.parametrize(
    ("now", "pct", "lt"), [("1.29", "yes", "yes"), ("1.30", "yes", "no"), ("1.31", "no", "no"), ("0.1", "yes", "yes")]
)
def test_the_variants_differ_at_a_rise_of_exactly_0_30(now: str, pct: str, lt: str) -> None:
    entry, visit = assessed(12, "1.00", "A"), assessed(12, now, "C")
    assert bicla(entry, visit).state == pct
    other = bicla(entry, visit, "bicla_lt030")
    assert (other.state, other.evidence, "unverified_rule" in other.flags) == (lt, "M", True)


@pytest.mark.parametrize(("total", "state"), [(11, "yes"), (12, "yes"), (13, "no")])
def test_the_index_must_not_rise(total: int, state: str) -> None:
    result = bicla(assessed(12, 1, "A"), assessed(total, 1, "C"))
    assert result.state == state
    if state == "no":
        assert result.decided_by == ("index_not_worse",)


def test_treatment_failure_decides_and_its_absence_must_be_recorded() -> None:
    entry = assessed(12, 1, "A")
    assert bicla(entry, assessed(12, 1, "C", treatment_failure=Truth.YES)).decided_by == ("no_treatment_failure",)
    unknown = bicla(entry, assessed(12, 1, "C", treatment_failure=None))
    assert (unknown.state, unknown.missing) == ("unknown", ("treatment_failure",))


def test_never_involved_after_involvement_is_read_as_inactive_with_a_flag() -> None:
    result = bicla(assessed(12, 1, "A"), assessed(12, 1, "E"))
    assert (result.state, "never_involved_contradicted" in result.flags) == ("yes", True)
    assert "never_involved_contradicted" not in bicla(assessed(12, 1, "A"), assessed(12, 1, "D")).flags
    assert "never_involved_contradicted" not in bicla(assessed(12, 1, "A?"), assessed(12, 1, "DE")).flags


def by_hand(before: str, now: str) -> str:
    """The rule in words, for known grades and nothing else worse."""
    if not set(before) & set("AB"):
        return "not_applicable"
    moves = list(zip(before, now, strict=True))
    improved = all(n > b for b, n in moves if b in "AB")
    new_a = any(n == "A" and b != "A" for b, n in moves)
    new_b = sum(n == "B" and b in "CDE" for b, n in moves)
    return "yes" if improved and not new_a and new_b <= 1 else "no"


@QUICK
@given(before=st.text("ABCDE?", min_size=3, max_size=3), now=st.text("ABCDE?", min_size=3, max_size=3))
def test_open_grades_admit_exactly_what_their_completions_come_to(before: str, now: str) -> None:
    whole = bicla(assessed(12, 1, before), assessed(12, 1, now))
    each = {
        by_hand("".join(left), "".join(right))
        for left in product(*("ABCDE" if g == "?" else g for g in before))
        for right in product(*("ABCDE" if g == "?" else g for g in now))
    }
    assert set(whole.possible) == each
    assert bool(whole.missing) == (whole.state == "unknown")


@QUICK
@given(
    grades=st.tuples(st.text("ABCD?", min_size=2, max_size=2), st.text("ABCD?", min_size=2, max_size=2)),
    index=st.tuples(st.integers(10, 13), st.integers(10, 13)).map(sorted),
    failure=st.sampled_from(list(Truth)),
)
def test_knowing_more_never_reopens_an_outcome(grades: tuple[str, str], index: list[int], failure: Truth) -> None:
    before, now = grades
    less = bicla(assessed(11, 1, before), assessed(0, 1, now, sledai_total=between(*index), treatment_failure=failure))
    settled = [failure] if failure is not Truth.UNKNOWN else [Truth.YES, Truth.NO]
    each = set()
    for total, failed in product(range(index[0], index[1] + 1), settled):
        more = bicla(
            assessed(11, 1, before.replace("?", "B")),
            assessed(total, 1, now.replace("?", "C"), treatment_failure=failed),
        )
        assert set(more.possible) <= set(less.possible)
        each |= set(more.possible)
    if "?" not in before + now:
        assert set(less.possible) == each


def test_without_facts_every_outcome_is_possible() -> None:
    assert score("bicla", Visit(Facts())).possible == ("yes", "no", "not_applicable")


def test_the_order_of_systems_does_not_matter() -> None:
    for shift in range(9):
        before, now = "ABCEEEEEE", "CCBEEEEEE"
        turned = (text[shift:] + text[:shift] for text in (before, now))
        entry, visit = (assessed(12, 1, grades) for grades in turned)
        assert bicla(entry, visit).state == "yes"


def test_what_becomes_of_a_patient_without_a_or_b_at_entry_is_an_option() -> None:
    entry, now = assessed(4, 1, "C"), assessed(4, 1, "C")
    variant = "bicla_10pct+inactive_no_response"
    found = bicla(entry, now, variant)
    assert (found.state, found.decided_by, found.variant) == ("no", ("baseline_bilag_a_or_b",), variant)
    assert found.evidence == "C"
    assert bicla(assessed(4, 1, "?"), now, variant).possible == ("yes", "no")
    assert bicla(assessed(4, 1, "?"), now).possible == ("yes", "not_applicable")

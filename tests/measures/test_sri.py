"""SLE responder index."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures import sledai
from costim.measures.bounds import Bounds, between, known
from costim.measures.facts import Facts, FactValue, Item, Scaled, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures
from tests.measures.grades import against, assessed

QUICK = settings(max_examples=60)


def sri(baseline: Facts, now: Facts, variant: str = "") -> Result:
    return score("sri", against(baseline, now), variant)


def test_w11_a_fall_of_four_with_one_new_b() -> None:
    entry, now = assessed(14, "1.8"), assessed(10, "1.9", "EEB")
    result = sri(entry, now)
    assert (result.state, result.variant, result.window_days) == ("yes", "sri_selena_classicbilag", 10)
    assert result.decided_by == tuple(c.name for c in result.checks)
    five = sri(entry, now, "sri_selena_classicbilag+sri5")
    assert (five.state, five.decided_by) == ("no", ("sri5",))
    assert (five.evidence, "unverified_rule" in five.flags) == ("M", True)


def test_w12_a_rise_of_the_pga_by_exactly_0_30_is_worse() -> None:
    result = sri(assessed(14, "1.20"), assessed(4, "1.50"))
    assert (result.state, result.decided_by) == ("no", ("pga_not_worse",))
    assert sri(assessed(14, "1.20"), assessed(4, "1.49")).state == "yes"


def test_w13_is_no_response_by_this_index() -> None:
    result = sri(assessed(12, "1.5", "EEAEEEEB"), assessed(12, "1.6", "EECEEEEC"))
    assert (result.state, result.decided_by) == ("no", ("sri4",))


@pytest.mark.parametrize("k", [4, 5, 6, 7, 8])
def test_k_changes_only_the_number(k: int) -> None:
    variant = f"sri_2k_bilag2004+sri{k}" if k != 4 else "sri_2k_bilag2004"
    assert sri(assessed(20, 1), assessed(20 - k, 1), variant).state == "yes"
    assert sri(assessed(20, 1), assessed(20 - k + 1, 1), variant).decided_by == (f"sri{k}",)
    assert sri(assessed(k, 1), assessed(0, 1), variant).state == "yes"
    below = sri(assessed(k - 1, 1), assessed(0, 1), variant)
    assert (below.state, below.decided_by, below.complete) == ("not_evaluable", ("baseline_index",), True)


def test_below_k_at_entry_even_a_new_a_is_not_evaluable() -> None:
    assert sri(assessed(3, 1), assessed(9, 3, "AA")).state == "not_evaluable"


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ("E", "A", "no"),
        ("B", "A", "no"),
        ("A", "A", "yes"),
        ("A", "B", "yes"),
        ("C", "B", "yes"),
        ("CC", "BB", "no"),
        ("CDE", "BBE", "no"),
        ("AC", "BB", "yes"),
        ("AAC", "BBB", "yes"),
        ("BBBBB", "BBBBB", "yes"),
    ],
)
def test_new_a_and_new_b(before: str, now: str, state: str) -> None:
    assert sri(assessed(14, 1, before), assessed(8, 1, now)).state == state


def _worse_np() -> dict[str, FactValue]:
    """One item that makes at least B: an item of the lesser group coded worse, the others unknown."""
    info = measures()["bilag_np"].extra
    for name, group in info["group_of_item"].items():
        codes = info["grade_of_code"][group]
        if "A" not in codes.values():
            return {name: next(code for code, grade in codes.items() if grade == "B")}
    raise AssertionError("no item of the lesser group")


def test_an_unknown_neuropsychiatric_grade_of_a_or_b_with_one_new_b_is_no() -> None:
    result = sri(assessed(14, 1, "CEE"), assessed(8, 1, "BE?", **_worse_np()))
    assert (result.state, result.decided_by) == ("no", ("no_new_bilag_a", "at_most_one_new_bilag_b"))
    alone = sri(assessed(14, 1, "CEE"), assessed(8, 1, "CE?", **_worse_np()))
    assert (alone.state, alone.missing) == ("unknown", ("bilag_neuropsychiatric",))


def test_stated_counts_win_over_grades() -> None:
    entry = assessed(14, 1, "?????????")
    none = {"new_bilag_a": known(0), "new_bilag_b": known(1)}
    result = sri(entry, assessed(8, 1, "?????????", **none))
    assert (result.state, "classic_bilag_from_2004" in result.flags) == ("yes", False)
    two = sri(entry, assessed(8, 1, "?????????", new_bilag_b=known(2)))
    assert two.decided_by == ("at_most_one_new_bilag_b",)
    assert sri(entry, assessed(8, 1, "?????????", new_bilag_a=known(1))).decided_by == ("no_new_bilag_a",)
    clash = sri(assessed(14, 1, "C"), assessed(8, 1, "A", **none))
    assert (clash.state, "statement_contradicts_facts" in clash.flags) == ("yes", True)
    agreeing = sri(assessed(14, 1, "C"), assessed(8, 1, "B", **none))
    assert "statement_contradicts_facts" not in agreeing.flags


def test_grades_of_bilag_2004_stand_in_for_the_classic_index_with_a_flag() -> None:
    entry, now = assessed(14, 1), assessed(8, 1)
    assert "classic_bilag_from_2004" in sri(entry, now).flags
    assert "classic_bilag_from_2004" not in sri(entry, now, "sri_2k_bilag2004").flags


def test_treatment_failure_is_reported_and_changes_nothing() -> None:
    failed = sri(assessed(14, 1), assessed(8, 1, treatment_failure=Truth.YES))
    assert (failed.state, "treatment_failure_reported" in failed.flags) == ("yes", True)
    assert "treatment_failure_reported" not in sri(assessed(14, 1), assessed(8, 1)).flags


def test_the_index_of_the_variant_is_used() -> None:
    """Proteinuria that persists counts for SLEDAI-2K alone, so that only there it does not fall."""
    items = dict.fromkeys(sledai.weights(), Item(Truth.NO))
    steady: dict[str, FactValue] = {**items, "proteinuria": Item(Truth.YES, course="persistent")}
    entry = assessed(0, 1, sledai_total=None, **{**items, "proteinuria": Item(Truth.YES, course="new")})
    now = assessed(0, 1, sledai_total=None, **steady)
    assert sri(entry, now).state == "yes"
    assert sri(entry, now, "sri_selena_classicbilag+selena_2kprot").state == "no"
    assert sri(entry, now, "sri_2k_bilag2004").state == "no"


def test_an_open_index_at_entry_leaves_it_open_whether_anything_can_be_said() -> None:
    entry = assessed(0, 1, sledai_total=between(3, 10))
    result = sri(entry, assessed(0, 1), "sri_2k_bilag2004")
    # From 4 points on the fall to 0 is large enough, so that `no` is not among the outcomes.
    assert result.possible == ("yes", "not_evaluable")
    assert result.missing == ("baseline.sledai_total",)


ENDS = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted)


@QUICK
@given(entry=ENDS, now=ENDS, rise=st.sampled_from(["0.29", "0.30"]))
def test_open_totals_admit_exactly_what_their_completions_come_to(entry: list[int], now: list[int], rise: str) -> None:
    whole = sri(
        assessed(0, 1, sledai_total=between(*entry)),
        assessed(0, known(rise).plus(known(1)).lower or 0, sledai_total=between(*now)),
        "sri_2k_bilag2004",
    )
    pga = known(rise).plus(known(1)).lower or 0
    each = {
        sri(assessed(a, 1), assessed(b, pga), "sri_2k_bilag2004").state
        for a, b in product(range(entry[0], entry[1] + 1), range(now[0], now[1] + 1))
    }
    assert set(whole.possible) == each


@QUICK
@given(before=st.text("ABCDE?", min_size=3, max_size=3), now=st.text("ABCDE?", min_size=3, max_size=3))
def test_open_grades_admit_exactly_what_their_completions_come_to(before: str, now: str) -> None:
    whole = sri(assessed(14, 1, before), assessed(8, 1, now), "sri_2k_bilag2004")
    fitting = [
        (left, right)
        for left in map("".join, product(*("ABCDE" if g == "?" else g for g in before)))
        for right in map("".join, product(*("ABCDE" if g == "?" else g for g in now)))
    ]
    each = {_by_hand(pair) for pair in fitting}
    assert set(whole.possible) == each
    if whole.state == "unknown":
        assert whole.missing
        assert all("bilag_" in name for name in whole.missing)


def _by_hand(pair: tuple[str, str]) -> str:
    moves = list(zip(*pair, strict=True))
    new_a = sum(n == "A" and b != "A" for b, n in moves)
    new_b = sum(n == "B" and b in "CDE" for b, n in moves)
    return "yes" if new_a == 0 and new_b <= 1 else "no"


def test_pga_within_bounds_or_missing() -> None:
    entry = assessed(14, 1)
    unknown = sri(entry, assessed(8, 1, pga=None), "sri_2k_bilag2004")
    assert (unknown.state, unknown.missing) == ("unknown", ("pga",))
    low: FactValue = Scaled(Bounds(None, known("1.3").lower, upper_open=True), "0-3")
    assert sri(entry, assessed(8, 1, pga=low), "sri_2k_bilag2004").state == "yes"
    assert sri(assessed(14, 1, pga=None), assessed(8, "0.2"), "sri_2k_bilag2004").state == "yes"
    at_entry = sri(assessed(14, 1, pga=None), assessed(8, 1), "sri_2k_bilag2004")
    assert at_entry.missing == ("baseline.pga",)


def test_without_facts_every_outcome_is_possible() -> None:
    assert score("sri", Visit(Facts())).possible == ("yes", "no", "not_evaluable")


def test_conventions_on_failure_and_low_index_at_entry_are_options() -> None:
    failed = assessed(8, 1, treatment_failure=Truth.YES)
    strict = "sri_selena_classicbilag+failure_no_response"
    result = sri(assessed(14, 1), failed, strict)
    assert (result.state, result.decided_by, result.variant) == ("no", ("no_treatment_failure",), strict)
    assert (result.evidence, "unverified_rule" in result.flags) == ("M", True)
    unknown = sri(assessed(14, 1), assessed(8, 1, treatment_failure=Truth.UNKNOWN), strict)
    assert (unknown.state, unknown.missing) == ("unknown", ("treatment_failure",))
    assert sri(assessed(3, 1), failed, strict).state == "not_evaluable"
    low = "sri_selena_classicbilag+below_k_no_response"
    below = sri(assessed(3, 1), assessed(0, 1), low)
    assert (below.state, below.possible) == ("no", ("no",))
    assert "sri4" in below.decided_by
    open_entry = sri(assessed(0, 1, sledai_total=between(3, 10)), assessed(0, 1), low)
    assert open_entry.possible == ("yes", "no")

"""Response to rituximab: Leeds and EXPLORER."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.measures.bilag import GRADES, SYSTEMS
from costim.measures.facts import Facts, FactValue, Visit
from costim.measures.result import Result
from costim.measures.rituximab_response import respond
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures

FLARE = "bilag_flare_since_baseline"
OPTIONS = [
    "+".join(("leeds", *values))
    for values in product(*(option.values for option in measures()["rituximab_response"].options.values()))
]


def quiet(**grades: str) -> dict[str, frozenset[str]]:
    """Grades of some systems; the others were never involved."""
    return {s: frozenset(grades.get(s, "E")) for s in SYSTEMS}


def leeds(before: dict[str, str], now: dict[str, str], flare: Truth = Truth.NO, variant: str = "leeds") -> Result:
    return respond(quiet(**now), quiet(**before), flare, variant)


def visit(before: dict[str, str], now: dict[str, str], flare: Truth) -> Visit:
    """As facts; systems that are not named were never involved."""

    def facts(grades: dict[str, str]) -> dict[str, FactValue]:
        return {f"bilag_{s}": grades.get(s, "E") for s in SYSTEMS}

    return Visit(Facts(facts(now) | {FLARE: flare}), baseline=Facts(facts(before)))


W33 = {"neuropsychiatric": "A", "renal": "B"}


@pytest.mark.parametrize(("renal", "expected"), [("C", "major"), ("B", "partial")])
def test_w33_leeds_response_of_two_domains(renal: str, expected: str) -> None:
    result = score("rituximab_response", visit(W33, {"neuropsychiatric": "D", "renal": renal}, Truth.NO))
    assert (result.state, result.possible, result.variant, result.window_days) == (expected, (expected,), "leeds", 28)
    assert "mdyusof2017" in result.source


def test_w33_from_two_grades_only_a_domain_that_was_not_graded_leaves_it_open() -> None:
    result = respond({"neuropsychiatric": "D", "renal": "C"}, {"neuropsychiatric": "A", "renal": "B"}, Truth.NO)
    assert (result.state, result.possible) == ("unknown", ("major", "partial", "none"))
    assert "bilag_ophthalmic" in result.missing
    assert "baseline.bilag_ophthalmic" in result.missing
    assert "bilag_renal" not in result.missing


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({"renal": "A"}, {"renal": "C"}, "major"),
        ({"renal": "A"}, {"renal": "A"}, "none"),
        ({"renal": "A"}, {"renal": "B"}, "partial"),
        ({"renal": "B"}, {"renal": "B"}, "none"),
        ({"renal": "B"}, {"renal": "A"}, "none"),
        ({"renal": "A", "ophthalmic": "B"}, {"renal": "B", "ophthalmic": "B"}, "none"),
        ({"renal": "A"}, {"renal": "C", "ophthalmic": "B"}, "none"),
        ({"renal": "A"}, {"renal": "D", "ophthalmic": "A"}, "none"),
        ({"renal": "C"}, {"renal": "D"}, "not_applicable"),
        ({}, {"renal": "A"}, "not_applicable"),
    ],
)
def test_outcomes_of_two_assessments(before: dict[str, str], now: dict[str, str], expected: str) -> None:
    assert leeds(before, now).state == expected


@pytest.mark.parametrize(
    ("now", "flare", "possible"),
    [
        ("C", Truth.YES, ("none",)),
        ("C", Truth.UNKNOWN, ("major", "none")),
        ("B", Truth.YES, ("none",)),
        ("B", Truth.UNKNOWN, ("partial", "none")),
        ("A", Truth.UNKNOWN, ("none",)),
    ],
)
def test_a_flare_between_the_assessments(now: str, flare: Truth, possible: tuple[str, ...]) -> None:
    result = leeds({"renal": "A"}, {"renal": now}, flare)
    assert result.possible == possible
    assert result.missing == ((FLARE,) if len(possible) > 1 else ())


def test_a_flare_may_be_let_pass_for_a_partial_response_only() -> None:
    tolerant = "leeds+flare_leaves_partial"
    assert leeds({"renal": "A"}, {"renal": "B"}, Truth.YES, tolerant).state == "partial"
    assert leeds({"renal": "A"}, {"renal": "C"}, Truth.YES, tolerant).state == "none"
    assert leeds({"renal": "A"}, {"renal": "B", "ophthalmic": "B"}, Truth.YES, tolerant).state == "none"


def test_whether_a_b_that_was_a_persists_is_an_option() -> None:
    both = ({"renal": "A", "ophthalmic": "B"}, {"renal": "B", "ophthalmic": "D"})
    assert leeds(*both).state == "partial"
    assert leeds(*both, variant="leeds+b_since_entry").state == "none"


def test_whether_a_b_alone_that_stayed_is_a_response_is_an_option() -> None:
    assert leeds({"renal": "B"}, {"renal": "B"}).state == "none"
    assert leeds({"renal": "B"}, {"renal": "B"}, variant="leeds+improvement_not_needed").state == "partial"


def test_new_grades_outweigh_a_statement_that_there_was_no_flare() -> None:
    result = leeds({"renal": "A"}, {"renal": "C", "ophthalmic": "A"}, Truth.NO)
    assert (result.state, result.flags) == ("none", ("flare_contradicted",))
    assert "no_flare" in result.decided_by


@pytest.mark.parametrize("variant", OPTIONS)
def test_possible_outcomes_are_exactly_those_of_the_completions(variant: str) -> None:
    """One system known at entry, another now, the flare open: every completion of the rest of both systems."""
    two = ("renal", "ophthalmic")
    for known_before, known_now in product(GRADES, GRADES):
        before = quiet() | {"renal": frozenset(known_before), "ophthalmic": frozenset(GRADES)}
        now = quiet() | {"renal": frozenset(GRADES), "ophthalmic": frozenset(known_now)}
        less = respond(now, before, Truth.UNKNOWN, variant)
        seen = {
            leeds({"renal": known_before, "ophthalmic": b}, {"renal": n, "ophthalmic": known_now}, flare, variant).state
            for b, n, flare in product(GRADES, GRADES, (Truth.YES, Truth.NO))
        }
        assert set(less.possible) == seen, (two, known_before, known_now)


@given(st.permutations(SYSTEMS), st.lists(st.sampled_from(GRADES), min_size=4, max_size=4), st.sampled_from(OPTIONS))
def test_which_system_it_was_changes_nothing(order: list[str], grades: list[str], variant: str) -> None:
    one = leeds(
        {"renal": grades[0], "ophthalmic": grades[1]}, {"renal": grades[2], "ophthalmic": grades[3]}, variant=variant
    )
    first, second = order[:2]
    other = leeds({first: grades[0], second: grades[1]}, {first: grades[2], second: grades[3]}, variant=variant)
    assert one.state == other.state


def test_a_grade_from_items_carries_its_mark() -> None:
    here = visit({"renal": "A"}, {"renal": "C"}, Truth.NO)
    names = measures()["bilag_np"].extra["group_of_item"]
    now = {n: v for n, v in here.now.values.items() if n != "bilag_neuropsychiatric"} | dict.fromkeys(names, "0")
    result = score("rituximab_response", Visit(Facts(now), baseline=here.baseline))
    assert (result.state, result.evidence, result.flags) == ("major", "M", ("unverified_rule",))


EXPLORER = (
    "explorer_c_or_better_week24",
    "explorer_severe_flare_by_week24",
    "explorer_kept_to_week52",
    "explorer_partial",
)


def explorer(*answers: Truth) -> Result:
    return score("rituximab_response", Visit(Facts(dict(zip(EXPLORER, answers, strict=True)))), "explorer")


def test_explorer_major_needs_all_three() -> None:
    result = explorer(Truth.YES, Truth.NO, Truth.YES, Truth.UNKNOWN)
    assert (result.state, result.evidence, result.flags) == ("major", "M", ("unverified_rule",))


def test_explorer_without_a_stated_partial_response_is_unknown() -> None:
    result = explorer(Truth.YES, Truth.YES, Truth.YES, Truth.UNKNOWN)
    assert (result.state, result.possible, result.missing) == ("unknown", ("partial", "none"), ("explorer_partial",))


def test_explorer_possible_outcomes_are_exactly_those_of_the_completions() -> None:
    for answers in product(Truth, repeat=4):
        full = product(*((a,) if a is not Truth.UNKNOWN else (Truth.YES, Truth.NO) for a in answers))
        assert set(explorer(*answers).possible) == {explorer(*each).state for each in full}


def test_grades_are_not_asked_for_explorer() -> None:
    with pytest.raises(
        ValueError, match=r"^rituximab_response: 'explorer' does not rest on grades; give leeds or leeds\+OPTION$"
    ):
        respond({}, {}, variant="explorer")

"""BILAG-2004: grades, numeric totals by scheme, new A or B."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.measures import bilag
from costim.measures.bilag import GRADES, SYSTEMS
from costim.measures.facts import Facts, FactValue, Visit
from costim.measures.score import score
from costim.registry.measure_catalogue import measures

SCHEMES = ("b2004_12_8_1", "classic_12_5_1", "classic_9_3_1")


def graded(**grades: str) -> Facts:
    """Grades of some systems; the others were never involved."""
    return Facts({f"bilag_{s}": grades.get(s, "E") for s in SYSTEMS})


W9 = graded(neuropsychiatric="A", mucocutaneous="B", renal="B", musculoskeletal="C", ophthalmic="D")


@pytest.mark.parametrize(("scheme", "points"), [("b2004_12_8_1", 29), ("classic_12_5_1", 23), ("classic_9_3_1", 16)])
def test_w9_totals_of_the_three_schemes(scheme: str, points: int) -> None:
    result = score("bilag", Visit(W9), scheme)
    assert (result.value, result.complete, result.variant, result.window_days) == (points, True, scheme, 28)
    assert result.decided_by == (
        "bilag_mucocutaneous",
        "bilag_neuropsychiatric",
        "bilag_musculoskeletal",
        "bilag_renal",
    )
    assert "yee2010" in result.source
    assert result.flags == ()


def test_the_default_scheme_is_that_of_bilag_2004() -> None:
    assert score("bilag", Visit(W9)).variant == "b2004_12_8_1"


@pytest.mark.parametrize(("scheme", "largest"), [("b2004_12_8_1", 108), ("classic_12_5_1", 108), ("classic_9_3_1", 81)])
def test_range_of_each_scheme(scheme: str, largest: int) -> None:
    nothing = score("bilag", Visit(Facts()), scheme)
    assert (nothing.lower, nothing.upper, nothing.complete) == (0, largest, False)
    assert len(nothing.missing) == len(SYSTEMS)
    assert score("bilag", Visit(graded(**dict.fromkeys(SYSTEMS, "A"))), scheme).value == largest
    assert largest <= (measures()["bilag"].maximum or 0)


def test_an_unknown_system_gives_bounds_and_is_named() -> None:
    known = {name: value for name, value in W9.values.items() if name != "bilag_renal"}
    result = score("bilag", Visit(Facts(known)))
    assert (result.lower, result.upper, result.value) == (21, 33, None)
    assert result.missing == ("bilag_renal",)


def test_d_or_e_does_not_matter_to_the_total() -> None:
    facts = dict(graded().values) | {**_items("0")}
    del facts["bilag_neuropsychiatric"]
    result = score("bilag", Visit(Facts(facts)))
    assert bilag.grades(Facts(facts))["neuropsychiatric"] == frozenset("DE")
    assert (result.value, result.complete) == (0, True)


def _items(code: str, **others: str) -> dict[str, FactValue]:
    names = measures()["bilag_np"].extra["group_of_item"]
    return {name: others.get(name.removeprefix("bilag_np_"), code) for name in names}


def test_the_neuropsychiatric_grade_follows_from_the_items_where_it_was_not_typed() -> None:
    facts = Facts(
        {name: v for name, v in graded().values.items() if name != "bilag_neuropsychiatric"}
        | _items("0", psychosis="1")
    )
    result = score("bilag", Visit(facts))
    assert result.value == 8
    assert (result.evidence, result.flags) == ("M", ("unverified_rule",))
    assert "bilag2004_form" in result.source


def test_a_typed_grade_that_the_items_allow_stands_alone() -> None:
    result = score("bilag", Visit(Facts(dict(graded(neuropsychiatric="B").values) | {"bilag_np_psychosis": "1"})))
    assert (result.value, result.flags) == (8, ())


def test_a_typed_grade_that_the_items_exclude_keeps_both_visible() -> None:
    facts = Facts(dict(graded(neuropsychiatric="C").values) | {"bilag_np_psychosis": "3"})
    found = bilag.assess(facts)
    assert found.possible["neuropsychiatric"] == frozenset("AC")
    assert found.flags == ("bilag_grade_contradicted",)
    result = score("bilag", Visit(facts))
    assert (result.lower, result.upper) == (1, 12)
    assert result.flags == ("bilag_grade_contradicted", "unverified_rule")
    assert result.missing == ("bilag_neuropsychiatric",)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_bounds_are_those_of_all_completions(scheme: str) -> None:
    """Three systems open: all 125 completions, none outside the bounds and both ends reached."""
    open_systems = ("neuropsychiatric", "renal", "constitutional")
    facts = {n: v for n, v in W9.values.items() if n.removeprefix("bilag_") not in open_systems}
    less = score("bilag", Visit(Facts(facts)), scheme)
    totals = [
        score(
            "bilag", Visit(Facts(facts | {f"bilag_{s}": g for s, g in zip(open_systems, grades, strict=True)})), scheme
        ).value
        for grades in product(GRADES, repeat=3)
    ]
    assert (less.lower, less.upper) == (
        min(t for t in totals if t is not None),
        max(t for t in totals if t is not None),
    )


@given(st.lists(st.sampled_from(GRADES), min_size=9, max_size=9), st.integers(0, 8), st.sampled_from(SCHEMES))
def test_a_worse_grade_never_lowers_a_total(grades: list[str], place: int, scheme: str) -> None:
    possible = {s: frozenset(g) for s, g in zip(SYSTEMS, grades, strict=True)}
    worse = possible | {SYSTEMS[place]: frozenset(GRADES[max(0, GRADES.index(grades[place]) - 1)])}
    here, there = bilag.total(possible, scheme).value, bilag.total(worse, scheme).value
    assert here is not None
    assert there is not None
    assert here <= there


@given(st.permutations(SYSTEMS))
def test_the_order_in_which_systems_are_recorded_changes_nothing(order: list[str]) -> None:
    shuffled = Facts({f"bilag_{s}": W9.values[f"bilag_{s}"] for s in order})
    assert score("bilag", Visit(shuffled)) == score("bilag", Visit(W9))


def test_totals_are_exact() -> None:
    assert bilag.total(bilag.grades(W9)).value == Fraction(29)


@pytest.mark.parametrize(
    ("before", "now", "new"),
    [
        ("B", "A", True),
        ("E", "A", True),
        ("A", "A", False),
        ("A", "B", False),
        ("B", "B", False),
        ("C", "B", True),
        ("D", "B", True),
        ("E", "C", False),
    ],
)
def test_new_a_or_b(before: str, now: str, new: bool) -> None:
    assert bilag.is_new(before, now) is new

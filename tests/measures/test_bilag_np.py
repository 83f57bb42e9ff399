"""BILAG-2004 neuropsychiatric grade from items."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.measures import bilag_np
from costim.measures.bilag_np import GRADES
from costim.measures.facts import Facts, FactValue, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures

GROUPS: dict[str, str] = measures()["bilag_np"].extra["group_of_item"]
MAJOR = [name for name, group in GROUPS.items() if group == "major"]
OTHER = [name for name, group in GROUPS.items() if group == "other"]
BEFORE = "bilag_np_involved_before"
CODES = ("0", "1", "2", "3", "4")


def coded(code: str = "0", **items: str) -> dict[str, FactValue]:
    return dict.fromkeys(GROUPS, code) | {f"bilag_np_{name}": value for name, value in items.items()}


def grade(facts: dict[str, FactValue]) -> Result:
    return score("bilag_np", Visit(Facts(facts)))


def test_the_twenty_items_and_their_groups() -> None:
    labels = {int(measures()["bilag_np"].facts[name].label.split()[0]): group for name, group in GROUPS.items()}
    assert sorted(labels) == list(range(19, 39))
    assert sorted(n for n, group in labels.items() if group == "major") == [*range(19, 30), 31, 36]


def test_w10_psychosis_improving_and_cognitive_dysfunction_same_is_b() -> None:
    result = grade(coded(psychosis="1", cognitive_dysfunction="2"))
    assert (result.state, result.possible, result.window_days) == ("B", ("B",), 28)
    assert result.decided_by == ("bilag_np_psychosis", "bilag_np_cognitive_dysfunction")
    assert (result.evidence, result.flags) == ("M", ("unverified_rule",))


@pytest.mark.parametrize("name", MAJOR)
@pytest.mark.parametrize(("code", "expected"), [("1", "B"), ("2", "A"), ("3", "A"), ("4", "A")])
def test_grades_of_a_major_item(name: str, code: str, expected: str) -> None:
    assert grade(coded() | {name: code}).state == expected


@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize(("code", "expected"), [("1", "C"), ("2", "B"), ("3", "B"), ("4", "B")])
def test_grades_of_another_item(name: str, code: str, expected: str) -> None:
    assert grade(coded() | {name: code}).state == expected


@pytest.mark.parametrize(("before", "possible"), [(Truth.YES, "D"), (Truth.NO, "E"), (Truth.UNKNOWN, "DE")])
def test_without_activity_earlier_involvement_decides(before: Truth, possible: str) -> None:
    result = grade(coded() | {BEFORE: before})
    assert result.possible == tuple(possible)
    assert result.missing == (() if len(possible) == 1 else (BEFORE,))
    assert result.decided_by == ((BEFORE,) if len(possible) == 1 else ())


@pytest.mark.parametrize("unknown", ["ND", ""])
def test_not_done_is_unknown_and_never_absent(unknown: str) -> None:
    result = grade(coded(myelopathy=unknown) | {BEFORE: Truth.YES})
    assert result.possible == ("A", "B", "D")
    assert result.missing == ("bilag_np_myelopathy",)


def test_one_active_major_item_settles_a_whatever_else_is_unknown() -> None:
    result = grade({"bilag_np_myelopathy": "4"})
    assert (result.state, result.missing) == ("A", ())


def test_where_b_is_known_only_major_items_are_still_asked_for() -> None:
    result = grade({"bilag_np_seizure_disorder": "4"})
    assert result.possible == ("A", "B")
    assert set(result.missing) == set(MAJOR)


def test_nothing_recorded_leaves_every_grade() -> None:
    found = bilag_np.grade(Facts())
    assert (found.possible, found.recorded) == (frozenset(GRADES), False)


FOUR = ("bilag_np_psychosis", "bilag_np_myelopathy", "bilag_np_seizure_disorder", "bilag_np_lupus_headache")


@pytest.mark.parametrize("known", list(product(("", "ND", "0", "1", "3"), repeat=2)))
def test_possible_grades_are_exactly_those_of_the_completions(known: tuple[str, str]) -> None:
    """Two items open or recorded, one open, one open group, earlier involvement open: every completion."""
    base = coded() | dict(zip(FOUR[:2], known, strict=True)) | {FOUR[2]: "ND"}
    choices = [CODES if base[name] in ("", "ND") else (str(base[name]),) for name in FOUR]
    seen = set()
    for codes in product(*choices):
        for before in (Truth.YES, Truth.NO):
            seen.add(grade(base | dict(zip(FOUR, codes, strict=True)) | {BEFORE: before}).state)
    assert set(grade(base).possible) == seen


@given(
    st.dictionaries(st.sampled_from(sorted(GROUPS)), st.sampled_from((*CODES, "ND"))), st.sampled_from(sorted(GROUPS))
)
def test_a_more_active_item_never_gives_a_better_grade(facts: dict[str, str], name: str) -> None:
    before = {BEFORE: Truth.NO}
    calm = grade(coded() | facts | {name: "0"} | before)
    worse = grade(coded() | facts | {name: "4"} | before)
    assert min(GRADES.index(g) for g in worse.possible) <= min(GRADES.index(g) for g in calm.possible)
    assert max(GRADES.index(g) for g in worse.possible) <= max(GRADES.index(g) for g in calm.possible)

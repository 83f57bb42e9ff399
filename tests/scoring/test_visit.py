"""One visit as written: shorthands, assessments, measures asked, and every problem at once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import known
from costim.measures.facts import Item, Scaled
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import facts, facts_of, measures
from costim.scoring.asked import resolve
from costim.scoring.visit import ASSESSMENT_KEYS, VISIT_KEYS, VisitToScore, read_visit

ITEMS = sorted(name for name, fact in facts_of("sledai").items() if fact.kind == "item")


def read(raw: object) -> VisitToScore:
    visit, problems = read_visit(raw)
    assert problems == ()
    assert visit is not None
    return visit


def faults(raw: object) -> list[tuple[str, str]]:
    visit, problems = read_visit(raw)
    assert visit is None
    return [(p.item, p.code) for p in problems]


def test_facts_at_the_top_are_those_of_now() -> None:
    flat = read({"subject": "p1", "visit": 28, "rash": "present"})
    nested = read({"subject": "p1", "visit": "28", "now": {"rash": "present"}})
    assert flat == nested
    assert flat.facts.now.item("rash") == Item(Truth.YES)
    assert (flat.subject, flat.visit) == ("p1", "28")


def test_the_three_assessments_stay_apart() -> None:
    visit = read({"rash": "present", "previous": {"rash": "absent"}, "baseline": {"absent": ["fever"]}})
    assert visit.facts.previous.item("rash").state is Truth.NO
    assert visit.facts.baseline.item("fever").state is Truth.NO
    assert not visit.facts.baseline.has("rash")


def test_without_measures_those_with_a_fact_of_their_own_are_scored_in_the_default_variant() -> None:
    visit = read({"rash": "present", "pga": {"value": 1, "scale": "0-3"}, "previous": {"bilag_renal": None}})
    assert visit.asked == (("pga", "pga_0_3"), ("sledai", "sledai_2k_30d"))


def test_measures_of_the_visit_win_over_the_usual_ones() -> None:
    usual = (("pga", "pga_0_3"),)
    visit, _ = read_visit({"measures": ["sledai"], "rash": "present"}, usual)
    assert visit is not None
    assert visit.asked == (("sledai", "sledai_2k_30d"),)
    visit, _ = read_visit({"rash": "present"}, usual)
    assert visit is not None
    assert visit.asked == usual


def test_nothing_to_score_is_said() -> None:
    assert faults({}) == [("measures", "no_measure")]
    assert faults({"igg": {"value": 5, "unit": "g/L"}}) == [("measures", "no_measure")]
    assert faults({"rash": None}) == [("measures", "no_measure")]


def test_lists_of_items() -> None:
    now = read({"present": ["rash"], "absent": ["fever"], "unknown": ["cva"]}).facts.now
    assert [now.item(name).state for name in ("rash", "fever", "cva")] == [Truth.YES, Truth.NO, Truth.UNKNOWN]


def test_a_list_may_repeat_an_item_that_has_attributes() -> None:
    now = read({"present": ["rash"], "rash": {"state": "present", "course": "new"}}).facts.now
    assert now.item("rash").course == "new"


def test_an_item_both_present_and_absent() -> None:
    assert faults({"present": ["rash"], "absent": ["rash"]}) == [("rash", "contradiction")]
    assert faults({"rash": "present", "absent": ["rash"]}) == [("rash", "contradiction")]
    _, (problem,) = read_visit({"subject": "p1", "rash": "present", "absent": ["rash"]}, place="visit 1")
    assert str(problem) == (
        "visit 1, subject p1 | sledai: rash\n  found: both present and absent\n"
        "  expected: one state for each item\n  do: leave one away"
    )


@pytest.mark.parametrize("others", ["absent", {"sledai": "absent"}])
def test_others_are_absent_only_when_it_is_said(others: object) -> None:
    silent = read({"present": ["rash"]}).facts.now
    assert not silent.has("fever")
    said = read({"present": ["rash"], "others": others}).facts.now
    assert said.item("rash").state is Truth.YES
    assert all(said.item(name).state is Truth.NO for name in ITEMS if name != "rash")
    assert not said.has("joints")


def test_others_speak_of_the_measures_asked_for_and_leave_what_was_named() -> None:
    raw = {"measures": ["sledai"], "others": "absent", "fever": None, "cva": "unknown"}
    now = read(raw).facts.now
    assert not now.has("fever")
    assert now.item("cva").state is Truth.UNKNOWN
    assert not now.has("haemolytic_anaemia")
    assert not read(raw).facts.previous.has("rash")
    earlier = read({"measures": ["sledai"], "previous": {"others": "absent"}}).facts
    assert earlier.previous.item("rash").state is Truth.NO
    assert not earlier.now.has("rash")


def test_others_alone_name_the_measure() -> None:
    assert read({"others": {"sledai": "absent"}}).asked == (("sledai", "sledai_2k_30d"),)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("x", [("", "wrong_type")]),
        ({"subject": True, "rash": "present"}, [("subject", "wrong_type")]),
        ({"subject": "x" * 201, "rash": "present"}, [("subject", "wrong_type")]),
        ({"subject": "\ud800", "rash": "present"}, [("subject", "wrong_type")]),
        ({"now": [], "rash": "present"}, [("now", "wrong_type")]),
        ({"now": {"rash": "present"}, "rash": "present"}, [("rash", "given_twice")]),
        ({"rash": "present", "others": "present"}, [("others", "unknown_value")]),
        ({"rash": "present", "others": {"sledia": "absent"}}, [("others", "unknown_measure")]),
        ({"rash": "present", "others": {"sledai": "present"}}, [("others", "unknown_value")]),
        ({"present": "rash"}, [("present", "wrong_type")]),
        ({"present": ["rahs"]}, [("rahs", "unknown_name")]),
        ({"present": [3]}, [("3", "unknown_name")]),
        ({"present": ["joints"]}, [("joints", "wrong_type")]),
        ({"rash": "present", "previous": {"absent": ["rahs"]}}, [("previous.rahs", "unknown_name")]),
    ],
)
def test_refusals(raw: object, wanted: list[tuple[str, str]]) -> None:
    assert faults(raw) == wanted


def test_all_problems_of_a_visit_come_together_with_measure_and_item() -> None:
    raw = {
        "subject": "p1",
        "visit": "d0",
        "measures": ["lldas", "sledai:sledai_2k"],
        "present": ["rash"],
        "absent": ["rash"],
        "siezure": "present",
        "joints": -1,
        "pga": {"value": 11, "scale": "0-10"},
        "platelets": 100,
        "drugs": [{"dose": 6}],
        "previous": {"fever": "yes"},
    }
    visit, problems = read_visit(raw, place="visit 7")
    assert visit is None
    assert {(p.measure, p.item, p.code) for p in problems} == {
        ("sledai", "measures", "window_without_days"),
        ("sledai", "rash", "contradiction"),
        ("", "siezure", "unknown_name"),
        ("sledai", "joints", "negative_count"),
        ("pga", "pga", "above_scale"),
        ("lldas", "platelets", "unit_missing"),
        ("lldas", "drugs.1", "dose_without_drug"),
        ("sledai", "previous.fever", "unknown_value"),
    }
    assert {(p.place, p.subject, p.visit) for p in problems} == {("visit 7", "p1", "d0")}
    assert all(p.found and p.expected and p.action for p in problems)


def test_no_fact_is_called_like_a_key_of_the_visit() -> None:
    assert not set(facts()) & {*VISIT_KEYS, *ASSESSMENT_KEYS, "visits"}
    assert not any("." in name or "[" in name for name in facts())


@settings(max_examples=60)
@given(st.lists(st.sampled_from(ITEMS), unique=True), st.randoms(use_true_random=False))
def test_order_does_not_matter(present: list[str], random: object) -> None:
    shuffled = list(present)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = read({"measures": ["sledai"], "present": present, "others": "absent"})
    assert one == read({"others": "absent", "present": shuffled, "measures": ["sledai"]})
    assert one == read({"measures": ["sledai"], "others": "absent", **dict.fromkeys(shuffled, "present")})


def test_numbers_come_through_exactly() -> None:
    now = read({"pga": {"value": Decimal("0.3"), "scale": "0-3"}}).facts.now
    assert now.scaled("pga") == Scaled(known("0.3"), "0-3")
    assert resolve("pga") == ("pga_0_3", ())
    assert set(dict(read({"others": {c: "absent" for c in measures() if ITEMS}}).asked)) == set(measures())

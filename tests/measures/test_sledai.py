"""SLEDAI family: worked examples, windows, attribution, joints, laboratory, typed totals, bounds."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures import sledai
from costim.measures.bounds import Bounds, between
from costim.measures.facts import NO_FACTS, Facts, Item, Visit
from costim.measures.score import score
from costim.measures.sledai import weights
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures
from tests.measures.sledai_visits import FAMILIES, ITEMS, VARIANT_OF, W1, flags, merged, number, recorded, total

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
VARIANTS = tuple(measures()["sledai"].variants)
QUICK = settings(max_examples=60, deadline=None)


def test_weights_are_those_of_the_index() -> None:
    assert list(weights().values()) == [8] * 8 + [4] * 6 + [2] * 7 + [1] * 3
    assert sum(weights().values()) == 105
    assert total(recorded(ITEMS)) == (105, 105)


def test_w1_five_items() -> None:
    found = score("sledai", Visit(recorded(W1, seizure=Item(YES, day=number(-2)))))
    assert (found.value, found.lower, found.upper, found.complete) == (21, 21, 21, True)
    assert (found.variant, found.window_days, found.unit) == ("sledai_2k_30d", 30, "points")
    assert (found.decided_by, found.missing, found.flags) == (W1, (), ())
    assert (found.source, found.evidence) == (("touma2010", "gladman2002"), "S")


def test_w2_an_unknown_item_gives_bounds() -> None:
    found = score("sledai", Visit(recorded(W1, ["increased_dna_binding"])))
    assert (found.value, found.lower, found.upper, found.complete) == (None, 21, 23, False)
    assert found.missing == ("increased_dna_binding",)
    assert found.flags == ("items_incomplete",)


@pytest.mark.parametrize(("variant", "points"), [("sledai_1992", 0), ("sledai_2k_30d", 2), ("selena", 2)])
def test_w3_persistent_ulcers(variant: str, points: int) -> None:
    now = recorded(mucosal_ulcers=Item(YES, course="persistent"))
    assert total(now, variant) == (points, points)


@pytest.mark.parametrize(
    ("variant", "points"), [("sledai_2k_10d", 4), ("selena_2kprot", 4), ("sledai_1992", 0), ("selena", 0)]
)
@pytest.mark.parametrize("as_item", [True, False])
def test_w4_steady_proteinuria(variant: str, points: int, as_item: bool) -> None:
    urine = {"urine_protein": number("0.8")}
    if as_item:
        now = recorded(proteinuria=Item(YES, course="persistent"))
    else:
        now = merged(recorded(left_out=["proteinuria"]), urine)
    assert total(now, variant, Facts(urine)) == (points, points)


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (0, "10 28 30"),
        (-10, "10 28 30"),
        (-11, "28 30"),
        (-28, "28 30"),
        (-29, "30"),
        (-30, "30"),
        (-31, ""),
        (1, ""),
    ],
)
def test_windows_include_both_ends(day: int, inside: str) -> None:
    now = recorded(psychosis=Item(YES, day=number(day)))
    for variant in VARIANTS:
        window = measures()["sledai"].variants[variant].window_days
        if window is not None:
            assert total(now, variant) == ((8, 8) if str(window) in inside.split() else (0, 0)), variant


def test_a_day_that_may_lie_outside_the_window_leaves_the_item_unknown() -> None:
    now = recorded(psychosis=Item(YES, day=between(-31, -30)))
    assert total(now) == (0, 8)
    assert total(recorded(psychosis=Item(YES, day=Bounds(None, Fraction(-31))))) == (0, 0)
    assert total(recorded(psychosis=Item(YES, day=Bounds(Fraction(-30), Fraction(-1))))) == (8, 8)


def test_without_version_a_day_counts_where_every_window_agrees() -> None:
    for day, expected in [(-10, (8, 8)), (-11, (0, 8)), (-30, (0, 8)), (-31, (0, 0)), (1, (0, 0))]:
        assert total(recorded(psychosis=Item(YES, day=number(day))), "version_unspecified") == expected


@pytest.mark.parametrize(
    ("attribution", "expected"), [("", (8, 8)), ("sle", (8, 8)), ("not_sle", (0, 0)), ("uncertain", (0, 8))]
)
def test_attribution_gate(attribution: str, expected: tuple[int, int]) -> None:
    assert total(recorded(psychosis=Item(YES, attribution=attribution))) == expected
    assert total(recorded(psychosis=Item(NO, attribution=attribution))) == (0, 0)
    unknown = (0, 0) if attribution == "not_sle" else (0, 8)
    assert total(recorded(psychosis=Item(UNKNOWN, attribution=attribution))) == unknown


@pytest.mark.parametrize(("joints", "ge2", "gt2"), [(0, 0, 0), (1, 0, 0), (2, 4, 0), (3, 4, 4)])
def test_joint_rules(joints: int, ge2: int, gt2: int) -> None:
    now = recorded(left_out=["arthritis"], joints=number(joints))
    for variant in VARIANTS:
        assert total(now, f"{variant}+arthritis_ge2") == (ge2, ge2)
        assert total(now, f"{variant}+arthritis_gt2") == (gt2, gt2)
        assert total(now, f"{variant}+arthritis_either") == (gt2, ge2)
        disputed = variant.startswith("sledai_2k") or variant == "version_unspecified"
        assert ("disputed_joint_count" in flags(now, variant)) is (disputed and joints == 2)


def test_joint_rule_of_each_version() -> None:
    now = recorded(left_out=["arthritis"], joints=number(2))
    expected = dict.fromkeys(VARIANTS, (4, 4)) | dict.fromkeys(["sledai_1992", "selena", "selena_2kprot"], (0, 0))
    expected["version_unspecified"] = (0, 4)
    assert {variant: total(now, variant) for variant in VARIANTS} == expected
    assert score("sledai", Visit(now)).evidence == "M"
    assert "unverified_rule" in flags(now)
    three = recorded(left_out=["arthritis"], joints=number(3))
    assert score("sledai", Visit(three)).evidence == "S"


def test_number_of_joints_beside_a_recorded_state() -> None:
    for state, joints, expected, flagged in [
        (YES, 0, (4, 4), True), (YES, 1, (4, 4), True), (YES, 2, (4, 4), False), (YES, 3, (4, 4), False),
        (NO, 0, (0, 0), False), (NO, 2, (4, 4), False), (NO, 3, (0, 0), True),
    ]:  # fmt: skip
        now = recorded(arthritis=Item(state), joints=number(joints))
        assert total(now) == expected, (state, joints)
        assert ("item_contradicts_joints" in flags(now)) is flagged
    assert total(recorded(arthritis=Item(YES), joints=between(1, 5))) == (4, 4)
    assert total(recorded(left_out=["arthritis"], joints=between(1, 5))) == (0, 4)


@pytest.mark.parametrize(
    ("item", "fact", "present", "absent", "points"),
    [
        ("thrombocytopenia", "platelets", "99.9", "100", 1),
        ("leukopenia", "leukocytes", "2.99", "3", 1),
        ("proteinuria", "urine_protein", "0.51", "0.5", 4),
    ],
)
def test_items_that_the_laboratory_tells(item: str, fact: str, present: str, absent: str, points: int) -> None:
    blank = recorded(left_out=[item])
    assert total(blank) == (0, points)
    low, normal = {fact: number(present)}, {fact: number(absent)}
    due = {**low, item: Item(attribution="sle")}
    assert total(merged(blank, due)) == (points, points)
    assert total(merged(blank, normal)) == (0, 0)
    assert "item_from_laboratory" in flags(merged(blank, due))
    assert total(merged(blank, {fact: between("0", "1000")})) == (0, points)
    # The recorded state is kept.
    assert total(recorded([item], **normal)) == (points, points)
    assert flags(recorded([item], **normal)).count("item_contradicts_laboratory") == 1
    assert total(recorded(**low)) == (0, 0)
    assert flags(recorded(**low)) == ("absent_despite_laboratory",)
    assert "item_contradicts_laboratory" not in flags(recorded([item], **low))
    assert total(merged(blank, {**low, item: Item(attribution="not_sle")})) == (0, 0)


def test_a_low_count_that_drugs_may_explain_leaves_the_item_unknown() -> None:
    for item, low in [
        ("thrombocytopenia", {"platelets": number(80)}),
        ("leukopenia", {"leukocytes": number(2)}),
    ]:
        now = merged(recorded(left_out=[item]), low)
        assert total(now) == (0, 1)
        assert "cause_not_recorded" in flags(now)
        assert score("sledai", Visit(now)).missing == (item,)
        unsure = merged(now, {item: Item(attribution="uncertain")})
        assert total(unsure) == (0, 1)
    # No other cause is excluded from proteinuria (W4): the number tells it.
    now = merged(recorded(left_out=["proteinuria"]), {"urine_protein": number("0.8")})
    assert (total(now), "cause_not_recorded" in flags(now)) == ((4, 4), False)


@pytest.mark.parametrize(
    ("before", "now", "counts"),
    [
        ("0.5", "0.51", True),
        ("0.51", "0.9", False),
        ("0.6", "1.1", False),
        ("0.6", "1.11", True),
        ("0.2", "0.5", False),
        (None, "0.5", False),
        (None, "0.9", None),
    ],
)
def test_proteinuria_by_onset_or_rise(before: str | None, now: str, counts: bool | None) -> None:
    facts = merged(recorded(left_out=["proteinuria"]), {"urine_protein": number(now)})
    previous = Facts({"urine_protein": number(before)}) if before else NO_FACTS
    expected = {True: (4, 4), False: (0, 0), None: (0, 4)}[counts]
    for variant in ("sledai_1992", "selena"):
        assert total(facts, variant, previous) == expected
    above = number(now).above("0.5") is YES
    assert total(facts, "selena_2kprot", previous) == ((4, 4) if above else (0, 0))
    assert total(facts, "version_unspecified", previous) == (4 if above and counts else 0, 4 if above else 0)


def test_a_recorded_proteinuria_without_course_is_told_by_the_numbers_where_they_reach() -> None:
    present = recorded(["proteinuria"])
    assert total(present, "selena") == (0, 4)
    assert total(present, "selena", Facts({"urine_protein": number("0.4")})) == (4, 4)
    assert total(present, "selena", Facts({"urine_protein": number("0.6")})) == (0, 4)
    high = merged(present, {"urine_protein": number("1.2")})
    assert total(high, "selena", Facts({"urine_protein": number("0.6")})) == (4, 4)
    assert total(high, "selena", Facts({"urine_protein": number("0.7")})) == (0, 0)


def test_typed_total_stands_in_where_no_item_was_recorded() -> None:
    found = score("sledai", Visit(Facts({"sledai_total": number(12)})), "version_unspecified")
    assert (found.value, found.complete, found.decided_by) == (12, True, ("sledai_total",))
    assert found.flags == ("typed_total", "version_unspecified")
    assert (found.window_days, found.evidence, found.source) == (None, "C", ("costim_convention",))
    ranged = score("sledai", Visit(Facts({"sledai_total": between(10, 12)})))
    assert (ranged.lower, ranged.upper, ranged.missing) == (10, 12, ("sledai_total",))


@pytest.mark.parametrize(
    ("typed", "expected", "flag"),
    [
        (9, (10, 12), "inconsistent_total"),
        (10, (10, 10), "typed_total_decides"),
        (12, (12, 12), "typed_total_decides"),
        (13, (10, 12), "inconsistent_total"),
    ],
)
def test_typed_total_beside_incomplete_items(typed: int, expected: tuple[int, int], flag: str) -> None:
    now = recorded(["psychosis", "rash"], ["alopecia"], sledai_total=number(typed))
    assert total(now) == expected
    assert flag in flags(now)


def test_typed_total_beside_complete_items() -> None:
    assert flags(recorded(W1, sledai_total=number(21))) == ()
    wrong = recorded(W1, sledai_total=number(20))
    assert (total(wrong), flags(wrong)) == ((21, 21), ("inconsistent_total",))


def test_a_total_of_another_version_is_not_used() -> None:
    typed = Facts({"sledai_total": number(12), "sledai_scored_as": "sledai_1992"})
    assert total(typed, "sledai_1992") == (12, 12)
    assert total(typed, "version_unspecified") == (12, 12)
    assert total(typed) == (0, 105)
    assert "total_of_another_version" in flags(typed)


@pytest.mark.parametrize("variant", VARIANTS)
def test_without_facts_anything_is_possible(variant: str) -> None:
    found = score("sledai", Visit(NO_FACTS), variant)
    assert (found.lower, found.upper, found.missing) == (0, 105, ITEMS)


@pytest.mark.parametrize("family", FAMILIES)
def test_items_scored_by_a_version_count_as_recorded_under_it(family: str) -> None:
    variant = VARIANT_OF.get(family, family)
    now = recorded(ITEMS, sledai_scored_as=family)
    assert total(now, variant) == (105, 105)
    assert total(recorded(sledai_scored_as=family), variant) == (0, 0)


@QUICK
@given(
    states=st.fixed_dictionaries({i: st.sampled_from(list(Truth)) for i in ITEMS}),
    item=st.sampled_from(ITEMS),
    variant=st.sampled_from(VARIANTS),
    order=st.randoms(use_true_random=False),
)
def test_a_present_item_never_lowers_the_sum(states, item, variant, order) -> None:  # type: ignore[no-untyped-def]
    def bounds(state: Truth) -> tuple[int, int]:
        entries = [(name, Item(s)) for name, s in {**states, item: state}.items()]
        order.shuffle(entries)
        return total(Facts(dict(entries)), variant)

    absent, unknown, present = bounds(NO), bounds(UNKNOWN), bounds(YES)
    assert absent[0] <= present[0]
    assert absent[1] <= present[1]
    assert unknown == (absent[0], unknown[1])
    assert unknown[1] >= present[1]


@QUICK
@given(
    known_states=st.fixed_dictionaries({i: st.sampled_from([YES, NO]) for i in ITEMS}),
    hidden=st.sets(st.sampled_from(ITEMS), max_size=4),
)
def test_bounds_are_the_range_of_every_completion(known_states: dict[str, Truth], hidden: set[str]) -> None:
    names = sorted(hidden)
    totals = set()
    for filling in product([YES, NO], repeat=len(names)):
        states = {**known_states, **dict(zip(names, filling, strict=True))}
        found = total(Facts({name: Item(state) for name, state in states.items()}))
        assert found[0] == found[1]
        totals.add(found[0])
    partly = Facts({name: Item(UNKNOWN if name in hidden else state) for name, state in known_states.items()})
    assert total(partly) == (min(totals), max(totals))


def test_item_states_by_name() -> None:
    states = sledai.item_states("", Visit(recorded(W1, ["cva"])))
    assert tuple(states) == ITEMS
    assert {name for name, state in states.items() if state is YES} == set(W1)
    assert states["cva"] is UNKNOWN


def test_an_unknown_variant_lists_the_names() -> None:
    with pytest.raises(ValueError, match="sledai: 'sledai_3000' is no variant; write one of sledai_1992, selena"):
        sledai.index("sledai_3000", Visit(NO_FACTS))

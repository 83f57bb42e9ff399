"""SLE-DAS: the gate of its items, its change and its categories."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.measures.bounds import Bounds, between, known
from costim.measures.facts import Facts, FactValue, Item, Visit
from costim.measures.result import Quantity
from costim.measures.score import score
from costim.measures.sledas import GateItem, gate
from costim.measures.sledas_category import category
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
ENTRIES = measures()["sledas"].extra["gate"]
FINDINGS = {name: entry["fact"] for name, entry in ENTRIES.items() if entry["kind"] == "finding"}


def facts(**more: FactValue) -> Facts:
    """A visit with nothing that counts, and what is named."""
    numbers: dict[str, FactValue] = {
        "sledas_swollen_joints": known(0),
        "upcr": known("0.1"),
        "platelets": known(250),
        "leukocytes": known(6),
    }
    absent: dict[str, FactValue] = {fact: Item(NO) for fact in FINDINGS.values()}
    return Facts(numbers | absent | more)


def item(name: str, found: Facts, variant: str = "") -> GateItem:
    return next(i for i in gate(found, variant).items if i.name == name)


def used(name: str, found: Facts) -> Bounds:
    return item(name, found).used


def test_the_seventeen_items() -> None:
    found = gate(facts())
    assert len(found.items) == len({i.name for i in found.items}) == 17
    assert (found.complete, found.missing, found.variant, found.evidence) == (True, (), "sledas_2019", "P")
    assert set(found.used.values()) == {known(0)}


def test_w8_rash_on_face_and_trunk_is_generalised_only() -> None:
    found = facts(sledas_localised_rash=Item(YES), sledas_generalised_rash=Item(YES))
    assert item("localised_rash", found).counts is NO
    assert item("generalised_rash", found).counts is YES
    assert used("localised_rash", found) == known(0)
    assert used("generalised_rash", found) == known(1)


def test_w8_proteinuria_of_480_is_not_used() -> None:
    assert used("proteinuria", facts(upcr=known("0.48"))) == known(0)


def test_w8_change_of_minus_180_is_a_meaningful_improvement() -> None:
    here = Visit(Facts({"sledas_score": known("7.30")}), Facts({"sledas_score": known("9.10")}))
    result = score("sledas_change", here)
    assert (result.state, str(result.value), result.variant) == ("improved", "-1.8", "sledas_change_ge172")


@pytest.mark.parametrize(
    ("fact", "name", "given_value", "value"),
    [
        ("upcr", "proteinuria", "0.5", 0),
        ("upcr", "proteinuria", "0.501", 501),
        ("platelets", "platelets", "100", 0),
        ("platelets", "platelets", "99", 99),
        ("leukocytes", "leukocytes", "3", 0),
        ("leukocytes", "leukocytes", "2", 2),
        ("sledas_swollen_joints", "swollen_joints", "5", 5),
        ("sledas_swollen_joints", "swollen_joints", "0", 0),
    ],
)
def test_limits_of_the_values(fact: str, name: str, given_value: str, value: int) -> None:
    assert used(name, facts(**{fact: known(given_value)})) == known(value)


def test_proteinuria_by_ratio_or_by_24_hours() -> None:
    both = facts(upcr=known("0.8"), urine_protein=known("1.1"))
    assert item("proteinuria", both).used == known(800)
    assert item("proteinuria", both, "sledas_2019+day_urine_first").used == known(1100)
    only = Facts({n: v for n, v in facts(urine_protein=known("1.1")).values.items() if n != "upcr"})
    assert item("proteinuria", only).used == known(1100)


@pytest.mark.parametrize(("attribution", "counts"), [("", YES), ("sle", YES), ("not_sle", NO), ("uncertain", UNKNOWN)])
@pytest.mark.parametrize("name", [n for n in FINDINGS if n != "localised_rash"])
def test_only_what_lupus_caused_counts(name: str, attribution: str, counts: Truth) -> None:
    found = item(name, facts(**{FINDINGS[name]: Item(YES, attribution=attribution)}))
    assert found.counts is counts
    assert found.used == {YES: known(1), NO: known(0), UNKNOWN: between(0, 1)}[counts]
    assert found.missing == ((FINDINGS[name],) if counts is UNKNOWN else ())


@pytest.mark.parametrize(
    ("attribution", "value"), [("", known(50)), ("not_sle", known(0)), ("uncertain", between(0, 50))]
)
def test_a_count_that_drugs_lowered_does_not_enter(attribution: str, value: Bounds) -> None:
    found = facts(platelets=known(50), thrombocytopenia=Item(YES, attribution=attribution))
    assert used("platelets", found) == value


def test_ch50_is_not_asked() -> None:
    names = {*measures()["sledas"].facts, *measures()["sledas"].shared}
    assert not [name for name in names if "ch50" in name]
    assert used("low_complement", facts(low_complement=Item(YES, detail="ch50"))) == known(0)


@pytest.mark.parametrize("given_state", list(product((YES, NO, UNKNOWN), repeat=2)))
def test_rashes_admit_exactly_what_their_completions_are(given_state: tuple[Truth, Truth]) -> None:
    names = ("sledas_localised_rash", "sledas_generalised_rash")
    less = facts(**dict(zip(names, map(Item, given_state), strict=True)))
    seen = []
    for full in product(*((s,) if s is not UNKNOWN else (YES, NO) for s in given_state)):
        found = facts(**dict(zip(names, map(Item, full), strict=True)))
        seen.append((item("localised_rash", found).counts, item("generalised_rash", found).counts))
        assert seen[-1] != (YES, YES)
    for place, name in enumerate(("localised_rash", "generalised_rash")):
        answers = {pair[place] for pair in seen}
        assert item(name, less).counts is (answers.pop() if len(answers) == 1 else UNKNOWN)


@given(
    st.fractions(0, 300), st.fractions(0, 300), st.fractions(0, 1), st.sampled_from(["platelets", "leukocytes", "upcr"])
)
def test_bounds_contain_every_completion(one: object, other: object, share: object, fact: str) -> None:
    low, high = sorted((one, other))  # type: ignore[type-var]
    inside = low + (high - low) * share  # type: ignore[operator]
    name = {"upcr": "proteinuria"}.get(fact, fact)
    less = used(name, facts(**{fact: between(low, high)}))  # type: ignore[arg-type]
    value = used(name, facts(**{fact: known(inside)})).value
    assert value is not None
    assert less.at_least(value) is not NO
    assert less.at_most(value) is not NO


def test_nothing_recorded_leaves_every_item_open() -> None:
    found = gate(Facts())
    assert (found.complete, {i.counts for i in found.items}) == (False, {UNKNOWN})
    assert len(found.missing) == 17
    assert found.used["swollen_joints"] == between(0, 28)
    assert found.used["proteinuria"] == Bounds(known(0).lower, None)


def test_without_a_typed_score_there_is_none_and_the_gate_is_listed() -> None:
    result = score("sledas", Visit(facts(sledas_alopecia=Item(YES))))
    assert (result.value, result.bounds.unknown, result.complete) == (None, True, False)
    assert (result.missing, result.flags) == (("sledas_score",), ("coefficients_not_shipped",))
    assert [c.name for c in result.checks if c.state is YES] == ["alopecia"]
    assert len(result.checks) == 17


def test_a_typed_score_stands() -> None:
    result = score("sledas", Visit(facts(sledas_score=known("9.10"))))
    assert (str(result.value), result.complete, result.flags) == ("9.1", True, ("typed_score",))


@pytest.mark.parametrize(
    ("now", "before", "ge", "gt"),
    [
        ("3.72", "2", "worse", "unchanged"),
        ("2", "3.72", "improved", "unchanged"),
        ("3.73", "2", "worse", "worse"),
        ("3.71", "2", "unchanged", "unchanged"),
    ],
)
def test_a_change_of_exactly_172_depends_on_the_variant(now: str, before: str, ge: str, gt: str) -> None:
    here = Visit(Facts({"sledas_score": known(now)}), Facts({"sledas_score": known(before)}))
    assert score("sledas_change", here).state == ge
    assert score("sledas_change", here, "sledas_change_gt172").state == gt


def test_the_change_may_be_against_entry() -> None:
    here = Visit(Facts({"sledas_score": known(5)}), baseline=Facts({"sledas_score": known(9)}))
    assert score("sledas_change", here, "sledas_change_ge172+against_baseline").state == "improved"
    without = score("sledas_change", here)
    assert (without.state, without.missing, without.flags[-1]) == ("unknown", (), "no_previous_assessment")


@pytest.mark.parametrize(
    ("low", "high", "possible"),
    [
        ("-1", "1", ("unchanged",)),
        ("1", "4", ("unchanged", "worse")),
        ("-5", "1", ("improved", "unchanged")),
        ("-5", "5", ("improved", "unchanged", "worse")),
        ("2", "9", ("worse",)),
    ],
)
def test_changes_known_within_bounds(low: str, high: str, possible: tuple[str, ...]) -> None:
    here = Visit(
        Facts({"sledas_score": between(str(10 + int(low)), str(10 + int(high)))}), Facts({"sledas_score": known(10)})
    )
    assert score("sledas_change", here).possible == possible


@pytest.mark.parametrize(
    ("typed", "outcome"), [("2.08", "remission"), ("2.09", "mild"), ("7.64", "mild"), ("7.65", "moderate_severe")]
)
def test_categories(typed: str, outcome: str) -> None:
    result = score("sledas_category", Visit(Facts({"sledas_score": known(typed)})))
    assert (result.state, result.evidence, result.flags) == (outcome, "M", ("typed_score", "unverified_rule"))


@pytest.mark.parametrize(("variant", "limit"), [("lp118_lldas", "2.08"), ("lp118_doris", "1.1")])
def test_cut_offs_of_another_cohort_have_their_own_outcomes(variant: str, limit: str) -> None:
    at, above = (Quantity(bounds=known(limit)), Quantity(bounds=between(limit, 9)))
    assert category(at, variant).state == "within_cut_off"
    assert category(above, variant).possible == ("within_cut_off", "above_cut_off")
    assert (
        category(Quantity(bounds=Bounds(known(limit).lower, None, lower_open=True)), variant).state == "above_cut_off"
    )


def test_categories_known_within_bounds() -> None:
    assert category(Quantity(bounds=between(3, 9))).possible == ("mild", "moderate_severe")
    assert category(Quantity(bounds=between(1, 3))).possible == ("remission", "mild")
    assert category(Quantity(bounds=between(0, 99))).possible == ("remission", "mild", "moderate_severe")

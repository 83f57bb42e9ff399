"""Glucocorticoids of a visit as prednisone equivalents."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import UNBOUNDED, Bounds, between, known
from costim.measures.facts import Drug, Facts, FactValue, Visit
from costim.measures.overlap import contains
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.steroids import (
    daily_equivalent,
    depends_on_table,
    find_equivalent,
    in_prednisone,
    pulse_equivalent,
)
from costim.measures.truth import Truth

TABLES = ("gc_bet_075", "gc_bet_060", "gc_bet_050")


def drug(name: str = "prednisolone", dose: int | str | Bounds = 10, **more: str) -> Drug:
    """A drug taken daily by mouth, in mg."""
    bounds = dose if isinstance(dose, Bounds) else known(dose)
    said = {"unit": "mg", "frequency": "daily", "route": "oral", "change": "", **more}
    return Drug(name, bounds, said["unit"], said["frequency"], said["route"], said["change"])


def facts(*drugs: Drug, **more: FactValue) -> Facts:
    return Facts({"drugs": drugs, **more})


def dose(*drugs: Drug, table: str = "gc_bet_075", **more: FactValue) -> Bounds:
    return daily_equivalent(facts(*drugs, **more), table).bounds


def result(visit: Facts, variant: str = "") -> Result:
    return score("steroids", Visit(visit), variant)


@pytest.mark.parametrize(
    ("table", "expected"),
    [("gc_bet_075", Fraction(25, 3)), ("gc_bet_060", Fraction(125, 12)), ("gc_bet_050", Fraction(25, 2))],
)
def test_w29_betamethasone_by_table(table: str, expected: Fraction) -> None:
    found = result(facts(drug("betamethasone", "1.25")), table)
    assert found.bounds == known(expected)
    assert (found.variant, found.evidence) == (table, "M" if table == "gc_bet_050" else "S")
    assert ("unverified_rule" in found.flags) is (table == "gc_bet_050")


def test_w29_methylprednisolone() -> None:
    assert {dose(drug("methylprednisolone", 20), table=table) for table in TABLES} == {known(25)}


def test_one_milligram_of_betamethasone_is_exact() -> None:
    found = [dose(drug("betamethasone", 1), table=table).value for table in TABLES]
    assert found == [Fraction(20, 3), Fraction(25, 3), 10]


@pytest.mark.parametrize(
    ("name", "mg"),
    [
        ("prednisone", "5"),
        ("Prednisolone", "5"),
        ("prednisone equivalent", "5"),
        ("triamcinolone", "4"),
        ("hydrocortisone", "20"),
        ("cortisone", "25"),
        ("dexamethasone", "0.75"),
        ("deflazacort", "6"),
    ],
)
def test_equivalents_of_5_mg(name: str, mg: str) -> None:
    assert dose(drug(name, mg)) == known(5)


def test_dexamethasone_by_the_table_that_prints_0_6() -> None:
    found = result(facts(drug("dexamethasone", "0.6")), "gc_bet_075+dex_060")
    assert (found.bounds, found.variant) == (known(5), "gc_bet_075+dex_060")


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [("daily", 14), ("twice daily", 28), ("three times daily", 42), ("alternate days", 7), ("weekly", 2)],
)
def test_frequencies(frequency: str, expected: int) -> None:
    assert dose(drug(dose=14, frequency=frequency)) == known(expected)


def test_a_month_has_the_days_of_the_plan() -> None:
    monthly = facts(drug(dose="60.875", frequency="monthly"))
    assert daily_equivalent(monthly, "gc_bet_075").bounds == known(2)
    assert daily_equivalent(monthly, "gc_bet_075", 30).bounds == known(Fraction(487, 240))


def test_units_of_mass_leave_the_result_alone() -> None:
    same = [drug(dose="12.5"), drug(dose="0.0125", unit="g"), drug(dose=12500, unit="ug")]
    assert {dose(entry) for entry in same} == {known("12.5")}


def test_an_empty_list_is_no_glucocorticoid_and_no_list_is_unknown() -> None:
    none, unknown = daily_equivalent(facts(), "gc_bet_075"), daily_equivalent(Facts(), "gc_bet_075")
    assert (none.bounds, none.missing) == (known(0), ())
    assert (unknown.bounds, unknown.missing) == (Bounds(Fraction(0)), ("drugs",))
    assert none.references
    assert unknown.evidence == "S"


def test_a_pulse_is_listed_apart() -> None:
    both = facts(drug(), drug("methylprednisolone", 1, unit="g", frequency="once", route="iv"))
    daily = daily_equivalent(both, "gc_bet_075")
    assert (daily.bounds, daily.flags) == (known(10), ("pulse_listed_apart",))
    assert pulse_equivalent(both, "gc_bet_075").bounds == known(1250)
    assert pulse_equivalent(facts(drug()), "gc_bet_075").bounds == known(0)


@pytest.mark.parametrize("route", ["topical", "inhaled", "intrathecal", "sc"])
def test_only_systemic_routes_count(route: str) -> None:
    assert dose(drug(route=route), drug(dose=3)) == known(3)


@pytest.mark.parametrize("route", ["", "oral", "iv", "im"])
def test_systemic_routes_count(route: str) -> None:
    assert dose(drug(route=route)) == known(10)


def test_other_drugs_and_stopped_ones_add_nothing() -> None:
    assert dose(drug("azathioprine", 100), drug("betamethasone", change="stopped")) == known(0)


@pytest.mark.parametrize(
    ("unsaid", "flags"),
    [
        (drug("prednisolon"), ("steroid_not_convertible",)),
        (drug("corticosteroid"), ("steroid_not_convertible",)),
        (drug("fludrocortisone"), ("steroid_not_convertible",)),
        (drug(dose=UNBOUNDED), ("steroid_not_convertible",)),
        (drug(unit=""), ("unit_not_stated", "steroid_not_convertible")),
        (drug(unit="cells"), ("steroid_not_convertible",)),
        (drug(frequency=""), ("frequency_not_stated", "steroid_not_convertible")),
        (drug(frequency="now and then"), ("steroid_not_convertible",)),
        (drug(unit="mg/kg"), ("weight_unknown", "steroid_not_convertible")),
    ],
)
def test_what_cannot_be_converted_leaves_a_lower_bound(unsaid: Drug, flags: tuple[str, ...]) -> None:
    found = daily_equivalent(facts(drug(dose=4), unsaid), "gc_bet_075")
    assert found.bounds == Bounds(Fraction(4))
    assert found.flags == flags
    assert found.missing == (("body_weight",) if unsaid.unit == "mg/kg" else ("drugs",))


def test_dose_per_kg() -> None:
    assert dose(drug(dose="0.5", unit="mg/kg"), body_weight=known(60)) == known(30)
    assert dose(drug(dose="0.5", unit="mg/kg"), body_weight=between(50, 60)) == between(25, 30)


def test_a_range_of_doses_gives_bounds() -> None:
    found = result(facts(drug(dose=between(5, 10)), drug("methylprednisolone", 4)))
    assert (found.bounds, found.value, found.complete) == (between(10, 15), None, False)


def test_the_typed_dose_stands_in_for_a_list() -> None:
    found = daily_equivalent(Facts({"prednisone_equivalent": known("7.5")}), "gc_bet_075")
    assert (found.bounds, found.decided_by, found.missing) == (known("7.5"), ("prednisone_equivalent",), ())
    assert found.flags == ("steroid_dose_typed",)


def test_the_typed_dose_narrows_a_list_that_leaves_bounds() -> None:
    found = daily_equivalent(facts(drug(dose=4), drug("steroid"), prednisone_equivalent=known(12)), "gc_bet_075")
    assert (found.bounds, found.missing) == (known(12), ())


@pytest.mark.parametrize(
    ("typed", "flag"), [("8.3", False), ("8", False), ("8.33", False), ("8.4", True), ("10", True)]
)
def test_a_contradiction_of_typed_and_listed_dose_is_flagged(typed: str, flag: bool) -> None:
    found = daily_equivalent(facts(drug("betamethasone", "1.25"), prednisone_equivalent=known(typed)), "gc_bet_075")
    assert found.bounds == known(Fraction(25, 3))
    assert ("steroid_dose_contradicts" in found.flags) is flag


def test_a_typed_dose_below_what_is_listed_is_flagged() -> None:
    found = daily_equivalent(facts(drug(), drug("steroid"), prednisone_equivalent=known(5)), "gc_bet_075")
    assert (found.bounds, "steroid_dose_contradicts" in found.flags) == (Bounds(Fraction(10)), True)


@pytest.mark.parametrize(
    ("mg", "states"),
    [
        ("4.99", "yes yes yes yes yes"),
        ("5", "yes yes no yes yes"),
        ("5.01", "yes no no no yes"),
        ("7.5", "yes no no no no"),
        ("7.51", "no no no no no"),
    ],
)
def test_limits_are_literal(mg: str, states: str) -> None:
    found = result(facts(drug(dose=mg)))
    assert " ".join(check.state for check in found.checks) == states


@pytest.mark.parametrize(("mg", "depends"), [("1", True), ("0.4", False), ("0.5", True), ("1.2", False)])
def test_sensitivity_to_the_table(mg: str, depends: bool) -> None:
    visit = facts(drug("betamethasone", mg))
    assert depends_on_table(visit) is depends
    assert ("depends_on_table" in result(visit).flags) is depends


def test_sensitivity_to_the_equivalent_of_dexamethasone() -> None:
    assert depends_on_table(facts(drug("dexamethasone", 1)))
    assert not depends_on_table(facts(drug("dexamethasone", "1.5")))
    assert not depends_on_table(facts(drug("prednisolone", "7.5")))


def test_another_table_is_refused() -> None:
    with pytest.raises(ValueError, match="'mine' is no variant; write one of gc_bet_075, gc_bet_060, gc_bet_050"):
        daily_equivalent(facts(), "mine")


DRUGS = st.builds(
    drug,
    st.sampled_from(["prednisone", "betamethasone", "dexamethasone", "azathioprine"]),
    st.integers(0, 40),
    frequency=st.sampled_from(["daily", "weekly", "alternate days", "once"]),
    route=st.sampled_from(["oral", "iv", "topical"]),
)


@given(st.lists(DRUGS, max_size=4), DRUGS, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_order_does_not_matter_and_a_drug_more_never_lowers(drugs: list[Drug], more: Drug, shuffle: object) -> None:
    mixed = list(drugs)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = dose(*drugs), dose(*mixed)
    assert one == other
    grown = dose(*drugs, more)
    assert grown.lower is not None
    assert one.lower is not None
    assert grown.lower >= one.lower


@given(st.lists(DRUGS, min_size=1, max_size=3), st.sampled_from(["dose", "unit", "frequency", "all"]))
@settings(max_examples=60)
def test_bounds_hold_every_completion(drugs: list[Drug], hidden: str) -> None:
    whole = daily_equivalent(facts(*drugs), "gc_bet_060")
    last = drugs[-1]
    less = Drug(
        drug=last.drug,
        dose=UNBOUNDED if hidden == "dose" else last.dose,
        unit="" if hidden == "unit" else last.unit,
        # An unknown frequency may be that of a pulse, which adds nothing to the daily dose.
        frequency="" if hidden == "frequency" else last.frequency,
        route=last.route,
    )
    part = Facts() if hidden == "all" else facts(*drugs[:-1], less)
    bounds = daily_equivalent(part, "gc_bet_060").bounds
    assert whole.bounds.value is not None
    assert contains(bounds, whole.bounds.value)
    found = result(part)
    assert found.variant
    assert found.evidence
    assert found.source
    assert all(
        c.state in (Truth.UNKNOWN, w.state) for c, w in zip(found.checks, result(facts(*drugs)).checks, strict=True)
    )


@given(st.decimals("0.01", "2000", places=2), st.sampled_from(["prednisone", "methylprednisolone", "betamethasone"]))
@settings(max_examples=60)
def test_equivalents_scale_and_round_trip(dose_mg: Decimal, name: str) -> None:
    equivalent = find_equivalent(name, "gc_bet_050")
    assert equivalent is not None
    assert equivalent.mg is not None
    prednisone = in_prednisone(known(dose_mg), equivalent)
    assert in_prednisone(known(dose_mg * 3), equivalent) == prednisone.times(3)
    assert prednisone.times(equivalent.mg / 5) == known(dose_mg)


def test_a_dose_into_a_muscle_is_flagged_and_can_be_left_out() -> None:
    visit = Visit(facts(drug(), drug("methylprednisolone", 4, route="im")))
    usual, strict = (score("steroids", visit, variant) for variant in ("gc_bet_075", "gc_bet_075+oral_iv"))
    assert (usual.bounds, "intramuscular_counted" in usual.flags) == (known(15), True)
    assert (strict.bounds, strict.flags, strict.variant) == (known(10), (), "gc_bet_075+oral_iv")


@pytest.mark.parametrize(
    ("mg", "flags"), [("1", {"differs_by_table", "depends_on_table"}), ("3", {"differs_by_table"})]
)
def test_another_number_by_another_table_is_always_said(mg: str, flags: set[str]) -> None:
    found = score("steroids", Visit(facts(drug("betamethasone", mg))))
    assert set(found.flags) == flags
    assert score("steroids", Visit(facts(drug("prednisolone", mg)))).flags == ()


def test_a_dose_per_kg_without_frequency_lacks_more_than_the_weight() -> None:
    found = score("steroids", Visit(facts(drug(dose=1, unit="mg/kg", frequency=""))))
    assert found.missing == ("drugs", "body_weight")

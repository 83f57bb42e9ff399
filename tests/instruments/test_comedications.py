"""Doses as recorded, prednisone equivalents by visit and course, treatment before."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.errors import CostimError
from costim.instruments.comedications import measure
from costim.study.study import Study
from tests.instruments.builders import bounds, make_study, only, pick

STEROID = "steroid.prednisone_equivalent"
DAYS = [{"subject": "1", "visit": f"d{day}", "day": day} for day in (0, 14, 28)]


def at_visit(**cells: object) -> dict[str, object]:
    """One dose of the subject at day 28, daily by mouth."""
    dose = {"subject": "1", "visit": "d28", "drug": "prednisolone", "dose": 10, "unit": "mg"}
    return {**dose, "frequency": "daily", "route": "oral", **cells}


def course(**cells: object) -> dict[str, object]:
    """One course of the subject, daily by mouth."""
    return {**at_visit(visit=None), **cells}


def one(*doses: dict[str, object], **variants: str) -> Study:
    return make_study(variants, comedications=doses, visits=DAYS)


@pytest.mark.parametrize(
    ("table", "expected"),
    [("gc_bet_075", Decimal("8.33")), ("gc_bet_060", Decimal("10.42")), ("gc_bet_050", Decimal("12.5"))],
)
def test_w29_betamethasone_by_table(table: str, expected: Decimal) -> None:
    row = only(one(at_visit(drug="betamethasone", dose="1.25"), steroid_table=table), measure, STEROID)
    assert row.value == pytest.approx(float(expected), abs=0.005)
    assert row.variant == table
    assert ("unverified_rule" in row.flags) is (table == "gc_bet_050")


def test_w29_methylprednisolone() -> None:
    assert only(one(at_visit(drug="methylprednisolone", dose=20)), measure, STEROID).value == 25


@pytest.mark.parametrize(
    ("drug", "dose", "expected"),
    [
        ("prednisone_equivalent", "22.5", 22.5),
        ("Prednisolone", "5", 5),
        ("hydrocortisone", "20", 5),
        ("cortisone", "25", 5),
        ("dexamethasone", "0.75", 5),
        ("deflazacort", "6", 5),
    ],
)
def test_equivalents(drug: str, dose: str, expected: float) -> None:
    assert only(one(at_visit(drug=drug, dose=dose)), measure, STEROID).value == expected


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [("daily", 14), ("twice daily", 28), ("three times daily", 42), ("alternate days", 7), ("weekly", 2)],
)
def test_frequencies(frequency: str, expected: float) -> None:
    row = only(one(at_visit(dose=14, frequency=frequency)), measure, STEROID)
    assert row.value == expected
    assert "frequency_not_stated" not in row.flags


@pytest.mark.parametrize("frequency", [None, "not reported"])
def test_dose_without_frequency_stands_as_printed_and_is_flagged(frequency: str | None) -> None:
    study = one(at_visit(frequency=frequency))
    row = only(study, measure, STEROID)
    assert (row.value, row.unit) == (10, "mg")
    assert row.flags == ("frequency_not_stated",)
    assert only(study, measure, "comedication.dose").flags == ("frequency_not_stated",)


def test_single_dose_is_a_pulse_listed_apart() -> None:
    pulse = at_visit(drug="methylprednisolone", dose=1, unit="g", frequency="once", route="iv")
    study = one(at_visit(), pulse)
    assert only(study, measure, STEROID).value == 10
    row = only(study, measure, "steroid.pulse_equivalent")
    assert (row.value, row.variant, row.visit) == (1250, "gc_bet_075", "d28")


@pytest.mark.parametrize("route", ["topical", "inhaled", "intrathecal", "sc"])
def test_only_systemic_routes_count(route: str) -> None:
    assert pick(one(at_visit(route=route)), measure, STEROID) == []


def test_route_that_is_not_stated_counts() -> None:
    assert only(one(at_visit(route=None)), measure, STEROID).value == 10


def test_other_drugs_give_no_steroid_row_but_their_dose() -> None:
    study = one(at_visit(drug="azathioprine", dose=50))
    assert pick(study, measure, STEROID) == []
    row = only(study, measure, "comedication.dose")
    assert (row.item, row.value, row.unit, row.visit, row.day) == ("azathioprine", 50, "mg", "d28", 28)


def test_sum_over_steroids_with_an_interval() -> None:
    study = one(at_visit(dose="5-10"), at_visit(drug="methylprednisolone", dose=4))
    assert bounds(only(study, measure, STEROID)) == (None, 10, 15, "range")


def test_a_missing_dose_leaves_a_lower_bound() -> None:
    row = only(one(at_visit(), at_visit(drug="betamethasone", dose="not reported")), measure, STEROID)
    assert bounds(row) == (None, 10, None, ">=")
    assert "items_incomplete" in row.flags


def test_all_doses_missing_keeps_the_reason() -> None:
    row = only(one(at_visit(dose="not recovered")), measure, STEROID)
    assert (row.missing, row.value, row.lower) == ("not_recovered", None, None)


def test_steroid_without_equivalent_is_no_zero() -> None:
    row = only(one(at_visit(), at_visit(drug="corticosteroid")), measure, STEROID)
    assert bounds(row) == (None, 10, None, ">=")
    assert "steroid_not_convertible" in row.flags


def test_misspelt_steroid_leaves_a_bound() -> None:
    assert "steroid_not_convertible" in only(one(at_visit(drug="prednisolon")), measure, STEROID).flags


def test_dose_per_kg_needs_a_weight() -> None:
    dose = at_visit(dose="0.5", unit="mg/kg")
    with_weight = make_study(comedications=[dose], subjects=[{"subject": "1", "weight_kg": 60}])
    row = only(with_weight, measure, STEROID)
    assert row.value == 30
    assert "subjects/1/weight_kg" in row.cells
    without = only(make_study(comedications=[dose], subjects=[{"subject": "1"}]), measure, STEROID)
    assert (without.missing, without.flags) == ("blank", ("weight_unknown",))


def test_dose_without_unit_is_not_converted() -> None:
    row = only(one(at_visit(unit=None)), measure, STEROID)
    assert (row.value, row.missing, row.flags) == (None, "blank", ("unit_not_stated",))


def test_course_counts_at_the_visits_it_covers() -> None:
    rows = pick(one(course(start_day=-100, end_day=14)), measure, STEROID)
    assert [(row.visit, row.value) for row in rows] == [("d0", 10), ("d14", 10)]
    assert rows[0].cells[-3:] == (
        "comedications/1|prednisolone||-100/start_day",
        "comedications/1|prednisolone||-100/end_day",
        "visits/1|d0/day",
    )


def test_course_with_unknown_end_is_certain_on_its_first_day_only() -> None:
    rows = {row.visit: row for row in pick(one(course(start_day=14)), measure, STEROID)}
    assert bounds(rows["d14"]) == (10, 10, 10, "=")
    assert bounds(rows["d28"]) == (None, 0, 10, "range")
    assert rows["d28"].flags == ("course_undecided",)
    assert "d0" not in rows


def test_course_with_an_end_between_two_days() -> None:
    rows = {row.visit: row for row in pick(one(course(start_day=-5, end_day="7-20")), measure, STEROID)}
    assert rows["d0"].value == 10
    assert bounds(rows["d14"]) == (None, 0, 10, "range")
    assert "d28" not in rows


def test_dose_typed_at_a_visit_replaces_the_course_of_that_drug() -> None:
    rows = {
        row.visit: row.value for row in pick(one(course(start_day=0, end_day=28), at_visit(dose=7)), measure, STEROID)
    }
    assert rows == {"d0": 10, "d14": 10, "d28": 7}


def test_dose_without_any_time_has_a_row_of_its_own() -> None:
    study = one(course(drug="betamethasone", dose=1, frequency="not reported"))
    row = only(study, measure, STEROID)
    assert (row.visit, row.day) == ("", None)
    assert row.value == pytest.approx(20 / 3)


def test_dose_without_any_time_may_belong_to_a_visit() -> None:
    study = one(course(drug="betamethasone", dose="0.75"), at_visit())
    assert bounds(only(study, measure, STEROID, visit="d28")) == (None, 10, 15, "range")
    assert only(study, measure, STEROID, visit="").value == 5


def test_two_courses_of_one_drug_have_their_own_rows() -> None:
    study = one(course(start_day=0, end_day=7), course(start_day=14, end_day=20, dose=5))
    rows = pick(study, measure, "comedication.dose")
    assert [(row.variant, row.day, row.value) for row in rows] == [("from day 0", 0, 10), ("from day 14", 14, 5)]


def test_prior_treatments() -> None:
    study = make_study(prior_treatments=[{"subject": "1", "treatment": "cyclosporine", "max_dose_mg": 300}])
    row = only(study, measure, "prior.treatment")
    assert (row.item, row.text, row.cells) == (
        "cyclosporine",
        "cyclosporine",
        ("prior_treatments/1|cyclosporine/treatment",),
    )


def test_unknown_table_lists_the_names() -> None:
    with pytest.raises(CostimError) as error:
        measure(one(at_visit(), steroid_table="mine"))
    assert str(error.value) == (
        "study.toml: variants.steroid_table = 'mine' is not known; write one of gc_bet_050, gc_bet_060, gc_bet_075"
    )


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=3))
@settings(max_examples=40)
def test_bounds_of_a_sum_are_the_sum_of_bounds(doses: list[tuple[int, int]]) -> None:
    drugs = ("prednisone", "prednisolone", "prednisone_equivalent")
    rows = [
        at_visit(drug=drug, dose=f"{min(d)}-{max(d)}" if d[0] != d[1] else d[0])
        for drug, d in zip(drugs, doses, strict=False)
    ]
    row = only(one(*rows), measure, STEROID)
    assert row.lower == sum(min(d) for d in doses)
    assert row.upper == sum(max(d) for d in doses)

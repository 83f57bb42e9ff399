"""Laboratory results: units, limits, the IgG index."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.instruments.labs import measure
from tests.instruments.builders import bounds, make_study, only, pick


def lab(**cells: object) -> dict[str, object]:
    """One result of the subject at day 28."""
    return {"subject": "1", "visit": "d28", "test": "igg", "value": 10, "unit": "g/L", **cells}


def one(**cells: object) -> object:
    study = make_study(labs=[lab(**cells)])
    return only(study, measure, f"lab.{cells.get('test', 'igg')}")


def test_result_in_the_unit_of_the_registry() -> None:
    study = make_study(labs=[lab(timepoint="pre")], visits=[{"subject": "1", "visit": "d28", "day": 27}])
    row = only(study, measure, "lab.igg")
    assert bounds(row) == (10, 10, 10, "=")
    assert (row.unit, row.day, row.timepoint, row.flags) == ("g/L", 27, "pre", ())
    assert row.cells == ("labs/1|d28|pre|igg/value", "labs/1|d28|pre|igg/unit", "visits/1|d28/day")


def test_conversion_is_exact_and_flagged() -> None:
    row = one(value=1070, unit="mg/dL")
    assert (row.value, row.unit, row.flags) == (10.7, "g/L", ("unit_converted",))


def test_same_unit_spelt_otherwise_is_no_conversion() -> None:
    assert one(test="anti_dsdna", value="8.4", unit="IU/ml").flags == ()


def test_blank_unit_keeps_the_number() -> None:
    row = one(test="c3", value=52, unit=None)
    assert (row.value, row.unit, row.flags) == (52, "", ("unit_not_stated",))


@pytest.mark.parametrize(("test", "unit"), [("csf_igg_index", "index"), ("ana_titre", "reciprocal dilution")])
def test_pure_number_needs_no_unit(test: str, unit: str) -> None:
    row = one(test=test, value="0.73", unit=None)
    assert (row.value, row.unit, row.flags) == (0.73, unit, ())


def test_titre_by_its_other_name() -> None:
    row = one(test="ana_titre", value=320, unit="titre")
    assert (row.value, row.unit, row.flags) == (320, "reciprocal dilution", ())


def test_unit_of_another_kind_is_kept_as_printed() -> None:
    row = one(test="anti_dsdna", value=30, unit="U/mL")
    assert (row.value, row.unit, row.flags) == (30, "U/mL", ("unit_not_convertible",))


@pytest.mark.parametrize(
    ("typed", "expected", "flag"),
    [
        ("<0.5", (None, 0, 0.5, "<"), "below_limit"),
        ("<=0.5", (None, 0, 0.5, "<="), "below_limit"),
        (">1000", (None, 1000, None, ">"), "above_limit"),
        ("3-4", (None, 3, 4, "range"), "range_value"),
    ],
)
def test_limits_are_bounds(typed: str, expected: tuple[object, ...], flag: str) -> None:
    row = one(test="crp", value=typed, unit="mg/L")
    assert bounds(row) == expected
    assert row.flags == (flag,)


def test_limit_is_converted_with_its_unit() -> None:
    row = one(value="<5", unit="mg/dL")
    assert bounds(row) == (None, 0, 0.05, "<")
    assert row.flags == ("below_limit", "unit_converted")


def test_number_below_the_limit_of_quantification_is_a_bound() -> None:
    row = one(test="csf_il6", value="0.3", unit="pg/mL", lloq="0.5")
    assert bounds(row) == (None, 0, 0.5, "<")
    assert "labs/1|d28||csf_il6/lloq" in row.cells
    assert one(test="csf_il6", value="0.5", unit="pg/mL", lloq="0.5").value == 0.5


@pytest.mark.parametrize(
    ("word", "reason"), [("not done", "not_done"), ("not reported", "not_reported"), (None, "blank")]
)
def test_missing_results_keep_their_reason(word: str | None, reason: str) -> None:
    row = one(value=word)
    assert (row.missing, row.value, row.lower, row.upper, row.relation) == (reason, None, None, None, "")
    assert row.cells


def test_b_cell_count_has_a_second_row() -> None:
    study = make_study(labs=[lab(test="cd19_count", value="0.007", unit="x10^9/L")])
    for parameter in ("lab.cd19_count", "bcell.count"):
        row = only(study, measure, parameter)
        assert (row.value, row.unit) == (7, "cells/uL")
    assert pick(make_study(labs=[lab()]), measure, "bcell.count") == []


def pair(index: str | None = None, **values: object) -> list[dict[str, object]]:
    """The four concentrations of one pair of samples."""
    given = {"csf_igg": (60, "mg/L"), "igg": (12, "g/L"), "csf_albumin": (250, "mg/L"), "albumin": (40, "g/L")}
    rows = [lab(test=t, value=values.get(t, v), unit=u) for t, (v, u) in given.items()]
    return [*rows, lab(test="csf_igg_index", value=index, unit=None)] if index else rows


def test_w28_igg_index() -> None:
    row = only(make_study(labs=pair()), measure, "lab.csf_igg_index")
    assert (row.value, row.unit, row.flags) == (0.8, "index", ("computed_from_components",))
    assert {"labs/1|d28||igg/value", "labs/1|d28||csf_albumin/value"} <= set(row.cells)


def test_typed_index_is_not_overwritten() -> None:
    assert only(make_study(labs=pair("0.73")), measure, "lab.csf_igg_index").value == 0.73


def test_index_of_censored_parts_is_bounded() -> None:
    row = only(make_study(labs=pair(csf_igg="<60")), measure, "lab.csf_igg_index")
    assert (row.value, row.lower, row.upper) == (None, 0, 0.8)


def test_index_needs_all_four_with_units() -> None:
    rows = pair()
    assert pick(make_study(labs=rows[:3]), measure, "lab.csf_igg_index") == []
    rows[1]["unit"] = None
    assert pick(make_study(labs=rows), measure, "lab.csf_igg_index") == []


@given(st.integers(1, 99999))
@settings(max_examples=50)
def test_the_unit_of_the_source_leaves_the_result_alone(hundredths: int) -> None:
    grams = Decimal(hundredths) / 100
    rows = [one(value=grams, unit="g/L"), one(value=grams * 100, unit="mg/dL"), one(value=grams / 10, unit="g/dL")]
    assert len({bounds(row) for row in rows}) == 1
    assert {row.unit for row in rows} == {"g/L"}

"""Depletion and return of B cells by named thresholds."""

from __future__ import annotations

import pytest

from costim.errors import CostimError
from costim.instruments.bcells import measure
from costim.study.study import Study
from tests.instruments.builders import bounds, make_study, only, pick


def counts(variant: str, *series: tuple[object, object], **cells: object) -> Study:
    """A series of (day, count) of one subject."""
    visits = [{"subject": "1", "visit": f"v{i}", "day": day} for i, (day, _) in enumerate(series)]
    labs = [
        {"subject": "1", "visit": f"v{i}", "test": "cd19_count", "value": count, "unit": "cells/uL", **cells}
        for i, (_, count) in enumerate(series)
    ]
    return make_study({"depletion": variant}, labs=labs, visits=visits)


@pytest.mark.parametrize(
    ("variant", "expected"), [("cd19_lt5", "no"), ("cd19_lt10", "yes"), ("cd19_zero", "no"), ("hsfc", "no")]
)
@pytest.mark.parametrize(("count", "unit"), [("7", "cells/uL"), ("0.007", "x10^9/L")])
def test_w31_seven_cells(variant: str, expected: str, count: str, unit: str) -> None:
    row = only(counts(variant, (28, count), unit=unit), measure, "bcell.depleted")
    assert (row.text, row.variant, row.day) == (expected, variant, 28)


@pytest.mark.parametrize(
    ("variant", "count", "expected"),
    [
        ("cd19_lt5", "5", "no"),
        ("cd19_lt5", "4.9", "yes"),
        ("cd19_lt5", "<5", "yes"),
        ("cd19_lt5", "<=5", "unknown"),
        ("cd19_lt5", "<6", "unknown"),
        ("cd19_lt5", ">=5", "no"),
        ("cd19_lt5", "3-8", "unknown"),
        ("cd19_lt10", "10", "no"),
        ("hsfc", "0.1", "yes"),
        ("hsfc", ">0.1", "no"),
        ("hsfc", ">=0.1", "unknown"),
        ("cd19_zero", "0", "yes"),
        ("cd19_zero", "<1", "unknown"),
        ("cd19_zero", ">0", "no"),
    ],
)
def test_thresholds_are_literal(variant: str, count: str, expected: str) -> None:
    assert only(counts(variant, (28, count)), measure, "bcell.depleted").text == expected


def test_zero_below_an_unknown_limit_is_no_proof() -> None:
    row = only(counts("hsfc", (28, 0)), measure, "bcell.depleted")
    assert (row.text, "assay_limit_unknown" in row.flags) == ("unknown", True)
    assert only(counts("hsfc", (28, 0), lloq="0.05"), measure, "bcell.depleted").text == "yes"
    assert only(counts("hsfc", (28, 0), lloq="1"), measure, "bcell.depleted").text == "unknown"
    assert only(counts("cd19_lt5", (28, 0), lloq="8"), measure, "bcell.depleted").text == "unknown"
    assert only(counts("cd19_zero", (28, 0), lloq="8"), measure, "bcell.depleted").text == "yes"


def test_missing_count_and_count_without_unit() -> None:
    assert only(counts("cd19_lt5", (28, "not done")), measure, "bcell.depleted").missing == "not_done"
    row = only(counts("cd19_lt5", (28, 0), unit=None), measure, "bcell.depleted")
    assert (row.text, row.flags) == ("unknown", ("unit_not_stated",))


def test_return_lies_between_the_last_depleted_and_the_first_later_count() -> None:
    study = counts("cd19_lt5", (-1, 120), (28, 1), (90, 2), (180, "3-7"), (270, 40), (360, 90))
    row = only(study, measure, "bcell.return_day")
    assert bounds(row) == (None, 90, 270, "range")
    assert row.flags == ()
    assert row.cells == (
        "labs/1|v2||cd19_count/value",
        "labs/1|v2||cd19_count/unit",
        "visits/1|v2/day",
        "labs/1|v4||cd19_count/value",
        "labs/1|v4||cd19_count/unit",
        "visits/1|v4/day",
    )


def test_never_depleted_gives_no_return() -> None:
    assert pick(counts("cd19_lt5", (-1, 120), (28, 60)), measure, "bcell.return_day") == []


def test_low_count_before_the_infusion_is_no_depletion_by_it() -> None:
    assert pick(counts("cd19_lt5", (-1, 1), (28, 60)), measure, "bcell.return_day") == []
    assert pick(counts("cd19_lt5", (0, 1), (28, 60)), measure, "bcell.return_day") == []


def test_not_returned_is_a_lower_bound() -> None:
    row = only(counts("cd19_lt5", (28, 1), (180, 0)), measure, "bcell.return_day")
    assert bounds(row) == (None, 180, None, ">")
    assert row.flags == ("not_returned",)


def test_second_depletion_is_flagged_and_the_first_return_given() -> None:
    row = only(counts("cd19_lt5", (28, 1), (180, 40), (210, 1)), measure, "bcell.return_day")
    assert bounds(row) == (None, 28, 180, "range")
    assert row.flags == ("depleted_again",)


def test_days_within_bounds_widen_the_interval() -> None:
    row = only(counts("cd19_lt5", ("25-31", 1), ("170-190", 40)), measure, "bcell.return_day")
    assert bounds(row) == (None, 25, 190, "range")


def test_count_without_a_day_is_left_out_and_flagged() -> None:
    row = only(counts("cd19_lt5", (28, 1), ("not reported", 0), (180, 40)), measure, "bcell.return_day")
    assert bounds(row) == (None, 28, 180, "range")
    assert row.flags == ("day_unknown",)


def test_threshold_from_memory_is_flagged() -> None:
    assert only(counts("cd19_lt10", (28, 1)), measure, "bcell.depleted").flags == ("unverified_rule",)


def test_unknown_threshold_lists_the_names() -> None:
    with pytest.raises(CostimError) as error:
        measure(make_study({"depletion": "cd20"}))
    assert str(error.value) == (
        "study.toml: variants.depletion = 'cd20' is not known; write one of cd19_lt10, cd19_lt5, cd19_zero, hsfc"
    )

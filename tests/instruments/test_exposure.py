"""Infusions as given and in mg."""

from __future__ import annotations

import pytest

from costim.instruments.exposure import measure
from costim.registry.measurements import Measurement
from tests.instruments.builders import make_study, only, pick


def infusion(
    number: int = 1, day: object = 0, amount: object = 375, unit: object = "mg/m2", **cells: object
) -> dict[str, object]:
    return {
        "subject": "1",
        "infusion": number,
        "day": day,
        "drug": "rituximab",
        "amount": amount,
        "unit": unit,
        **cells,
    }


def in_mg(variant: str = "recorded", body: dict[str, object] | None = None, **cells: object) -> Measurement:
    study = make_study({"bsa": variant}, infusions=[infusion(**cells)], subjects=[{"subject": "1", **(body or {})}])
    return only(study, measure, "exposure.dose_mg")


def test_w30_dose_by_formula() -> None:
    body = {"height_cm": 160, "weight_kg": 50}
    assert in_mg("du_bois", body).value == pytest.approx(562.9, abs=0.05)
    assert in_mg("mosteller", body).value == pytest.approx(559.0, abs=0.05)


def test_dose_as_given() -> None:
    row = only(make_study(infusions=[infusion(2, 7)]), measure, "exposure.dose_as_given")
    assert (row.value, row.unit, row.item, row.variant, row.day) == (375, "mg/m2", "2", "rituximab", 7)
    assert row.cells == ("infusions/1|2/amount", "infusions/1|2/unit", "infusions/1|2/day")


def test_dose_in_mg_needs_no_body() -> None:
    assert in_mg(amount=1000, unit="mg").value == 1000


def test_dose_per_m2_and_per_kg() -> None:
    row = in_mg(body={"bsa_m2": "1.6"})
    assert (row.value, row.unit, row.flags) == (600, "mg", ())
    assert "subjects/1/bsa_m2" in row.cells
    assert in_mg(body={"weight_kg": "55.5"}, amount=10, unit="mg/kg").value == 555


@pytest.mark.parametrize(
    ("unit", "body", "flag", "missing"),
    [
        ("mg/m2", {}, "bsa_unknown", "blank"),
        ("mg/m2", {"bsa_m2": "not recovered"}, "bsa_unknown", "not_recovered"),
        ("mg/kg", {"weight_kg": "not reported"}, "weight_unknown", "not_reported"),
        ("not reported", {}, "unit_not_stated", "not_reported"),
    ],
)
def test_unknown_body_gives_no_mg(unit: str, body: dict[str, object], flag: str, missing: str) -> None:
    row = in_mg(body=body, unit=unit)
    assert (row.value, row.missing, row.flags) == (None, missing, (flag,))
    assert row.cells


@pytest.mark.parametrize("unit", ["cells", "cells/kg"])
def test_cell_products_have_no_mg(unit: str) -> None:
    study = make_study(infusions=[infusion(amount=1e8, unit=unit)])
    assert pick(study, measure, "exposure.dose_mg") == []
    assert only(study, measure, "exposure.dose_as_given").unit == unit


def test_number_of_infusions_counts_rows() -> None:
    rows = [infusion(1), infusion(2, 7, "not reported"), {**infusion(1), "subject": "2"}]
    study = make_study(infusions=rows, subjects=[{"subject": s} for s in "123"])
    numbers = {row.subject: row for row in pick(study, measure, "exposure.infusions")}
    assert {s: row.value for s, row in numbers.items()} == {"1": 2, "2": 1}
    assert numbers["1"].cells == ("infusions/1|1/amount", "infusions/1|2/amount")


def test_infusion_time_has_a_row_where_something_was_typed() -> None:
    study = make_study(
        infusions=[infusion(1, duration_h="4.5"), infusion(2, 14, duration_h="not reported"), infusion(3, 28)]
    )
    first, second = pick(study, measure, "exposure.infusion_hours")
    assert (first.value, first.unit, first.item, first.day) == (4.5, "h", "1", 0)
    assert first.cells == ("infusions/1|1/duration_h", "infusions/1|1/day")
    assert (second.value, second.missing, second.item) == (None, "not_reported", "2")

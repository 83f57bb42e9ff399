"""Events: months since the first infusion, status."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.instruments.events import measure
from costim.registry.measurements import Measurement
from tests.instruments.builders import bounds, make_study, only, pick


def one(info: dict[str, object] | None = None, **cells: object) -> Measurement:
    row = {"subject": "1", "event": "end_of_response", **cells}
    return only(make_study(info=info or {}, events=[row]), measure, "event.end_of_response")


@given(st.integers(0, 4000), st.sampled_from(["30.4375", "30", "30.44", "28"]))
@settings(max_examples=60)
def test_months_are_kept_exactly_as_printed(tenths: int, days_per_month: str) -> None:
    months = tenths / 10
    assert one({"days_per_month": days_per_month}, time=months, time_unit="months").value == months


def test_months_have_a_day_too() -> None:
    row = one(time=22, time_unit="months", status="unknown")
    assert bounds(row) == (22, 22, 22, "=")
    assert (row.text, row.unit, row.day) == ("unknown", "months", 669.625)
    assert row.flags == ("status_unknown", "time_converted")
    assert row.cells == (
        "events/1|end_of_response|/time",
        "events/1|end_of_response|/time_unit",
        "events/1|end_of_response|/status",
    )


@pytest.mark.parametrize(
    ("cells", "months"),
    [
        ({"day": "304.375"}, 10),
        ({"time": "60.875", "time_unit": "days"}, 2),
        ({"time": 2, "time_unit": "years"}, 24),
        ({"time": "30.4375", "time_unit": "weeks"}, 7),
    ],
)
def test_other_units(cells: dict[str, object], months: float) -> None:
    row = one(**cells, status="observed")
    assert row.value == months
    assert ("time_converted" in row.flags) is (cells.get("time_unit") in ("weeks", "years"))


def test_intervals_are_kept() -> None:
    assert bounds(one(time="<=24", time_unit="months", status="observed")) == (None, 0, 24, "<=")
    assert bounds(one(time="6-12", time_unit="months")) == (None, 6, 12, "range")
    row = one(time=">24", time_unit="months", status="censored")
    assert bounds(row) == (None, 24, None, ">")
    assert (row.day_lower, row.day_upper) == (730.5, None)


def test_missing_time_keeps_reason_and_status() -> None:
    row = one(time="not recovered", status="not recovered")
    assert (row.missing, row.value, row.text) == ("not_recovered", None, "unknown")
    assert row.flags == ("status_unknown",)
    assert one(time="not reported", status="censored").text == "censored"


def test_day_filled_by_the_study_room_does_not_blur_the_months() -> None:
    study = make_study(events=[{"subject": "1", "event": "relapse", "time": 22, "time_unit": "months"}])
    frame = study.tables["events"]
    filled = frame.with_columns(
        *((frame["time"] * 30.4375).alias(name) for name in ("day", "day__lower", "day__upper")),
        frame["time__relation"].alias("day__relation"),
        day__converted=True,
    )
    changed = replace(study, tables=MappingProxyType({**study.tables, "events": filled}))
    row = only(changed, measure, "event.relapse")
    assert (row.value, row.day) == (22, 669.625)
    assert row.cells[0] == "events/1|relapse|/time"


def test_recurring_events_are_told_apart() -> None:
    rows = [{"subject": "1", "event": "infection", "number": n, "day": 30 * n} for n in (1, 2)]
    found = pick(make_study(events=rows), measure, "event.infection")
    assert [(row.item, row.day) for row in found] == [("1", 30), ("2", 60)]


def test_type_is_the_variant() -> None:
    row = only(
        make_study(events=[{"subject": "1", "event": "relapse", "day": 200, "type": "cns", "status": "observed"}]),
        measure,
        "event.relapse",
    )
    assert (row.variant, row.text) == ("cns", "observed")
    assert row.cells == ("events/1|relapse|/day", "events/1|relapse|/status", "events/1|relapse|/type")

"""Scales: readings, categories, codings, the Glasgow Coma Scale from components."""

from __future__ import annotations

from costim.instruments.scales import measure
from costim.registry.measurements import Measurement
from tests.instruments.builders import bounds, make_study, only, pick


def reading(scale: str, value: object = None, visit: str = "v", **cells: object) -> dict[str, object]:
    return {"subject": "1", "visit": visit, "scale": scale, "value": value, **cells}


def one(scale: str, value: object = None, **cells: object) -> Measurement:
    return only(make_study(scales=[reading(scale, value, **cells)]), measure, f"scale.{scale}")


def test_range_is_kept() -> None:
    row = one("gcs", "7-11")
    assert bounds(row) == (None, 7, 11, "range")
    assert (row.flags, row.unit, row.cells) == (("range_value",), "points", ("scales/1|v|gcs/value",))


def test_limits_end_at_the_limits_of_the_scale() -> None:
    assert bounds(one("gcs", "<=8")) == (None, 3, 8, "<=")
    assert bounds(one("gcs", ">12")) == (None, 12, 15, ">")


def test_category() -> None:
    row = one("clinical_response", category="MCR")
    assert (row.text, row.missing, row.value, row.unit) == ("MCR", "", None, "")
    assert row.cells == ("scales/1|v|clinical_response/category",)


def test_missing_reading_keeps_its_reason() -> None:
    assert one("gcs", "not done").missing == "not_done"
    assert one("clinical_response", category="not reported").missing == "not_reported"
    assert one("clinical_response").missing == "blank"


def test_w25_total_of_7_shows_the_coding() -> None:
    rows = [reading("bprs", 26, "entry"), reading("bprs", 7, "week8")]
    found = pick(make_study(scales=rows), measure, "scale.bprs")
    assert [row.value for row in found] == [26, 7]
    assert all(row.flags == ("coding_inferred",) for row in found)
    before, after = found[0].value, found[1].value
    assert before is not None
    assert after is not None
    assert round(100 * (before - after) / before, 1) == 73.1


def test_total_possible_under_both_codings_is_flagged() -> None:
    assert one("bprs", 26).flags == ("coding_not_stated",)
    assert one("bprs18_0_6", 26).flags == ()
    assert one("bprs", "not done").flags == ()


def test_w27_coma_scale_from_components() -> None:
    rows = [reading("gcs_eye", 3), reading("gcs_verbal", 4), reading("gcs_motor", 6)]
    row = only(make_study(scales=rows), measure, "scale.gcs")
    assert bounds(row) == (13, 13, 13, "=")
    assert row.flags == ("computed_from_components",)
    assert len(row.cells) == 3


def test_untestable_component_gives_bounds() -> None:
    rows = [reading("gcs_eye", 3), reading("gcs_verbal", "not done"), reading("gcs_motor", 6)]
    row = only(make_study(scales=rows), measure, "scale.gcs")
    assert bounds(row) == (None, 10, 14, "range")
    assert "items_incomplete" in row.flags


def test_typed_total_stands_before_components() -> None:
    rows = [reading("gcs", 12), reading("gcs_eye", 3), reading("gcs_verbal", 4), reading("gcs_motor", 6)]
    assert only(make_study(scales=rows), measure, "scale.gcs").value == 12


def test_scale_outside_the_registry_is_kept() -> None:
    row = one("own_scale", 4)
    assert (row.parameter, row.value, row.unit) == ("scale.own_scale", 4, "")

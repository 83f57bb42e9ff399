"""Age, sex, disease duration, body surface area."""

from __future__ import annotations

import pytest

from costim.instruments.subjects import measure
from costim.registry.measurements import Measurement
from tests.instruments.builders import bounds, make_study, only


def one(parameter: str, variants: dict[str, str] | None = None, **cells: object) -> Measurement:
    return only(make_study(variants, subjects=[{"subject": "1", **cells}]), measure, f"subject.{parameter}")


def test_area_follows_the_named_choice_to_the_letter() -> None:
    body = {"height_cm": 160, "weight_kg": 50}
    assert one("bsa", {"bsa": "du_bois"}, **body, bsa_m2="1.6").value == pytest.approx(1.5011, abs=5e-5)
    row = one("bsa", {"bsa": "mosteller"}, **body)
    assert (row.variant, row.unit, row.cells) == ("mosteller", "m2", ("subjects/1/weight_kg", "subjects/1/height_cm"))
    assert one("bsa", None, **body, bsa_m2="1.6").value == 1.6
    assert (one("bsa", None, **body).missing, one("bsa", None, **body).variant) == ("blank", "recorded")
    assert one("bsa", {"bsa": "du_bois"}, height_cm="not reported", weight_kg=50).missing == "not_reported"


def test_age_and_sex() -> None:
    assert bounds(one("age", age_years="30-39")) == (None, 30, 39, "range")
    assert bounds(one("age", age_years="<18")) == (None, 0, 18, "<")
    assert (one("sex", sex="F").text, one("sex", sex="not reported").missing) == ("F", "not_reported")
    assert (one("sex").text, one("sex").missing, one("sex").cells) == (None, "blank", ("subjects/1/subject",))


@pytest.mark.parametrize(
    ("duration", "unit", "years"), [(19, "years", 19), (3, "months", 0.25), (1461, "days", 4), ("24", "months", 2)]
)
def test_duration_in_years(duration: object, unit: str, years: float) -> None:
    row = one("disease_duration", disease_duration=duration, disease_duration_unit=unit)
    assert (row.value, row.unit) == (years, "years")


def test_duration_without_unit_is_not_guessed() -> None:
    row = one("disease_duration", disease_duration=19)
    assert (row.value, row.missing, row.flags) == (None, "blank", ("unit_not_stated",))

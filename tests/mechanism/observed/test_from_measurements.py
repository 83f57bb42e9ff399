"""A study as the fit sees it: doses, readings, relapse, what is assumed and what is left out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from costim.errors import CostimError
from costim.mechanism.observed.from_measurements import observed
from costim.registry.measurements import Measurement, measurements_frame
from costim.registry.plan import Plan

PLAN = Plan.model_validate(
    {
        "schema": 1,
        "study": {"id": "s", "title": "t", "day_convention": "first_infusion_is_day_0"},
        "visits": [{"name": "entry"}, {"name": "day28"}],
        "contrasts": [{"name": "c", "baseline": {"visits": ["entry"]}, "post": {"visits": ["day28"]}}],
    }
)


def number(subject: str, parameter: str, value: float | None = None, unit: str = "", **more: object) -> Measurement:
    fields = {"lower": value, "upper": value, "relation": "=" if value is not None else "", "day": 0.0} | more
    fields = {"visit": f"day {fields['day']}"} | fields
    return Measurement(subject=subject, parameter=parameter, value=value, unit=unit, **fields)


def infused(subject: str = "1", day: float = 0.0, amount: float = 1000, unit: str = "mg", item: str = "1", **more):
    fields = {"variant": "rituximab", "item": item, "day": day} | more
    return number(subject, "exposure.dose_as_given", amount, unit, **fields)


def event(
    subject: str, low: float | None, high: float | None, status: str, code: str = "relapse", **more
) -> Measurement:
    fields = {"day": low if low == high else None, "day_lower": low, "day_upper": high, "text": status} | more
    return Measurement(subject=subject, parameter=f"event.{code}", unit="months", **fields)


def look(*rows: Measurement, **options):
    return observed(PLAN, measurements_frame(rows), **options)


def reasons(found) -> dict[str, str]:
    return {u.parameter: u.reason for u in found.unused}


def test_doses_per_body_size_use_the_size_or_the_typical_one_and_say_so():
    found = look(
        infused("1", amount=375, unit="mg/m2"),
        infused("2", amount=375, unit="mg/m2"),
        number("2", "exposure.dose_mg", 750, "mg", variant="rituximab", item="1"),
        number("2", "subject.bsa", 2.0, "m2"),
        infused("10"),
        number("10", "exposure.infusion_hours", 6, "h", variant="rituximab", item="1"),
        infused("10", 14, item="2"),
        *(number(s, "sledai.total", 20, "points") for s in ("1", "2", "10")),
    )
    data = found.data
    assert data.subjects == ("1", "2", "10")  # as a reader counts
    np.testing.assert_allclose(data.schedule.amount, [[600, 0], [750, 0], [1000, 1000]])
    np.testing.assert_allclose(data.schedule.start[2], [0, 14])
    np.testing.assert_allclose(data.schedule.duration[:, 0], [0.2, 0.2, 0.25])
    bsa = data.covariates[:, data.covariate_names.index("BSA")]
    np.testing.assert_array_equal(bsa, [math.nan, 2.0, math.nan])
    said = {a.what: a.subjects for a in found.assumptions}
    assert said["body surface area 1.6 m2, the model's typical one, sizes the doses"] == ("1",)
    assert said["infusions lasted 4.8 hours"] == ("1", "2", "10")


def test_readings_keep_limits_ranges_and_units():
    found = look(
        infused(),
        number("1", "lab.cd19_count", None, "cells/uL", lower=0.0, upper=5.0, relation="<", day=28.0),
        number("1", "lab.cd19_count", 90, "cells/uL"),
        number("1", "bcell.count", 80, "cells/uL"),
        number("1", "sledai.total", None, "points", lower=7.0, upper=11.0, relation="range", day=28.0),
        number("1", "cyt.cd4_t_cells.cd154.percent_positive", 8.0, "%"),
        number("1", "lab.anti_dsdna", 40, "U/mL"),
        number("1", "lab.anti_dsdna", None, "IU/mL", missing="not_done", day=28.0),
        number("1", "lab.anti_dsdna", None, "IU/mL", lower=400.0, upper=None, relation=">", day=29.0),
        number("1", "cyt.b_cells.cd40.median", 1500, "AU", day=1.0),
        number("1", "cyt.b_cells.cd40.mean", 2500, "AU", day=28.0),
        number("1", "cyt.b_cells.cd80.median", 300, "AU", timepoint="post"),
    )
    data = found.data
    seen = [
        (data.outputs[o], day, low, high)
        for o, day, low, high in zip(data.output, data.day, data.lower, data.upper, strict=True)
    ]
    assert seen == [
        ("cd19", 0, 90, 90),
        ("cd40l", 0, pytest.approx(0.08), pytest.approx(0.08)),
        ("cd40", 1, 1500, 1500),  # the mean of another day is on another scale
        ("cd19", 28, 0, 5),
        ("sledai", 28, 7, 11),
        ("anti_dsdna", 29, 400, math.inf),
    ]
    assert len(data.cells) == len(seen)
    told = {(u.parameter, u.reason) for u in found.unused}
    assert ("bcell.count", "another reading of the same output on the same day is used") in told
    assert ("lab.anti_dsdna", "unit U/mL instead of IU/mL") in told
    assert ("lab.anti_dsdna", "no value: not done") in told
    assert ("cyt.b_cells.cd80.median", "taken after an infusion of the same day") in told


def test_days_that_are_not_known():
    found = look(
        infused(),
        number("1", "sledai.total", 20, "points", day=None, visit="entry"),
        number("1", "sledai.total", 9, "points", day=None, visit="day28"),
        number("1", "lab.cd19_count", 1, "cells/uL", day=None, day_lower=26.0, day_upper=30.0),
        number("1", "lab.cd19_count", 2, "cells/uL", day=None, day_lower=26.0, day_upper=90.0, visit="late"),
    )
    assert found.data.day.tolist() == [0, 28]
    assert reasons(found) == {"sledai.total": "the day is not known", "lab.cd19_count": "the day is not known"}
    assert {a.what for a in found.assumptions} >= {
        "a baseline visit without a day lies before the first infusion",
        "a day known to within 7 days is taken in the middle",
    }


def test_relapse_is_bounds_and_an_unknown_status_is_only_a_lower_one():
    rows = (
        *(infused(s) for s in "1234567"),
        event("1", 200, 200, "observed"),
        event("1", 300, 300, "observed", item="2"),
        event("2", 90, 180, "observed"),
        event("3", 400, 400, "censored"),
        event("4", 304.375, 304.375, "unknown", flags=("time_converted",)),
        event("5", None, None, "unknown", missing="not_recovered"),
        event("6", None, 730, "observed"),
    )
    bounds = look(*rows).data.relapse
    half = 365.25 / 24
    np.testing.assert_allclose(
        bounds,
        [
            [199.5, 200.5],
            [89.5, 180.5],
            [399.5, math.inf],
            [304.375 - half, math.inf],
            [math.nan, math.nan],
            [0, 730.5],
            [math.nan, math.nan],
        ],
    )
    taken = look(*rows, unknown_status="observed").data.relapse
    np.testing.assert_allclose(taken[3], [304.375 - half, 304.375 + half])
    assert "a later event; the first one counts" in {u.reason for u in look(*rows).unused}


def test_relapse_stands_before_end_of_response():
    found = look(infused(), event("1", 100, 100, "observed"), event("1", 50, 50, "observed", code="end_of_response"))
    assert found.data.relapse[0].tolist() == [99.5, 100.5]
    assert reasons(found) == {"event.end_of_response": "event.relapse is taken as relapse"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (infused("2", variant="obinutuzumab"), "the drug obinutuzumab is not the one of the model (rituximab)"),
        (infused("2", unit="cells"), "an infusion in cells"),
        (infused("2", day=None), "an infusion without an exact day"),
        (infused("2", amount=None), "an infusion without an exact amount"),
    ],
)
def test_a_subject_with_an_infusion_the_model_cannot_use_is_left_out_and_named(row, words):
    reading = number("2", "sledai.total", 20, "points")
    with pytest.raises(CostimError, match="No subject has infusions"):
        look(row, infused("2", 14, item="2"), reading)
    found = look(row, infused("2", 14, item="2"), reading, infused("1"), number("1", "sledai.total", 20, "points"))
    assert found.data.subjects == ("1",)
    assert reasons(found) == {
        "exposure.dose_as_given": f"{words}; the subject is left out",
        "sledai.total": "the subject has no infusion the model can use",
    }


def test_nothing_to_fit_is_said():
    with pytest.raises(CostimError, match="records no infusion"):
        look(number("1", "sledai.total", 20, "points"))
    with pytest.raises(CostimError, match="nothing to fit"):
        look(infused(), number("1", "lab.c3", 20, "mg/dL"))


def test_only_the_preferred_reading_is_used():
    rows = (infused(), number("1", "sledai.total", 20, "points"))
    other = number("1", "sledai.total", 30, "points", reading="other", visit="x")
    assert look(*rows, other).data.lower.tolist() == [20]

"""The two published cohorts, from readings typed into tests/truth to the numbers that were derived by hand or in R."""

from decimal import Decimal

import polars as pl
import pytest

from costim.effects.estimate import estimate
from costim.effects.published import round_half_up
from costim.registry.effects import Effect, effects_frame
from tests.effects.tables import find, frame, make_plan, one, pair, reading
from tests.inference.truth import read_truth

READINGS = read_truth("cohort_readings.csv")
CHANGES = {
    "companion": ("sledai.total", "scale.bilag_total", "steroid.prednisone_equivalent"),
    "tokunaga": ("lab.csf_igg_index", "scale.gcs"),
}
CONSTRAINTS = [
    {"id": "c01", "event": "end_of_response", "subject": "10", "at_most": 12, "unit": "months", "basis": "abstract"},
    {"id": "c02", "event": "end_of_response", "censored_exactly": 4, "basis": "meeting abstract"},
]
PUBLISHED = pl.DataFrame(
    {
        "result_id": ["r02", "r03"],
        "value": ["10", "5"],
        "n": [10, 10],
        "parameter": [None, "event.end_of_response"],
        "effect_method": [None, "proportion_beyond"],
        "field": [None, "count"],
        "implied_test": ["sign_test", None],
    }
)


def parse(text):
    low, _, high = text.partition("-")
    return (float(low), float(high)) if high else float(text)


def rows_of(cohort):
    for row in (r for r in READINGS if r["cohort"] == cohort):
        subject, parameter = row["subject"], row["parameter"]
        if parameter.startswith("event."):
            known = {"missing": row["after"]} if row["after"] == "not_recovered" else {"value": float(row["after"])}
            yield reading(subject, parameter, text="unknown", unit="months", **known)
            continue
        before, _, other = row["before"].partition("|")
        yield pair(subject, parameter, parse(before), parse(row["after"]))
        if other:
            yield reading(subject, parameter, "before", parse(other), reading="sledai_8")


def effects_of(cohort):
    endpoints = [{"parameter": p, "kind": "paired_change", "contrast": "change"} for p in CHANGES[cohort]]
    if cohort == "tokunaga":
        endpoints.append({"parameter": "event.end_of_response", "kind": "time_to_event", "horizons": [12]})
    plan = make_plan(*endpoints, constraints=CONSTRAINTS if cohort == "tokunaga" else ())
    return estimate(plan, frame(*rows_of(cohort)), PUBLISHED if cohort == "tokunaga" else PUBLISHED.clear())


EFFECTS = {cohort: effects_of(cohort) for cohort in CHANGES}


@pytest.mark.parametrize(
    "row", read_truth("cohort_results.csv"), ids=lambda r: f"{r['parameter']}-{r['method']}-{r['stratum']}-{r['field']}"
)
def test_derived_results(row):
    found = one(
        EFFECTS[row["cohort"]],
        row["method"],
        parameter=row["parameter"],
        stratum=row["stratum"],
        at=float(row["at"]) if row["at"] else None,
        reading="as_recorded",
    )
    value = getattr(found, row["field"])
    assert value is not None
    step = Decimal(1).scaleb(-int(row["digits"]))
    assert round_half_up(float(value), step) == round_half_up(float(row["value"]), step)


def test_other_reading_of_patient_5_changes_sledai_and_nothing_else():
    other = [e for e in EFFECTS["companion"] if e.reading == "sledai_8"]
    assert {e.parameter for e in other} == {"sledai.total"}
    assert one(other, "mean", stratum="baseline").estimate == pytest.approx(14.2)
    assert one(other, "signed_rank").p == 0.01171875
    assert find(other, "mean", stratum="post") == []
    assert find(other, "sign_test") == []


def test_what_the_series_can_and_cannot_say():
    effects = EFFECTS["tokunaga"]
    beyond = one(effects, "proportion_beyond")
    assert beyond.constraints == ("c01",)
    assert {"conditional_on_constraint", "documented_only"} <= set(beyond.flags)
    curve = find(effects, "kaplan_meier")
    assert all(e.constraints == ("c01", "c02") for e in curve)
    assert [e.at for e in curve] == [0, 7, 10, 11, 12, 14, 18, 22, 23, 29]
    assert one(effects, "published_comparison", parameter="published.r03").text == "reproduced"
    assert one(effects, "published_comparison", parameter="published.r02").text == "not recomputable"
    assert one(effects, "sign_test_of_published_count").p == 0.001953125


@pytest.mark.parametrize("cohort", CHANGES)
def test_order_of_rows_and_repetition_change_nothing(cohort):
    measurements = frame(*rows_of(cohort))
    endpoints = [{"parameter": p, "kind": "paired_change", "contrast": "change"} for p in CHANGES[cohort]]
    plan = make_plan(*endpoints)
    shuffled = measurements.sample(fraction=1.0, shuffle=True, seed=3).select(sorted(measurements.columns))
    first, second = (estimate(plan, m, PUBLISHED.clear()) for m in (measurements, shuffled))
    assert effects_frame(first).equals(effects_frame(second))


def test_the_input_survives():
    measurements = frame(*rows_of("companion"))
    before = measurements.clone()
    estimate(make_plan({"parameter": "sledai.total", "kind": "paired_change"}), measurements, PUBLISHED)
    assert measurements.equals(before)


def test_an_endpoint_asked_twice_is_answered_once():
    endpoint = {"parameter": "sledai.total", "kind": "paired_change", "contrast": "change"}
    found = estimate(make_plan(endpoint, endpoint), frame(*rows_of("companion")), PUBLISHED.clear())
    assert isinstance(found[0], Effect)
    assert len({e.key for e in found}) == len(found)

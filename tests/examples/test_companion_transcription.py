"""The study folder holds every fact of the shared tables, and no other."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.examples.source import filled, need_source, rows_of, study_rows

NAME = "rituximab_sle_2yr"
VISITS = {"day0": "day0", "2yr": "two_year", "relapse": "relapse"}


@pytest.fixture(scope="module")
def source() -> Path:
    return need_source(NAME)


def test_subjects(source: Path) -> None:
    wanted = [
        (p["patient_id"], p["sex"], p["age_years"], p["disease_duration_months"], "months")
        for p in rows_of(source, "patients")
    ]
    columns = ("subject", "sex", "age_years", "disease_duration", "disease_duration_unit")
    assert [tuple(r[c] for c in columns) for r in study_rows(NAME, "subjects")] == wanted


def test_ena_specificities(source: Path) -> None:
    wanted = {(r["patient_id"], r["ena_specificity_positive"]) for r in rows_of(source, "ena")}
    found = {
        (r["subject"], name)
        for r in study_rows(NAME, "subjects")
        for name in r["note"].split(";")[0].removeprefix("ENA: ").split(", ")
        if name != "none listed"
    }
    assert found == wanted


def test_visits(source: Path) -> None:
    wanted = {
        (
            r["patient_id"],
            VISITS[r["visit"]],
            r["months_since_day0"] or f"<={r['months_since_day0_upper_bound']}",
        )
        for r in rows_of(source, "visits")
    }
    assert {(r["subject"], r["visit"], r["day"] or r["time"]) for r in study_rows(NAME, "visits")} == wanted


def test_readings_at_visits(source: Path) -> None:
    columns = {
        "sledai": "sledai",
        "bilag_total": "bilag_total",
        "dose": "corticosteroid_mg_prednisolone_equivalent",
    }
    wanted = Counter(
        (r["patient_id"], VISITS[r["visit"]], what, r[column])
        for r in rows_of(source, "visits")
        for what, column in columns.items()
        if r[column]
    )
    found = Counter((r["subject"], r["visit"], "sledai", r["total"]) for r in study_rows(NAME, "sledai"))
    found += Counter(
        (r["subject"], r["visit"], r["scale"], r["value"])
        for r in study_rows(NAME, "scales")
        if r["scale"] != "clinical_response"
    )
    comedications = study_rows(NAME, "comedications")
    found += Counter((r["subject"], r["visit"], "dose", r["dose"]) for r in comedications)
    assert found == wanted
    assert {(r["drug"], r["unit"], r["frequency"]) for r in comedications} == {
        ("prednisolone_equivalent", "mg", "not reported")
    }


def test_steroid_at_day_0_agrees_with_the_patient_table(source: Path) -> None:
    column = "corticosteroid_baseline_mg_prednisolone_equivalent"
    wanted = {p["patient_id"]: float(p[column]) for p in rows_of(source, "patients")}
    rows = study_rows(NAME, "comedications")
    assert {r["subject"]: float(r["dose"]) for r in rows if r["visit"] == "day0"} == wanted


def test_responses_and_relapses(source: Path) -> None:
    outcomes = rows_of(source, "outcomes")
    responses = [r for r in study_rows(NAME, "scales") if r["scale"] == "clinical_response"]
    assert {r["subject"]: r["category"] for r in responses} == {
        r["patient_id"]: r["clinical_response_2yr"] for r in outcomes
    }
    relapses = {"yes": ("<=24", "observed"), "no": ("24", "censored")}
    assert {r["subject"]: (r["time"], r["status"]) for r in study_rows(NAME, "events")} == {
        r["patient_id"]: relapses[r["relapse_within_2yr"]] for r in outcomes
    }


def test_labs(source: Path) -> None:
    names = {"ana_titre": "ana_titre_reciprocal"}
    wanted = [
        (r["patient_id"], r["analyte"], r["qualifier"] + r["value"], r["unit"].lower())
        for r in rows_of(source, "labs_baseline")
    ]
    found = [
        (r["subject"], names.get(r["test"], r["test"]), r["value"], r["unit"].lower()) for r in study_rows(NAME, "labs")
    ]
    assert found == wanted


def test_organs(source: Path) -> None:
    wanted = Counter((r["patient_id"], r["organ"], r["nephritis_class"]) for r in rows_of(source, "organ_involvement"))
    found = Counter(
        (r["subject"], r["term"].replace(" ", "_"), r["note"].removeprefix("class "))
        for r in study_rows(NAME, "manifestations")
    )
    assert found == wanted


def test_prior_treatments(source: Path) -> None:
    wanted = [(r["patient_id"], r["treatment"]) for r in rows_of(source, "prior_treatments")]
    rows = study_rows(NAME, "prior_treatments")
    assert [(r["subject"], r["treatment"]) for r in rows] == wanted
    assert not any(filled(v) for r in rows for c, v in r.items() if c not in ("subject", "treatment"))


def test_every_other_reading_is_named(source: Path) -> None:
    wanted = {}
    for r in rows_of(source, "reading_ambiguities"):
        changed = r["alternative_reading"].replace("2 years", "").replace("to 2", "")
        wanted[r["patient_id"]] = Counter(re.findall(r"\d+", changed))
    found: dict[str, Counter[str]] = {}
    for r in study_rows(NAME, "alternatives"):
        found.setdefault(r["subject"], Counter())[r["value"]] += 1
    assert found == wanted
    assert len({r["reading"] for r in study_rows(NAME, "alternatives")}) == len(wanted)


def test_published_results(source: Path) -> None:
    wanted = [
        (r["result_id"], r["quantity"], r["value_published"], r["unit"], r["n"], r["source"])
        for r in rows_of(source, "published_results")
    ]
    columns = ("result_id", "quantity", "value", "unit", "n", "source")
    assert [tuple(r[c] for c in columns) for r in study_rows(NAME, "published")] == wanted

"""The study folder holds every fact of the shared tables, and no other."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.examples.source import ROOT, filled, need_source, rows_of, study_rows

NAME = "tokunaga2007"
SCALES = {
    "gcs": "glasgow_coma_scale_points",
    "sds": "self_rating_depression_scale_points",
    "bprs": "brief_psychiatric_rating_scale_points",
}
KINDS = {
    "np_classification": "np_classification",
    "systemic": "systemic_manifestation",
    "np": "cns_manifestation_treated",
}
VERDICTS = {"improved": "improved", "not improved": "not_improved", "no follow-up data": "no_follow_up"}
Facts = Counter[tuple[str, ...]]


@pytest.fixture(scope="module")
def source() -> Path:
    return need_source(NAME)


def test_subjects(source: Path) -> None:
    wanted = [
        (p["patient_id"], p["sex"], p["age_years"], p["disease_duration_value"], p["disease_duration_unit"])
        for p in rows_of(source, "patients")
    ]
    columns = ("subject", "sex", "age_years", "disease_duration", "disease_duration_unit")
    found = [tuple(r[c] if filled(r[c]) else "" for c in columns) for r in study_rows(NAME, "subjects")]
    assert found == wanted


def test_infusions(source: Path) -> None:
    wanted = [tuple(r.values()) for r in rows_of(source, "doses")]
    assert [tuple(r.values()) for r in study_rows(NAME, "infusions")] == wanted


def test_comedications(source: Path) -> None:
    wanted = [(r["patient_id"], r["drug"], r["dose_mg"], "mg") for r in rows_of(source, "concomitant_treatments")]
    found = study_rows(NAME, "comedications")
    assert [(r["subject"], r["drug"], r["dose"], r["unit"]) for r in found] == wanted
    assert {r["frequency"] for r in found} == {"not reported"}


def test_prior_treatments(source: Path) -> None:
    ours = ("subject", "treatment", "max_dose_mg", "total_dose_mg", "weekly_dose_mg", "courses", "duration")
    theirs = ("patient_id", "treatment", *ours[2:5], "number_of_courses", "duration_value")
    wanted = [(*(r[c] for c in theirs), r["duration_unit"]) for r in rows_of(source, "prior_treatments")]
    found = [
        tuple(r[c] if filled(r[c]) else "" for c in (*ours, "duration_unit"))
        for r in study_rows(NAME, "prior_treatments")
    ]
    assert found == wanted


def test_sledai_totals(source: Path) -> None:
    wanted = {p["patient_id"]: p["sledai_entry"] or "not recovered" for p in rows_of(source, "patients")}
    rows = [r for r in study_rows(NAME, "sledai") if r["item"] == "total"]
    assert {r["subject"]: r["total"] for r in rows if r["visit"] == "entry"} == wanted
    later = [r for r in rows if r["visit"] != "entry"]
    assert len(later) == 10
    assert {(r["visit"], r["total"]) for r in later} == {("day28", "not recovered")}


def test_sledai_items_rest_on_a_printed_term(source: Path) -> None:
    printed = {(r["patient_id"], r["term_as_printed"]) for r in rows_of(source, "manifestations")}
    items = [r for r in study_rows(NAME, "sledai") if r["item"] != "total"]
    assert items
    assert all((r["subject"], r["note"].split(" (")[0]) in printed for r in items)
    unknown = {(r["subject"], r["item"]) for r in items if r["state"] != "present"}
    assert unknown == {("1", "low_complement"), ("4", "lupus_headache")}


def test_terms(source: Path) -> None:
    wanted = Counter(
        (r["patient_id"], r["manifestation_type"], r["term_as_printed"]) for r in rows_of(source, "manifestations")
    )
    rows = study_rows(NAME, "manifestations")
    assert Counter((r["subject"], KINDS[r["kind"]], r["term"]) for r in rows) == wanted


def test_outcomes_carry_the_printed_words(source: Path) -> None:
    wanted = {
        (r["patient_id"], r["result_as_reported"]) for r in rows_of(source, "findings") if r["domain"] == "clinical"
    }
    rows = study_rows(NAME, "manifestations")
    assert {(r["subject"], r["outcome_as_printed"]) for r in rows if filled(r["outcome_as_printed"])} == wanted
    assert all(filled(r["outcome"]) == filled(r["outcome_as_printed"]) for r in rows)
    unstated = {(r["subject"], r["term"]) for r in rows if r["kind"] == "np" and not filled(r["outcome"])}
    assert unstated == {("6", "insomnia"), ("7", "muscle weakness"), ("8", "cognitive dysfunction")}


def test_scales_and_their_days(source: Path) -> None:
    wanted: Facts = Counter()
    for r in rows_of(source, "findings"):
        if r["domain"] == "scale":
            low, high = r["value_before_low"], r["value_before_high"]
            before = low if low == high else f"{low}-{high}"
            wanted[(r["patient_id"], r["measure"], "before", before, "")] += 1
            after = f"{r['time_after_value']} {r['time_after_unit']}"
            wanted[(r["patient_id"], r["measure"], "after", r["value_after"], after)] += 1
    times = _times()
    found: Facts = Counter()
    for r in study_rows(NAME, "scales"):
        when = "before" if r["visit"] == "entry" else "after"
        found[(r["subject"], SCALES[r["scale"]], when, r["value"], times.get((r["subject"], r["visit"]), ""))] += 1
    assert found == wanted


def test_cerebrospinal_fluid(source: Path) -> None:
    wanted: Facts = Counter()
    for p in rows_of(source, "patients"):
        for test, value, flag in (
            ("csf_igg_index", "csf_igg_index_entry", "csf_igg_index_flag"),
            ("csf_il6", "csf_il6_entry_pg_per_ml", "csf_il6_flag"),
        ):
            said = "not done" if p[flag] == "not_done" else p[value] or "not recovered"
            wanted[(p["patient_id"], test, "before", said, p[flag] if p[flag] == "high" else "", "")] += 1
    for r in rows_of(source, "findings"):
        if r["domain"] == "csf":
            after = f"{r['time_after_value']} {r['time_after_unit']}"
            wanted[(r["patient_id"], "csf_igg_index", "after", r["value_after"], "", after)] += 1
    times = _times()
    found: Facts = Counter()
    for r in study_rows(NAME, "labs"):
        when = "before" if r["visit"] == "entry" else "after"
        time = times.get((r["subject"], r["visit"]), "")
        found[(r["subject"], r["test"], when, r["value"], r["mark"], time)] += 1
    assert found == wanted


def test_imaging(source: Path) -> None:
    wanted: Facts = Counter()
    for p in rows_of(source, "patients"):
        for modality in ("mri", "spect"):
            if p[f"{modality}_finding_entry"]:
                classes = ";".join(c for c in (p["mri_class_1"], p["mri_class_2"]) if c and modality == "mri")
                finding = p[f"{modality}_finding_entry"].replace("_", " ")
                wanted[(p["patient_id"], modality, finding, classes)] += 1
    for r in rows_of(source, "findings"):
        if r["domain"] == "imaging":
            wanted[(r["patient_id"], r["measure"], VERDICTS[r["result_as_reported"]])] += 1
    found: Facts = Counter()
    for r in study_rows(NAME, "imaging"):
        if r["visit"] == "entry" and r["finding"] != "not recovered":
            found[(r["subject"], r["modality"], r["finding"], r["pattern_class"])] += 1
        if filled(r["verdict"]):
            measure = "neck_mri" if r["region"] == "cervical_spine" else r["modality"]
            found[(r["subject"], measure, r["verdict"])] += 1
    assert found == wanted


def test_durations(source: Path) -> None:
    wanted = {
        r["patient_id"]: r["duration_of_remission_months"] or "not recovered" for r in rows_of(source, "outcomes")
    }
    rows = study_rows(NAME, "events")
    assert {r["subject"]: r["time"] for r in rows} == wanted
    assert {(r["event"], r["time_unit"], r["status"]) for r in rows} == {("end_of_response", "months", "unknown")}


def test_published_results(source: Path) -> None:
    wanted = [
        (r["result_id"], r["quantity"], r["value_published"], r["unit"], r["n"], r["source"])
        for r in rows_of(source, "published_results")
    ]
    columns = ("result_id", "quantity", "value", "unit", "n", "source")
    found = [tuple(r[c] if filled(r[c]) else "" for c in columns) for r in study_rows(NAME, "published")]
    assert found == wanted


def test_constraints_are_those_of_the_source(source: Path) -> None:
    statements = {r["constraint_id"]: r["statement"] for r in rows_of(source, "constraints")}
    plan = tomllib.loads((ROOT / "examples" / NAME / "study.toml").read_text("utf-8"))
    first, second = plan["constraints"]
    assert statements[first["id"]] == f"duration_of_remission_months <= {first['at_most']}"
    assert f"{second['censored_exactly']} censored" in statements[second["id"]]


def _times() -> dict[tuple[str, str], str]:
    return {
        (r["subject"], r["visit"]): f"{r['time']} {r['time_unit']}" for r in study_rows(NAME, "visits") if r["time"]
    }

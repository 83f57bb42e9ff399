"""Summary and limits: the required sentences, word for word."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from factory import companion_like, empty_like, make_results, tokunaga_like
from walk_document import table, text_of_section

from costim.registry.effects import Effect, effects_frame
from costim.registry.provenance import Results
from costim.report.build import build_document
from costim.report.rows import read_rows

LIMIT = (
    "The design has a single arm and no control group: these numbers describe change over time and cannot separate the "
    "study drug from the natural course, regression to the mean or other treatment."
)


def section(results: Results, name: str) -> str:
    return text_of_section(build_document(results), name)


@pytest.mark.parametrize(
    "results", [tokunaga_like(), companion_like(), empty_like()], ids=["seed", "companion", "empty"]
)
def test_results_and_the_limit_of_the_design_share_a_paragraph(results: Results) -> None:
    assert section(results, "summary").splitlines()[-1].endswith(LIMIT)


def test_summary_of_complete_pairs() -> None:
    who, found = section(companion_like(), "summary").splitlines()
    assert who == (
        "Patients: refractory systemic lupus erythematosus. Treatment: rituximab. Design: single arm; the state of "
        "each patient after treatment is compared with that before. N = 10."
    )
    assert found.startswith(
        "SLEDAI (day 0 to 2 years): mean 16.2 before and 3.5 points after; Hodges–Lehmann shift −13.0 points (exact "
        "95% confidence interval −20.5 to −4.0), exact signed-rank p = 0.00977 (smallest attainable with these data "
        "0.00195), n = 10. Causes other than the treatment would explain it if together they had shifted every patient "
        "by −4.0 points. Assumption: Changes are independent"
    )
    assert "Major clinical response at 2 years: 8 of 10 (80%; exact 95% confidence interval 0.444 to 0.975)." in found


def test_summary_tells_the_alternative_reading_beside_the_result() -> None:
    found = section(companion_like(), "summary").splitlines()[1]
    assert (
        " Under the alternative reading patient5_sledai_8 (other values of patient 5) the shift is −10.0 points (exact "
        "95% confidence interval −18.0 to −4.0), p = 0.0117 (smallest attainable 0.00195), n = 10." in found
    )


def test_a_reading_that_leaves_the_endpoint_alone_is_not_in_the_summary() -> None:
    bare = companion_like()
    kept = [row for row in read_rows(bare).effects if row.reading == "as_recorded" or row.method != "signed_rank"]
    assert "alternative reading" not in section(replace(bare, effects=effects_frame(kept)), "summary")


def test_summary_without_pairs_says_so() -> None:
    who, found = section(tokunaga_like(), "summary").splitlines()
    assert who.endswith("N = 10. 23 infusions in 10 patients.")
    assert found.startswith(
        "SLEDAI (to day 28): no patient has both readings (n = 0, 10 without a pair), so no change can be estimated "
        "and no test can be made. Duration of response: documented beyond 12 months in 5 of 10 (50%; exact 95% "
        "confidence interval 0.187 to 0.813), but only under the stated constraint c01 (patient 10: at most 12 months)"
        "; Kaplan–Meier share at 12 months anywhere from 0.500 to 0.857 (confidence limits 0.187 to below 0.996), "
        "over every censoring and time that the data admit, under the stated constraints c01 and c02. It is not known "
        "for every patient whether the time ended with the event or with the observation."
    )
    assert (
        "The printed result “patients whose SLEDAI fell by day 28” (10 of 10) cannot be recomputed from these data."
        in found
    )


def test_a_share_says_who_was_left_out_and_what_the_share_of_everybody_could_be() -> None:
    study = {"id": "s", "title": "A study", "day_convention": "first_infusion_is_day_0"}
    endpoint = {"parameter": "imaging.verdict", "kind": "proportion", "categories": ["improved"], "primary": True}
    share = Effect(
        parameter="imaging.verdict",
        method="proportion",
        variant="clopper_pearson",
        stratum="improved",
        n=7,
        n_missing=3,
        estimate=6 / 7,
        lower=0.421,
        upper=0.996,
        level=0.95,
        count=6,
        denominator=7,
    )
    everybody = replace(
        share,
        variant="missing_as_bounds",
        count=None,
        denominator=10,
        estimate=None,
        estimate_lower=0.6,
        estimate_upper=0.9,
        lower=0.262,
        upper=0.997,
    )
    found = section(make_results({"study": study, "endpoints": [endpoint]}, {"effects": [share, everybody]}), "summary")
    assert (
        "Imaging verdict of the patient: improved in 6 of 7 (86%; exact 95% confidence interval 0.421 to 0.996); 3 "
        "without such a reading left out (of all 10 patients anywhere from 0.600 to 0.900, confidence limits 0.262 to "
        "0.997)." in found
    )


def test_open_limits_are_explained_where_they_stand() -> None:
    bare = companion_like()
    rows = [
        replace(row, lower_open=True, lower=-21.0) if row.method == "signed_rank" else row
        for row in read_rows(bare).effects
    ]
    found = section(replace(bare, effects=effects_frame(rows)), "summary")
    assert "(exact 95% confidence interval above −21.0 to −4.0; “above” marks a limit that is itself left out)" in found


def test_a_study_without_a_primary_endpoint_says_so() -> None:
    bare = companion_like()
    endpoints = tuple(e.model_copy(update={"primary": False}) for e in bare.plan.endpoints)
    results = replace(bare, plan=bare.plan.model_copy(update={"endpoints": endpoints}))
    assert "The study names no primary endpoint; every endpoint is in the overview of effects." in section(
        results, "summary"
    )


def test_the_size_falls_back_on_a_count_of_everybody() -> None:
    bare = companion_like()
    effects = bare.effects.filter(pl.col("parameter") != "subject")
    assert "N = 10." in section(replace(bare, effects=effects), "summary")
    effects = effects.filter(pl.col("parameter") != "subject.sex")
    assert "The number of patients is given in the table of patients." in section(
        replace(bare, effects=effects), "summary"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        LIMIT,
        "Regression to the mean and time. Patients are usually treated when their disease is at its worst, so part of "
        "any change for the better would have come without treatment. How large that part would have to be stands "
        "under “What else could explain the change”.",
        "Other treatment. Patients also received other drugs, listed in the section on patients; their part in the "
        "change cannot be separated. Where the source states no frequency, the dose is not known to be a daily dose.",
        "Number of patients. N = 10.",
        "CSF IgG index (followup): n = 3, smallest attainable p 0.25.",
        "With this number of pairs no two-sided p-value below 0.05 can be reached. This concerns: CSF IgG index "
        "(followup).",
        "SLEDAI (to day 28): no patient has both readings.",
        "Unknown censoring. For some times the source does not say whether the event happened then or whether "
        "observation ended without it. Every admissible combination was considered, so survival is given as bounds.",
        "Duration of response: not known for any patient.",
        "Constraint c01 (end of response): Abstract: the effect lasted longer than one year in five patients.",
        "SLEDAI of every patient at day 28: not recovered.",
        "How often a day the concomitant drugs were taken: not reported.",
        "SLEDAI (to day 28): 0 in the analysis, 10 left out.",
        "Nothing was recorded about: B cells.",
    ],
)
def test_limits_of_the_seed_study(sentence: str) -> None:
    assert sentence in section(tokunaga_like(), "limits")


def test_tipping_shift_is_said_with_its_unit() -> None:
    assert table(build_document(companion_like()), "tipping") == [
        ["SLEDAI (day 0 to 2 years)", "−13.0 points (−20.5 to −4.0)", "−4.0 points", "10"]
    ]
    assert "No such shift can be given, because no interval leaves out zero: CSF IgG index (followup)." in section(
        tokunaga_like(), "other-causes"
    )


def test_a_study_without_a_change_has_nothing_to_explain() -> None:
    assert "other-causes" not in [s.id for s in build_document(empty_like()).sections]
    assert "stands under" not in section(empty_like(), "limits")


def test_missing_values_are_counted_by_reason() -> None:
    rows = table(build_document(tokunaga_like()), "missing-values")
    assert ["Age", "not recovered", "5 of 10"] in rows
    assert ["SLEDAI", "not recovered", "16 of 20"] in rows
    assert ["CSF IgG index", "not done", "1 of 8"] in rows


def test_comedication_names_who_got_what() -> None:
    rows = table(build_document(tokunaga_like()), "comedication")
    assert rows == [
        ["1", "betamethasone 1 mg"],
        ["8", "azathioprine 50 mg"],
        ["9", "prednisolone 45 mg"],
    ]


def test_a_change_of_the_steroid_dose_is_a_limit_of_the_design() -> None:
    assert (
        " The glucocorticoid dose changed in the same time (day 0 to 2 years): mean 35.0 before and 6.7 mg after in "
        "prednisone equivalents (n = 10). What these drugs, at the start or later, did to the other results cannot be "
        "told apart." in section(companion_like(), "limits")
    )


def test_a_study_without_comedication_says_that_it_is_not_known() -> None:
    assert (
        "The study records no treatment given beside the study drug, so its part in the change is not known."
        in section(empty_like(), "limits")
    )


def test_unused_constraints_are_said_to_be_unused() -> None:
    bare = tokunaga_like()
    rows = [replace(row, constraints=()) for row in read_rows(bare).effects]
    text = section(replace(bare, effects=effects_frame(rows)), "limits")
    assert text.count("It was not needed by any result.") == 2
    assert "It was not needed" not in section(bare, "limits")


def test_unverified_rules_are_named() -> None:
    bare = tokunaga_like()
    rows = [
        replace(row, flags=("unverified_rule",)) if row.method == "median_bounds" else row
        for row in read_rows(bare).effects
    ]
    text = section(replace(bare, effects=effects_frame(rows)), "limits")
    assert "These quantities follow rules from memory (evidence mark M); check the papers: " in text


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("after_data", "were chosen after the data were known. Its p-values describe these data; they confirm nothing"),
        ("not_stated", "does not state whether its endpoints were fixed before the data were seen"),
        ("before_data", None),
    ],
)
def test_when_the_endpoints_were_chosen(chosen: str, said: str | None) -> None:
    bare = companion_like()
    info = bare.plan.study.model_copy(update={"endpoints_chosen": chosen})
    text = section(replace(bare, plan=bare.plan.model_copy(update={"study": info})), "limits")
    assert (said in text) if said else "Choice of endpoints" not in text

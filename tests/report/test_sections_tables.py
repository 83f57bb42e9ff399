"""Tables of patients, exposure, changes, manifestations, imaging, response: exact cells."""

from __future__ import annotations

from typing import Any

import pytest
from factory import companion_like, make_results, tokunaga_like
from factory_rows import bounds, category, missing, number
from walk_document import grid, table, text_of, text_of_section

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.registry.provenance import Results
from costim.report.build import build_document
from costim.report.document import FigureRef, Grid

STUDY = {"id": "s", "title": "A study", "day_convention": "first_infusion_is_day_0"}


def built(measurements: list[Measurement], effects: list[Effect] | None = None, **plan: Any) -> Results:
    return make_results({"study": STUDY, **plan}, {"measurements": measurements, "effects": effects or []})


def test_patient_table_has_words_for_what_is_missing() -> None:
    document = build_document(tokunaga_like())
    header = [text_of(cell) for cell in grid(document, "patients-table").header]
    rows = table(document, "patients-table")
    six = dict(zip(header, rows[5], strict=True))
    assert six["Age (years)"] == "not recovered"
    assert six["SLEDAI after"] == "not recovered"
    assert six["Earlier treatment"] == "not recorded"
    assert six["Neuropsychiatric manifestations (ACR syndrome)"] == "no ACR syndrome by the mapping table: insomnia"
    assert all(cell.strip() for row in rows for cell in row)
    assert [row[0] for row in rows[:-1]] == [str(i) for i in range(1, 11)]


def test_patient_table_ends_in_a_summary_row() -> None:
    document = build_document(companion_like())
    assert table(document, "patients-table")[-1] == [
        "All patients: median (minimum to maximum) or count",
        "28 (16 to 41), n = 10",
        "F 9 of 10; M 1 of 10",
        "14.5 (3 to 35), n = 10",
        "1 (0 to 17), n = 10",
        "not estimated",
    ]


def test_infusions_as_given_and_what_cannot_be_converted() -> None:
    document = build_document(tokunaga_like())
    rows = table(document, "exposure-patients")
    assert rows[8] == ["9", "1", "rituximab 375 mg/m² on day 0", "not known (no body surface area)"]
    assert rows[5][3] == "500 mg; 500 mg; 500 mg; 500 mg"
    assert "23 infusions in 10 patients were recorded." in text_of_section(document, "exposure")


def test_paired_change_shows_groups_test_and_every_patient() -> None:
    document = build_document(companion_like())
    assert table(document, "change-sledai-total-two-years-groups") == [
        ["Patients (n)", "10", "10", "10"],
        ["Missing", "0", "0", "0"],
        ["Mean (standard deviation)", "16.2 (9.6)", "3.5 (5.7)", "−12.7 (11.6)"],
        ["Median (minimum to maximum)", "14.5 (3 to 35)", "1 (0 to 17)", "−13 (−31 to 8)"],
    ]
    tests = table(document, "change-sledai-total-two-years-tests")
    assert tests[0] == [
        "Hodges–Lehmann shift, exact signed-rank test (zeros kept, Pratt)",
        "−13.0 points",
        "−20.5 to −4.0 (95%)",
        "0.00977",
        "0.00195",
        "10",
        "0",
    ]
    assert tests[1][:5] == ["Sign test", "9 of 10 better", "not applicable", "0.0215", "0.00195"]
    patients = table(document, "change-sledai-total-two-years-patients")
    assert patients[5] == ["6", "9", "17 (relapse)"]
    assert patients[0] == ["1", "10", "0 (2 years)"]
    notes = [text_of(note) for note in grid(document, "change-sledai-total-two-years-patients").notes]
    assert notes == ["Patients 6 and 9, relapse: the reading was taken at relapse."]


def test_steroid_means_have_the_decimals_of_the_doses() -> None:
    rows = table(build_document(companion_like()), "change-steroid-prednisone-equivalent-two-years-groups")
    assert rows[2][1:3] == ["35.0 (16.8)", "6.7 (3.3)"]


def test_three_pairs_cannot_reach_a_small_p() -> None:
    document = build_document(tokunaga_like())
    row = table(document, "change-lab-csf-igg-index-followup-tests")[0]
    assert row[2:5] == ["no limit in either direction (95%)", "0.25", "0.25"]
    patients = table(document, "change-lab-csf-igg-index-followup-patients")
    assert patients[0] == ["1", "not done", "not recorded"]
    assert ["7", "0.8", "0.72 (follow_up_2)"] in patients
    listed = grid(document, "change-lab-csf-igg-index-followup-patients")
    assert len(listed.rows) < 10
    assert text_of(listed.notes[-1]).startswith("Nothing was recorded for patients ")
    unnamed = {"1", "4", "7", "9"} | {row[0] for row in patients}
    assert not [s for s in unnamed if f" {s}," in text_of(listed.notes[-1])]


def test_a_contradicted_total_is_kept_and_said() -> None:
    document = build_document(tokunaga_like())
    assert table(document, "sledai-totals")[1] == [
        "2",
        "Before treatment",
        "2",
        "10 to 105",
        "contradicted by the items; kept as recorded",
    ]
    assert (
        "Patient 2, before treatment: recorded total 2; the recorded items force at least 10. The total is kept as "
        "recorded." in text_of_section(document, "changes")
    )


def test_ranges_stay_ranges() -> None:
    document = build_document(tokunaga_like())
    rows = table(document, "other-values")
    assert rows[0] == ["1", "7 to 11", "15"]


def test_bounds_of_groups_do_not_run_into_each_other() -> None:
    effects = [
        Effect(
            parameter="scale.gcs",
            contrast="c",
            stratum="baseline",
            method=method,
            n=3,
            estimate=exact,
            estimate_lower=low,
            estimate_upper=high,
        )
        for method, exact, low, high in (
            ("mean", None, 5.0, 7.0),
            ("sd", None, 2.8284, 5.6568),
            ("median", None, 5.0, 7.0),
            ("minimum", 3.0, None, None),
            ("maximum", None, 7.0, 11.0),
        )
    ]
    effects.append(Effect(parameter="scale.gcs", contrast="c", method="signed_rank", variant="pratt", n=3, level=0.95))
    selector = {"visits": ["v"]}
    results = built(
        [bounds("1", "scale.gcs", (7.0, 11.0), "scales", "value", visit="v")],
        effects,
        visits=[{"name": "v"}],
        contrasts=[{"name": "c", "baseline": selector, "post": selector}],
        endpoints=[{"parameter": "scale.gcs", "kind": "paired_change", "contrast": "c"}],
    )
    rows = table(build_document(results), "change-scale-gcs-c-groups")
    assert rows[2][1] == "5.0 to 7.0 (standard deviation 2.8 to 5.7)"
    assert rows[3][1] == "5 to 7 (minimum 3, maximum 7 to 11)"


def test_manifestations_with_their_doubts() -> None:
    document = build_document(tokunaga_like())
    rows = table(document, "np-manifestations")
    assert ["5", "paresthesia of fingers", "polyneuropathy", "peripheral", "resolved", "term mapped with doubt"] in rows
    assert ["6", "insomnia", "none by the mapping table", "none", "not reported", "term unmapped"] in rows
    notes = [text_of(note) for note in grid(document, "np-manifestations").notes]
    assert notes == [
        "Patient 5: the mapping of the printed term to an ACR 1999 syndrome is a judgement.",
        "Patient 6: the printed term has no place in the ACR 1999 nomenclature by our mapping table.",
    ]
    assert table(document, "transition-counts-np-outcome") == [["headache", "present → resolved", "1 of 1", "0"]]


def test_imaging_counts_every_reason() -> None:
    rows = table(build_document(tokunaga_like()), "categories-imaging-verdict")
    assert rows == [
        ["improved", "6 of 10"],
        ["no follow-up data", "1 of 10"],
        ["not improved", "1 of 10"],
        ["not reported", "1 of 10"],
    ]


def test_agreement_of_readers() -> None:
    effects = [
        Effect(parameter="imaging.finding", method="kappa", stratum="A and B", n=8, estimate=0.75, lower=0.3, upper=1.0)
    ]
    rows = [category("1", "imaging.finding", "normal", "imaging", "finding", item="mri brain A", visit="v")]
    document = build_document(built(rows, effects))
    assert table(document, "imaging-agreement")[0][:2] == ["Imaging finding", "A and B"]
    assert table(document, "imaging-agreement")[0][3:] == ["0.750", "not given", "8"]


def test_depletion_and_return() -> None:
    rows = [
        number("1", "bcell.count", 4.0, "labs", "value", visit="day28"),
        category("1", "bcell.depleted", "yes", "labs", "value", visit="day28", variant="cd19_lt10"),
        bounds("1", "bcell.return_day", (84.0, 168.0), "labs", "value"),
        missing("2", "bcell.count", "not_done", "labs", "value", visit="day28"),
    ]
    document = build_document(built(rows, visits=[{"name": "day28", "label": "Day 28"}]))
    assert table(document, "bcell-values") == [["1", "4"], ["2", "not done"]]
    assert table(document, "bcell-depletion") == [["1", "yes", "84 to 168"]]
    notes = [text_of(note) for note in grid(document, "bcell-depletion").notes]
    assert notes[-1] == "Nothing was recorded for patient 2."


def test_durations_with_the_constraint_that_bounds_one() -> None:
    document = build_document(tokunaga_like())
    rows = table(document, "event-end-of-response-times")
    assert [row[1] for row in rows] == ["22", "18", "23", "29", "7", "7", "14", "11", "10", "not recovered"]
    assert rows[9][-1] == "status unknown; at most 12 months by constraint c01"
    assert rows[0][3] == "not known whether event or end of observation"


def test_survival_is_printed_as_bounds_with_the_numbers_at_risk() -> None:
    document = build_document(tokunaga_like())
    assert table(document, "event-end-of-response-curve") == [
        ["12 months", "0.500 to 0.857", "0.187 to below 0.996 (95%)", "5", "10"]
    ]
    assert table(document, "event-end-of-response-beyond")[0][2:] == ["5 of 10", "50%", "0.187 to 0.813 (95%)"]
    text = text_of_section(document, "response")
    assert "The estimates are therefore bounds over every completion that the data admit" in text
    assert "permit no Kaplan" not in text


def test_responders_without_times_permit_no_curve() -> None:
    text = text_of_section(build_document(companion_like()), "response")
    assert "The printed data permit no Kaplan–Meier curve" in text
    assert "The share of patients above is all that can be said." in text


def test_times_without_a_planned_curve_are_not_called_unusable() -> None:
    rows = [number("1", "event.relapse", 9.0, "events", "time", item="1", text="observed")]
    text = text_of_section(build_document(built(rows)), "response")
    assert "No Kaplan–Meier curve is given, because the plan of the study asks for none." in text
    assert "permit no" not in text


def test_large_cohorts_keep_their_patient_table_as_a_listing() -> None:
    rows = [number(str(i), "subject.age", 20.0 + i, "subjects", "age_years") for i in range(21)]
    listing = grid(build_document(built(rows)), "patients-table")
    assert listing.kind == "rows"
    assert len(listing.rows) == 22


def test_several_readings_at_one_visit_are_not_chosen_from() -> None:
    rows = [
        number("1", "scale.gcs", 3.0, "scales", "value", visit="v", timepoint="pre"),
        number("1", "scale.gcs", 9.0, "scales", "value", visit="v", timepoint="post"),
    ]
    selector = {"visits": ["v"]}
    results = built(
        rows,
        visits=[{"name": "v"}],
        contrasts=[{"name": "c", "baseline": selector, "post": selector | {"timepoint": "post"}}],
        endpoints=[{"parameter": "scale.gcs", "kind": "paired_change", "contrast": "c"}],
    )
    assert table(build_document(results), "change-scale-gcs-c-patients") == [
        ["1", "more than one reading, none taken", "9"]
    ]


def _few(n: int) -> Results:
    selector = {"visits": ["v"]}
    rows = [
        Effect(parameter="scale.sds", contrast="c", stratum="change", method="mean", n=n, n_missing=9, estimate=-8.0),
        Effect(
            parameter="scale.sds",
            contrast="c",
            method="signed_rank",
            variant="pratt",
            n=n,
            n_missing=9,
            estimate=-8.0,
            level=0.95,
            p=2.0 / 2**n,
            p_min=2.0 / 2**n,
            flags=("few_pairs",),
        ),
    ]
    return built(
        [number("7", "scale.sds", 58.0, "scales", "value", visit="v"), missing("8", "scale.sds", "not_done", "s", "v")],
        rows,
        visits=[{"name": "v"}],
        contrasts=[{"name": "c", "label": "Before to after", "baseline": selector, "post": selector}],
        endpoints=[{"parameter": "scale.sds", "kind": "paired_change", "contrast": "c", "label": "SDS"}],
    )


@pytest.mark.parametrize(("n", "have", "p"), [(1, "1 patient has", "1.00"), (2, "2 patients have", "0.50")])
def test_one_or_two_pairs_are_values_and_a_sentence_not_tables(n: int, have: str, p: str) -> None:
    document = build_document(_few(n))
    blocks = next(s for s in document.sections if s.id == "changes").blocks
    assert not [b.id for b in blocks if isinstance(b, Grid) and b.id.endswith(("-groups", "-tests"))]
    assert (
        f"SDS (before to after): {have} both readings (without a pair: 9). So few pairs give no finite confidence "
        f"interval, and no test could give a p-value below {p}. The readings stand below; nothing is concluded from "
        "them." in text_of_section(document, "changes")
    )
    assert table(document, "change-scale-sds-c-patients")[0] == ["7", "58", "58"]
    listed = {row[0] for row in table(document, "effects")}
    assert len(listed) == 2


def test_three_pairs_have_their_tables() -> None:
    assert len(table(build_document(_few(3)), "change-scale-sds-c-groups")) == 4


def test_a_sum_of_reasons_is_not_listed_as_one_more_category() -> None:
    strata = {"improved": 7, "not reported or not recovered": 3, "not_recovered": 1, "not_reported": 2}
    effects = [
        Effect(parameter="imaging.verdict", method="category_count", stratum=s, n=7, count=c, denominator=10)
        for s, c in strata.items()
    ]
    rows = [category("1", "imaging.verdict", "improved", "imaging", "verdict")]
    assert table(build_document(built(rows, effects)), "categories-imaging-verdict") == [
        ["improved", "7 of 10"],
        ["not recovered", "1 of 10"],
        ["not reported", "2 of 10"],
        ["together: not reported or not recovered", "3 of 10"],
    ]


def test_an_examination_is_one_row() -> None:
    rows = [
        category("1", "imaging.finding", "abnormal", "imaging", "finding", item="mri", visit="v"),
        category("1", "imaging.pattern_class", "II", "imaging", "pattern_class", item="mri", visit="v"),
        category("1", "imaging.finding", "normal", "imaging", "finding", item="any", visit="v"),
    ]
    assert table(build_document(built(rows, visits=[{"name": "v"}])), "imaging-readings") == [
        ["1", "v", "modality not stated", "normal", "–", "–"],
        ["1", "v", "mri", "abnormal", "II", "–"],
    ]


def test_no_acr_syndrome_is_not_a_state_called_none() -> None:
    effects = [
        Effect(parameter="np.outcome", method="transition", stratum="none → resolved", n=6, count=4, denominator=6)
    ]
    rows = [category("1", "np.outcome", "resolved", "manifestations", "outcome", item="x", variant="none")]
    assert table(build_document(built(rows, effects)), "transition-counts-np-outcome") == [
        ["no ACR syndrome → resolved", "4 of 6", "0"]
    ]


def test_the_change_of_one_patient_has_no_figure_in_the_report() -> None:
    selectors = {"baseline": {"visits": ["v"]}, "post": {"visits": ["w"]}}
    readings = {("1", "v"): 58.0, ("1", "w"): 50.0, ("2", "v"): 60.0, ("2", "w"): 40.0}

    def report(subjects: tuple[str, ...]) -> list[str]:
        rows = [
            number(s, "scale.sds", value, "scales", "value", visit=v)
            for (s, v), value in readings.items()
            if s in subjects
        ]
        ids = tuple(row.measurement_id for row in rows)
        test = {"contrast": "c", "n": len(subjects), "measurements": ids, "estimate": -8.0, "level": 0.95}
        effects = [
            Effect(parameter="scale.sds", method="signed_rank", variant="pratt", **test),
            *(Effect(parameter="scale.sds", method="mean", stratum=s, **test) for s in ("baseline", "post", "change")),
        ]
        plan = {
            "visits": [{"name": "v"}, {"name": "w"}],
            "contrasts": [{"name": "c", **selectors}],
            "endpoints": [{"parameter": "scale.sds", "kind": "paired_change", "contrast": "c"}],
        }
        document = build_document(built(rows, effects, **plan))
        return [b.name for s in document.sections for b in s.blocks if isinstance(b, FigureRef)]

    assert [name for name in report(("1", "2")) if name.startswith("paired-change")]
    assert not [name for name in report(("1",)) if name.startswith("paired-change")]


def test_patient_table_notes_a_total_that_the_items_contradict() -> None:
    selector = {"visits": ["v"]}
    flagged = [
        number("1", "sledai.total", 49.0, "sledai", "total", visit="v"),
        number("2", "sledai.total", 2.0, "sledai", "total", visit="v", flags=("inconsistent_total", "range_value")),
    ]
    results = built(
        flagged,
        visits=[{"name": "v", "label": "Before treatment"}],
        contrasts=[{"name": "c", "baseline": selector, "post": selector}],
        endpoints=[{"parameter": "sledai.total", "kind": "paired_change", "contrast": "c"}],
    )
    notes = [text_of(note) for note in grid(build_document(results), "patients-table").notes]
    assert notes[1:] == [
        "Patient 2, before treatment: the typed total lies outside the bounds that the recorded items force; it is "
        "kept as typed."
    ]


def test_laboratory_values_are_not_printed_twice() -> None:
    document = build_document(tokunaga_like())
    section = next(s for s in document.sections if s.id == "laboratory")
    grids = [b for b in section.blocks if isinstance(b, Grid) and b.id.startswith("laboratory-values")]
    assert not [h for g in grids for h in g.header if "IgG index" in text_of(h)]

"""Tables of other causes, other ways to say a change, single patients, visits, composition, times and rates."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factory import companion_like, methods_like
from walk_document import grid, table, text_of, text_of_section

from costim.registry.effects import Effect, effects_frame
from costim.registry.provenance import Results
from costim.report.build import build_document
from costim.report.document import FigureRef, Grid
from costim.report.rows import read_rows


def with_rows(results: Results, rows: list[Effect]) -> Results:
    return replace(results, effects=effects_frame(rows))


def without(results: Results, *methods: str) -> Results:
    return with_rows(results, [row for row in read_rows(results).effects if row.method not in methods])


def section(results: Results, name: str) -> str:
    return text_of_section(build_document(results), name)


def ids_of(results: Results) -> list[str]:
    return [b.id for s in build_document(results).sections for b in s.blocks if isinstance(b, Grid)]


def test_the_main_table_has_one_line_for_shift_directions_and_share_with_an_adjusted_p() -> None:
    document = build_document(methods_like())
    found = grid(document, "change-sledai-total-c-tests")
    assert [text_of(cell) for cell in found.header] == [
        "Analysis",
        "Estimate",
        "Interval",
        "p",
        "Smallest attainable p",
        "Adjusted p",
        "n",
        "Missing",
    ]
    rows = table(document, "change-sledai-total-c-tests")
    assert [row[0] for row in rows] == [
        "Hodges–Lehmann shift, exact signed-rank test (zeros kept, Pratt)",
        "Sign test",
        "Share improved, exact (Clopper–Pearson)",
        "Share improved, Blaker",
    ]
    assert rows[0][1:6] == ["−12.0 points", "−14.5 to −8.0 (95%)", "0.00781", "0.00781", "0.0156"]
    notes = [text_of(note) for note in found.notes]
    assert (
        "Adjusted p: corrected by the method of Westfall–Young together with Anti-dsDNA antibody (day 0 to month 6)."
        in notes
    )
    assert sum("smallest that this number of pairs" in note for note in notes) == 1
    assert not [note for note in notes if "turning the signs" in note]


def test_without_a_family_there_is_no_column_of_adjusted_p() -> None:
    found = grid(build_document(companion_like()), "change-sledai-total-two-years-tests")
    header = [text_of(cell) for cell in found.header]
    assert "Adjusted p" not in header


def test_other_ways_to_say_the_change_spell_out_their_denominator() -> None:
    rows = {row[0]: row[1:] for row in table(build_document(methods_like()), "change-lab-anti-dsdna-c-same")}
    assert rows["Mean change, with the interval and p-value of the exact sign-flip test"][:4] == [
        "−11.9 IU/mL",
        "−14.3 to −9.0 (95%)",
        "0.00781",
        "0.00781",
    ]
    assert rows["Ratio of geometric means, after divided by before"][:2] == ["0.512", "0.400 to 0.650 (95%)"]
    (g_av,) = [cells for name, cells in rows.items() if "root mean square of before and after" in name]
    assert g_av[:3] == ["−2.72", "not given", "not applicable"]
    assert not [name for name in rows if "d_z" in name]
    assert "3.14" not in section(methods_like(), "changes") + section(methods_like(), "overview")


def test_families_are_named_with_their_correction() -> None:
    text = section(methods_like(), "methods")
    assert (
        "Activity: SLEDAI (day 0 to month 6); Anti-dsDNA antibody (day 0 to month 6). Westfall–Young: the signs of "
        "whole patients are turned" in text
    )
    assert "a patient without a reading of some member counts for the others." in text


def test_each_patient_stands_beside_the_noise_and_under_three_priors() -> None:
    document = build_document(methods_like())
    rows = table(document, "change-sledai-total-c-single")
    assert rows[0] == [
        "P1",
        "−14.0 (−22.3 to −5.7)",
        "beyond noise",
        "−11.2 (−16.2 to −6.2)",
        "−9.8 (−14.8 to −4.8)",
        "−12.6 (−17.6 to −7.6)",
        "0.938 (readings: 4 before, 2 after)",
    ]
    assert rows[4][2] == "within noise"
    assert rows[1][-1] == "not given"
    assert (
        "mean change of the group by the hierarchical model (95% credible limits): −11.8 points (−14.8 to −8.8) with "
        "the weak prior; −10.1 points" in text_of_section(document, "changes")
    )
    bare = without(methods_like(), "reliable_change", "shrunken_change", "non_overlap")
    assert "change-sledai-total-c-single" not in ids_of(bare)


def test_the_table_of_causes_says_what_would_explain_each_change() -> None:
    document = build_document(methods_like())
    assert table(document, "tipping") == [
        [
            "SLEDAI (day 0 to month 6)",
            "−12.0 points (−14.5 to −8.0)",
            "−8.0 points",
            "5.0 points or lower",
            "0.32 points per mg (rises with the dose)",
            "8",
        ],
        [
            "Anti-dsDNA antibody (day 0 to month 6)",
            "−12.0 IU/mL (−14.5 to −8.0)",
            "−8.0 IU/mL",
            "not given",
            "not given",
            "8",
        ],
    ]


def test_the_section_on_causes_stands_right_after_the_summary() -> None:
    assert [s.id for s in build_document(methods_like()).sections][:3] == ["summary", "other-causes", "limits"]
    assert (
        "Causes other than the treatment would explain it if together they had shifted every patient by −8.0 points; "
        "regression to the mean alone would, at an untreated long-run mean of 5.0 points or lower; the change of the "
        "steroid dose alone would, at an effect of 0.32 points per mg (rises with the dose)."
        in section(methods_like(), "summary")
    )


def test_regression_to_the_mean_names_noise_expectation_and_assumptions() -> None:
    text = section(methods_like(), "other-causes")
    for said in (
        "test–retest standard deviation of 3.0 points (95% confidence interval 2.0 to 6.0)",
        "would be expected to bring a change of −2.3 points without any effect.",
        "untreated long-run mean were 5.0 points or lower (mean before treatment: 17.9 points).",
        "Assumed: mean of the population 6; standard deviation between patients 4; test–retest standard deviation 3; "
        "treated because the reading was above 10; long-run mean from 4 to 16; basis: Registry of the clinic.",
    ):
        assert said in text


def test_at_most_six_long_run_means_are_printed_with_both_ends() -> None:
    document = build_document(methods_like())
    rows = table(document, "net-of-regression-sledai-total-c-any-regression")
    assert [row[0] for row in rows] == ["4", "6", "8", "12", "14", "16"]
    assert rows[0][1:4] == ["−13.0 to −2.0", "−16.0 to 1.0 (95%)", "0.25"]
    assert table(document, "net-of-regression-sledai-total-c-mee-chua")[0][1] == "−3.0"


def test_a_line_without_limits_stands_in_the_appendix_only() -> None:
    rows = [
        replace(row, lower=None, upper=None, level=None, p=None) if row.variant == "mee_chua" else row
        for row in read_rows(methods_like()).effects
    ]
    assert "net-of-regression-sledai-total-c-mee-chua" not in ids_of(with_rows(methods_like(), rows))


@pytest.mark.parametrize(
    ("flags", "estimate", "cell"),
    [
        (("no_tipping_mean",), None, "none would"),
        (("interval_holds_zero",), None, "none needed"),
        (("outside_scale",), -3.0, "none on the scale (−3.0 points or lower)"),
        ((), None, "not given"),
    ],
)
def test_why_no_long_run_mean_would_explain_the_change(
    flags: tuple[str, ...], estimate: float | None, cell: str
) -> None:
    rows = [
        replace(row, flags=flags, estimate=estimate) if row.method == "tipping_long_run_mean" else row
        for row in read_rows(methods_like()).effects
    ]
    results = with_rows(methods_like(), rows)
    assert table(build_document(results), "tipping")[0][3] == cell
    assert "regression to the mean alone would" not in section(results, "summary")


def test_steroids_and_time_stand_in_one_table() -> None:
    document = build_document(methods_like())
    rows = table(document, "steroid-and-time-sledai-total-c")
    assert rows[0] == ["−0.2", "−17.0", "−20.0 to −13.0 (95%)", "0.00781", "−13.0", "8"]
    assert "Assumed: effect per milligram from −0.2 to 0.2; change by time alone from −6 to 0" in text_of_section(
        document, "other-causes"
    )


def test_a_dose_is_a_cause_and_not_asked_for_its_own() -> None:
    names = [row[0] for row in table(build_document(companion_like()), "tipping")]
    assert names == ["SLEDAI (day 0 to 2 years)"]


def test_repeated_visits_have_degrees_of_freedom_and_one_test() -> None:
    document = build_document(methods_like())
    assert table(document, "visits-sledai-total") == [
        ["day28", "−8.5", "−11.5 to −5.5 (95%)", "1.3", "7", "0.0004", "8"],
        ["Month 6", "−11.9", "−14.9 to −8.9 (95%)", "1.3", "6.9", "0.0004", "8"],
    ]
    assert (
        "SLEDAI, any difference between the visits: mixed model F 42.4 with 6.5 denominator degrees of freedom, "
        "p=0.0003; exact Friedman test p=0.00021 (smallest attainable 3.60 × 10⁻⁶), n = 8."
        in text_of_section(document, "changes")
    )


def test_repeated_visits_without_an_estimate_say_so() -> None:
    rows = [
        replace(r, estimate=None, lower=None, upper=None, p=None, flags=("no_data",))
        if r.method == "mixed_model"
        else r
        for r in read_rows(methods_like()).effects
    ]
    results = with_rows(methods_like(), rows)
    assert "SLEDAI: the change over the visits could not be estimated." in section(results, "changes")
    assert "visits-sledai-total" not in ids_of(results)


def test_composition_and_expression_add_up_in_words() -> None:
    document = build_document(methods_like())
    rows = table(document, "parts-lab-c3-c")
    assert [row[:2] for row in rows] == [
        ["change of the mean altogether", "−17.2"],
        ["by composition: other shares of the subsets", "−10.9"],
        ["by expression: another level within the subsets", "−6.3"],
    ]
    notes = [text_of(note) for note in grid(document, "parts-lab-c3-c").notes]
    assert notes[0] == "Subsets: naive and memory."


def test_shares_start_with_the_exact_interval_and_have_their_tests_below() -> None:
    document = build_document(methods_like())
    assert [row[1] for row in table(document, "response-shares")] == ["exact (Clopper–Pearson)", "Blaker"]
    text = text_of_section(document, "response")
    for said in (
        "Clinical response (day 0 to month 6), death: 0 of 8; with 95% confidence the share is at most 31%.",
        "6 of 8 beside the share of 0.3 known from elsewhere (Trial of 2010): exact binomial p=0.0226 (smallest "
        "attainable 0.000131).",
        "under three priors (share known from elsewhere: 0.3): weak Beta(0.5, 0.5) 0.731 (95% credible 0.481 to 0.856, "
        "probability of more 0.988); sceptical Beta(1.2, 2.8) 0.601 (",
        "6 of 6 patients whose state changed moved into the category; exact McNemar test p=0.0313 (smallest attainable "
        "0.00781), n = 8.",
    ):
        assert said in text


def test_estimands_are_said_in_words_and_have_their_own_tables() -> None:
    document = build_document(methods_like())
    text = text_of_section(document, "response")
    assert "Relapse or retreatment: retreatment counts as the event (composite)." in text
    assert "Relapse before death: death leaves the event impossible (competing; cumulative incidence)." in text
    header = [text_of(cell) for cell in grid(document, "event-relapse-curve").header]
    assert header == ["Time", "Share without the event", "Confidence interval", "Log-log limits", "At risk", "n"]
    assert table(document, "event-relapse-curve-retreatment-composite")[1][1] == "0.750"
    assert table(document, "event-relapse-incidence-death-competing")[2][:3] == [
        "12 months",
        "0.250",
        "0 to 0.750 (95%)",
    ]
    assert (
        "mean time without the event within the first 12 months 9.3 months (95% confidence interval 5.5 to 11.8; "
        "standard error 1.5), n = 8." in text
    )


def test_times_between_visits_stand_beside_what_two_guesses_give() -> None:
    document = build_document(methods_like())
    assert table(document, "event-relapse-between-visits")[1] == [
        "6 months",
        "0.700",
        "0.350 to 0.950 (95%)",
        "0.750",
        "0.750",
        "8",
    ]


def test_rates_have_events_time_and_interval() -> None:
    assert table(build_document(methods_like()), "event-relapse-rates") == [
        ["time observed", "not applicable", "7.25 patient-years", "not applicable", "not applicable", "8"],
        ["rate, exact (Garwood)", "3", "0.414 per patient-year", "0.0853 to 1.21 (95%)", "not applicable", "8"],
        ["rate up to 6 months divided by the rate after", "not applicable", "2.00", "0.104 to 118 (95%)", "1.00", "8"],
    ]


def test_the_overview_answers_every_kind_of_endpoint() -> None:
    rows = table(build_document(methods_like()), "overview-table")
    said = [(row[2], row[3]) for row in rows]
    assert ("mean change since the first visit: Month 6", "−11.9 points") in said
    assert ("rate of events, exact (Garwood)", "0.414 per patient-year") in said
    assert ("change: total", "−17.2 mg/dL") in said
    assert (
        "share with the event at 12 months, death leaves the event impossible (competing; cumulative incidence)",
        "0.250",
    ) in said


def test_figures_stand_with_their_tables() -> None:
    document = build_document(methods_like())
    placed = {b.name: s.id for s in document.sections for b in s.blocks if isinstance(b, FigureRef)}
    assert placed["long-run-mean-sledai-total-c"] == "other-causes"
    assert placed["tipping-map-sledai-total-c"] == "other-causes"
    assert placed["repeated-change-sledai-total"] == "changes"
    assert placed["composition-lab-c3-c"] == "laboratory"
    assert placed["cumulative-incidence-event-relapse-death-competing"] == "response"
    assert placed["kaplan-meier-event-relapse-retreatment-composite"] == "response"


def test_methods_read_by_topic() -> None:
    text = section(methods_like(), "methods")
    for topic in ("Paired change. ", "Other causes. ", "Single patients. ", "Shares and rates. ", "Time to an event. "):
        assert f"\n{topic}" in text
    assert "{level}" not in text


def test_directions_of_a_marker_without_a_worse_side_are_not_called_better() -> None:
    """A fall of a marker that the registry knows no direction of is a fall, and its share stands in one table only."""
    rows = [
        replace(row, parameter="lab.igg", stratum="decreased" if row.method != "signed_rank" else "")
        if row.parameter == "lab.anti_dsdna" and row.method in ("signed_rank", "sign_test", "proportion")
        else row
        for row in read_rows(methods_like()).effects
    ]
    results = with_rows(methods_like(), rows)
    endpoints = tuple(
        e.model_copy(update={"parameter": "lab.igg"}) if e.parameter == "lab.anti_dsdna" else e
        for e in results.plan.endpoints
    )
    results = replace(results, plan=results.plan.model_copy(update={"endpoints": endpoints}))
    document = build_document(results)
    found = {row[0]: row[1] for row in table(document, "change-lab-igg-c-tests")}
    assert found["Sign test"] == "8 of 8 decreased"
    assert found["Share decreased, exact (Clopper–Pearson)"] == "8 of 8 (100%)"
    assert "shares-lab-igg" not in ids_of(results)


def test_the_summary_says_what_events_that_come_first_do() -> None:
    said = section(methods_like(), "summary")
    plan = methods_like().plan
    declared = [e for e in plan.endpoints if e.intercurrent]
    endpoints = tuple(e.model_copy(update={"primary": True}) if e in declared else e for e in plan.endpoints)
    assert "(competing; cumulative incidence)" not in said
    said = section(replace(methods_like(), plan=plan.model_copy(update={"endpoints": endpoints})), "summary")
    assert "n = 8; death leaves the event impossible (competing; cumulative incidence)" in said


@pytest.mark.parametrize(
    ("opened", "words"),
    [
        ({"lower_open": True}, "“above” marks a limit that is itself left out"),
        ({"lower_open": True, "upper_open": True}, "“above” and “below” mark limits that are themselves left out"),
    ],
)
def test_open_limits_are_told_in_the_number_they_have(opened: dict[str, bool], words: str) -> None:
    rows = [replace(row, **opened) if row.method == "signed_rank" else row for row in read_rows(methods_like()).effects]
    assert words in section(with_rows(methods_like(), rows), "summary")


def test_open_limits_of_a_sweep_are_told_once() -> None:
    rows = [
        replace(row, lower_open=True, flags=(*row.flags, "limit_open"))
        if row.method == "change_net_of_steroid"
        else row
        for row in read_rows(methods_like()).effects
    ]
    document = build_document(with_rows(methods_like(), rows))
    notes = [text_of(note) for note in grid(document, "steroid-and-time-sledai-total-c").notes]
    assert sum("limit" in note for note in notes) == 1


def test_noise_that_the_plan_states_is_not_called_that_of_these_patients() -> None:
    said = section(methods_like(), "other-causes")
    assert "In these patients’ own readings before treatment, one reading repeats with a test–retest" in said
    assert "what follows rests on the stated one." in said
    rows = [
        replace(row, variant="stated") if row.method == "test_retest_sd" else row
        for row in read_rows(methods_like()).effects
    ]
    assert "own readings" not in section(with_rows(methods_like(), rows), "other-causes")


def test_log_log_limits_have_a_column_only_where_there_are_any() -> None:
    document = build_document(methods_like())
    named = [b for s in document.sections for b in s.blocks if isinstance(b, Grid) and b.id.endswith("-curve")]
    assert any("Log-log limits" in [text_of(cell) for cell in b.header] for b in named)
    rows = [
        replace(row, lower=None, upper=None, level=None) if row.variant == "log_log" else row
        for row in read_rows(methods_like()).effects
    ]
    document = build_document(with_rows(methods_like(), rows))
    named = [b for s in document.sections for b in s.blocks if isinstance(b, Grid) and b.id.endswith("-curve")]
    assert named
    assert not any("Log-log limits" in [text_of(cell) for cell in b.header] for b in named)

"""Sensitivity, published results, overview, methods, references, findings, listings."""

from __future__ import annotations

from dataclasses import replace

from factory import companion_like, empty_like, make_results, tokunaga_like
from walk_document import grid, table, text_of, text_of_section, walk

from costim.registry.effects import Effect, effects_frame
from costim.registry.findings import Finding
from costim.registry.provenance import CellAddress
from costim.report.build import build_document
from costim.report.document import Grid, Term
from costim.report.rows import read_rows


def test_alternative_readings_stand_beside_the_preferred_with_their_reason() -> None:
    document = build_document(companion_like())
    text = text_of_section(document, "sensitivity")
    assert "Alternative reading patient5_sledai_8." in text
    assert "Patient 5, day0: table sledai, total, column total, read as 8.\n" in text
    assert "Reason for the preferred reading: CNS plus class IV nephritis and BILAG 25 at day 0." in text
    row = table(document, "reading-1")[0]
    assert row[0] == "SLEDAI (day 0 to 2 years)"
    assert row[2] == "−13.0 points; −20.5 to −4.0 (95%); p 0.00977 (smallest attainable 0.00195); n = 10"
    assert row[3] == "−10.0 points; −18.0 to −4.0 (95%); p 0.0117 (smallest attainable 0.00195); n = 10"


def test_rows_that_a_reading_leaves_alone_are_not_listed() -> None:
    assert len(table(build_document(companion_like()), "reading-1")) == 1


def test_a_reading_that_changes_nothing_says_so() -> None:
    bare = companion_like()
    kept = [row for row in read_rows(bare).effects if row.reading == "as_recorded"]
    text = text_of_section(build_document(replace(bare, effects=effects_frame(kept))), "sensitivity")
    assert "No effect changes under this reading." in text


def test_variants_of_a_method_stand_side_by_side() -> None:
    bare = companion_like()
    rows = read_rows(bare).effects
    dropped = [replace(r, variant="wilcoxon", p=0.0137) for r in rows if r.method == "signed_rank"]
    document = build_document(replace(bare, effects=effects_frame([*rows, *dropped])))
    found = [row for row in table(document, "variants") if row[0].startswith("SLEDAI")]
    assert [row[3] for row in found] == [
        "−13.0 points; −20.5 to −4.0 (95%); p 0.00977 (smallest attainable 0.00195); n = 10",
        "−13.0 points; −20.5 to −4.0 (95%); p 0.0137 (smallest attainable 0.00195); n = 10",
    ]


def test_intervals_of_a_share_stand_in_its_own_table_only() -> None:
    document = build_document(companion_like())
    assert [row[1:] for row in table(document, "response-shares")] == [
        ["exact (Clopper–Pearson)", "8 of 10", "80%", "0.444 to 0.975 (95%)"],
        ["Wilson", "8 of 10", "80%", "0.490 to 0.943 (95%)"],
    ]
    assert "variants" not in [b.id for s in document.sections for b in s.blocks if isinstance(b, Grid)]


def test_no_sensitivity_section_without_anything_to_compare() -> None:
    assert "sensitivity" not in [section.id for section in build_document(empty_like()).sections]


def test_published_results_with_their_status() -> None:
    rows = table(build_document(tokunaga_like()), "published-table")
    assert rows[0] == [
        "patients whose SLEDAI fell by day 28",
        "10 patients",
        "10",
        "not available",
        "not recomputable",
        "day-28 SLEDAI values were not recovered. The printed count 10 of 10 alone would give an exact two-sided sign "
        "test p=0.00195 (smallest attainable 0.00195)",
    ]
    assert rows[1][3:5] == ["5 patients", "reproduced"]
    assert rows[2][1:5] == ["decreased", "not given", "nothing to compare with", "not compared"]


def test_overview_puts_primary_endpoints_first() -> None:
    rows = table(build_document(companion_like()), "overview-table")
    assert [row[0] for row in rows] == ["primary", "primary", "secondary"]
    assert rows[0][2:] == [
        "Hodges–Lehmann shift (zeros kept, Pratt)",
        "−13.0 points",
        "−20.5 to −4.0 (95%)",
        "0.00977",
        "0.00195",
        "10",
        "0",
    ]
    assert rows[1][3:6] == ["8 of 10 (80%)", "0.444 to 0.975 (95%)", "not applicable"]


def test_methods_name_conventions_variants_versions() -> None:
    text = text_of_section(build_document(tokunaga_like()), "methods")
    assert "the source counts the first infusion as the first day and has no day zero; its days were shifted" in text
    assert "30.4375 days to a month and 365.25 days to a year" in text
    assert "Confidence level 95%; tests are two-sided; seed of any random step 20070101." in text
    assert "Software: Python 3.11.9, costim 0.1.0, numpy 2.4.6, polars 2.1.0." in text
    assert "{level}" not in text


def test_methods_cite_only_what_was_used() -> None:
    used = build_document(tokunaga_like())
    empty = build_document(empty_like())
    assert any("Clopper" in row[1] for row in table(used, "references-list"))
    assert "references" not in [section.id for section in empty.sections]


def test_every_mark_of_a_citation_has_its_reference() -> None:
    document = build_document(companion_like())
    numbers = [row[0] for row in table(document, "references-list")]
    assert numbers == [str(i) for i in range(1, len(numbers) + 1)]
    marks = {
        part.text
        for section, part in walk(document)
        if section == "methods" and isinstance(part, Term) and part.text.isdigit()
    }
    assert marks
    assert marks <= set(numbers)


def test_links_are_encoded() -> None:
    document = build_document(tokunaga_like())
    links = [part.href for _, part in walk(document) if isinstance(part, Term) and part.href]
    assert links
    assert not [link for link in links if set(link) & set('<> "')]


def test_families_name_their_endpoints() -> None:
    bare = companion_like()
    endpoints = tuple(
        e.model_copy(update={"family": "activity"}) if e.kind == "paired_change" else e for e in bare.plan.endpoints
    )
    results = replace(bare, plan=bare.plan.model_copy(update={"endpoints": endpoints}))
    text = text_of_section(build_document(results), "methods")
    assert (
        "activity: SLEDAI (day 0 to 2 years); Glucocorticoid dose in prednisone equivalents (day 0 to 2 years)" in text
    )


def test_adjusted_p_stands_beside_the_raw_one() -> None:
    bare = companion_like()
    rows = [
        replace(row, p_adjusted=0.01953125, family="activity")
        if row.method == "signed_rank" and row.reading == "as_recorded"
        else row
        for row in read_rows(bare).effects
    ]
    document = build_document(replace(bare, effects=effects_frame(rows)))
    assert table(document, "overview-table")[0][5] == "0.00977; adjusted 0.0195"
    assert "(smallest attainable with these data 0.00195; adjusted within its family p = 0.0195)" in text_of_section(
        document, "summary"
    )


def test_findings_are_all_listed_errors_first_and_without_dates() -> None:
    findings = (
        Finding("note", "unit_not_stated", "labs.csv", "", 4, "unit", "", "a unit", ""),
        Finding("error", "no_such_code", "visits.csv", "", 2, "day", "2005-03-01", "a study day", "Give the day."),
    )
    document = build_document(make_results(_plan(), {"findings": findings}))
    assert table(document, "findings-list") == [
        [
            "error",
            "visits.csv, row 2, column day",
            "no such code",
            "[calendar date, not shown]",
            "a study day",
            "Give the day.",
        ],
        [
            "note",
            "labs.csv, row 4, column unit",
            "The source gives no unit; the number is kept as printed and never converted.",
            "nothing",
            "a unit",
            "nothing needed",
        ],
    ]


def test_cells_show_their_place_and_hide_dates() -> None:
    bare = empty_like()
    cells = {"subjects/A/sex": CellAddress("study.xlsx", "subjects", 7, "sex", "01/03/2005")}
    document = build_document(replace(bare, cells=cells))
    assert table(document, "cells") == [
        ["subjects/A/sex", "study.xlsx", "subjects", "7", "sex", "[calendar date, not shown]"]
    ]


def test_files_are_listed_with_size_and_hash() -> None:
    assert table(build_document(empty_like()), "files") == [
        ["labs.csv", "567", "cd" * 32],
        ["study.toml", "1234", "ab" * 32],
    ]


def test_effect_rows_print_bounds_counts_and_constraints() -> None:
    document = build_document(tokunaga_like())
    header = [text_of(cell) for cell in grid(document, "effects").header]
    rows = [dict(zip(header, row, strict=True)) for row in table(document, "effects")]
    curve = next(row for row in rows if row["Method"] == "kaplan_meier")
    assert curve["Estimate"] == "0.5 to 0.857143"
    assert curve["Interval"] == "0.187086 to below 0.9963"
    assert curve["Constraints"] == "c01, c02"
    beyond = next(row for row in rows if row["Method"] == "proportion_beyond")
    assert (beyond["Count"], beyond["Level"], beyond["p"]) == ("5 of 10", "95%", "–")


def test_infinite_limits_are_words() -> None:
    effects = [
        Effect(
            parameter="sledai.total",
            method="signed_rank",
            n=3,
            level=0.95,
            lower=float("-inf"),
            upper=float("inf"),
            estimate_lower=float("-inf"),
            estimate_upper=2.0,
        )
    ]
    document = build_document(make_results(_plan(), {"effects": effects}))
    row = table(document, "effects")[0]
    assert "no limit in either direction" in row
    assert "at most 2" in row


def _plan() -> dict[str, object]:
    return {"study": {"id": "s", "title": "A study", "day_convention": "first_infusion_is_day_0"}}


def test_a_comparison_that_rests_on_our_mapping_says_so() -> None:
    study = {"id": "s", "title": "A study", "day_convention": "first_infusion_is_day_0"}
    published = [
        {"result_id": "r1", "quantity": "psychiatric only", "value": "5", "unit": "patients", "n": 10},
        {"result_id": "r2", "quantity": "patients", "value": "9", "unit": "patients", "n": 10},
    ]
    effects = [
        Effect(
            parameter=f"published.{r}", method="published_comparison", n=10, estimate=e, text="contradicted", flags=f
        )
        for r, e, f in (("r1", 4.0, ("term_mapped_with_doubt",)), ("r2", 10.0, ()))
    ]
    document = build_document(make_results({"study": study}, {"effects": effects, "published": published}))
    rows = table(document, "published-table")
    assert [row[3:5] for row in rows] == [
        ["4 patients", "contradicted under our mapping of terms"],
        ["10 patients", "contradicted"],
    ]
    assert "does not show that the source is wrong" in text_of_section(document, "published")


def test_methods_name_only_variants_that_a_number_depends_on() -> None:
    text = text_of_section(build_document(tokunaga_like()), "methods")
    assert "sledai total recorded" in text
    assert "depletion" not in text
    assert "Variants chosen" not in text_of_section(build_document(empty_like()), "methods")


def test_a_result_that_needs_a_constraint_names_it_beside_its_status() -> None:
    effect = Effect(
        parameter="published.r1",
        method="published_comparison",
        n=10,
        estimate=5.0,
        text="reproduced",
        constraints=("c01",),
    )
    published = [{"result_id": "r1", "quantity": "beyond a year", "value": "5", "unit": "patients", "n": 10}]
    study = {"id": "s", "title": "A study", "day_convention": "first_infusion_is_day_0"}
    document = build_document(make_results({"study": study}, {"effects": [effect], "published": published}))
    assert table(document, "published-table")[0][4] == "reproduced, under the stated constraint c01"

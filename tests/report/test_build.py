"""The document as a whole: every number is a row's, every word of an input is quoted, sections stand in order."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest
from factory import FORMULA, SCRIPT, companion_like, empty_like, hostile_like, methods_like, tokunaga_like
from walk_document import faults, grid, rows_by_id, text_of, text_of_document, text_of_section, walk

from costim.registry.provenance import Results
from costim.report.build import WRITERS, build_document
from costim.report.document import FigureRef, Grid, Num, Quote, Term
from costim.report.figures import planned_figures
from costim.report.rows import read_rows

ALL = {
    "tokunaga": tokunaga_like,
    "companion": companion_like,
    "methods": methods_like,
    "empty": empty_like,
    "hostile": hostile_like,
}
CLAIMS = (
    "significan",
    r"\btrends? (to|toward|towards|for)\b",
    r"\*",
    "±",
    r"\bprove",
    r"\beffective",
    "efficacy",
    r"0\.000\b",
)
"""What a report without a control group, and with exact p-values, never says."""
COHORTS = {name: ALL[name] for name in ("tokunaga", "companion", "methods")}


@pytest.fixture(params=sorted(ALL))
def results(request: pytest.FixtureRequest) -> Results:
    return ALL[request.param]()


@pytest.fixture(params=sorted(COHORTS))
def cohort(request: pytest.FixtureRequest) -> Results:
    return COHORTS[request.param]()


def test_every_number_is_the_field_of_a_row_it_names(results: Results) -> None:
    rows = rows_by_id(results)
    numbers = [part for _, part in walk(build_document(results)) if isinstance(part, Num)]
    wrong = [f"{n}: no such row" for n in numbers if n.ref not in rows]
    wrong += [fault for n in numbers if n.ref in rows for fault in faults(n, rows[n.ref])]
    assert wrong == []
    assert numbers or results.plan.study.id == "empty"


@pytest.mark.parametrize("style", ["ard", "jrheum", "aim", "jama"])
def test_numbers_are_right_in_every_house_style(cohort: Results, style: str) -> None:
    plan = cohort.plan.model_copy(update={"study": cohort.plan.study.model_copy(update={"style": style})})
    results = replace(cohort, plan=plan)
    rows = rows_by_id(results)
    numbers = [part for _, part in walk(build_document(results)) if isinstance(part, Num)]
    assert [fault for n in numbers for fault in faults(n, rows[n.ref])] == []


def test_a_wrong_number_would_be_noticed() -> None:
    results = companion_like()
    row = next(r for r in results.effects.to_dicts() if r["method"] == "signed_rank")
    assert faults(Num("0.00977", row["effect_id"], "p"), row) or faults(Num("0.00978", row["effect_id"], "p"), row)
    assert faults(Num("−13.1", row["effect_id"], "estimate"), row)


def test_listings_carry_the_id_of_every_row_as_their_first_cell(results: Results) -> None:
    document = build_document(results)
    wanted = {
        "effects": set(results.effects["effect_id"]),
        "measurements": set(results.measurements["measurement_id"]),
        "cells": set(results.cells),
    }
    for name, ids in wanted.items():
        if not ids:
            continue
        firsts = [row[0] for row in grid(document, name).rows]
        assert all(len(cell) == 1 and isinstance(cell[0], Quote) for cell in firsts)
        assert {text_of(cell) for cell in firsts} == ids


def test_measurements_name_their_cells_one_by_one(cohort: Results) -> None:
    listing = grid(build_document(cohort), "measurements")
    named = [part.text for row in listing.rows for part in row[-1] if isinstance(part, Quote)]
    assert set(named) == set(cohort.cells)


def test_sections_stand_in_order_with_unique_anchors(results: Results) -> None:
    document = build_document(results)
    ids = [section.id for section in document.sections]
    order = ["summary", "other-causes", "limits", *(name for name, _, _ in WRITERS)]
    assert ids == [name for name in order if name in ids]
    assert {"summary", "limits", "methods", "findings", "effects-rows", "measurements-rows", "provenance"} <= set(ids)
    blocks = [block for section in document.sections for block in section.blocks]
    anchors = ids + [b.id for b in blocks if isinstance(b, Grid)] + [b.name for b in blocks if isinstance(b, FigureRef)]
    assert len(anchors) == len(set(anchors))
    assert all(section.blocks for section in document.sections)


def test_only_findings_and_provenance_carry_places_in_files(cohort: Results) -> None:
    document = build_document(cohort)
    places = [finding.place for finding in cohort.findings] + [cell.place for cell in cohort.cells.values()]
    for section in document.sections:
        text = text_of_section(document, section.id)
        if section.id not in ("findings", "provenance"):
            assert not [place for place in places if place in text]
            assert not [file.name for file in cohort.inputs if file.name in text and file.name != "study.toml"]


def test_rows_of_a_file_in_another_order_change_provenance_and_findings_only(cohort: Results) -> None:
    moved = replace(
        cohort,
        cells={name: replace(cell, row=cell.row + 100) for name, cell in cohort.cells.items()},
        findings=tuple(replace(f, row=f.row and f.row + 100) for f in cohort.findings),
    )
    before, after = build_document(cohort), build_document(moved)
    changed = {a.id for a, b in zip(before.sections, after.sections, strict=True) if a != b}
    assert "provenance" in changed
    assert changed <= {"provenance", "findings"}


def test_the_same_results_give_the_same_document(results: Results) -> None:
    assert build_document(results) == build_document(results)


def test_every_planned_figure_is_placed_once(results: Results) -> None:
    document = build_document(results)
    placed = [b.name for s in document.sections for b in s.blocks if isinstance(b, FigureRef)]
    assert sorted(placed) == sorted(figure.name for figure in planned_figures(results))


@pytest.mark.parametrize(
    ("kind", "section"),
    [
        ("swimmer-", "exposure"),
        ("kaplan-meier-event", "response"),
        ("paired-change-lab", "laboratory"),
        ("transitions-imaging", "imaging"),
        ("transitions-np", "neuropsychiatric"),
    ],
)
def test_figures_stand_where_they_belong(kind: str, section: str) -> None:
    sections = {s.id: s for s in build_document(tokunaga_like()).sections}
    names = [b.name for b in sections[section].blocks if isinstance(b, FigureRef)]
    assert [name for name in names if name.startswith(kind)]


def test_no_words_that_claim_more_than_the_design(results: Results) -> None:
    own = [
        part if isinstance(part, str) else part.text
        for section, part in walk(build_document(results))
        if not isinstance(part, Quote) and section != "references"
    ]
    text = "\n".join(own).lower()
    for word in CLAIMS:
        assert not re.search(word, text), word


def test_words_of_a_hostile_study_are_quotes_and_nothing_else() -> None:
    results = hostile_like()
    document = build_document(results)
    marks = ("<", ">", "=cmd", "@SUM", "{{", "javascript:", "+1+1")
    for section, part in walk(document):
        text = part if isinstance(part, str) else part.text
        if any(mark in text for mark in marks) and not isinstance(part, Quote):
            known = isinstance(part, Term) and ("::AID-ANR2>" in text or "limit" in text)
            assert known or "p>" in text, (section, part)
    quotes = [part.text for _, part in walk(document) if isinstance(part, Quote)]
    assert SCRIPT in quotes
    assert FORMULA in quotes
    assert document.title == (Quote(SCRIPT),)
    assert all(
        part.href.startswith("https://doi.org/10.")
        for _, part in walk(document)
        if isinstance(part, Term) and part.href
    )


def test_a_study_without_endpoints_still_has_a_report() -> None:
    document = build_document(empty_like())
    assert [s.id for s in document.sections] == [
        "summary",
        "limits",
        "patients",
        "methods",
        "findings",
        "effects-rows",
        "measurements-rows",
        "provenance",
    ]
    text = text_of_document(document)
    assert "The study declares no endpoint, so nothing was estimated." in text
    assert "No effect was estimated." in text
    assert "The checks of the input files found nothing to report." in text


def test_results_without_any_row_still_have_a_report() -> None:
    bare = empty_like()
    results = replace(bare, measurements=bare.measurements.clear(), cells={}, inputs=(), alternatives=None)
    text = text_of_document(build_document(results))
    assert "Nothing was measured." in text


def test_rows_are_read_back_with_their_ids(results: Results) -> None:
    rows = read_rows(results)
    assert [row.effect_id for row in rows.effects] == results.effects["effect_id"].to_list()
    assert [row.measurement_id for row in rows.measurements] == results.measurements["measurement_id"].to_list()


def test_rows_are_found_by_field() -> None:
    rows = read_rows(companion_like())
    assert [r.stratum for r in rows.find("sledai.total", "mean")] == ["baseline", "change", "post"]
    assert rows.first("sledai.total", "mean", stratum="nowhere") is None
    assert [r.reading for r in rows.find("sledai.total", "signed_rank", reading="patient5_sledai_8")] == [
        "patient5_sledai_8"
    ]
    assert rows.readings() == ["patient5_sledai_8"]
    assert rows.subjects() == [str(i) for i in range(1, 11)]
    assert [r.value for r in rows.measured("sledai.total", subject="5", visit="day0")] == [28.0]


def test_the_tables_survive(cohort: Results) -> None:
    before = (cohort.measurements.clone(), cohort.effects.clone())
    build_document(cohort)
    assert cohort.measurements.equals(before[0])
    assert cohort.effects.equals(before[1])
    assert isinstance(cohort.effects, pl.DataFrame)

"""tables.xlsx: numbers are the rows' own numbers, words are words, nothing is a formula, bytes are reproducible."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from documents import HOSTILE, MEASUREMENTS, make_results, many_effects, sample_document
from factory import companion_like, hostile_like, tokunaga_like
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.registry.provenance import Results
from costim.report.document import Document, Grid, Num, Quote, Section
from costim.report.outline import plain_text
from costim.report.workbook import render, write_workbook
from costim.report.workbook.numbers import SheetNumber, lone_number, sheet_number
from costim.report.workbook.sheets import Names

EMPTY = Document((Quote("=t"),), (), ())


def opened(document: Document, results: Results) -> Any:
    return openpyxl.load_workbook(io.BytesIO(write_workbook(document, results)))


def test_sheets_and_their_frozen_filtered_headers() -> None:
    book = opened(sample_document(), make_results())
    assert book.sheetnames == [
        "contents",
        "first",
        "wide_ _of_ all_the_columns_",
        "effects",
        "measurements",
        "findings",
        "cells",
        "figures",
    ]
    assert (book["first"].freeze_panes, book["first"].auto_filter.ref) == ("B3", "A2:D14")
    assert (book["effects"].freeze_panes, book["effects"].auto_filter.ref) == ("B2", "A1:AG13")
    listed = {book["contents"].cell(row, 1).value for row in range(5, 12)}
    assert listed == set(book.sheetnames) - {"contents"}
    assert book["first"]["A1"].value == "Table 1. A caption of 10 subjects"
    assert book["first"]["A16"].value == "A note under the table."


def test_a_printed_number_is_the_unrounded_number_of_its_row() -> None:
    sheet = opened(sample_document(), make_results())["first"]
    for i, effect in enumerate(many_effects(12)):
        cell = sheet.cell(i + 3, 2)
        assert cell.value == pytest.approx(effect.estimate, abs=1e-12)
        assert cell.number_format == "0.0"
        assert (sheet.cell(i + 3, 3).value, sheet.cell(i + 3, 3).number_format) == (10, "0")
        assert sheet.cell(i + 3, 4).value == effect.effect_id


@pytest.mark.parametrize("results", [make_results(), tokunaga_like(), companion_like(), hostile_like()])
def test_the_long_tables_are_whole_and_typed(results: Results) -> None:
    book = opened(EMPTY, results)
    for name, frame in (("effects", results.effects), ("measurements", results.measurements)):
        rows = list(book[name].iter_rows(values_only=True))
        assert rows[0] == tuple(frame.columns)
        assert len(rows) == frame.height + 1
        for written, row in zip(rows[1:], frame.iter_rows(), strict=True):
            for cell, value in zip(written, row, strict=True):
                if isinstance(value, list):
                    assert (cell or "") == ";".join(value)
                elif isinstance(value, str):
                    assert (cell or "") == value
                elif isinstance(value, float):
                    assert cell == pytest.approx(value, rel=1e-15)
                else:
                    assert cell == value
    assert book["cells"].max_row == max(len(results.cells), 1) + (1 if results.cells else 0)
    assert book["findings"].max_row == len(results.findings) + 1


@pytest.mark.parametrize("results", [make_results(), hostile_like()])
def test_nothing_is_a_formula_or_an_outside_link(results: Results) -> None:
    document = sample_document() if results.effects.height else EMPTY
    package = write_workbook(document, results)
    book = openpyxl.load_workbook(io.BytesIO(package))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    suspicious = [c for c in cells if isinstance(c.value, str) and c.value.lstrip()[:1] in "=+-@" and c.value.strip()]
    assert suspicious
    assert all(cell.quotePrefix for cell in suspicious)
    archive = zipfile.ZipFile(io.BytesIO(package))
    assert not any(b'TargetMode="External"' in archive.read(n) for n in archive.namelist())
    assert not any(b"<f>" in archive.read(n) for n in archive.namelist())


def test_hostile_words_are_unchanged() -> None:
    book = opened(sample_document(), make_results())
    assert [book["first"].cell(i + 3, 1).value for i in range(len(HOSTILE))] == list(HOSTILE)
    subjects = {row[1] for row in book["measurements"].iter_rows(min_row=2, values_only=True)}
    assert subjects == {m.subject for m in MEASUREMENTS}


def test_same_bytes_twice_and_no_name_or_time_of_the_machine() -> None:
    first = write_workbook(sample_document(), make_results())
    assert first == write_workbook(sample_document(), make_results())
    archive = zipfile.ZipFile(io.BytesIO(first))
    core = archive.read("docProps/core.xml").decode()
    assert core.count("1980-01-01T00:00:00Z") == 2
    assert "<dc:creator></dc:creator>" in core
    assert {p.date_time[0] for p in archive.infolist()} == {1980}


def test_a_number_without_a_row_is_an_error() -> None:
    grid = Grid("g", (), (("A",),), (((Num("1", "e0000000000", "estimate"),),),))
    with pytest.raises(ValueError, match="'1' names e0000000000, estimate: there is no such row or field"):
        write_workbook(Document((), (), (Section("s", "S", (grid,)),)), make_results())
    known = many_effects(1)[0].effect_id
    grid = Grid("g", (), (("A",),), (((Num("1", known, "lower+nothing"),),),))
    with pytest.raises(ValueError, match="no such row or field"):
        write_workbook(Document((), (), (Section("s", "S", (grid,)),)), make_results())


def test_too_many_rows_are_referred_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "ROW_LIMIT", 11)
    book = opened(EMPTY, make_results(12))
    assert book["effects"]["A1"].value == (
        "Too many rows for a spreadsheet; they are in effects.csv and effects.parquet."
    )
    assert book["measurements"].max_row == len(MEASUREMENTS) + 1


def test_text_too_long_for_a_cell_is_cut_visibly() -> None:
    results = make_results(1)
    long = "x" * 40_000
    frame = results.measurements.with_columns(text=results.measurements["text"].str.replace_all(r"^.*$", long))
    sheet = opened(EMPTY, replace(results, measurements=frame))["measurements"]
    column = frame.columns.index("text") + 1
    assert len(sheet.cell(2, column).value) == 32_767
    assert sheet.cell(2, column).value.endswith(
        "(cut: longer than a cell can hold; whole in the CSV and Parquet files)"
    )


@pytest.mark.parametrize(
    ("text", "field", "value", "shown"),
    [
        ("12.5", "estimate", 12.4678, "0.0"),
        ("−13", "estimate", -12.7, "0"),
        ("-0.25", "lower", -0.25, "0.00"),
        ("44%", "estimate", 0.4439, "0%"),
        ("97.5%", "level", 0.975, "0.0%"),
        (".05", "p", 0.0512, ".00"),
        ("1.00 × 10⁻⁵", "p", 0.00001, "0.00E+00"),
        ("<0.001", "p", 0.0003, '[<0.001]"<0.001";General'),
        (">.99", "p", 0.999, '[>0.99]">.99";General'),
        ("10", "n", 10, "0"),
        ("0.0054", "p", 0.00535, "0.0000"),
    ],
)
def test_formats_print_as_the_report_does(text: str, field: str, value: float, shown: str) -> None:
    assert sheet_number(text, field, value) == SheetNumber(value, shown)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("12.5", "estimate", 12.56),  # another number
        ("<5", "upper", 5.0),  # a limit is no number
        ("<0.001", "p", 0.002),
        ("7 to 11", "lower", 7.0),
        ("5 of 10", "count", 5),
        ("", "estimate", 1.0),
        ("not estimated", "estimate", 1.0),
        ("1", "text", "1"),
        ("1", "lower_open", True),
        ("1", "estimate", None),
        ("inf", "estimate", float("inf")),
        ("2.00 × 10⁻⁵", "p", 0.00003),
    ],
)
def test_what_is_not_that_one_number_stays_text(text: str, field: str, value: object) -> None:
    assert sheet_number(text, field, value) is None


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_a_rounded_number_is_recognised_and_another_is_not(value: float, decimals: int) -> None:
    printed = Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-decimals), "ROUND_HALF_UP")
    found = sheet_number(f"{printed:f}".replace("-", "−"), "estimate", value)
    assert found is not None
    assert found.value == value
    off = printed + Decimal(1).scaleb(-decimals) * 2
    assert sheet_number(f"{off:f}", "estimate", value) is None


def test_a_cell_with_one_number_may_have_white_space_but_no_words() -> None:
    number = Num("1", "e0", "n")
    assert lone_number((number, " ")) is number
    assert lone_number((number, " of ten")) is None
    assert lone_number((number, number)) is None
    assert lone_number(()) is None


@given(st.lists(st.text(max_size=40), max_size=8))
def test_sheet_names_are_legal_and_differ(wanted: list[str]) -> None:
    names = Names(("effects",))
    given_names = [names.new(text) for text in [*wanted, "Effects", "History", "'", "x" * 40, "X" * 40]]
    lowered = [name.lower() for name in given_names]
    assert len(set(lowered)) == len(lowered)
    assert not {"effects", "history"} & set(lowered)
    for name in given_names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not (name.startswith("'") or name.endswith("'"))


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters() | st.sampled_from("\0\x0b\ud800\uffff=+-@\t\n_x"), max_size=30))
def test_every_text_survives_or_is_visibly_replaced(text: str) -> None:
    grid = Grid("g", (), (("A",),), (((Quote(text),),),))
    document = Document((Quote(text),), (Quote(text),), (Section("s", "S", (grid,)),))
    book = opened(document, make_results(1))
    assert (book["g"]["A3"].value or "") == plain_text((Quote(text),)).replace("\r\n", "\n").replace("\r", "\n")

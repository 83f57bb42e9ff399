"""`tables.xlsx`: a sheet per table of the report, then all rows behind them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from costim.registry.findings import Finding, sort_findings
from costim.registry.provenance import CellAddress, Results
from costim.report.document import Document, FigureRef, Grid, Inlines, Num
from costim.report.format import hide_dates
from costim.report.listing import sheet_of
from costim.report.outline import Numbered, numbered_blocks, plain_text
from costim.report.workbook.numbers import lone_number, sheet_number
from costim.report.workbook.sheets import Names, SheetWriter, set_widths

if TYPE_CHECKING:
    import polars as pl

_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
ROWS_SHEETS = ("effects", "measurements", "findings", "cells")
"""Sheets with every row, whole; a listing of the same name in the document is not written twice."""
ROW_LIMIT = 100_000
"""A longer listing is only referred to: spreadsheets cannot handle it."""


def write_workbook(document: Document, results: Results) -> bytes:
    """The workbook, the same bytes for the same report.

    A cell of a table that shows one number holds the unrounded value of its row with a format that prints it as the
    report does; any other cell is text. The last column names the rows behind the numbers of a line.

    Args:
        document: The report; its tables become sheets.
        results: The rows that its numbers name.

    Raises:
        ValueError: a number of the document names a row or field that the results do not have.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        title = plain_text(document.title)
        book.set_properties({"title": title[:255], "author": "", "created": _EPOCH})
        writer = SheetWriter(book)
        contents = book.add_worksheet("contents")
        names = Names(("contents", "figures", *ROWS_SHEETS))
        listed = _result_sheets(book, writer, names, document, _Rows(results))
        listed += _row_sheets(book, writer, results)
        listed.append(_figure_sheet(book, writer, document))
        _contents(writer, contents, document, listed)
    return buffer.getvalue()


class _Rows:
    """Rows by id."""

    def __init__(self, results: Results) -> None:
        frames = (("effect_id", results.effects), ("measurement_id", results.measurements))
        self._rows: dict[str, dict[str, Any]] = {
            row[key]: row for key, frame in frames for row in frame.iter_rows(named=True)
        }

    def value(self, number: Num) -> Any:
        """What stands in the field of the row; None when the text joins several fields."""
        row = self._rows.get(number.ref)
        names = number.field.split("+")
        if row is None or any(name not in row for name in names):
            raise ValueError(f"{number.text!r} names {number.ref}, {number.field}: there is no such row or field")
        return row[names[0]] if len(names) == 1 else None


Listed = tuple[str, str]
"""Sheet name and what it holds."""


def _result_sheets(book: Any, writer: SheetWriter, names: Names, document: Document, rows: _Rows) -> list[Listed]:
    listed = []
    for numbered in numbered_blocks(document):
        grid = numbered.block
        if isinstance(grid, Grid) and not (grid.kind == "rows" and sheet_of(grid.id) in ROWS_SHEETS):
            name = names.new(grid.id)
            listed.append((name, _grid_sheet(book.add_worksheet(name), writer, numbered, grid, rows)))
    return listed


def _grid_sheet(sheet: Any, writer: SheetWriter, numbered: Numbered, grid: Grid, rows: _Rows) -> str:
    """Caption, header, rows, notes; gives the caption."""
    caption = f"{numbered.word} {numbered.number}. {plain_text(grid.caption)}"
    writer.text(sheet, 0, 0, caption, bold=True)
    header = [*(plain_text(cell) for cell in grid.header), "rows"]
    writer.header(sheet, 1, header, len(grid.rows))
    widths = [max((len(word) for word in name.split()), default=0) for name in header]
    for number, cells in enumerate(grid.rows, start=2):
        for column, cell in enumerate(cells):
            _write_cell(sheet, writer, (number, column), cell, rows)
            widths[column] = max(widths[column], len(plain_text(cell)))
        refs = dict.fromkeys(part.ref for cell in cells for part in cell if isinstance(part, Num))
        writer.text(sheet, number, len(cells), ", ".join(refs))
    widths[-1] = 24
    set_widths(sheet, widths)
    for number, note in enumerate(grid.notes, start=len(grid.rows) + 3):
        writer.text(sheet, number, 0, plain_text(note), italic=True)
    return caption


def _write_cell(sheet: Any, writer: SheetWriter, place: tuple[int, int], cell: Inlines, rows: _Rows) -> None:
    lone = lone_number(cell)
    for part in cell:
        if isinstance(part, Num):
            rows.value(part)
    found = sheet_number(lone.text, lone.field, rows.value(lone)) if lone else None
    if found:
        writer.number(sheet, *place, found.value, found.shown)
    else:
        writer.text(sheet, *place, plain_text(cell), text_wrap=True)


def _row_sheets(book: Any, writer: SheetWriter, results: Results) -> list[Listed]:
    findings = [[_shown(v) for v in f.as_dict().values()] for f in sort_findings(list(results.findings))]
    cells = [(cell, *_fields(address)) for cell, address in sorted(results.cells.items())]
    return [
        _frame_sheet(book, writer, "effects", results.effects),
        _frame_sheet(book, writer, "measurements", results.measurements),
        _rows_sheet(book, writer, "findings", [f.name for f in fields(Finding)], findings),
        _rows_sheet(book, writer, "cells", ["cell", *(f.name for f in fields(CellAddress))], cells),
    ]


def _fields(address: CellAddress) -> tuple[Any, ...]:
    return tuple(_shown(getattr(address, f.name)) for f in fields(CellAddress))


def _shown(value: Any) -> Any:
    return hide_dates(value) if isinstance(value, str) else value


_HOLDS: Mapping[str, str] = {
    "effects": "Every effect row, unrounded",
    "measurements": "Every measurement row, unrounded",
    "findings": "What was noticed about the input files",
    "cells": "Where each cell stands in the input files",
}
_FILES: Mapping[str, str] = {
    "effects": "effects.csv and effects.parquet",
    "measurements": "measurements.csv and measurements.parquet",
    "findings": "findings.csv",
    "cells": "provenance.json",
}


def _frame_sheet(book: Any, writer: SheetWriter, name: str, frame: pl.DataFrame) -> Listed:
    if frame.height > ROW_LIMIT:
        return _elsewhere(book, writer, name)
    return _rows_sheet(book, writer, name, frame.columns, frame.rows())


def _rows_sheet(
    book: Any, writer: SheetWriter, name: str, header: Sequence[str], rows: Sequence[Sequence[Any]]
) -> Listed:
    if len(rows) > ROW_LIMIT:
        return _elsewhere(book, writer, name)
    writer.table(book.add_worksheet(name), header, rows, len(rows))
    return name, _HOLDS[name]


def _elsewhere(book: Any, writer: SheetWriter, name: str) -> Listed:
    said = f"Too many rows for a spreadsheet; they are in {_FILES[name]}."
    writer.text(book.add_worksheet(name), 0, 0, said)
    return name, said


def _figure_sheet(book: Any, writer: SheetWriter, document: Document) -> Listed:
    rows: list[tuple[str, ...]] = []
    for numbered in numbered_blocks(document):
        figure = numbered.block
        if isinstance(figure, FigureRef):
            files = ";".join(f"figures/{figure.name}.{kind}" for kind in figure.formats)
            rows.append((f"Figure {numbered.number}", files, plain_text(figure.caption), figure.alt))
    writer.table(book.add_worksheet("figures"), ("figure", "files", "caption", "what it shows"), rows, len(rows))
    return "figures", "Where the figures are"


def _contents(writer: SheetWriter, sheet: Any, document: Document, listed: Iterable[Listed]) -> None:
    writer.text(sheet, 0, 0, plain_text(document.title), bold=True, font_size=14)
    writer.text(sheet, 1, 0, plain_text(document.subtitle))
    for column, name in enumerate(("sheet", "what it holds")):
        writer.text(sheet, 3, column, name, bold=True, bottom=1)
    for row, (name, holds) in enumerate(listed, start=4):
        quoted = name.replace("'", "''")
        link = writer.style(font_color="#0B57A4", underline=1)
        sheet.write_url(row, 0, f"internal:'{quoted}'!A1", link, string=name)
        writer.text(sheet, row, 1, holds)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)

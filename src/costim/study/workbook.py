"""A workbook -> raw tables, one per sheet.

Values are used, never computed: a formula counts with the result its spreadsheet stored. Numbers become the shortest
text that reads as the same number (`1.0` becomes `1`). Cells merged downwards in a key column are filled with the value
of the first (a repair); any other merge inside the table is refused, because the spreadsheet has thrown the other
values away. Hidden rows and columns are read like all others, and noted.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from costim.registry.findings import Finding
from costim.registry.suggest import closest, is_slip_of, listed
from costim.registry.tables import Table
from costim.study.cells import render_number
from costim.study.files import MAX_ROWS, too_many_rows
from costim.study.places import Place
from costim.study.raw import MAX_COLUMNS, Mark, RawRow, RawTable

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes a workbook may hold when unpacked."""
CONFIG_SHEET = "study"


@dataclass(frozen=True, slots=True)
class Books:
    """The workbook with formulas, and with the results the spreadsheet stored."""

    formulas: Workbook
    values: Workbook


def open_workbook(data: bytes, place: Place) -> tuple[Books | None, list[Finding]]:
    """The workbook in `data`, or a finding that says why it cannot be opened."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return None, [_unreadable(place, "an old or password-protected Excel file")]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        return None, [_unreadable(place, "something that is no Excel workbook")]
    if unpacked > MAX_UNPACKED:
        return None, [
            place.finding(
                "error",
                "file_too_large",
                found=f"{unpacked / 1024**2:,.0f} MiB when unpacked",
                expected=f"at most {MAX_UNPACKED // 1024**2} MiB",
                action="delete pictures and empty formatted rows, or give one CSV file per table",
            )
        ]
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features of Excel that hold no data
            formulas = load_workbook(io.BytesIO(data), data_only=False)
            values = load_workbook(io.BytesIO(data), data_only=True) if _has_formulas(formulas) else formulas
    except Exception as error:  # any damage inside the file ends here
        return None, [_unreadable(place, f"a damaged workbook ({type(error).__name__})")]
    return Books(formulas, values), []


def _has_formulas(book: Workbook) -> bool:
    return any(cell.data_type == "f" for sheet in book.worksheets for cell in _filled_cells(sheet).values())


def _filled_cells(sheet: Worksheet) -> dict[tuple[int, int], Any]:
    """Cells that hold something, by row and column counted from 1.

    The cells a sheet stores are taken as they are: walking over rows and columns would make every cell of the
    rectangle, of which a single coloured cell far from the table makes millions.
    """
    stored: dict[tuple[int, int], Any] = sheet._cells  # no public way gives the stored cells alone
    return {place: cell for place, cell in sorted(stored.items()) if cell.value is not None}


def _unreadable(place: Place, found: str) -> Finding:
    return place.finding(
        "error",
        "workbook_unreadable",
        found=found,
        expected="an Excel workbook (.xlsx) without password",
        action="open it in the spreadsheet and save it as Excel workbook (.xlsx), or give one CSV file per table",
    )


def sheet_names(books: Books) -> list[str]:
    """Names of the sheets that hold cells, in their order."""
    return [sheet.title for sheet in books.formulas.worksheets]


def strange_sheets(names: Iterable[str], known: Iterable[str], place: Place) -> list[Finding]:
    """A word about each sheet that is no table: an error when it is most probably a table misspelt.

    Names that begin with `x_` or `_` are the coordinator's own.
    """
    known, names = list(known), list(names)
    there = {name.strip().casefold() for name in names}
    findings = []
    for name in names:
        if name.strip().casefold() in known or name.startswith(("x_", "_")):
            continue
        guess = closest(name, known)
        lost = bool(guess) and guess not in there and is_slip_of(name, guess)
        findings.append(
            Place(place.file, name).finding(
                "error" if lost else "warning",
                "unknown_sheet",
                found=f"sheet {name}, which was not read",
                expected=f"did you mean {guess!r}?" if guess else f"sheets named {listed(known, 20)}",
                action="rename the sheet; to keep a sheet of your own, let its name begin with x_",
            )
        )
    return findings


def doubled_sheet(file: str, title: str, table: str) -> Finding:
    """The refusal of a second sheet for one table: `labs` and `Labs `."""
    return Place(file, title).finding(
        "error",
        "two_sources",
        found=f"a second sheet for the table {table}",
        expected="one sheet per table",
        action="keep the sheet that counts; delete the other, or let its name begin with x_",
    )


def read_sheet(books: Books, title: str, table: Table, file: str) -> tuple[RawTable | None, list[Finding]]:
    """One sheet to its raw table; None when it is empty or too large.

    A sheet with only a header row is an empty table.
    """
    sheet = books.formulas[title]
    place = Place(file, title)
    cells = _filled_cells(sheet)
    last_row = max((row for row, _ in cells), default=0)
    last_column = max((column for _, column in cells), default=0)
    if last_row > MAX_ROWS + 1:
        return None, [too_many_rows(place, MAX_ROWS)]
    if last_column > MAX_COLUMNS:
        return None, [_too_many_columns(place, last_column)]
    marks: dict[tuple[int, int], Mark] = {}
    texts: dict[int, list[str]] = {}
    for (number, column), cell in cells.items():
        text, mark = _text(cell, books.values[title].cell(number, column))
        if text.strip() or mark:
            texts.setdefault(number, [""] * last_column)[column - 1] = text
        if mark:
            marks[number, column - 1] = mark
    if not texts:
        return None, []
    findings = [*_resolve_merges(sheet, table, texts, marks, place), *_hidden(sheet, texts, place)]
    header, *rows = [RawRow(number, tuple(row)) for number, row in sorted(texts.items())]
    return RawTable(table.name, place, header, tuple(rows), MappingProxyType(marks)), findings


def _text(cell: Any, result: Any) -> tuple[str, Mark | None]:
    """Text of a cell and what is odd about it."""
    if cell.data_type == "f" and result.value is None:
        return "", "formula_without_value"
    text, mark = _value_text(result.value, result.data_type)
    if mark is None and result.data_type == "n" and text and "%" in str(result.number_format):
        return text, "percentage"
    return text, mark or ("formula" if cell.data_type == "f" else None)


def _value_text(value: Any, kind: str) -> tuple[str, Mark | None]:
    if kind == "e":
        return str(value), "error"
    if isinstance(value, (datetime, date, time, timedelta)):
        return _date_text(value), "date"
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), None
    if isinstance(value, float):
        return render_number(value), None
    return ("" if value is None else str(value)), None


def _date_text(value: datetime | date | time | timedelta) -> str:
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, (datetime, date, time)) else str(value)


def _too_many_columns(place: Place, n: int) -> Finding:
    return place.finding(
        "error",
        "file_too_large",
        found=f"{n:,} columns",
        expected=f"at most {MAX_COLUMNS} columns",
        action="delete the empty columns right of the table",
    )


def _resolve_merges(
    sheet: Worksheet, table: Table, texts: dict[int, list[str]], marks: dict[tuple[int, int], Mark], place: Place
) -> list[Finding]:
    """Fill merged key cells, mark all other merged cells of the table."""
    top_row, last_row = min(texts), max(texts)
    header = texts[top_row]
    width = max((position for position, cell in enumerate(header, start=1) if cell.strip()), default=0)
    findings: list[Finding] = []
    for area in sorted(sheet.merged_cells.ranges, key=lambda a: (a.min_row, a.min_col)):
        left, right, top, bottom = area.min_col - 1, area.max_col - 1, area.min_row, min(area.max_row, last_row)
        if left >= width or top > last_row:
            continue
        blank_row = [""] * len(header)
        name = header[left].strip()
        is_key = name in table.columns and table.columns[name].key
        text = texts.get(top, blank_row)[left]
        if top > top_row and left == right and is_key and text.strip():
            for number in range(top + 1, bottom + 1):
                texts.setdefault(number, list(blank_row))[left] = text
                if (top, left) in marks:
                    marks[number, left] = marks[top, left]
            findings.append(_filled(place.at(top, name), text, top, bottom))
        else:
            for number in range(top, bottom + 1):
                texts.setdefault(number, list(blank_row))
                last = len(header) if number == top_row else width
                for position in range(left, min(right, last - 1) + 1):
                    marks[number, position] = "merged"
    return findings


def _filled(place: Place, text: str, top: int, bottom: int) -> Finding:
    return place.finding(
        "repair",
        "merged_cells_filled",
        found=f"{text}, merged over rows {top} to {bottom}",
        expected="the value in each row",
        action="nothing; each of these rows was read with this value",
    )


def _hidden(sheet: Worksheet, texts: dict[int, list[str]], place: Place) -> list[Finding]:
    hidden = sorted(row for row, shown in sheet.row_dimensions.items() if shown.hidden and row in texts)
    said = []
    if hidden:
        said.append(
            place.at(hidden[0]).finding(
                "note",
                "hidden_rows",
                found=f"hidden rows {listed(map(str, hidden))}",
                action="nothing; they were read like all others. Delete them if they should not count",
            )
        )
    columns = [name for name, column in sorted(sheet.column_dimensions.items()) if column.hidden]
    if columns:
        said.append(
            place.finding(
                "note",
                "hidden_rows",
                found=f"hidden columns {listed(columns)}",
                action="nothing; they were read like all others. Delete them if they should not count",
            )
        )
    if sheet.sheet_state != "visible":
        said.append(
            place.finding("note", "hidden_rows", found="a hidden sheet", action="nothing; it was read like all others")
        )
    return said

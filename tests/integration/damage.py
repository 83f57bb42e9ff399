"""Ways to spoil a copy of an example study, as coordinators and their spreadsheets do."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from tests.integration.workbook_form import as_workbook

Damage = Callable[[Path], None]
Rows = list[list[str]]


def _rows(file: Path) -> Rows:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def _text(rows: Rows, delimiter: str = ",", end: str = "\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def table(name: str, change: Callable[[Rows], Rows]) -> Damage:
    """Change the rows of a CSV table; the first is the header."""

    def spoil(folder: Path) -> None:
        file = folder / f"{name}.csv"
        file.write_text(_text(change(_rows(file))), "utf-8", newline="")

    return spoil


def cell(name: str, row: int, column: str, text: str) -> Damage:
    """Write a text into a cell of a CSV table; rows count from the header = 1."""

    def change(rows: Rows) -> Rows:
        rows[row - 1][rows[0].index(column)] = text
        return rows

    return table(name, change)


def column(name: str, old: str, new: str | None) -> Damage:
    """Rename a column of a CSV table, or delete it."""

    def change(rows: Rows) -> Rows:
        at = rows[0].index(old)
        if new is None:
            return [row[:at] + row[at + 1 :] for row in rows]
        rows[0][at] = new
        return rows

    return table(name, change)


def more_rows(name: str, *lines: str) -> Damage:
    """Add lines below a CSV table."""
    return table(name, lambda rows: [*rows, *csv.reader(lines)])


def recoded(
    name: str, *, encoding: str = "utf-8", delimiter: str = ",", end: str = "\n", comma: bool = False
) -> Damage:
    """Save a CSV table as another spreadsheet would."""

    def spoil(folder: Path) -> None:
        file = folder / f"{name}.csv"
        rows = _rows(file)
        if comma:
            rows = [[c.replace(".", ",") if c.replace(".", "", 1).isdigit() else c for c in row] for row in rows]
        file.write_bytes(_text(rows, delimiter, end).encode(encoding))

    return spoil


def file(name: str, content: bytes | None) -> Damage:
    """Write a file of the folder, or delete it."""

    def spoil(folder: Path) -> None:
        if content is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(content)

    return spoil


def settings(old: str, new: str) -> Damage:
    """Replace a text in study.toml."""

    def spoil(folder: Path) -> None:
        text = (folder / "study.toml").read_text("utf-8")
        assert old in text
        (folder / "study.toml").write_text(text.replace(old, new, 1), "utf-8")

    return spoil


def emptied(folder: Path) -> None:
    """Take every file out of the folder."""
    for name in folder.iterdir():
        name.unlink()


def ten_million_rows(folder: Path) -> None:
    """A table with ten million rows: 150 MB."""
    block = b"1,entry,c3,90,mg/dL\n" * 10_000
    with (folder / "labs.csv").open("wb") as out:
        out.write(b"subject,visit,test,value,unit\n")
        for _ in range(1_000):
            out.write(block)


def workbook(*changes: Callable[[Workbook], None]) -> Damage:
    """Make the folder one study.xlsx of text cells, changed."""

    def spoil(folder: Path) -> None:
        book = as_workbook(folder)
        emptied(folder)
        for change in changes:
            change(book)
        book.save(folder / "study.xlsx")

    return spoil


def sheet(name: str, change: Callable[[Worksheet], object]) -> Damage:
    """The same with a change of one sheet."""
    return workbook(lambda book: change(book[name]) and None)


def excel_cell(name: str, at: str, value: object) -> Damage:
    """The same with a value typed into a cell of the format General."""

    def change(sheet_: Worksheet) -> None:
        sheet_[at].number_format = "General"
        sheet_[at].value = value

    return sheet(name, change)


def stored_result(name: str, at: str, formula: str, result: str) -> Damage:
    """The same with a formula and the result a spreadsheet stored beside it."""

    def spoil(folder: Path) -> None:
        excel_cell(name, at, f"={formula}")(folder)
        book = folder / "study.xlsx"
        with zipfile.ZipFile(book) as packed:
            parts = {part: packed.read(part) for part in packed.namelist()}
        blank = re.compile(f"<f>{re.escape(formula)}</f><v ?(?:/>|></v>)".encode())
        assert sum(len(blank.findall(content)) for content in parts.values()) == 1
        with zipfile.ZipFile(book, "w") as packed:
            for part, content in parts.items():
                packed.writestr(part, blank.sub(f"<f>{formula}</f><v>{result}</v>".encode(), content))

    return spoil


def all_of(damages: Sequence[Damage]) -> Damage:
    """One damage after the other."""

    def spoil(folder: Path) -> None:
        for damage in damages:
            damage(folder)

    return spoil

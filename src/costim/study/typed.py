"""Raw table -> typed rows, with the address of every cell.

A row is a flat mapping with the columns that `Study.tables` promises (`subject`, `value`, `value__lower`, `_key` ...),
so that the same row is checked, replaced by an alternative reading, and turned into a frame.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from costim.registry.findings import Finding
from costim.registry.natural import natural_key
from costim.registry.plan import Plan
from costim.registry.provenance import CellAddress
from costim.registry.tables import Table
from costim.study.cells import FORMAT_AS_TEXT, CellProblem
from costim.study.columns import match_columns
from costim.study.days import TABLES_WITH_TIME, fill_day
from costim.study.fields import NUMERIC, Reader, Row, blank_fields, parse_cell
from costim.study.places import Place
from costim.study.raw import RawRow, RawTable
from costim.study.repairs import Repairs
from costim.study.study import cell_id

_COMMA = re.compile(r"(?<![0-9.,])(?:0,[0-9]+|[0-9]*,(?:[0-9]{1,2}|[0-9]{4,}))(?![0-9.,])")
_POINT = re.compile(r"(?<![0-9.,])(?:0\.[0-9]+|[0-9]*\.(?:[0-9]{1,2}|[0-9]{4,}))(?![0-9.,])")


@dataclass(frozen=True, slots=True)
class TypedTable:
    """Rows in natural order of their keys; `place` is the file."""

    name: str
    place: Place
    rows: tuple[Row, ...]
    addresses: dict[str, CellAddress]
    columns: frozenset[str]
    """Columns the file has."""
    refused: tuple[dict[str, str], ...] = ()
    """Key cells, as far as they could be read, of rows left out."""

    @property
    def keys(self) -> tuple[dict[str, str], ...]:
        """Key cells of all rows, read or left out."""
        return (*({k: v for k, v in row.items() if isinstance(v, str)} for row in self.rows), *self.refused)


def uses_decimal_comma(table: Table, raw: RawTable, positions: dict[str, int]) -> bool:
    """Is the comma the decimal sign of this file, so that `1.234` might mean 1234?"""
    comma = point = False
    for name, position in positions.items():
        if table.columns[name].kind in NUMERIC:
            cells = [r.cells[position] for r in raw.rows if len(r.cells) > position]
            comma = comma or any("," in c and _COMMA.search(c) for c in cells)
            point = point or any("." in c and _POINT.search(c) for c in cells)
    return comma or (raw.decimal_comma_expected and not point)


def type_table(table: Table, raw: RawTable, root: Path, plan: Plan | None) -> tuple[TypedTable, list[Finding]]:
    """Every cell of a raw table to its typed value.

    A row with a cell that cannot be read, or of a file without a key column, is left out of `rows` (the finding says
    so; the study is then refused).
    Without a plan, days are left as the source counts them, so that other problems are still found.
    """
    positions, findings = match_columns(table, raw)
    if not positions:
        return TypedTable(table.name, raw.place, (), {}, frozenset(), tuple({} for _ in raw.rows)), findings
    convention = plan.study.day_convention if plan else "first_infusion_is_day_0"
    reader = Reader(table, root, convention, uses_decimal_comma(table, raw, positions))
    notes = Repairs()
    rows: list[tuple[tuple[Any, ...], Row]] = []
    addresses: dict[str, CellAddress] = {}
    seen: dict[tuple[str, ...], int] = {}
    refused: list[dict[str, str]] = []
    for raw_row in raw.rows:
        findings += _width(raw, raw_row)
        row, known, problems = _type_row(reader, raw, raw_row, positions, notes)
        findings += problems
        keys = tuple(known.get(name, "") for name in table.key)
        whole = all(name in known for name in table.key)
        if whole and keys in seen:
            findings.append(_duplicate(table, raw, raw_row, keys, seen[keys]))
            continue
        if whole:
            seen[keys] = raw_row.row
        if not whole or any(p.severity == "error" for p in problems):
            refused.append(known)
            continue
        if plan is not None and table.name in TABLES_WITH_TIME:
            row = fill_day(row, plan)
        rows.append((tuple(natural_key(k) for k in keys), row))
        addresses |= _addresses(raw, raw_row, row, positions)
    rows.sort(key=lambda pair: pair[0])
    typed = TypedTable(
        table.name, raw.place, tuple(r for _, r in rows), addresses, frozenset(positions), tuple(refused)
    )
    return typed, [*findings, *notes.findings()]


def _type_row(
    reader: Reader, raw: RawTable, raw_row: RawRow, positions: dict[str, int], notes: Repairs
) -> tuple[Row, dict[str, str], list[Finding]]:
    row: Row = {"_row": raw_row.row, "_key": ""}
    keys: dict[str, str] = {}
    findings: list[Finding] = []
    for name, column in reader.table.columns.items():
        position = positions.get(name)
        if position is None:
            row |= blank_fields(column)
            if column.optional or not column.key:
                keys[name] = ""
            continue
        text = raw_row.cells[position] if position < len(raw_row.cells) else ""
        place = raw.place.at(raw_row.row, name)
        try:
            findings += _refuse_mark(raw, raw_row.row, position, text, place)
            parsed = parse_cell(column, text, reader)
        except CellProblem as problem:
            findings.append(
                place.finding(
                    "error", problem.code, found=text.strip(), expected=problem.expected, action=problem.action
                )
            )
            continue
        row |= parsed.fields
        keys[name] = parsed.key
        if parsed.repair:
            notes.add(parsed.repair, place, text.strip(), str(parsed.fields[name]))
        if parsed.warning:
            findings.append(
                place.finding(
                    "warning",
                    parsed.warning,
                    found=text.strip(),
                    expected="a file of that name in the study folder",
                    action="copy the file into the folder, or correct the path",
                )
            )
    known = {name: keys[name] for name in reader.table.key if name in keys}
    row["_key"] = "|".join(known.get(name, "") for name in reader.table.key)
    return row, known, findings


def _refuse_mark(raw: RawTable, line: int, position: int, text: str, place: Place) -> list[Finding]:
    """Raise CellProblem, or give a warning, for a cell that a workbook marks as odd."""
    mark = raw.marks.get((line, position)) if raw.marks else None
    if mark is None:
        return []
    if mark == "formula":
        return [
            place.finding(
                "warning",
                "formula_cell",
                found=text,
                expected="a typed value",
                action="the value last computed by the spreadsheet was used; copy the column and paste it as values",
            )
        ]
    raise CellProblem(*_MARK_PROBLEMS[mark])


_MARK_PROBLEMS = {
    "date": (
        "excel_date",
        "a number, a range or text, no date; days are counted from the first infusion",
        FORMAT_AS_TEXT,
    ),
    "formula_without_value": (
        "formula_without_value",
        "a typed value",
        "it has no stored result: open and save the workbook in the spreadsheet, or paste the column as values",
    ),
    "percentage": (
        "percentage_cell",
        "a cell in the format General; a spreadsheet stores 45% as 0.45",
        "set the format of the column to General and type the number in the unit of the column",
    ),
    "error": ("error_cell", "a value", "the spreadsheet could not compute this cell: type the value itself"),
    "merged": (
        "merged_cells",
        "one cell per row and column",
        "unmerge the cells and fill in each of them, also those that stay blank",
    ),
}


def _width(raw: RawTable, row: RawRow) -> list[Finding]:
    wide = len(raw.header.cells)
    extra = [cell for cell in row.cells[wide:] if cell.strip()]
    if extra:
        return [
            raw.place.at(row.row).finding(
                "error",
                "too_many_cells",
                found=f"{len(row.cells)} cells, beyond the last column: {extra[0].strip()}",
                expected=f"{wide} cells, as in the first row",
                action="put cells that hold a comma (text, or a decimal comma) inside quotation marks",
            )
        ]
    if len(row.cells) < wide:
        return [
            raw.place.at(row.row).finding(
                "repair",
                "short_row",
                found=f"{len(row.cells)} cells",
                expected=f"{wide} cells, as in the first row",
                action="nothing; the missing cells at the end were read as blank",
            )
        ]
    return []


def _duplicate(table: Table, raw: RawTable, row: RawRow, keys: tuple[str, ...], first: int) -> Finding:
    named = ", ".join(f"{name} {key}" for name, key in zip(table.key, keys, strict=True) if key)
    return raw.place.at(row.row, table.key[-1]).finding(
        "error",
        "duplicate_key",
        found=f"rows {first} and {row.row} both for {named}",
        expected=f"one row for each {', '.join(table.key)}",
        action="delete one of the rows, or correct what tells them apart",
    )


def _addresses(raw: RawTable, raw_row: RawRow, row: Row, positions: dict[str, int]) -> dict[str, CellAddress]:
    found = {}
    for name, position in positions.items():
        text = raw_row.cells[position] if position < len(raw_row.cells) else ""
        address = CellAddress(raw.place.file, raw.place.sheet, raw_row.row, name, text.strip())
        found[cell_id(raw.name, row["_key"], name)] = address
    if row.get("day__converted"):
        found[cell_id(raw.name, row["_key"], "day")] = found[cell_id(raw.name, row["_key"], "time")]
    return found

"""Header cells -> columns of the schema."""

from __future__ import annotations

import re

from costim.registry.findings import Finding
from costim.registry.suggest import did_you_mean, listed
from costim.registry.tables import Table
from costim.study.cells import CellProblem, clean
from costim.study.raw import MAX_COLUMNS, RawTable

NOTE_PREFIX = "x_"
"""A column whose name starts so is the coordinator's own; it is not read."""


def match_columns(table: Table, raw: RawTable) -> tuple[dict[str, int], list[Finding]]:
    """Position of each schema column in the rows of the file.

    Returns:
        Positions by column name, and findings: unknown, unnamed, double and missing columns, repaired names.
    """
    if refusal := _no_header(table, raw):
        return {}, [refusal]
    found: dict[str, int] = {}
    findings: list[Finding] = []
    said = False
    for position, cell in enumerate(raw.header.cells):
        place = raw.place.at(raw.header.row, cell.strip())
        mark = raw.marks.get((raw.header.row, position))
        if mark in ("merged", "error"):
            if cell.strip() or mark == "error" or not said:  # the area is named once, by the cell that holds its text
                findings.append(_bad_header(raw, position, cell, mark))
            said = mark == "merged"
            continue
        said = False
        try:
            text = clean(cell)
        except CellProblem as problem:
            findings.append(
                place.finding("error", problem.code, found=cell, expected=problem.expected, action=problem.action)
            )
            continue
        if not text:
            findings += _unnamed(raw, position)
        elif text.casefold().startswith(NOTE_PREFIX):
            findings.append(_kept_aside(raw, text))
        else:
            name = _name(table, text)
            findings += _take(table, raw, text, name, found)
            if name in table.columns:
                found.setdefault(name, position)
    findings += [
        _missing(table, raw, c.name) for c in table.columns.values() if _needed(c.name, table) and c.name not in found
    ]
    return found, findings


def _name(table: Table, text: str) -> str:
    """The column a header cell means, when it is one; else some text."""
    return text if text in table.columns else re.sub(r"[\s-]+", "_", text.casefold())


def _no_header(table: Table, raw: RawTable) -> Finding | None:
    """One finding for a table whose first row names not one of its columns, or that is wider than any table."""
    n = len(raw.header.cells)
    place = raw.place.at(raw.header.row)
    if n > MAX_COLUMNS:
        return place.finding(
            "error",
            "file_too_large",
            found=f"{n:,} columns",
            expected=f"at most {MAX_COLUMNS} columns; one row per subject and visit or reading",
            action="check that it is the right file; delete the columns right of the table",
        )
    if any(_name(table, cell.strip()) in table.columns for cell in raw.header.cells):
        return None
    return place.finding(
        "error",
        "no_header",
        found=listed(cell.strip() for cell in raw.header.cells if cell.strip()),
        expected=f"column names in the first row: {listed(table.columns, 20)}",
        action="delete titles above the column names; write the names into the first row",
    )


def _take(table: Table, raw: RawTable, text: str, name: str, found: dict[str, int]) -> list[Finding]:
    place = raw.place.at(raw.header.row, text)
    if name not in table.columns:
        guess = did_you_mean(text, table.columns)
        return [
            place.finding(
                "error",
                "unknown_column",
                found=text,
                expected=guess or f"one of the columns {listed(table.columns, 20)}",
                action=f"rename the column; to keep a column of your own, let its name begin with {NOTE_PREFIX}",
            )
        ]
    if name in found:
        return [
            place.finding(
                "error",
                "duplicate_column",
                found=f"column {name} twice",
                expected="each column once",
                action="delete or rename one of them",
            )
        ]
    if name == text:
        return []
    return [
        place.finding(
            "repair", "column_name_repaired", found=text, expected=name, action=f"nothing; it was read as {name}"
        )
    ]


def _needed(name: str, table: Table) -> bool:
    column = table.columns[name]
    return column.required or (column.key and not column.optional)


def _missing(table: Table, raw: RawTable, name: str) -> Finding:
    return raw.place.at(raw.header.row, name).finding(
        "error",
        "missing_column",
        found=f"columns {listed(c.strip() for c in raw.header.cells if c.strip())}",
        expected=f"a column {name}: {table.columns[name].prose}",
        action=f"add the column {name} to the first row",
    )


def _unnamed(raw: RawTable, position: int) -> list[Finding]:
    filled = next((r for r in raw.rows if len(r.cells) > position and r.cells[position].strip()), None)
    if filled is None:
        return []
    return [
        raw.place.at(filled.row).finding(
            "error",
            "unnamed_column",
            found=filled.cells[position],
            expected=f"a name in the first row for column number {position + 1}",
            action="name the column, or delete the cells below",
        )
    ]


def _kept_aside(raw: RawTable, text: str) -> Finding:
    return raw.place.at(raw.header.row, text).finding(
        "note",
        "column_kept_aside",
        found=text,
        expected="",
        action=f"nothing; columns that begin with {NOTE_PREFIX} are not read",
    )


def _bad_header(raw: RawTable, position: int, cell: str, mark: str) -> Finding:
    return raw.place.at(raw.header.row, cell.strip()).finding(
        "error",
        "merged_cells" if mark == "merged" else "error_cell",
        found=f"header cell number {position + 1}",
        expected="one column name in each cell of the first row",
        action="unmerge the cells and name each column" if mark == "merged" else "type the column name",
    )

"""A table as it stands in its file: texts of cells, before any of them has a meaning."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from costim.registry.findings import Finding
from costim.study.places import Place

MAX_COLUMNS = 500
"""Columns a table may have."""

Mark = Literal["date", "formula", "formula_without_value", "error", "merged", "percentage"]
"""What a workbook says about a cell beyond its text."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: `row` is the line of the file on which it begins (header line = 1), or the Excel row."""

    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawTable:
    """Header and rows. `marks` holds the odd cells by (row, position in the row)."""

    name: str
    place: Place
    header: RawRow
    rows: tuple[RawRow, ...]
    marks: MappingProxyType[tuple[int, int], Mark] = field(default_factory=lambda: MappingProxyType({}))
    decimal_comma_expected: bool = False
    """The file separates cells by semicolons, as spreadsheets do where the comma is the decimal sign."""
    findings: tuple[Finding, ...] = ()

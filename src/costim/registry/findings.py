"""A finding: one thing the program noticed about an input, said so that a coordinator can act."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning", "repair", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "repair", "note")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Where, what was found, what was expected, what to do.

    `row` is the line of the file (1 = header line) or the Excel row; `column` the column name;
    blank strings and `None` mean that the finding concerns the whole of what stands left of it.
    """

    severity: Severity
    code: str
    """A name from `flags.csv`."""
    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    found: str = ""
    expected: str = ""
    action: str = ""

    @property
    def place(self) -> str:
        """The address in words, e.g. `labs.csv, row 4, column value`."""
        parts = [self.file]
        # A FlowJo workspace has samples and populations where a workbook has sheets and columns.
        sheet, column = ("sample", "population") if self.file.casefold().endswith(".wsp") else ("sheet", "column")
        if self.sheet:
            parts.append(f"{sheet} {self.sheet}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"{column} {self.column}")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, str | int | None]:
        """All fields, for JSON and CSV."""
        return asdict(self)


def sort_findings(findings: list[Finding]) -> list[Finding]:
    """Errors first, then by place."""
    return sorted(
        findings,
        key=lambda f: (SEVERITIES.index(f.severity), f.file, f.sheet, f.row or 0, f.column, f.code, f.found),
    )

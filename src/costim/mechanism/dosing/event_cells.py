"""Cells of an event table as they stand in the file, and the list of what is wrong with them."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from costim.errors import CostimError
from costim.registry.findings import Finding, sort_findings

RESERVED = (
    "ID", "TIME", "EVID", "AMT", "RATE", "DUR", "CMT", "DV", "MDV", "DVID", "ADDL", "II", "SS", "LLOQ", "CENS",
)  # fmt: skip
"""Columns with a meaning of their own; every other one is a covariate."""
NOTHING = ("", ".")
SEPARATORS = (",", ";", "\t")


class EventError(CostimError):
    """Everything that is wrong with an event table."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sort_findings(list(findings)))
        super().__init__("\n".join(_said(finding) for finding in self.findings))


def _said(finding: Finding) -> str:
    return f"{finding.place}: found {finding.found}; expected {finding.expected}. {finding.action}".rstrip()


@dataclass(slots=True)
class Problems:
    """Gathered while a file is read."""

    file: str
    found: list[Finding] = field(default_factory=list)

    def add(self, line: int | None, column: str, found: str, expected: str, *, code: str, action: str = "") -> None:
        """One more."""
        self.found.append(
            Finding("error", code, self.file, row=line, column=column, found=found, expected=expected, action=action)
        )

    def stop(self) -> None:
        """Raise what was gathered, if anything.

        Raises:
            EventError: all of it.
        """
        if self.found:
            raise EventError(self.found)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: its line and its cells by column; cells that say nothing are left out."""

    number: int
    cells: Mapping[str, str]

    def real(self, column: str, problems: Problems) -> float | None:
        """A finite number; None where the cell says nothing or is refused."""
        if column not in self.cells:
            return None
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if math.isfinite(value):
            return value
        problems.add(
            self.number, column, repr(self.cells[column]), "a number with a decimal point, or `.` for nothing",
            code="event_cell",
        )  # fmt: skip
        return None

    def whole(self, column: str, allowed: Sequence[int] | None, problems: Problems) -> int | None:
        """A whole number out of `allowed` (None: any not below 0); None where the cell says nothing or is refused."""
        value = self.real(column, problems)
        if value is None:
            return None
        if value.is_integer() and (value >= 0 if allowed is None else value in allowed):
            return int(value)
        expected = "a whole number not below 0" if allowed is None else "one of " + ", ".join(map(str, allowed))
        problems.add(self.number, column, repr(self.cells[column]), expected, code="event_cell")
        return None


def read_lines(path: Path, problems: Problems) -> tuple[list[Line], tuple[str, ...]]:
    """Rows of a file and its covariate columns, in the order of the file.

    Raises:
        EventError: the file cannot be read as a table at all.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.add(None, "", "no such file", "an event table", code="event_column")
    except (OSError, UnicodeDecodeError) as error:
        problems.add(None, "", type(error).__name__, "a text file in UTF-8", code="event_column")
    problems.stop()
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    header = [_column(name) for name in rows[0]] if rows else []
    _check_header(header, problems)
    problems.stop()
    lines = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() not in NOTHING for cell in cells):
            continue
        if len(cells) != len(header):
            problems.add(number, "", f"{len(cells)} cells", f"{len(header)}, as in the first row", code="event_cell")
            continue
        said = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip() not in NOTHING}
        lines.append(Line(number, said))
    if not lines and not problems.found:
        problems.add(None, "", "no rows", "one row for each dose and reading", code="event_column")
    return lines, tuple(name for name in header if name not in RESERVED)


def _column(written: str) -> str:
    name = written.strip().lstrip("#").strip()
    return name.upper() if name.upper() in RESERVED else name


def _check_header(header: list[str], problems: Problems) -> None:
    for name in ("ID", "TIME"):
        if name not in header:
            problems.add(
                1, name, "no such column", f"columns {', '.join(RESERVED)} and covariates", code="event_column"
            )
    for name in dict.fromkeys(name for name in header if header.count(name) > 1 or not name):
        found = "the column more than once" if name else "a column without a name"
        problems.add(1, name, found, "one column for each name", code="event_column")
    for name in ("DATE", "DAT1", "DAT2", "DAT3"):
        if name in header:
            problems.add(
                1, name, "a calendar date", "days since the first infusion in TIME", code="event_column",
                action="Dates of patients are never read: leave the column out.",
            )  # fmt: skip

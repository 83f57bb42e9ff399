"""Where a finding stands, and how one is made."""

from __future__ import annotations

from dataclasses import dataclass

from costim.registry.findings import Finding, Severity
from costim.registry.flags import flag_meanings

LONGEST_QUOTE = 160


def shorten(text: str) -> str:
    """A text on one line and not longer than a message bears, without signs that a terminal would obey."""
    if text.isprintable() and len(text) <= LONGEST_QUOTE:
        return text
    line = " ".join("".join(c if c.isprintable() else "\ufffd" for c in word) for word in text.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"


@dataclass(frozen=True, slots=True)
class Place:
    """A file, and what lies below it."""

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def at(self, row: int | None, column: str = "") -> Place:
        """The same file and sheet at a row and column."""
        return Place(self.file, self.sheet, row, column)

    def finding(
        self, severity: Severity, code: str, *, found: str = "", expected: str = "", action: str = ""
    ) -> Finding:
        """A finding at this place.

        Raises:
            ValueError: `flags.csv` does not know the code.
        """
        if code not in flag_meanings():
            raise ValueError(f"finding code {code!r} is not in flags.csv")
        file, sheet, column = (shorten(name) for name in (self.file, self.sheet, self.column))
        return Finding(severity, code, file, sheet, self.row, column, shorten(found), expected, action)

"""Keys of the settings, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from costim.registry.findings import Finding
from costim.study.places import Place

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Where keys stand: rows by key path, and the sheet when the settings are in a workbook."""

    place: Place
    rows: dict[Path_, int]
    columns: dict[Path_, tuple[str, str]] | None = None
    """In a workbook: sheet and column by key path."""

    def at(self, path: Sequence[str | int]) -> Place:
        """The place of a key, or of the nearest key above it."""
        whole = tuple(path)
        for end in range(len(whole), 0, -1):
            if whole[:end] in self.rows:
                row = self.rows[whole[:end]]
                if self.columns and whole[:end] in self.columns:
                    sheet, column = self.columns[whole[:end]]
                    return Place(self.place.file, sheet, row, column)
                return self.place.at(row, key_text(whole))
        return self.place.at(None, key_text(whole))


def key_text(path: Sequence[str | int]) -> str:
    """A key path as a reader writes it: `visits[2].name`, entries counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def fault(
    lines: Lines, path: Sequence[str | int], code: str, found: str, expected: str, *, action: str = ""
) -> Finding:
    """An error at a key."""
    return lines.at(path).finding(
        "error", code, found=found, expected=expected, action=action or f"correct {key_text(path) or 'the settings'}"
    )

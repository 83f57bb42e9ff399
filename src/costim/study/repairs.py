"""Repairs of cells, said once per column."""

from __future__ import annotations

from costim.registry.findings import Finding
from costim.study.places import Place

_SAID = {
    "decimal_comma": ("a decimal point", "nothing; the comma was read as decimal sign"),
    "spelling_repaired": ("the spelling of the schema", "nothing; it was read as"),
}


class Repairs:
    """Repairs of one kind in one column, said once."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], tuple[Place, str, str]] = {}
        self._count: dict[tuple[str, str], int] = {}

    def add(self, code: str, place: Place, text: str, read_as: str) -> None:
        """Note the repair of one cell."""
        key = (place.column, code)
        self._first.setdefault(key, (place, text, read_as))
        self._count[key] = self._count.get(key, 0) + 1

    def findings(self) -> list[Finding]:
        """One finding for each column and kind of repair."""
        said = []
        for (column, code), (place, text, read_as) in self._first.items():
            expected, action = _SAID[code]
            n = self._count[column, code]
            found = text if n == 1 else f"{text} and {n - 1} more such cells in this column"
            end = f" {read_as}" if code == "spelling_repaired" else ""
            said.append(place.finding("repair", code, found=found, expected=expected, action=action + end))
        return said

"""One sheet: names, header, filter, widths; every text goes in as text, never as formula or link."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from costim.report.characters import legal_text
from costim.report.plainfiles import join_list

_LINE_ENDS = re.compile(r"\r\n?")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
_NAME_LENGTH = 31
_TEXT_LENGTH = 32_767
_CUT = " … (cut: longer than a cell can hold; whole in the CSV and Parquet files)"
_WIDEST = 48
_LOOKED_AT = 2000


class Names:
    """Legal sheet names, each given once (Excel does not tell capitals apart)."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {name.lower() for name in taken} | {"history"}

    def new(self, wanted: str) -> str:
        """The wanted name or the nearest legal one that is free."""
        base = _FORBIDDEN.sub("_", legal_text(wanted)).strip("' \t\r\n")[:_NAME_LENGTH].strip("' ") or "table"
        name, number = base, 1
        while name.lower() in self._taken:
            number += 1
            end = f" ({number})"
            name = base[: _NAME_LENGTH - len(end)] + end
        self._taken.add(name.lower())
        return name


class SheetWriter:
    """Writes cells of one workbook; formats are made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        """A cell format, top aligned."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"valign": "top", **properties})
        return self._formats[key]

    def text(self, sheet: Any, row: int, column: int, text: str, **properties: Any) -> None:
        """Text as text, whatever it looks like; a leading `=` stays inert also when the cell is edited.

        Line ends become line feeds: a carriage return has no meaning in a cell.
        """
        safe = _LINE_ENDS.sub("\n", legal_text(text))
        if len(safe) > _TEXT_LENGTH:
            safe = safe[: _TEXT_LENGTH - len(_CUT)] + _CUT
        if not safe:
            sheet.write_blank(row, column, None, self.style(**properties))
            return
        if safe.lstrip()[:1] in _FORMULA_STARTS or safe[0] in _FORMULA_STARTS:
            properties["quote_prefix"] = True
        sheet.write_string(row, column, safe, self.style(**properties))

    def number(self, sheet: Any, row: int, column: int, value: float, shown: str = "General") -> None:
        """A real number with its Excel format."""
        sheet.write_number(row, column, value, self.style(num_format=shown))

    def value(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """A field of a row by its type; lists joined with `;`."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.style())
        elif isinstance(value, int | float) and math.isfinite(value):
            self.number(sheet, row, column, value)
        elif isinstance(value, list):
            self.text(sheet, row, column, join_list(value))
        else:
            self.text(sheet, row, column, str(value))

    def header(self, sheet: Any, row: int, names: Sequence[str], n_rows: int) -> None:
        """A bold header that stays in sight, with a filter on every column."""
        for column, name in enumerate(names):
            self.text(sheet, row, column, name, bold=True, text_wrap=True, bottom=1)
        sheet.freeze_panes(row + 1, 1)
        sheet.autofilter(row, 0, row + max(n_rows, 1), len(names) - 1)

    def table(self, sheet: Any, names: Sequence[str], rows: Iterable[Sequence[Any]], n_rows: int) -> None:
        """A whole sheet of typed rows under one header."""
        self.header(sheet, 0, names, n_rows)
        widths = [len(name) for name in names]
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                self.value(sheet, number, column, value)
                if number <= _LOOKED_AT and value is not None:
                    widths[column] = max(widths[column], len(str(value)))
        set_widths(sheet, widths)


def set_widths(sheet: Any, widths: Sequence[int]) -> None:
    """Column widths from the number of characters, within reason."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width, 6), _WIDEST) + 2)

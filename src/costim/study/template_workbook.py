"""The workbook of the template: one sheet per table, drop-down lists, explanations, and no dates made of ranges."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from costim.registry.names import registry_names
from costim.registry.tables import MISSING_WORDS, Column, Table, study_tables

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

    from costim.study.template_settings import SettingsSheet

LAST_ROW = 1000
"""Rows with drop-down lists and text format; rows below can be used, without them."""
INSTRUCTIONS = "x_instructions"
LISTS = "x_lists"
_AS_TEXT = ("id", "interval", "day", "text", "path")
_LONGEST_HINT = 255


def template_workbook(settings: dict[str, Any]) -> bytes:
    """The workbook as bytes, the same at every call.

    Args:
        settings: `study.toml` of the template, parsed; it fills the settings sheets.
    """
    import xlsxwriter

    from costim.study.template_settings import settings_sheets

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": "costim study template", "created": datetime(2000, 1, 1, tzinfo=UTC)})
    formats = {
        "text": book.add_format({"num_format": "@"}),
        "plain": book.add_format({}),
        "head": book.add_format({"bold": True, "bg_color": "#DDE6EE", "border": 1}),
        "key": book.add_format({"bold": True, "bg_color": "#C5D5E4", "border": 1}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _write_instructions(book, formats)
    settings_pages = [(page, book.add_worksheet(page.name)) for page in settings_sheets(settings)]
    sheets = {table.name: book.add_worksheet(table.name) for table in study_tables().values()}
    lists = _Lists(book.add_worksheet(LISTS))
    for page, sheet in settings_pages:
        _write_settings(sheet, page, formats, lists)
    for table in study_tables().values():
        _write_table(sheets[table.name], table, formats, lists)
    lists.sheet.hide()
    book.close()
    return buffer.getvalue()


def column_hint(column: Column) -> str:
    """What a header comment says about a column: prose, unit, limits, legal words."""
    parts = [column.prose]
    if column.key:
        parts.append("Part of the key; may be blank." if column.optional else "Part of the key; must be filled in.")
    elif column.required:
        parts.append("Must be filled in.")
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    parts += _kind_words(column)
    if column.values:
        parts.append(f"One of: {', '.join(column.values)}.")
    if not column.key:
        parts.append(f"Or: {', '.join(MISSING_WORDS)}.")
    return "\n".join(parts)


def choices(column: Column) -> tuple[str, ...]:
    """Entries of the drop-down list of a column; none when anything can be typed."""
    words = column.values or registry_names(column.registry)
    if not words:
        return ()
    return words if column.key else (*words, *MISSING_WORDS)


def _kind_words(column: Column) -> list[str]:
    kinds = {
        "integer": "A whole number.",
        "number": "A number.",
        "interval": "A number, a range (7-11) or a limit (<0.5, <=12, >100).",
        "day": "A day, a range (7-11) or a limit (<=28).",
        "path": "A file inside the study folder.",
    }
    said = [kinds[column.kind]] if column.kind in kinds else []
    low = column.above if column.above is not None else column.min
    if low is not None and column.max is not None:
        bound = "above" if column.above is not None else "at least"
        said.append(f"{bound.capitalize()} {low:g}, at most {column.max:g}.")
    elif low is not None:
        said.append(f"{'Above' if column.above is not None else 'At least'} {low:g}.")
    return said


class _Lists:
    """Long drop-down lists stand on a hidden sheet, one column each."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self._places: dict[tuple[str, ...], str] = {}

    def place(self, words: tuple[str, ...]) -> str:
        """Range that holds the words."""
        from xlsxwriter.utility import xl_col_to_name

        if words not in self._places:
            column = len(self._places)
            self.sheet.write_column(0, column, words)
            letter = xl_col_to_name(column)
            self._places[words] = f"={LISTS}!${letter}$1:${letter}${len(words)}"
        return self._places[words]


def _write_table(sheet: Worksheet, table: Table, formats: dict[str, Any], lists: _Lists) -> None:
    for position, column in enumerate(table.columns.values()):
        form = formats["text"] if column.kind in _AS_TEXT else formats["plain"]
        sheet.set_column(position, position, max(12, len(column.name) + 3), form)
        sheet.write_string(0, position, column.name, formats["key" if column.key else "head"])
        hint = column_hint(column)
        sheet.write_comment(0, position, hint, {"x_scale": 2.2, "y_scale": 0.5 + 0.25 * (hint.count("\n") + 3)})
        if words := choices(column):
            sheet.data_validation(1, position, LAST_ROW, position, _validation(column, lists.place(words)))
    sheet.freeze_panes(1, len(table.key))
    sheet.ignore_errors({"number_stored_as_text": f"A2:XFD{LAST_ROW + 1}"})


def _write_settings(sheet: Worksheet, page: SettingsSheet, formats: dict[str, Any], lists: _Lists) -> None:
    for position, key in enumerate(page.header):
        width = 34 if len(page.header) == 2 else max(12, len(key) + 3)
        sheet.set_column(position, position, width, formats["text"])
        sheet.write_string(0, position, key, formats["head"])
    for row, cells in enumerate(page.rows, start=1):
        for position, cell in enumerate(cells):
            if cell:
                sheet.write_string(row, position, cell, formats["text"])
    for (only_row, position), words in page.choices.items():
        first, last = (1, LAST_ROW) if only_row is None else (only_row, only_row)
        rule = {"validate": "list", "source": lists.place(words), "ignore_blank": True}
        sheet.data_validation(first, position, last, position, rule)
    sheet.freeze_panes(1, 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:XFD{LAST_ROW + 1}"})


def _validation(column: Column, source: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": source,
        "ignore_blank": True,
        # A registry grows: a name it does not hold may be typed, and the check says so.
        "error_type": "warning" if column.registry else "stop",
        "error_title": f"{column.name}: not in the list"[:32],
        "error_message": f"Choose an entry of the list. {column.prose}"[:_LONGEST_HINT],
    }


def _write_instructions(book: xlsxwriter.Workbook, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet(INSTRUCTIONS)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24, formats["wrap"])
    sheet.set_column(1, 1, 100, formats["wrap"])
    sheet.write_string(0, 0, "Study tables", formats["title"])
    text = (files("costim.study") / "template_files" / "workbook.txt").read_text("utf-8")
    row = 2
    for line in text.splitlines():
        head, _, body = line.partition(": ")
        sheet.write_string(row, 0, head, formats["wrap"])
        sheet.write_string(row, 1, body, formats["wrap"])
        row += 1
    row += 1
    for table in study_tables().values():
        sheet.write_url(row, 0, f"internal:'{table.name}'!A1", string=table.name)
        need = " Must have rows." if table.required else ""
        sheet.write_string(row, 1, table.prose + need, formats["wrap"])
        row += 1

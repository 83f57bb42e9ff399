"""A study folder as one workbook: every table a sheet of text cells, the settings as sheets `study` and `study_...`."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from costim.study.config_sheet import LISTS


def as_workbook(folder: Path) -> Workbook:
    """The study in `folder` (study.toml and CSV tables) as a workbook of text cells."""
    book = Workbook()
    book.remove(book.worksheets[0])
    settings = tomllib.loads((folder / "study.toml").read_text("utf-8"))
    lists = {name: settings.pop(name) for name in LISTS if name in settings}
    _add(book, "study", [["key", "value"], *([key, text] for key, text in _dotted(settings))])
    for name, entries in lists.items():
        rows = [dict(_dotted(entry)) for entry in entries]
        keys = list(dict.fromkeys(key for row in rows for key in row))
        _add(book, f"study_{name}", [keys, *([row.get(key, "") for key in keys] for row in rows)])
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            _add(book, file.stem, list(csv.reader(lines)))
    return book


def _add(book: Workbook, name: str, rows: list[list[str]]) -> None:
    sheet = book.create_sheet(name)
    for number, row in enumerate(rows, start=1):
        for position, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(number, position)
                cell.value = text
                cell.data_type = "s"  # also a text that begins with =
                cell.number_format = "@"


def _dotted(entry: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Keys as dotted paths, values as a coordinator types them."""
    for key, value in entry.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{above}{key}.")
        elif isinstance(value, list):
            yield f"{above}{key}", ", ".join(str(item) for item in value)
        else:
            yield f"{above}{key}", str(value).lower() if isinstance(value, bool) else str(value)

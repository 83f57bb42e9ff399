"""The settings of a study inside its workbook.

Used only when no study.toml stands beside study.xlsx. Sheet `study` has the columns `key` and `value`: a key is the
dotted path of study.toml (`schema`, `study.title`, `variants.sledai`), a value is a TOML value or plain text. Lists of
entries have one sheet each - `study_visits`, `study_contrasts` and so on, see `LISTS` - with one row per entry; the
first row holds the keys, dotted where study.toml nests (`baseline.visits`). Several names in one cell are separated by
commas. A blank cell is a key that is not given.
"""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from costim.registry.findings import Finding
from costim.registry.plan import Plan
from costim.registry.tables import Table
from costim.study.config import validate_plan
from costim.study.config_lines import Lines, Path_
from costim.study.places import Place
from costim.study.raw import RawTable
from costim.study.workbook import CONFIG_SHEET, Books, read_sheet, sheet_names

LISTS = (
    "visits",
    "contrasts",
    "endpoints",
    "families",
    "other_causes",
    "benchmarks",
    "constraints",
    "compare",
    "measures",
    "panels",
    "missing",
)
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_DESCRIPTION = Table(CONFIG_SHEET, "Settings.", True, {})  # type: ignore[arg-type]  # no columns of its own


def config_sheets() -> tuple[str, ...]:
    """Names of the sheets that may hold settings."""
    return (CONFIG_SHEET, *(f"{CONFIG_SHEET}_{name}" for name in LISTS))


def has_config(books: Books) -> bool:
    """Does the workbook have a sheet `study`?"""
    return CONFIG_SHEET in {name.strip().casefold() for name in sheet_names(books)}


def settings_twice(file: str) -> Finding:
    """The warning that the settings of the workbook do not count."""
    return Place(file, CONFIG_SHEET).finding(
        "warning",
        "two_sources",
        found="settings in study.toml and in this sheet, which was not read",
        expected="settings in one place",
        action="delete this sheet, or move study.toml out of the folder if the sheet should count",
    )


class _Settings:
    """Settings as they are gathered: the nested data, the texts they came from, and where they stand."""

    def __init__(self, file: str) -> None:
        self.data: dict[str, Any] = {}
        self.texts: dict[Path_, str] = {}
        self.lines = Lines(Place(file, CONFIG_SHEET), {}, {})
        self.findings: list[Finding] = []

    def put(self, path: Path_, text: str, place: Place) -> None:
        """Store one value at its path; a path that is given twice or through a value is a finding."""
        node: Any = self.data
        for part, following in pairwise(path):
            if isinstance(part, int):
                node = node[part]
            else:
                node = node.setdefault(part, [] if isinstance(following, int) else {})
            if isinstance(following, int) and isinstance(node, list):
                node += [{} for _ in range(following + 1 - len(node))]
            elif not isinstance(node, dict):
                self.findings.append(_double(place, path))
                return
        last = path[-1]
        if last in node:
            self.findings.append(_double(place, path))
            return
        node[last] = _value(text)
        self.texts[path] = text
        self.lines.rows[path] = place.row or 1
        if self.lines.columns is not None:
            self.lines.columns[path] = (place.sheet, place.column)


def _double(place: Place, path: Path_) -> Finding:
    return place.finding(
        "error",
        "setting_invalid",
        found=f"the key {'.'.join(map(str, path))} twice",
        expected="each key once",
        action="delete one of the rows",
    )


def _value(text: str) -> Any:
    """A TOML value if the text is one (no dates), else the text."""
    try:
        value = tomllib.loads(f"v = {text}")
    except (ValueError, RecursionError):
        return text
    simple = isinstance(value.get("v"), (bool, int, float, str, list)) and len(value) == 1
    return value["v"] if simple else text


def read_config_sheets(books: Books, file: str) -> tuple[Plan | None, Lines, list[Finding]]:
    """The sheets `study` and `study_...` to the plan; None when it has errors."""
    settings = _Settings(file)
    by_name = {name.strip().casefold(): name for name in reversed(sheet_names(books))}
    for sheet in config_sheets():
        if sheet not in by_name:
            continue
        raw, findings = read_sheet(books, by_name[sheet], _DESCRIPTION, file)
        settings.findings += findings
        if raw is not None and sheet == CONFIG_SHEET:
            _read_pairs(raw, settings)
        elif raw is not None:
            _read_list(raw, sheet.removeprefix(f"{CONFIG_SHEET}_"), settings)
    _fit_to_models(settings)
    plan, findings = validate_plan(settings.data, settings.lines)
    findings = [*settings.findings, *findings]
    return (None if any(f.severity == "error" for f in findings) else plan), settings.lines, findings


def _odd(raw: RawTable, row: int, position: int, column: str, text: str) -> list[Finding]:
    """The finding about a cell that holds a date, an error or a formula without result."""
    mark = raw.marks.get((row, position))
    if mark is None:
        return []
    severity, code = ("warning", "formula_cell") if mark == "formula" else ("error", "setting_invalid")
    return [
        raw.place.at(row, column).finding(
            "warning" if severity == "warning" else "error",
            code,
            found=f"{text} ({mark.replace('_', ' ')})".strip(),
            expected="typed text or a typed number",
            action="format the cell as text and type the value",
        )
    ]


def _read_pairs(raw: RawTable, settings: _Settings) -> None:
    header = [cell.strip().casefold() for cell in raw.header.cells]
    if "key" not in header or "value" not in header:
        settings.findings.append(
            raw.place.at(1).finding(
                "error",
                "missing_column",
                found=f"columns {', '.join(header)}",
                expected="the columns key and value",
                action="name the first two columns key and value",
            )
        )
        return
    at_key, at_value = header.index("key"), header.index("value")
    for row in raw.rows:
        key = row.cells[at_key].strip() if at_key < len(row.cells) else ""
        text = row.cells[at_value].strip() if at_value < len(row.cells) else ""
        settings.findings += _odd(raw, row.row, at_value, "value", text)
        if not key and not text:
            continue
        if not _KEY.fullmatch(key):
            settings.findings.append(_bad_key(raw.place.at(row.row, "key"), key))
        elif text:
            settings.put(tuple(key.split(".")), text, raw.place.at(row.row, "value"))


def _bad_key(place: Place, key: str) -> Finding:
    return place.finding(
        "error",
        "unknown_key",
        found=key or "a blank key",
        expected="the dotted path of a setting, e.g. study.title",
        action="correct the key, or clear the row",
    )


def _read_list(raw: RawTable, name: str, settings: _Settings) -> None:
    keys = [cell.strip() for cell in raw.header.cells]
    for position, key in enumerate(keys):
        if key and not _KEY.fullmatch(key):
            settings.findings.append(_bad_key(raw.place.at(1, key), key))
            keys[position] = ""
    for index, row in enumerate(raw.rows):
        settings.lines.rows[name, index] = row.row
        if settings.lines.columns is not None:
            settings.lines.columns[name, index] = (raw.place.sheet, "")
        for position, (key, cell) in enumerate(zip(keys, row.cells, strict=False)):
            text = cell.strip()
            settings.findings += _odd(raw, row.row, position, key, text)
            if key and text:
                settings.put((name, index, *key.split(".")), text, raw.place.at(row.row, key))


def _fit_to_models(settings: _Settings) -> None:
    """Where the plan wants text or a list and the cell gave a number or one word, give it that."""
    try:
        Plan.model_validate(settings.data)
    except ValidationError as error:
        for fault in error.errors():
            path: Path_ = fault["loc"]
            text = settings.texts.get(path)
            if text is None:
                continue
            if fault["type"] == "string_type":
                _replace(settings.data, path, text)
            elif fault["type"] == "tuple_type":
                words = [word.strip() for word in re.split(r"[,;]", text) if word.strip()]
                _replace(settings.data, path, [_value(word) if path[-1] in _NUMBERS else word for word in words])


_NUMBERS = ("window", "horizons", "long_run_mean", "natural_course", "steroid_per_mg")
"""Lists of numbers."""


def _replace(data: Any, path: Path_, value: Any) -> None:
    for part in path[:-1]:
        data = data[part]
    data[path[-1]] = value

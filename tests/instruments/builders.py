"""Studies by hand: cells typed as a coordinator would, frames as the study room promises them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from costim.registry.measurements import Measurement
from costim.registry.plan import Plan
from costim.registry.provenance import CellAddress
from costim.registry.tables import MISSING_WORDS, Table, study_tables
from costim.study.study import Study, cell_id

Cells = Mapping[str, object]
NOTHING: Cells = MappingProxyType({})
_LIMIT = re.compile(r"(<=|>=|<|>)(-?[0-9.]+)")
_RANGE = re.compile(r"(-?[0-9.]+)-(-?[0-9.]+)")
_SIMPLE = {"integer": pl.Int64(), "number": pl.Float64()}


def make_plan(variants: Mapping[str, str] | None = None, *, more: Cells = NOTHING, **info: object) -> Plan:
    """A plan with nothing but the named variants, and more blocks as in study.toml."""
    study = {"id": "test", "title": "Test", "day_convention": "first_infusion_is_day_0", **info}
    return Plan.model_validate({"schema": 1, "study": study, "variants": dict(variants or {}), **more})


def make_study(
    variants: Mapping[str, str] | None = None,
    *,
    info: Cells = NOTHING,
    plan: Cells = NOTHING,
    **tables: Sequence[Cells],
) -> Study:
    """A study from rows of typed cells; every table that is not given is empty."""
    addresses: dict[str, CellAddress] = {}
    frames = {name: _frame(table, tables.get(name, ()), addresses) for name, table in study_tables().items()}
    assert set(tables) <= set(frames)
    made = make_plan(variants, more=plan, **info)
    return Study(Path("test"), made, MappingProxyType(frames), (), (), MappingProxyType(addresses))


def _frame(table: Table, rows: Sequence[Cells], addresses: dict[str, CellAddress]) -> pl.DataFrame:
    data = []
    for line, cells in enumerate(rows, start=2):
        assert set(cells) <= set(table.columns), f"{table.name} has no column {set(cells) - set(table.columns)}"
        key = "|".join(_text(cells.get(name)) for name in table.key)
        row: dict[str, Any] = {"_row": line, "_key": key}
        for name, column in table.columns.items():
            text = _text(cells.get(name))
            row |= _fields(name, column.kind, text, key=column.key)
            if text:
                addresses[cell_id(table.name, key, name)] = CellAddress(f"{table.name}.csv", "", line, name, text)
        data.append(row)
    return pl.DataFrame(data, schema=frame_schema(table))


def frame_schema(table: Table) -> dict[str, pl.DataType]:
    """Columns as the docstring of `Study` promises them."""
    schema: dict[str, pl.DataType] = {"_row": pl.Int64(), "_key": pl.String()}
    for name, column in table.columns.items():
        if column.kind in ("interval", "day"):
            schema |= {name: pl.Float64(), f"{name}__lower": pl.Float64(), f"{name}__upper": pl.Float64()}
            schema[f"{name}__relation"] = pl.String()
        else:
            schema[name] = _SIMPLE.get(column.kind, pl.String())
        if not column.key:
            schema[f"{name}__missing"] = pl.String()
    return schema


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _fields(name: str, kind: str, text: str, *, key: bool) -> dict[str, Any]:
    reason = "blank" if not text else MISSING_WORDS.get(text)
    fields: dict[str, Any] = {} if key else {f"{name}__missing": reason}
    if kind in ("interval", "day"):
        value, lower, upper, relation = _interval("" if reason else text)
        ends = {f"{name}__lower": lower, f"{name}__upper": upper, f"{name}__relation": relation}
        return fields | {name: value} | ends
    if reason:
        return fields | {name: None}
    return fields | {name: int(text) if kind == "integer" else float(text) if kind == "number" else text}


def _interval(text: str) -> tuple[float | None, float | None, float | None, str | None]:
    if not text:
        return None, None, None, None
    if found := _LIMIT.fullmatch(text):
        below, number = found[1].startswith("<"), float(found[2])
        return None, None if below else number, number if below else None, found[1]
    if found := _RANGE.fullmatch(text):
        return None, float(found[1]), float(found[2]), "range"
    return float(text), float(text), float(text), "="


def pick(
    study: Study, measure: Callable[[Study], list[Measurement]], parameter: str, **fields: object
) -> list[Measurement]:
    """Rows of one parameter with these fields."""
    rows = [row for row in measure(study) if row.parameter == parameter]
    return [row for row in rows if all(getattr(row, name) == value for name, value in fields.items())]


def only(study: Study, measure: Callable[[Study], list[Measurement]], parameter: str, **fields: object) -> Measurement:
    """The one row of a parameter with these fields."""
    rows = pick(study, measure, parameter, **fields)
    assert len(rows) == 1, rows
    return rows[0]


def bounds(row: Measurement) -> tuple[float | None, float | None, float | None, str]:
    """Value, lower, upper, relation."""
    return row.value, row.lower, row.upper, row.relation

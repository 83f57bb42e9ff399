"""The tables of the study folder: names, columns, kinds, limits and prose, read from `study_tables.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["id", "text", "category", "integer", "number", "interval", "day", "path"]

MISSING_WORDS: dict[str, str] = {
    "not done": "not_done",
    "not reported": "not_reported",
    "not recovered": "not_recovered",
}
"""What a coordinator types -> the reason kept in the data."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a study table; see `study_tables.toml` for the meaning of each field."""

    name: str
    kind: Kind
    prose: str
    key: bool = False
    optional: bool = False
    required: bool = False
    values: tuple[str, ...] = ()
    registry: str = ""
    unit: str = ""
    min: float | None = None
    max: float | None = None
    above: float | None = None
    integer: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the study folder."""

    name: str
    prose: str
    required: bool
    columns: MappingProxyType[str, Column]

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns, in order."""
        return tuple(c.name for c in self.columns.values() if c.key)


@cache
def study_tables() -> MappingProxyType[str, Table]:
    """All tables of schema 1, by name, in their order in the documentation."""
    raw: dict[str, Any] = tomllib.loads((files("costim.registry") / "study_tables.toml").read_text("utf-8"))
    tables = {}
    for name, entry in raw.items():
        columns = {
            column: Column(name=column, **({**spec, "values": tuple(spec.get("values", ()))}))
            for column, spec in entry["columns"].items()
        }
        tables[name] = Table(name, entry["prose"], entry.get("required", False), MappingProxyType(columns))
    return MappingProxyType(tables)

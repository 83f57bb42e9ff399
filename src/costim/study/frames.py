"""Typed rows -> frozen frames, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from costim.registry.tables import Table
from costim.study.days import TABLES_WITH_TIME
from costim.study.fields import Row

if TYPE_CHECKING:
    import polars as pl


def frame_schema(table: Table) -> dict[str, pl.DataType]:
    """Column names and types of the frame of a table; see `Study`."""
    import polars as pl

    simple: dict[str, pl.DataType] = {"integer": pl.Int64(), "number": pl.Float64()}
    schema: dict[str, pl.DataType] = {"_row": pl.Int64(), "_key": pl.String()}
    for name, column in table.columns.items():
        if column.kind in ("interval", "day"):
            schema |= {name: pl.Float64(), f"{name}__lower": pl.Float64(), f"{name}__upper": pl.Float64()}
            schema[f"{name}__relation"] = pl.String()
        else:
            schema[name] = simple.get(column.kind, pl.String())
        if not column.key:
            schema[f"{name}__missing"] = pl.String()
    if table.name in TABLES_WITH_TIME:
        schema["day__converted"] = pl.Boolean()
    return schema


def build_frame(table: Table, rows: Iterable[Row]) -> pl.DataFrame:
    """Rows, in their order, as the frame of the table; no rows give an empty frame with all columns."""
    import polars as pl

    return pl.DataFrame(list(rows), schema=frame_schema(table), orient="row")

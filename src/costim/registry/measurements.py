"""The first of the two long tables: one row per subject, day, timepoint, parameter, source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from costim.registry.longtable import rows_to_frame
from costim.registry.natural import natural_key

if TYPE_CHECKING:
    import polars as pl

AS_RECORDED = "as_recorded"
"""Name of the preferred reading of the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measurement.

    `value` is the point value; `lower` and `upper` are bounds when it is known only to lie in a range, is censored,
    or when items are unknown (then `value` is None). For an exact value all three are equal. `text` holds categories.
    `missing` holds the reason when there is no value at all. `day` counts from the first infusion (day 0).
    """

    subject: str
    parameter: str
    visit: str = ""
    day: float | None = None
    day_lower: float | None = None
    day_upper: float | None = None
    timepoint: str = ""
    item: str = ""
    """What tells rows of one parameter, subject and visit apart: reader, infusion number, printed term ..."""
    variant: str = ""
    window_days: int | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    relation: str = ""
    """`=`, `range`, `<`, `<=`, `>`, `>=`, or blank for categories and missing values."""
    text: str | None = None
    unit: str = ""
    missing: str = ""
    """blank, `not_done`, `not_reported`, `not_recovered`, `blank` (cell left empty), `not_recorded` (no row), or too
    few cells: `below_lod` (not told from none), `below_lloq` (detected, too few to measure a level)."""
    flags: tuple[str, ...] = ()
    source: str = ""
    """Table of the study folder."""
    cells: tuple[str, ...] = ()
    """Cell ids, `table/key/column`; see `Study.address`."""
    reading: str = AS_RECORDED
    interval_lower: float | None = None
    """Limits of the measurement itself, from the cells it rests on; unlike `lower` and `upper` no bounds."""
    interval_upper: float | None = None
    interval_level: float | None = None
    interval_method: str = ""
    """How the limits were found: `clopper_pearson`, `order_statistics`, `poisson_count`, `net_share` ..."""
    events: int | None = None
    """Cells the value rests on."""
    undecided: str = ""
    """What is unknown and would settle the row, separated by commas: facts of a measure, visits of a state in time."""

    @property
    def key(self) -> str:
        """What identifies the row, in words."""
        parts = (self.parameter, self.subject, self.visit, self.timepoint, self.item, self.variant, self.reading)
        return "|".join(parts)

    @property
    def measurement_id(self) -> str:
        """Stable id: does not depend on row or column order."""
        return "m" + hashlib.sha256(self.key.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def measurement_schema() -> dict[str, pl.DataType]:
    """Column names and types of the measurements table."""
    import polars as pl

    kinds: dict[str, pl.DataType] = {
        "day": pl.Float64(),
        "day_lower": pl.Float64(),
        "day_upper": pl.Float64(),
        "window_days": pl.Int64(),
        "value": pl.Float64(),
        "lower": pl.Float64(),
        "upper": pl.Float64(),
        "interval_lower": pl.Float64(),
        "interval_upper": pl.Float64(),
        "interval_level": pl.Float64(),
        "events": pl.Int64(),
        "flags": pl.List(pl.String()),
        "cells": pl.List(pl.String()),
    }
    names = ["measurement_id", *(f.name for f in fields(Measurement))]
    return {name: kinds.get(name, pl.String()) for name in names}


def measurements_frame(rows: Iterable[Measurement]) -> pl.DataFrame:
    """Rows to the table, sorted by reading (the preferred first), parameter, subject (2 before 10), day.

    Raises:
        ValueError: two rows have the same key; an instrument forgot to fill `item` or `variant`.
    """
    return rows_to_frame(rows, name="measurement", schema=measurement_schema(), order=_order)


def _order(row: Measurement) -> tuple[object, ...]:
    """Reading (the preferred first), parameter, subject as a reader counts, day (unknown last), then the rest."""
    day = (row.day is None, row.day or 0.0)
    rest = (row.visit, row.timepoint, natural_key(row.item), row.variant)
    return row.reading != AS_RECORDED, row.reading, row.parameter, natural_key(row.subject), day, *rest

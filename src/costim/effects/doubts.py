"""Doubts about readings that travel with every number made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from costim.registry.effects import Effect

if TYPE_CHECKING:
    import polars as pl

CARRIED = (
    "inconsistent_total",
    "term_mapped_with_doubt",
    "term_not_in_table",
    "coding_inferred",
    "frequency_not_stated",
    "at_relapse",
    "mixed_verdicts",
    "unverified_rule",
    "acquisition_changed",
)
"""Flags of measurements that bear on the meaning of an estimate; the others stay with the reading."""
UNTOUCHED = ("missing_count",)
"""Methods that make no number from readings."""


def carry_doubts(effects: Sequence[Effect], measurements: pl.DataFrame) -> list[Effect]:
    """The same rows; each also bears the doubts of the measurements it rests on, in the order of `CARRIED`."""
    import polars as pl

    flagged = measurements.filter(pl.col("flags").list.len() > 0).select("measurement_id", "flags")
    doubts = {row[0]: set(row[1]) & set(CARRIED) for row in flagged.iter_rows()}
    return [_carry(row, doubts) for row in effects]


def _carry(row: Effect, doubts: dict[str, set[str]]) -> Effect:
    if row.method in UNTOUCHED or row.parameter == "subject":
        return row
    raised = set[str]().union(*(doubts.get(name, ()) for name in row.measurements)) - set(row.flags)
    return replace(row, flags=(*row.flags, *(flag for flag in CARRIED if flag in raised))) if raised else row

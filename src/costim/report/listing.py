"""Which rows stand in the listings of the report, and which only in the files of tables.

Tubes give thousands of rows, most of which nobody asks about. The report lists those that a number of it names, or
that an effect with such a number rests on; `effects.csv`, `measurements.csv` and `tables.xlsx` hold every row.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from costim.registry.cytometry_parameters import PREFIX
from costim.registry.effects import Effect
from costim.registry.measurements import Measurement

READINGS = "phenotype-readings"
"""The listing of phenotypes, beside that of all other measurements."""
LISTINGS = ("effects", "measurements", READINGS, "cells")
"""Grids whose rows are the far end of a number; see `costim.report.document.Grid`."""


def sheet_of(grid: str) -> str:
    """Sheet of `tables.xlsx` with every row of a listing."""
    return "measurements" if grid == READINGS else grid


def listed_effects(effects: Iterable[Effect], cited: Set[str]) -> tuple[Effect, ...]:
    """All but effects on phenotypes that no number of the report names: sweeps, counts of missing values."""
    return tuple(row for row in effects if not row.parameter.startswith(PREFIX) or row.effect_id in cited)


def listed_measurements(
    measurements: Iterable[Measurement], effects: Iterable[Effect], cited: Set[str]
) -> tuple[Measurement, ...]:
    """All but rows of phenotypes that neither a number of the report nor one of these effects names."""
    named = cited | {name for row in effects for name in row.measurements}
    return tuple(row for row in measurements if not row.parameter.startswith(PREFIX) or row.measurement_id in named)

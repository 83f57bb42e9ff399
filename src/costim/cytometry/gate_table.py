"""The table of `costim gate`: one row per population, then one per marker on it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from costim.cytometry.gate_files import GatedFile
    from costim.cytometry.interchange.flowjo_counts import CountBeside
    from costim.cytometry.phenotypes.phenotype import Phenotype

SCHEMA = 1
TEXTS = ("file", "subject", "visit", "timepoint", "panel", "population", "parent", "marker", "statistic")
NUMBERS = ("value", "lower", "upper", "level")
LAST = ("interval_method", "unit", "status", "flags")
COLUMNS = (*TEXTS, *NUMBERS, "events", "parent_events", *LAST)
"""Columns in order. `events` are those of the population; in rows of a marker those with a finite value.
`parent_events` are those of the parent gate, and of the file where the parent is blank."""

FLOWJO = ("flowjo_stored", "flowjo_binned", "flowjo_words")
"""Columns that follow where counts of FlowJo were asked for, in rows of populations: what FlowJo stored, what it counts
on its display by the rule considered here, and in words why they differ from `events`."""

SHOWN = ("fraction_of_parent", "median")

Row = dict[str, Any]


def rows_of(gated: GatedFile) -> Iterator[Row]:
    """Rows of one file: populations in the order of the gates, then markers in theirs."""
    parents = dict(gated.strategy.populations())
    tube = gated.found.tube
    flowjo = {one.population: one for one in gated.flowjo}
    for found in gated.found.phenotypes:
        if found.statistic in SHOWN:
            yield {
                "file": gated.name,
                "subject": tube.subject,
                "visit": tube.visit,
                "timepoint": tube.timepoint,
                "panel": tube.panel,
                **row_of(found, parents.get(found.population, "")),
                **(_beside(flowjo.get(found.population) if not found.marker else None) if flowjo else {}),
            }


def _beside(found: CountBeside | None) -> Row:
    return dict(zip(FLOWJO, (found.stored, found.binned, found.words) if found else (None, None, ""), strict=True))


def columns_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """Columns in order; those of FlowJo where any row has them."""
    return (*COLUMNS, *FLOWJO) if any(FLOWJO[0] in row for row in rows) else COLUMNS


def row_of(found: Phenotype, parent: str) -> Row:
    """What a phenotype says, in the columns of the table."""
    return {
        "population": found.population,
        "parent": parent,
        "marker": found.marker,
        "statistic": found.statistic,
        "value": found.value,
        "lower": found.lower,
        "upper": found.upper,
        "level": found.level,
        "events": found.events,
        "parent_events": found.parent_events,
        "interval_method": found.interval_method,
        "unit": found.unit,
        "status": found.status,
        "flags": " ".join(found.flags),
    }


def as_frame(rows: Sequence[Row]) -> pl.DataFrame:
    """The rows as a polars frame; blank numbers are null."""
    import polars as pl

    types: dict[str, type[pl.DataType]] = dict.fromkeys(COLUMNS, pl.String)
    types |= dict.fromkeys(NUMBERS, pl.Float64) | {"events": pl.Int64, "parent_events": pl.Int64}
    columns = columns_of(rows)
    if len(columns) > len(COLUMNS):
        types |= dict(zip(FLOWJO, (pl.Int64, pl.Int64, pl.String), strict=True))
    return pl.DataFrame([[row.get(name) for name in columns] for row in rows], schema=types, orient="row")


def as_parquet(rows: Sequence[Row]) -> bytes:
    """The rows as a Parquet file."""
    data = io.BytesIO()
    as_frame(rows).write_parquet(data)
    return data.getvalue()


def as_csv(rows: Sequence[Row]) -> str:
    """The rows as CSV, numbers with all their digits."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns_of(rows), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_json(gated: Sequence[GatedFile], rows: Sequence[Row]) -> str:
    """Rows with what stands behind them: gates by their digest, thresholds, findings."""
    noticed = dict.fromkeys(finding for one in gated for finding in one.gate_findings)
    columns = columns_of(rows)
    document = {
        "schema": SCHEMA,
        "gate_findings": [finding.as_dict() for finding in noticed],
        "files": [_file(one) for one in gated],
        "rows": [{name: row.get(name) for name in columns} for row in rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _file(gated: GatedFile) -> Row:
    from dataclasses import asdict

    from costim.cytometry.gates.digest import digest

    return {
        "file": gated.name,
        "data_set": gated.found.tube.data_set,
        "events": gated.found.gated.events,
        "strategy": gated.strategy.name,
        "gates_sha256": digest(gated.strategy),
        "thresholds": [asdict(found) for found in gated.thresholds],
        "left_out": list(gated.left_out),
        "own_gates": list(gated.own_gates),
        "findings": [asdict(finding) for finding in gated.found.findings],
        **({"flowjo_counts": [asdict(count) for count in gated.flowjo]} if gated.flowjo else {}),
    }

"""Results made by hand, for tests of documents, figures and renderers: `from factory import tokunaga_like`.

Nothing here computes a result: the numbers are those of the two published cohorts where they are known, typed in. Four
shapes: `tokunaga_like` (few readings, ranges, unknown censoring, bounds), `companion_like` (complete pairs, an
alternative reading, no times), `empty_like` (one subject, no endpoint) and `hostile_like` (markup and formulas).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import polars as pl
from factory_companion import companion_parts
from factory_methods import methods_parts
from factory_tokunaga import tokunaga_parts

from costim.registry.effects import effects_frame
from costim.registry.findings import Finding
from costim.registry.measurements import Measurement, measurements_frame
from costim.registry.plan import Plan
from costim.registry.provenance import CellAddress, InputFile, Results
from costim.registry.tables import study_tables

VERSIONS = MappingProxyType({"costim": "0.1.0", "Python": "3.11.9", "numpy": "2.4.6", "polars": "2.1.0"})


def table_frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """A table of the study as the study room gives it: `_row`, `_key`, columns and `__missing` beside each."""
    table = study_tables()[name]
    data = []
    for number, row in enumerate(rows, start=2):
        found: dict[str, Any] = {"_row": number, "_key": "|".join(str(row.get(k, "")) for k in table.key)}
        for column in table.columns.values():
            found[column.name] = row.get(column.name)
            if not column.key:
                found[f"{column.name}__missing"] = None if column.name in row else "blank"
        data.append(found)
    schema: dict[str, Any] = {"_row": pl.Int64(), "_key": pl.String()}
    for column in table.columns.values():
        schema[column.name] = pl.Int64() if column.kind == "integer" else pl.String()
        if not column.key:
            schema[f"{column.name}__missing"] = pl.String()
    return pl.DataFrame(data, schema=schema)


def make_results(plan: dict[str, Any], parts: dict[str, Any] | None = None) -> Results:
    """Results of a plan and its parts: `measurements`, `effects`, `findings`, `published`, `alternatives`."""
    given = parts or {}
    measurements = given.get("measurements", [])
    return Results(
        plan=Plan.model_validate({"schema": 1, **plan}),
        measurements=measurements_frame(measurements),
        effects=effects_frame(given.get("effects", [])),
        findings=tuple(given.get("findings", ())),
        cells=addresses(measurements),
        inputs=given.get("inputs", (InputFile("study.toml", "ab" * 32, 1234), InputFile("labs.csv", "cd" * 32, 567))),
        versions=VERSIONS,
        published=table_frame("published", given.get("published", [])),
        alternatives=table_frame("alternatives", given.get("alternatives", [])),
    )


def addresses(measurements: list[Measurement]) -> MappingProxyType[str, CellAddress]:
    """An address for every cell that a measurement names: file of its table, row by order of appearance."""
    cells = sorted({cell for row in measurements for cell in row.cells})
    found = {}
    for row, cell in enumerate(cells, start=2):
        table, _, rest = cell.partition("/")
        found[cell] = CellAddress(f"{table}.csv", "", row, rest.rpartition("/")[2], "1")
    return MappingProxyType(found)


def tokunaga_like() -> Results:
    """Ten patients, most readings not recovered, durations with one bound, censoring unknown."""
    return make_results(*tokunaga_parts())


def companion_like() -> Results:
    """Ten patients with complete pairs, one alternative reading, responders but no times."""
    return make_results(*companion_parts())


def methods_like() -> Results:
    """Eight invented patients with a row of every method."""
    return make_results(*methods_parts())


def empty_like() -> Results:
    """One subject, no endpoint, no effect."""
    rows = [Measurement(subject="A", parameter="subject.sex", text="F", source="subjects", cells=("subjects/A/sex",))]
    return make_results({"study": _info("empty", "A single patient")}, {"measurements": rows})


def _info(study: str, title: str) -> dict[str, Any]:
    return {"id": study, "title": title, "day_convention": "first_infusion_is_day_0"}


SCRIPT = '<script>alert("x")</script>'
FORMULA = "=cmd|' /C calc'!A0"


def hostile_like() -> Results:
    """Markup and spreadsheet formulas wherever an input can put words; a subject whose name is an element."""
    evil = '<img src=x onerror="alert(1)">'
    cell = f"labs/{evil}|entry|x/value"
    rows = [
        Measurement(subject=evil, parameter="subject.sex", text=FORMULA, source="subjects", cells=(cell,)),
        Measurement(
            subject=evil, parameter="subject.age", value=30.0, lower=30.0, upper=30.0, relation="=", unit="years"
        ),
        Measurement(
            subject="+1+1", parameter="manifestation.systemic", item=SCRIPT, text=SCRIPT, source="manifestations"
        ),
        Measurement(
            subject="+1+1", parameter="np.syndrome", item="@SUM(A1)", text="headache", variant="central", flags=("x<y",)
        ),
        Measurement(
            subject=evil, parameter="lab.<b>", visit="entry", value=1.0, lower=1.0, upper=1.0, relation="=", unit="<u>"
        ),
        Measurement(subject=evil, parameter="comedication.dose", item=FORMULA, visit="entry", missing="not_reported"),
    ]
    finding = Finding("error", "unit_not_stated", f"{SCRIPT}.csv", "", 2, "a|b", FORMULA, "{{ 7*7 }}", "-1+1")
    published = [{"result_id": FORMULA, "quantity": SCRIPT, "value": "@A1", "note": "a & b < c"}]
    plan = {
        "study": _info("hostile", SCRIPT) | {"citation": FORMULA, "population": evil, "doi": 'javascript:alert("x")'},
        "missing": [{"what": SCRIPT, "reason": "not_recovered"}],
        "constraints": [{"id": "c1", "event": "relapse", "censored_exactly": 1, "basis": SCRIPT}],
    }
    return make_results(plan, {"measurements": rows, "findings": [finding], "published": published})

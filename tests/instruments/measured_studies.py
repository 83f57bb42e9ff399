"""Patients whose every item is known, so that a test changes only what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from costim.registry.datafiles import read_rows
from costim.registry.measurements import Measurement
from costim.study.study import Study
from tests.instruments.builders import Cells, make_study

ITEMS = tuple(row["item"] for row in read_rows("measures/sledai_items.csv"))
VISITS = (("entry", 0), ("d28", 28), ("m6", 182), ("m12", 365))


def items(visit: str, present: Sequence[str] = (), unknown: Sequence[str] = ()) -> list[Cells]:
    """All 24 items of a visit of patient 1."""
    return [
        {"subject": "1", "visit": visit, "item": item, "state": "present" if item in present else "absent"}
        for item in ITEMS
        if item not in unknown
    ]


def quiet(visit: str, pga: object = 0, **said: str) -> dict[str, list[Cells]]:
    """A visit without any activity on prednisolone 5 mg; facts by name, of `assessments`."""
    facts = {
        "haemolytic_anaemia": "absent",
        "gastrointestinal_activity": "absent",
        "new_lupus_activity": "no",
        "stable_treatment": "yes",
        "drugs": "complete",
        **said,
    }
    here = {"subject": "1", "visit": visit}
    return {
        "scales": [{**here, "scale": "pga_0_3", "value": pga}] if pga is not None else [],
        "comedications": [{**here, "drug": "prednisolone", "dose": 5, "unit": "mg", "frequency": "daily"}],
        "assessments": [{**here, "fact": name, "value": value} for name, value in facts.items() if value],
    }


def study_of(
    measures: Sequence[Mapping[str, object]],
    *parts: Mapping[str, Sequence[Cells]],
    days: Mapping[str, object] | None = None,
    variants: Mapping[str, str] | None = None,
    baseline: str = "entry",
) -> Study:
    """One patient with the given visits; `days` overrides the day of a visit."""
    when = dict(VISITS) | dict(days or {})
    tables: dict[str, list[Cells]] = {
        "subjects": [{"subject": "1", "weight_kg": 60}],
        "visits": [{"subject": "1", "visit": name, "day": day} for name, day in when.items() if day is not None],
    }
    for part in parts:
        for name, rows in part.items():
            tables[name] = [*tables.get(name, []), *rows]
    plan = {
        "visits": [{"name": name} for name, _ in VISITS],
        "measures": list(measures),
        "contrasts": [{"name": "c", "baseline": {"visits": [baseline]}, "post": {"visits": ["m12"]}}]
        if baseline
        else [],
    }
    return make_study(variants, plan=plan, **tables)


def text_at(rows: Sequence[Measurement], parameter: str) -> dict[str, str | None]:
    """Outcome by visit."""
    return {row.visit: row.text for row in rows if row.parameter == parameter}

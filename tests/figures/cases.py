"""Results by hand for tests of figures. Numbers are typed or trivial; nothing is estimated here."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import polars as pl

from costim.registry.effects import Effect, effects_frame
from costim.registry.measurements import Measurement, measurements_frame
from costim.registry.plan import Plan
from costim.registry.provenance import Results

Value = float | tuple[str, float | None, float | None] | None
"""A number, bounds with their relation, or nothing."""

BEFORE, AFTER = {"visits": ["before"]}, {"visits": ["after"]}


def reading(subject: str, code: str, value: Value, **more: Any) -> Measurement:
    """A measurement of a number, of bounds, or a missing one."""
    fields: dict[str, Any] = {"missing": "not_done"}
    if isinstance(value, tuple):
        fields = {"relation": value[0], "lower": value[1], "upper": value[2]}
    elif value is not None:
        fields = {"relation": "=", "value": value, "lower": value, "upper": value}
    return Measurement(subject=subject, parameter=code, source="t", cells=(f"t/{subject}/{code}",), **fields, **more)


def results(endpoints: list[dict[str, Any]], rows: list[Measurement], effects: list[Effect], **plan: Any) -> Results:
    """Results of a plan with one contrast `c`."""
    declared = {
        "schema": 1,
        "study": {"id": "s", "title": "t", "day_convention": "first_infusion_is_day_0"},
        "visits": [{"name": "before"}, {"name": "after"}],
        "contrasts": [{"name": "c", "label": "Day 0 to 28", "baseline": BEFORE, "post": AFTER}],
        "endpoints": endpoints,
    }
    return Results(
        plan=Plan.model_validate(declared | plan),
        measurements=measurements_frame(rows),
        effects=effects_frame(effects),
        findings=(),
        cells=MappingProxyType({}),
        inputs=(),
        versions=MappingProxyType({}),
        published=pl.DataFrame(),
    )


def paired(
    values: dict[str, tuple[Value, Value]], code: str = "sledai.total", **shift: Any
) -> tuple[list[dict[str, Any]], list[Measurement], list[Effect]]:
    """Endpoint, measurements and effects of one paired change."""
    before = [reading(s, code, v[0], visit="before", unit="points") for s, v in values.items()]
    after = [reading(s, code, v[1], visit="after", unit="points") for s, v in values.items()]
    both = tuple(m.measurement_id for m in (*before, *after) if not m.missing)
    n = sum(v[0] is not None and v[1] is not None for v in values.values())
    row: dict[str, Any] = {"estimate": -3.0, "lower": -5.0, "upper": -1.0, "level": 0.95} if n else {}
    common: dict[str, Any] = {"parameter": code, "contrast": "c", "unit": "points", "n": n, "measurements": both}
    effects = [Effect(method="signed_rank", variant="pratt", **common | row | shift)]
    effects += [Effect(method="mean", stratum=s, **common) for s in ("baseline", "post", "change")]
    return [{"parameter": code, "kind": "paired_change", "contrast": "c", "primary": True}], before + after, effects


def durations(
    times: dict[str, tuple[Value, str]], code: str = "event.end_of_response"
) -> tuple[list[dict[str, Any]], list[Measurement]]:
    """Endpoint and measurements of one time to an event: subject -> time and status; with two infusions each."""
    rows = [reading(s, code, time, unit="months", text=status) for s, (time, status) in times.items()]
    for i, subject in enumerate(times):
        for number, day in enumerate((0.0, 7.0 * (1 + i % 3)), start=1):
            more = {"item": str(number), "variant": "rituximab", "day": day}
            rows.append(reading(subject, "exposure.dose_as_given", 375.0 + 125 * (i % 2), unit="mg/m2", **more))
        rows.append(reading(subject, "exposure.infusions", 2.0))
    return [{"parameter": code, "kind": "time_to_event", "horizons": [12]}], rows


def curve(points: Sequence[tuple[float, float, float]], code: str = "event.end_of_response") -> list[Effect]:
    """Survival rows: time, lowest and highest estimate (equal when known), with limits and numbers at risk."""
    found = []
    for k, (at, low, high) in enumerate(points):
        known: dict[str, Any] = {"estimate": low} if low == high else {"estimate_lower": low, "estimate_upper": high}
        limits = {"lower": max(low - 0.3, 0.0), "upper": min(high + 0.2, 1.0), "level": 0.95}
        common: dict[str, Any] = {"parameter": code, "at": at, "n": 10}
        found.append(Effect(method="kaplan_meier", **common, **known, **limits))
        found.append(Effect(method="at_risk", **common, count=max(10 - k, 0)))
    return found


def complete(subjects: Sequence[str]) -> Results:
    """Every kind of figure for these subjects: paired endpoints, durations, a curve, outcomes, verdicts, states."""
    n = len(subjects)
    first = paired({s: (20.0 + i, float(i % 7)) for i, s in enumerate(subjects)})
    second = paired({s: (1.0 + i * 0.1, 0.5) for i, s in enumerate(subjects)}, "lab.anti_dsdna", unit="IU/mL")
    times = durations({s: (6.0 + i, ("observed", "censored", "unknown")[i % 3]) for i, s in enumerate(subjects)})
    steps = curve([(0.0, 1.0, 1.0), *((6.0 + i, 1 - (i + 1) / n, 1 - i / n) for i in range(n))])
    outcomes = ("resolved", "improved", "worse")
    rows = []
    for i, s in enumerate(subjects):
        more: dict[str, Any] = {"source": "t", "cells": ("t/x/y",)}
        text = outcomes[i % 3]
        rows.append(Measurement(subject=s, parameter="np.outcome", item="x", variant="headache", text=text, **more))
        rows.append(Measurement(subject=s, parameter="imaging.verdict", text=("improved", "worse")[i % 2], **more))
        for visit, day, state in (("before", 0.0, "no"), ("after", 28.0 + i % 3, ("yes", "unknown", "no")[i % 3])):
            at: dict[str, Any] = {"visit": visit, "day": day, "variant": "lldas_franklyn"}
            rows.append(Measurement(subject=s, parameter="lldas.state", text=state, **at, **more))
    return results(
        [*first[0], *second[0], *times[0]],
        [*first[1], *second[1], *times[1], *rows],
        [*first[2], *second[2], *steps],
        measures=[{"measure": "lldas"}],
    )

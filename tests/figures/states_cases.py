"""Rows of states over visits by hand: `states({"1": ["no", "yes"]})`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from costim.registry.effects import Effect
from costim.registry.measure_choices import asked_measures
from costim.registry.measurements import Measurement
from costim.registry.plan import Plan
from costim.registry.provenance import Results
from tests.figures.cases import results

DAYS = (0.0, 28.0, 84.0, 168.0, 364.0, 540.0, 728.0, 900.0, 1100.0, 1300.0, 1500.0, 1700.0)


def plan_of(visits: int, measure: str, variant: str = "", *, days: Sequence[float] = DAYS) -> dict[str, Any]:
    """Visits and the measure of a plan, with planned days."""
    named = [
        {"name": f"v{i}", "label": "Before treatment" if not i else f"Week {round(days[i] / 7)}", "day": days[i]}
        for i in range(visits)
    ]
    contrast = {"name": "c", "label": "entry to v1", "baseline": {"visits": ["v0"]}, "post": {"visits": ["v1"]}}
    return {"visits": named, "contrasts": [contrast], "measures": [{"measure": measure, "variant": variant}]}


def variant_of(plan: Mapping[str, Any]) -> str:
    """The variant, with its options, that rows of the plan's measure carry."""
    study = {"id": "s", "title": "t", "day_convention": "first_infusion_is_day_0"}
    return asked_measures(Plan.model_validate({"schema": 1, "study": study, **plan}))[0].choice.name


def states(
    outcomes: Mapping[str, Sequence[str | None]],
    parameter: str = "lldas.state",
    *,
    days: Sequence[float] | None = DAYS,
    flares: Sequence[tuple[str, float, float, str]] = (),
    totals: Mapping[str, float | tuple[float, float]] | None = None,
    effects: Sequence[Effect] = (),
    variant: str = "",
) -> Results:
    """Results of one measure at visits `v0`, `v1`, ...; None = a missing row, blank = no row at all."""
    code = parameter.partition(".")[0]
    plan = plan_of(max(2, *(len(o) for o in outcomes.values())), code, variant, days=days or DAYS)
    name = variant_of(plan)
    common: dict[str, Any] = {"variant": name, "source": "t", "cells": ("t/x/y",)}
    rows = []
    for subject, found in outcomes.items():
        for i, outcome in enumerate(found):
            said: dict[str, Any] = {"missing": "not_recorded"} if outcome is None else {"text": outcome}
            day = None if days is None else days[i]
            if outcome != "":
                rows.append(Measurement(subject=subject, parameter=parameter, visit=f"v{i}", day=day, **said, **common))
    for number, (subject, low, high, severity) in enumerate(flares, start=1):
        fields: dict[str, Any] = {"lower": low, "upper": high, "relation": "range", "text": severity}
        rows.append(Measurement(subject=subject, parameter=f"{code}.flare_day", item=str(number), **fields, **common))
    for subject, total in (totals or {}).items():
        low, high = total if isinstance(total, tuple) else (total, total)
        fields = {"lower": low, "upper": high, "value": low if low == high else None, "relation": "range"}
        counted, convention = (f"{code}.flares", "") if flares else (f"{code}.days", ", both_ends")
        changed = common | {"variant": name + convention}
        rows.append(Measurement(subject=subject, parameter=counted, **fields, **changed))
    return results([], rows, list(effects), **plan)

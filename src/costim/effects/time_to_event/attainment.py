"""Time to the first or lasting attainment of a state, or to the return of B cells: known only between two visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from costim.effects.evidence import Evidence, Reading, ids_of
from costim.effects.time_to_event.interval_rows import ATTAINED, interval_rows
from costim.registry.effects import Effect
from costim.registry.plan_questions import Endpoint

ENDINGS = (".first_day", ".sustained_day", ".return_day")


def is_attainment(parameter: str) -> bool:
    """Does this parameter hold the days between which a state was attained, or B cells returned?"""
    return parameter.endswith(ENDINGS)


def estimate_attainment(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """Share of patients who have attained a state by a day, in the stratum `attained`.

    Each reading is a range: lower end left out, upper end included; without an upper end the state was not attained by
    the last visit. Versions of a measure that were asked for side by side are estimated apart, named in the stratum.
    Intercurrent events stand in months in another table and are not applied here; where the plan names some, the rows
    say so.
    """
    readings = evidence.readings(endpoint.parameter)
    variants = sorted({r.variant for r in readings})
    flags = ("intercurrent_not_applied",) if endpoint.strategies else ()
    rows = []
    for variant in variants or [""]:
        own = [r for r in readings if r.variant == variant]
        stratum = ATTAINED if len(variants) < 2 else f"{ATTAINED}, {variant}"
        base = Effect(parameter=endpoint.parameter, method="turnbull", n=0, stratum=stratum, unit="days", flags=flags)
        rows += _rows(replace(base, reading=evidence.reading), own, endpoint.horizons, evidence)
    return rows


def _rows(base: Effect, readings: Sequence[Reading], at: Sequence[float], evidence: Evidence) -> list[Effect]:
    known = [r for r in readings if r.is_number]
    subjects = {r.subject for r in known}
    n_missing = len(evidence.subjects) - len(subjects)
    base = replace(base, n=len(known), n_missing=n_missing, measurements=ids_of(known))
    if not known:
        return [replace(base, flags=(*base.flags, "no_times"))]
    spans = [r.span() for r in known]
    attained = sum(high < float("inf") for _, high in spans)
    numbers = [("events", attained), ("censored", len(spans) - attained)]
    counts = [replace(base, method=method, unit="", count=count, denominator=base.n) for method, count in numbers]
    return [*counts, *interval_rows(base, spans, at, evidence.plan.study.level)]

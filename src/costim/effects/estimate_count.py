"""Totals over subjects."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite

from costim.effects.evidence import Evidence, Reading, finite, ids_of, unit_doubts, unit_of, units_of
from costim.registry.effects import Effect
from costim.registry.parameters import parameter as registered
from costim.registry.plan_questions import Endpoint

HAPPENED, PERHAPS = "observed", "unknown"
"""Status words of an event row: it happened; the source does not say whether. `censored` says that it did not."""


def estimate_count(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """Rows `total` and `subjects` of one parameter; see `count_parameter`."""
    return count_parameter(endpoint.parameter, evidence)


def count_parameter(parameter: str, evidence: Evidence) -> list[Effect]:
    """`total`: sum of the numbers of a parameter; `subjects`: how many have a number above zero.

    Events and categories are not summed: their total is the number of rows; an event of which the source does not say
    whether it was observed gives bounds. Subjects without any row are missing, not zero.
    """
    numeric = not parameter.startswith("event.")
    by_subject = evidence.by_subject(parameter)
    readings = [r for rows in by_subject.values() for r in rows if r.is_known]
    told = {r.subject for r in readings}
    base = Effect(
        parameter=parameter,
        method="total",
        unit=unit_of(parameter, readings) if numeric else "",
        n=len(told),
        n_missing=len(by_subject) - len(told),
        flags=unit_doubts(parameter, readings) if numeric else (),
        measurements=ids_of(readings),
        reading=evidence.reading,
    )
    subjects = replace(base, method="subjects", unit="", flags=(), denominator=len(by_subject))
    if not readings:
        return [replace(row, flags=("no_data",)) for row in (base, subjects)]
    if not numeric:
        sure, possible = ([r for r in readings if r.text in words] for words in ((HAPPENED,), (HAPPENED, PERHAPS)))
        return _happened(base, subjects, sure, possible)
    if not any(r.is_number for r in readings):
        return _happened(base, subjects, readings, readings)
    if len(units_of(readings)) > 1:
        mixed = ("units_differ",)
        return [replace(base, unit="", flags=(*base.flags, *mixed)), replace(subjects, flags=mixed)]
    return [_total(base, readings), _subjects(subjects, readings)]


def _happened(total: Effect, subjects: Effect, sure: list[Reading], possible: list[Reading]) -> list[Effect]:
    """Both rows from rows that certainly count and rows that may."""
    people = [len({r.subject for r in rows}) for rows in (sure, possible)]
    counts = [len(sure), len(possible)]
    row = replace(total, estimate=float(counts[0])) if counts[0] == counts[1] else total
    return [_between(row, *counts), _between(subjects, *people)]


def _between(row: Effect, low: int, high: int) -> Effect:
    if low == high:
        return replace(row, count=low)
    flags = (*row.flags, "status_unknown", "bounds_over_unknowns")
    return replace(row, estimate_lower=float(low), estimate_upper=float(high), flags=flags)


def _total(row: Effect, readings: list[Reading]) -> Effect:
    known = registered(row.parameter)
    spans = [r.span(known.minimum, known.maximum) for r in readings if r.is_number]
    low, high = sum(low for low, _ in spans), sum(high for _, high in spans)
    if low == high and isfinite(low):
        return replace(row, estimate=low)
    flags = (*row.flags, "bounds_over_unknowns")
    return replace(row, estimate_lower=finite(low), estimate_upper=finite(high), flags=flags)


def _subjects(row: Effect, readings: list[Reading]) -> Effect:
    sure, possible = set(), set()
    for reading in readings:
        low, high = reading.span(0.0, inf) if reading.is_number else (0.0, 0.0)
        if low > 0:
            sure.add(reading.subject)
        if high > 0:
            possible.add(reading.subject)
    if sure == possible:
        return replace(row, count=len(sure))
    flags = (*row.flags, "bounds_over_unknowns")
    return replace(row, estimate_lower=float(len(sure)), estimate_upper=float(len(possible)), flags=flags)

"""Rows of mean, SD, median, smallest and largest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from costim.effects.evidence import Reading, finite, ids_of, unit_doubts, unit_of, units_of
from costim.inference.descriptive import Bounds, compute_descriptive, compute_descriptive_bounds
from costim.registry.effects import Effect
from costim.registry.parameters import parameter as registered

METHODS = ("mean", "sd", "median", "minimum", "maximum")


def describe_spans(base: Effect, spans: Sequence[tuple[float, float]]) -> list[Effect]:
    """Five rows from at least one span; bounds where a span is a range.

    Args:
        base: everything the rows share.
        spans: (lower, upper) per subject, equal ends = exact.
    """
    if all(low == high for low, high in spans):
        exact = compute_descriptive([low for low, _ in spans])
        rows = [replace(base, method=m, estimate=getattr(exact, m)) for m in METHODS]
        return [row if row.estimate is not None else _without_spread(row) for row in rows]
    bounds = compute_descriptive_bounds(spans)
    return [_bounded(replace(base, method=m), getattr(bounds, m)) for m in METHODS]


def _without_spread(row: Effect) -> Effect:
    return replace(row, flags=(*row.flags, "single_value"))


def _bounded(row: Effect, bounds: Bounds | None) -> Effect:
    if bounds is not None and bounds.lower == bounds.upper:
        return replace(row, estimate=bounds.lower)  # the range does not touch this statistic
    flags = (*row.flags, "bounds_over_unknowns")
    if bounds is None:
        return replace(row, flags=(*flags, "too_many_scenarios")) if row.n > 1 else _without_spread(row)
    return replace(row, estimate_lower=finite(bounds.lower), estimate_upper=finite(bounds.upper), flags=flags)


def describe_readings(
    base: Effect, readings: Sequence[Reading], n_subjects: int, flags: tuple[str, ...]
) -> list[Effect]:
    """Five rows over all numeric readings given; none without a reading, one that says so when their units differ."""
    if not readings:
        return []
    known = registered(base.parameter)
    row = replace(
        base,
        n=len(readings),
        n_missing=n_subjects - len(readings),
        unit=unit_of(base.parameter, readings),
        flags=tuple(dict.fromkeys((*flags, *unit_doubts(base.parameter, readings)))),
        measurements=ids_of(readings),
    )
    if len(units_of(readings)) > 1:
        return [replace(row, unit="", flags=tuple(dict.fromkeys((*row.flags, "units_differ"))))]
    spans = [r.span(known.minimum, known.maximum) for r in readings]
    return describe_spans(row, spans)

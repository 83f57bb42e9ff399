"""Rows of a Kaplan-Meier estimate, or of its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isclose, isfinite

from costim.effects.evidence import finite
from costim.inference.survival.bounds import NoBounds, SurvivalBounds, compute_survival_bounds
from costim.inference.survival.scenarios import FollowUp
from costim.registry.effects import Effect


def survival_rows(
    base: Effect, subjects: Sequence[FollowUp], at: Sequence[float], level: float, censored_exactly: int | None
) -> list[Effect]:
    """`kaplan_meier` and `at_risk` at every known time, `events`, `censored`, `median_survival`.

    A `kaplan_meier` row holds from its time until the next row's; an `at_risk` row counts those at risk just before its
    time. Time 0 and the horizons always have rows.

    Args:
        base: everything the rows share; `unit` is that of the times, also in rows whose estimate is a share.
        subjects: what is known of each, at least one.
        at: horizons.
        level: confidence level.
        censored_exactly: number of censored subjects, if stated; it may include those that `base` counts as missing.
    """
    times = (0.0, *at)
    found = compute_survival_bounds(
        subjects, times, level=level, censored_exactly=censored_exactly, unseen=base.n_missing
    )
    if isinstance(found, NoBounds):
        # The rows exist at the horizons, without numbers and with the reason.
        empty = replace(base, flags=(*base.flags, found.flag), level=level)
        return [replace(empty, method="kaplan_meier", at=float(t)) for t in sorted(set(at))] + [
            replace(base, method="median_survival", flags=empty.flags, level=level)
        ]
    united = (*base.flags, "bounds_over_unknowns") if found.n_scenarios > 1 else base.flags
    united = (*united, "outer_bounds") if found.is_outer else united
    return [
        *_curve(base, united, found, level),
        *_numbers(replace(base, unit=""), found),
        _median(replace(base, flags=united), found, level),
    ]


def _curve(base: Effect, united: tuple[str, ...], found: SurvivalBounds, level: float) -> list[Effect]:
    rows = []
    for k, time in enumerate(found.times):
        shared = replace(base, at=float(time))
        survival = replace(
            shared,
            method="kaplan_meier",
            level=level,
            lower=float(found.lower[k]),
            upper=float(found.upper[k]),
            flags=united,
        )
        rows.append(_enclose(survival, float(found.survival_lower[k]), float(found.survival_upper[k])))
        risk = replace(shared, method="at_risk")
        rows.append(_count(risk, int(found.at_risk_lower[k]), int(found.at_risk_upper[k])))
    return rows


def _numbers(base: Effect, found: SurvivalBounds) -> list[Effect]:
    fewest, most = found.events
    return [
        _count(replace(base, method="events"), fewest, most),
        _count(replace(base, method="censored"), found.n - most, found.n - fewest),
    ]


def _enclose(row: Effect, low: float, high: float) -> Effect:
    if isclose(low, high, rel_tol=0, abs_tol=1e-12):
        return replace(row, estimate=low)
    return replace(row, estimate_lower=low, estimate_upper=high)


def _count(row: Effect, low: int, high: int) -> Effect:
    row = replace(row, denominator=row.n)
    if low == high:
        return replace(row, count=low)
    flags = (*row.flags, "bounds_over_unknowns")
    return replace(row, estimate_lower=float(low), estimate_upper=float(high), flags=flags)


def _median(base: Effect, found: SurvivalBounds, level: float) -> Effect:
    low, high = found.median
    row = replace(base, method="median_survival", level=level)
    row = replace(row, lower=finite(found.median_limits[0]), upper=finite(found.median_limits[1]))
    if not isfinite(low):
        return replace(row, flags=(*row.flags, "median_not_reached"))
    if low == high:
        return replace(row, estimate=low)
    row = replace(row, estimate_lower=low, estimate_upper=finite(high))
    return row if isfinite(high) else replace(row, flags=(*row.flags, "median_may_not_be_reached"))

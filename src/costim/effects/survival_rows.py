"""Rows of a Kaplan-Meier estimate, or of its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isclose, isfinite

from costim.effects.evidence import finite
from costim.effects.time_to_event.restricted_rows import restricted_row
from costim.inference.survival.bounds import NoBounds, SurvivalBounds, compute_survival_bounds
from costim.inference.survival.scenarios import FollowUp
from costim.registry.effects import Effect


def survival_rows(
    base: Effect,
    subjects: Sequence[FollowUp],
    at: Sequence[float],
    level: float,
    censored_exactly: int | None,
    *,
    restricted: bool = False,
) -> list[Effect]:
    """`kaplan_meier` and `at_risk` at every known time, `events`, `censored`, `median_survival`; `rmst` where wanted.

    A `kaplan_meier` row holds from its time until the next row's; an `at_risk` row counts those at risk just before its
    time. Time 0 and the horizons always have rows.

    Args:
        base: everything the rows share; `unit` is that of the times, also in rows whose estimate is a share.
        subjects: what is known of each, at least one.
        at: horizons; the last one bounds the restricted mean.
        level: confidence level.
        censored_exactly: number of censored subjects, if stated; it may include those that `base` counts as missing.
        restricted: give the restricted mean up to the last horizon, or to the last known time where there is none.
    """
    times = (0.0, *at)
    tau = _last_time(subjects, at) if restricted else None
    found = compute_survival_bounds(
        subjects, times, level=level, censored_exactly=censored_exactly, unseen=base.n_missing, tau=tau
    )
    if isinstance(found, NoBounds):
        # The rows exist at the horizons, without numbers and with the reason.
        empty = replace(base, flags=(*base.flags, found.flag), level=level)
        rows = [replace(empty, method="kaplan_meier", at=float(t)) for t in sorted(set(at))]
        rows.append(replace(base, method="median_survival", flags=empty.flags, level=level))
        return rows if tau is None else [*rows, replace(empty, method="rmst", at=tau)]
    united = (*base.flags, *_doubts(found))
    rows = [
        *_curve(base, united, found, level),
        *_numbers(replace(base, unit=""), found),
        _median(replace(base, flags=united), found, level),
    ]
    return rows if tau is None else [*rows, restricted_row(replace(base, flags=united), found, subjects, level)]


def _last_time(subjects: Sequence[FollowUp], at: Sequence[float]) -> float | None:
    """The last horizon, else the last known time; None when nothing is above 0."""
    known = [t for s in subjects for t in (s.lower, s.upper) if isfinite(t)]
    last = float(max(at) if at else max(known, default=0.0))
    return last if last > 0 else None


def _doubts(found: SurvivalBounds) -> tuple[str, ...]:
    raised = {
        "bounds_over_unknowns": found.n_scenarios > 1,
        "outer_bounds": found.is_outer,
        "order_left_open": found.is_order_free,
    }
    return tuple(name for name, true in raised.items() if true)


def _curve(base: Effect, united: tuple[str, ...], found: SurvivalBounds, level: float) -> list[Effect]:
    rows = []
    for k, time in enumerate(found.times):
        shared = replace(base, at=float(time))
        carried = found.at_risk_upper[k] == 0 and found.survival_upper[k] > 0
        survival = replace(
            shared,
            method="kaplan_meier",
            level=level,
            lower=float(found.lower[k]),
            upper=float(found.upper[k]),
            flags=(*united, "beyond_follow_up") if carried else united,
        )
        rows.append(enclose(survival, float(found.survival_lower[k]), float(found.survival_upper[k])))
        risk = replace(shared, method="at_risk")
        rows.append(count_between(risk, int(found.at_risk_lower[k]), int(found.at_risk_upper[k])))
    return rows


def _numbers(base: Effect, found: SurvivalBounds) -> list[Effect]:
    fewest, most = found.events
    return [
        count_between(replace(base, method="events"), fewest, most),
        count_between(replace(base, method="censored"), found.n - most, found.n - fewest),
    ]


def enclose(row: Effect, low: float, high: float) -> Effect:
    """One number when the ends are equal, else bounds."""
    if isclose(low, high, rel_tol=0, abs_tol=1e-12):
        return replace(row, estimate=low)
    return replace(row, estimate_lower=low, estimate_upper=high)


def count_between(row: Effect, low: int, high: int) -> Effect:
    """A count of the row's subjects, or bounds of it."""
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

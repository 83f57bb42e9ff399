"""Rows of times that are known only between two visits: Turnbull's estimate, and the curves that a guess would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, isfinite

import numpy as np

from costim.effects.evidence import finite
from costim.inference.survival.kaplan_meier import KaplanMeier, compute_kaplan_meier
from costim.inference.survival.turnbull import Turnbull, compute_turnbull
from costim.inference.survival.undecided import compute_undecided_limits
from costim.registry.effects import Effect

Span = tuple[float, float]
AT_VISITS = "found_at_visits"
ATTAINED = "attained"
ROUNDING = 1e-9


def interval_rows(base: Effect, spans: Sequence[Span], at: Sequence[float], level: float) -> list[Effect]:
    """`turnbull`, its `median_survival`, and `kaplan_meier` with every event at the visit that found it or midway.

    A `turnbull` row says what holds at its time; between two rows the curve lies between them. With the stratum
    `attained` the rows give the share that has had the event instead of the share that has not.

    Args:
        base: everything the rows share; its flags are kept.
        spans: (lower, upper] that holds the time of each subject, at least one; infinite upper end = not seen.
        at: horizons.
        level: confidence level.
    """
    found = compute_turnbull([low for low, _ in spans], [high for _, high in spans])
    row = replace(base, flags=(*base.flags, AT_VISITS), level=level)
    times = {t for t in (*found.left.tolist(), *found.right.tolist(), *map(float, at), 0.0) if isfinite(t) and t >= 0}
    rows = [_turnbull(row, found, spans, t) for t in sorted(times)]
    rows.append(_median(row, found))
    return [*rows, *_sensitivity(row, spans, at)]


def _turnbull(base: Effect, found: Turnbull, spans: Sequence[Span], time: float) -> Effect:
    least, most = found.survival_at(time)
    limits = compute_undecided_limits(spans, time, level=base.level or 0.95)
    row = replace(base, method="turnbull", at=time, lower=limits.least.lower, upper=limits.most.upper)
    row = replace(row, flags=(*row.flags, "limits_over_undecided")) if limits.undecided else row
    if most - least <= ROUNDING:
        return _turned(replace(row, estimate=most))
    flags = (*row.flags, "bounds_over_unknowns")
    return _turned(replace(row, estimate_lower=least, estimate_upper=most, flags=flags))


def _turned(row: Effect) -> Effect:
    """A share that has not had the event becomes the share that has, in the stratum `attained`."""
    if row.stratum.split(",")[0] != ATTAINED:
        return row

    def other(value: float | None) -> float | None:
        return None if value is None else 1 - value

    return replace(
        row,
        estimate=other(row.estimate),
        estimate_lower=other(row.estimate_upper),
        estimate_upper=other(row.estimate_lower),
        lower=other(row.upper),
        upper=other(row.lower),
    )


def _median(base: Effect, found: Turnbull) -> Effect:
    low, high = found.median
    row = replace(base, method="median_survival", variant="turnbull", level=None)
    if not isfinite(high):
        return replace(row, flags=(*row.flags, "median_not_reached"))
    if low == high:
        return replace(row, estimate=high)
    flags = (*row.flags, "bounds_over_unknowns")
    return replace(row, estimate_lower=finite(low), estimate_upper=high, flags=flags)


def _sensitivity(base: Effect, spans: Sequence[Span], at: Sequence[float]) -> list[Effect]:
    """Curves with each event put at one day. Who had no event is censored at the last visit without it."""
    events = [high < inf for _, high in spans]
    censored = [low for low, high in spans if high == inf]
    if not any(events) or not all(isfinite(t) for t in censored):
        return []
    upper = [max(high if seen else low, 0.0) for (low, high), seen in zip(spans, events, strict=True)]
    middle = [(max(low, 0.0) + max(high, 0.0)) / 2 if seen else max(low, 0.0) for (low, high), seen in
              zip(spans, events, strict=True)]  # fmt: skip
    rows = []
    for variant, times in (("at_upper", upper), ("at_midpoint", middle)):
        row = replace(base, method="kaplan_meier", variant=variant)
        rows += _curve(row, compute_kaplan_meier(times, events, level=base.level or 0.95), at)
    return rows


def _curve(base: Effect, found: KaplanMeier, at: Sequence[float]) -> list[Effect]:
    """Limits only at the visit that found the event: the day of finding is a time of its own, the middle is a guess."""
    rows = []
    for time in sorted({0.0, *map(float, at), *found.times.tolist()}):
        k = int(np.searchsorted(found.times, time, side="right")) - 1
        row = replace(base, at=time, estimate=1.0 if k < 0 else float(found.survival[k]))
        if base.variant == "at_upper":
            lower, upper = (found.lower_at_start, 1.0) if k < 0 else (float(found.lower[k]), float(found.upper[k]))
            row = replace(row, lower=lower, upper=upper)
        else:
            row = replace(row, level=None)
        rows.append(_turned(row))
    return rows

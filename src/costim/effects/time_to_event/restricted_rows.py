"""The row of a restricted mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isclose

from costim.effects.time_to_event.known_times import known_times
from costim.inference.survival.bounds import SurvivalBounds
from costim.inference.survival.kaplan_meier import compute_kaplan_meier
from costim.inference.survival.restricted_mean import compute_restricted_mean
from costim.inference.survival.scenarios import FollowUp
from costim.registry.effects import Effect


def restricted_row(base: Effect, found: SurvivalBounds, subjects: Sequence[FollowUp], level: float) -> Effect:
    """`rmst`: mean time free of the event up to `at`, with the areas under the limits of the curve as limits.

    Bounds over all scenarios where times or censorings are unknown; a standard error only where they are known.
    """
    area = found.restricted
    if area is None:
        raise ValueError("no restricted mean was asked for")
    row = replace(base, method="rmst", at=area.tau, level=level, lower=area.lower, upper=area.upper)
    known = known_times(subjects)
    if known is not None:
        one = compute_restricted_mean(compute_kaplan_meier(*known, level=level), area.tau)
        row = replace(row, estimate=one.estimate, se=one.se, flags=(*row.flags, *one.flags))
        if one.estimate is not None:
            return row
    if isclose(area.estimate_lower, area.estimate_upper, rel_tol=1e-12):
        return replace(row, estimate=area.estimate_lower)
    flags = tuple(dict.fromkeys((*row.flags, "bounds_over_unknowns")))
    return replace(row, estimate_lower=area.estimate_lower, estimate_upper=area.estimate_upper, flags=flags)

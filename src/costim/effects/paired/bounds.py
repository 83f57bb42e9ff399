"""Estimates and tests known only within bounds, put into an effect row."""

from __future__ import annotations

from dataclasses import replace

from costim.inference.paired.ranged import RangedSignedRank
from costim.registry.effects import Effect
from costim.registry.flags import raised


def with_estimate(row: Effect, ends: tuple[float | None, float | None]) -> Effect:
    """The row with both bounds, or with the estimate where they are one number; None = without limit."""
    low, high = ends
    if low is not None and low == high:
        return replace(row, estimate=low)
    return replace(row, estimate_lower=low, estimate_upper=high)


def fill_by_ranges(row: Effect, found: RangedSignedRank, level: float, *also: str) -> Effect:
    """What holds for every completion: bounds of the shift, the united interval, the largest p, and the flags."""
    flags = {
        "few_pairs": found.p_min >= 0.05,
        "p_at_floor": found.p == found.p_min,
        "level_unreachable": found.p_min > 1 - level,
        "bounds_over_unknowns": True,
        "largest_p": True,
    }
    return replace(
        with_estimate(row, found.estimate),
        lower=found.lower,
        upper=found.upper,
        p=found.p,
        p_min=found.p_min,
        flags=(*row.flags, *raised(flags), *also),
    )

"""An estimate known only within bounds, put into an effect row."""

from __future__ import annotations

from dataclasses import replace

from costim.registry.effects import Effect


def with_estimate(row: Effect, ends: tuple[float | None, float | None]) -> Effect:
    """The row with both bounds, or with the estimate where they are one number; None = without limit."""
    low, high = ends
    if low is not None and low == high:
        return replace(row, estimate=low)
    return replace(row, estimate_lower=low, estimate_upper=high)

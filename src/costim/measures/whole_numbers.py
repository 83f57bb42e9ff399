"""Counts known within bounds: a count above 1 is at least 2, one below 2 is at most 1."""

from __future__ import annotations

from math import ceil, floor

from costim.measures.bounds import Bounds, between


def whole(count: Bounds) -> Bounds:
    """The same count with whole, closed bounds, at least 0.

    Args:
        count: bounds of a number of things; `>1` (lower 1, open) becomes at least 2.

    Returns:
        Bounds whose ends are possible counts; the count as it stands when no whole number fits.
    """
    lower = 0
    if count.lower is not None:
        lower = max(0, floor(count.lower) + 1 if count.lower_open else ceil(count.lower))
    if count.upper is None:
        return between(lower, None)
    upper = ceil(count.upper) - 1 if count.upper_open else floor(count.upper)
    return between(lower, upper) if lower <= upper else count

"""Round numbers between two ends, for tables and curves over an assumption."""

from __future__ import annotations

import math
from decimal import Decimal

STEPS = (Decimal("1"), Decimal("2"), Decimal("2.5"), Decimal("5"))
MOST_STEPS = 24


def compute_readable_grid(low: float, high: float, *, most_steps: int = MOST_STEPS) -> tuple[float, ...]:
    """Both ends, and the multiples of a round step (1, 2, 2.5 or 5 times a power of ten) between them.

    Args:
        low: first number.
        high: last number, not below it.
        most_steps: how many steps the range may hold at most, at least 1; the smallest round step that does is taken.

    Returns:
        Ascending, the decimal numbers that a reader would write (0.3, not 0.30000000000000004).

    Raises:
        ValueError: an end is not finite, the ends are in the wrong order, or there is no step.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ValueError(f"the ends must be finite and in order, found {low!r} and {high!r}")
    if most_steps < 1:
        raise ValueError(f"at least one step is needed, found {most_steps!r}")
    first, last = Decimal(repr(float(low))), Decimal(repr(float(high)))
    if first == last:
        return (float(low),)
    least = (last - first) / most_steps
    power = Decimal(1).scaleb(least.adjusted())
    step = next(s * power for s in (*STEPS, Decimal(10)) if s * power >= least)
    start, stop = math.ceil(first / step), math.floor(last / step)
    inner = [i * step for i in range(start, stop + 1)]
    return tuple(float(x) + 0.0 for x in sorted({first, *inner, last}))

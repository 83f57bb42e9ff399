"""How large a common shift by other causes would have to be to explain a change away."""

from __future__ import annotations


def compute_tipping_shift(lower: float | None, upper: float | None) -> float | None:
    """The shift at which the interval, moved by it towards zero, first touches zero.

    Regression to the mean, time and co-medication shift every change alike in this reading. The result is the limit
    nearest to zero, with its sign: other causes would have to bring this much of the change.

    Args:
        lower: lower limit of the interval, None = unbounded.
        upper: upper limit, None = unbounded.

    Returns:
        0 when the interval holds zero already; None when neither limit exists.
    """
    if lower is None and upper is None:
        return None
    if lower is not None and lower > 0:
        return lower
    if upper is not None and upper < 0:
        return upper
    return 0.0

"""Checks that every estimate from times and event flags shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def check_times(times: ArrayLike) -> Floats:
    """Times as floats, their shape kept.

    Raises:
        ValueError: no time, or one that is negative or not finite.
    """
    given = np.asarray(times, dtype=np.float64)
    if given.size == 0:
        raise ValueError("no subject")
    if not np.isfinite(given).all() or given.min() < 0:
        raise ValueError("times must be finite and not negative")
    return given


def check_level(level: float) -> float:
    """The level as it is.

    Raises:
        ValueError: it does not lie between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    return level


def check_events(events: ArrayLike, shape: tuple[int, ...]) -> Flags:
    """Event flags (True = event, False = censored) of that shape.

    Raises:
        ValueError: another shape, or an entry that is neither true nor false.
    """
    given = np.asarray(events)
    if given.shape != shape:
        raise ValueError(f"need one event flag for each time: {shape} times, {given.shape} flags")
    if not np.isin(given, (0, 1)).all():
        raise ValueError("an event flag is true or false")
    return given.astype(np.bool_)

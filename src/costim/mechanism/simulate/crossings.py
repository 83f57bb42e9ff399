"""When trajectories cross a level: days by linear interpolation between the days they are known on.

Never is `inf`; a trajectory with NaN (a patient who could not be integrated) gives NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def first_below(days: Floats, x: Floats, level: Floats) -> Floats:
    """First day below a level.

    Args:
        days: (days,) ascending.
        x: (patients, days).
        level: (patients,).

    Returns:
        (patients,) days; the first of `days` where x begins below.
    """
    return _known(x, _crossing(days, x, level, x < level[:, None]))


def first_return(days: Floats, x: Floats, level: Floats) -> Floats:
    """First day at or above a level after the first day below it; 0 for who was never below.

    Arguments as `first_below`.
    """
    below = x < level[:, None]
    fell = np.logical_or.accumulate(below, axis=1)
    back = _crossing(days, x, level, fell & ~below)
    return _known(x, np.where(fell[:, -1], back, 0.0))


def first_rise(days: Floats, x: Floats, rise: float, after: float) -> Floats:
    """First day, not before `after`, on which x lies `rise` or more above its lowest value so far.

    Args:
        days: (days,) ascending.
        x: (patients, days).
        rise: Above 0.
        after: Day before which a rise does not count; who stands that high on it has risen on it.
    """
    level = np.minimum.accumulate(x, axis=1)
    level += rise
    risen = (x >= level) & (days >= after)
    place = np.argmax(risen, axis=1)
    at_place = level[np.arange(len(x)), place]
    found = _crossing(days, x, at_place, risen)
    return _known(x, np.maximum(found, after))


def _crossing(days: Floats, x: Floats, level: Floats, met: Flags) -> Floats:
    """Day of the first `met`, between it and the day before where x crosses `level`; inf where none is."""
    rows = np.arange(len(x))
    place = np.argmax(met, axis=1)
    before = np.maximum(place - 1, 0)
    here, there = x[rows, before], x[rows, place]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(there == here, 1.0, (level - here) / (there - here))
    day = days[before] + np.clip(share, 0, 1) * (days[place] - days[before])
    return np.where(met[rows, place], day, np.inf)


def _known(x: Floats, day: Floats) -> Floats:
    return np.where(np.isnan(x).any(axis=1), np.nan, day)

"""Order statistics of values in memory, exact: a sample tells where they lie, the values there are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, inf, sqrt

import numpy as np

from costim.cytometry.engine.kernel import Values

CAUTION = 5.0
"""Standard errors of a sample that a window reaches to either side. A window that misses costs a second look."""
FEW = 3000
"""Values up to which a sample does not pay."""
SAMPLE = 1024
MANY = 32
"""From one rank in so many values on it is faster to sort them."""

Window = tuple[float, float]


def order_statistics(values: Values, ranks: Sequence[int]) -> list[float]:
    """Values at rising ranks, each once, of finite values; the array may be rearranged."""
    if len(values) <= FEW:
        return _by_partition(values, ranks)
    found: dict[int, float] = {}
    for low, high in windows_for(values[:: len(values) // SAMPLE].copy(), ranks, len(values)):
        below = int(np.count_nonzero(values < low))
        within = values[(values >= low) & (values <= high)]
        own = [rank for rank in ranks if below <= rank < below + len(within)]
        found |= zip(own, _by_partition(within, [rank - below for rank in own]), strict=True)
    missed = [rank for rank in ranks if rank not in found]
    if missed:
        found |= zip(missed, _by_partition(values, missed), strict=True)
    return [found[rank] for rank in ranks]


def windows_for(sample: Values, ranks: Sequence[int], n: int) -> list[Window]:
    """Intervals that very probably hold the values at rising ranks of n values.

    The number of sample values below a quantile is binomial; the reach is that of its standard error.

    Args:
        sample: Some of the values, all finite, at least one; rearranged.
        ranks: Which order statistics are looked for.
        n: Of how many values, about.
    """
    m = len(sample)
    places = []
    for rank in ranks:
        share = (rank + 0.5) / n
        reach = CAUTION * sqrt(m * share * (1.0 - share)) + CAUTION
        places.append((floor(share * m - reach), floor(share * m + reach)))
    windows = _merged(places)
    ends = sorted({place for window in windows for place in window if 0 <= place < m})
    known = dict(zip(ends, order_statistics(sample, ends), strict=True))
    return [(known.get(low, -inf), known.get(high, inf)) for low, high in windows]


def _by_partition(values: Values, ranks: Sequence[int]) -> list[float]:
    """Many ranks from sorted values. Of few the greatest first: what lies below it holds the next ones.

    The greatest of these is the neighbour. It changes places with the last of them, so that what lies below it again
    holds all lesser ones.
    """
    if MANY * len(ranks) > len(values):
        values.sort()
        return [float(value) for value in values[np.asarray(ranks, dtype=np.intp)]]
    found: list[float] = []
    part = values
    above: int | None = None
    for rank in reversed(ranks):
        if above is not None and rank == above - 1:
            greatest = int(part[:above].argmax())
            part[[greatest, rank]] = part[[rank, greatest]]
            found.append(float(part[rank]))
        else:
            part = part if above is None else part[:above]
            part.partition(rank)
            found.append(float(part[rank]))
        above = rank
    return found[::-1]


def _merged(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for low, high in places:
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (min(low, merged[-1][0]), max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged

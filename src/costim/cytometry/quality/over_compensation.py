"""Over-compensation: the brightest events of one channel pushed below zero in another.

Spillover taken off rightly leaves cells without the other fluorochrome scattered round their autofluorescence, so at
most half of the brightest events lie below zero, however much spreading widened them. More than `LOW` of them below
zero, beyond chance (sign test against one half, all pairs together), is the sign of a coefficient that is too large.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from costim.registry.cytometry_record import QualityNumber, Status

BRIGHT = 0.95
"""Quantile of a channel above which an event is one of its brightest."""
FEWEST = 200
LOW, VERY_LOW = 0.75, 0.90
ALPHA = 0.05


def judge_compensation(names: tuple[str, ...], values: NDArray[np.float64]) -> QualityNumber:
    """The pair of channels with the largest share of bright events below zero.

    Args:
        names: detectors.
        values: shape (n, detectors), compensated, linear.
    """
    found = _pairs(names, values[np.isfinite(values).all(axis=1)])
    if not found:
        note = "too few bright events" if len(names) > 1 else "no compensated channels"
        return QualityNumber(code="over_compensation", value=None, unit="share", status="not_known", note=note)
    pairs = len(names) * (len(names) - 1)
    sure = [pair for pair in found if pair[0] > LOW and _beyond_half(pair[1], pair[2]) * pairs < ALPHA]
    share, below, n, low, bright = max(sure or found)
    status: Status = "good" if not sure else "doubtful" if share <= VERY_LOW else "bad"
    note = f"of the brightest events of {bright} below zero"
    if len(sure) > 1:
        note += f"; {len(sure)} pairs of channels in all"
    return QualityNumber(
        code="over_compensation",
        channel=low,
        value=share,
        unit="share",
        events=below,
        of=n,
        threshold=LOW,
        status=status,
        note=note,
    )


def _pairs(names: tuple[str, ...], values: NDArray[np.float64]) -> list[tuple[float, int, int, str, str]]:
    found = []
    for j, bright in enumerate(names):
        column = values[:, j]
        # Only a channel in which the bright events are well above the rest can spill at all.
        cut = np.quantile(column, BRIGHT) if len(column) else 0.0
        chosen = values[(column > cut) & (column > 0)]
        if len(chosen) < FEWEST:
            continue
        for i, low in enumerate(names):
            if i != j:
                below = int(np.count_nonzero(chosen[:, i] < 0))
                found.append((below / len(chosen), below, len(chosen), low, bright))
    return found


def _beyond_half(below: int, n: int) -> float:
    """Normal approximation of the one-sided sign test (n is at least 200)."""
    z = (below - 0.5 - n / 2) / (math.sqrt(n) / 2)
    return math.erfc(z / math.sqrt(2)) / 2

"""Doublets by pulse area against height, where the strategy has no gate of single cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from costim.registry.cytometry_record import QualityNumber, Status

MANY = 0.20
"""Share of doublets above which an acquisition is worth a look: a convention, the stream was dense or cells clumped."""
WIDE = 4.0
"""Robust standard deviations of log area / height above the median at which an event counts as no single cell."""
_NORMAL = 1.4826
"""Median absolute deviation to standard deviation of a normal distribution."""


def doublets_by_gate(singlets: int, parent: int) -> QualityNumber:
    """Share of the parent outside the gate of single cells."""
    if not parent:
        return QualityNumber(code="doublets", value=None, unit="share", status="not_known", note="no events")
    return _number(parent - singlets, parent, "outside the gate of single cells")


def doublets_by_pulse(area: NDArray[np.float64], height: NDArray[np.float64]) -> QualityNumber:
    """Share of events whose area is too large for their height.

    Two cells that pass one behind the other give twice the area at the height of one: log(area / height) lies above
    that of single cells. The line is the median ratio, its width the median absolute deviation.
    """
    usable = (area > 0) & (height > 0)
    ratio = np.log(area[usable] / height[usable])
    if len(ratio) < 100:
        return QualityNumber(code="doublets", value=None, unit="share", status="not_known", note="too few events")
    middle = float(np.median(ratio))
    spread = _NORMAL * float(np.median(np.abs(ratio - middle)))
    outside = int(np.count_nonzero(ratio > middle + max(WIDE * spread, 1e-9)))
    return _number(outside, len(ratio), "FSC area too large for its height")


def _number(count: int, of: int, note: str) -> QualityNumber:
    share = count / of
    status: Status = "good" if share <= MANY else "doubtful"
    return QualityNumber(
        code="doublets", value=share, unit="share", events=count, of=of, threshold=MANY, status=status, note=note
    )

"""Events at the ends of a channel's range: their level is known only to lie at or beyond the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.registry.cytometry_record import QualityNumber, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from costim.cytometry.fcs.file import Channel

MANY, TOO_MANY = 0.01, 0.05
"""Shares of events above which margin events are worth a look, and make levels doubtful."""
_BEYOND = 1.05
"""A float channel that goes this far beyond $PnR was not cut there: then $PnR says nothing about its end."""


def top_of(channel: Channel) -> float:
    """The highest value a channel can hold, on its scale (FCS 3.1, section 3.2.20): $PnR - 1, decoded.

    Log-amplified integers: offset * 10 ** (decades * (R - 1) / R); else (R - 1) / gain.
    """
    decades, offset = channel.amplification
    if channel.datatype == "I" and decades > 0:
        return float((offset or 1.0) * 10.0 ** (decades * (channel.range - 1) / channel.range))
    return float((channel.range - 1) / (channel.gain or 1.0))


def judge_margins(channels: Sequence[Channel], values: NDArray[np.float64]) -> tuple[QualityNumber, ...]:
    """Share of events at the upper and at the lower end, of the channel with most.

    Args:
        channels: what the columns are.
        values: shape (events, channels), scale values without compensation.
    """
    high, low = [], []
    for i, channel in enumerate(channels):
        column = values[:, i]
        column = column[np.isfinite(column)]
        if len(column):
            high.append(_at_top(channel, column))
            low.append(_at_bottom(channel, column))
    return _worst("margin_events_high", high), _worst("margin_events_low", low)


def _at_top(channel: Channel, column: NDArray[np.float64]) -> QualityNumber:
    top = top_of(channel)
    if channel.range <= 1 or (channel.datatype != "I" and float(column.max()) > _BEYOND * top):
        # No $PnR, or floats beyond it: the end of the range is then where values pile up, if anywhere.
        top = float(column.max())
        count = int(np.count_nonzero(column >= top))
        count = count if count > 1 else 0
    else:
        count = int(np.count_nonzero(column >= top * (1 - 1e-9)))
    return _number("margin_events_high", channel.name, count, len(column))


def _at_bottom(channel: Channel, column: NDArray[np.float64]) -> QualityNumber:
    """Events at exactly the lowest value of the file, when there are several."""
    count = int(np.count_nonzero(column == column.min()))
    return _number("margin_events_low", channel.name, count if count > 1 else 0, len(column))


def _number(code: str, channel: str, count: int, of: int) -> QualityNumber:
    share = count / of
    status: Status = "good" if share <= MANY else "doubtful" if share <= TOO_MANY else "bad"
    return QualityNumber(
        code=code, channel=channel, value=share, unit="share", events=count, of=of, threshold=MANY, status=status
    )


def _worst(code: str, found: list[QualityNumber]) -> QualityNumber:
    """The channel with the largest share; the note names others with many."""
    if not found:
        return QualityNumber(code=code, value=None, unit="share", status="not_known", note="no events")
    worst = max(found, key=lambda number: number.value or 0.0)
    others = [f"{n.channel} {n.value:.1%}" for n in found if n is not worst and n.status != "good"]
    return replace(worst, note=f"also {', '.join(others)}" if others else "")

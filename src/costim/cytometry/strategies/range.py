"""A ready strategy on an instrument of another range: numbers in linear units grow or shrink with the range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from costim.cytometry.gates.model import Strategy, Threshold
from costim.cytometry.transforms.logicle import Logicle

if TYPE_CHECKING:
    from costim.cytometry.fcs.channels import Channel
    from costim.cytometry.fcs.file import FcsFile

WRITTEN_FOR = 262_144.0
"""Range of the instruments that the numbers of ready strategies are written for (18 bits)."""
ONE_STEP = 1.0
"""Between the largest value that a linear channel gives and its range."""
SCATTER = ("fs", "ss")
"""Beginnings of the names of scatter channels."""


def scale_top(channel: Channel) -> float:
    """One step above the largest value a channel gives (FCS 3.1, section 3.2.20): $PnR, decoded.

    Logarithmically amplified integers end at offset * 10 ** decades, linear ones at range / gain.
    """
    decades, offset = channel.amplification
    if channel.datatype == "I" and decades > 0:
        return float((offset or 1.0) * 10.0**decades)
    return float(channel.range / (channel.gain or 1.0))


def on_range_of(strategy: Strategy, files: Sequence[FcsFile]) -> Strategy:
    """The strategy with scatter bounds and the top of its logicle scales as the files have them.

    Files of one panel that differ in range take the largest: the same gates for all. Scatter is scaled by the range of
    each of its channels, fluorescence by the largest range of the channels that gates and markers look at on a scale.

    Args:
        strategy: Fitted: its axes bear names that every file knows.
        files: Every file of the panel.
    """
    tops = {source: _top(files, source) for source in _sources(strategy)}
    bright = [tops[t.axis.source] for t in strategy.thresholds if t.axis.transform]
    top = max(bright, default=WRITTEN_FOR)
    transforms = {
        name: replace(scale, t=scale.t * top / WRITTEN_FOR) if isinstance(scale, Logicle) else scale
        for name, scale in strategy.transforms.items()
    }
    return replace(
        strategy,
        transforms=MappingProxyType(transforms),
        thresholds=tuple(_scaled(threshold, tops) for threshold in strategy.thresholds),
    )


def _sources(strategy: Strategy) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t.axis.source for t in strategy.thresholds if t.axis.source not in strategy.ratios))


def _top(files: Sequence[FcsFile], source: str) -> float:
    return max(scale_top(file.channels[file.find(source)]) for file in files)


def _scaled(threshold: Threshold, tops: Mapping[str, float]) -> Threshold:
    axis = threshold.axis
    if axis.transform or not axis.source.casefold().startswith(SCATTER) or axis.source not in tops:
        return threshold
    top = tops[axis.source]
    factor = top / WRITTEN_FOR
    search = threshold.search
    if threshold.value == WRITTEN_FOR - 1.0:
        return replace(threshold, value=top - ONE_STEP)  # the edge of the range itself: what lies on it is out
    return replace(
        threshold,
        value=None if threshold.value is None else threshold.value * factor,
        search=None if search is None else (search[0] * factor, search[1] * factor),
    )

"""Which channels quality looks at: signals, those no therapy is expected to move, compensated ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from costim.cytometry.gates.model import Axis, Ellipsoid, Polygon, Quadrants, Rectangle

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy

_NO_SIGNAL = re.compile(r"^(event|event #|row index|index|sort.*|plate.*|clus.*|sample_?id)$", re.IGNORECASE)
_FORWARD = re.compile(r"^(fsc|fs|fs ?c?)[\s_-]*(a|area|int|h|height|peak|pk)\b", re.IGNORECASE)
_SCATTER = re.compile(r"^(fsc|ssc|fs|ss)\b", re.IGNORECASE)


def signal_channels(file: FcsFile) -> tuple[int, ...]:
    """Indices of the channels that carry a signal: neither time nor a running number."""
    return tuple(i for i, c in enumerate(file.channels) if not c.is_time and not _NO_SIGNAL.match(c.name.strip()))


def stable_channels(file: FcsFile, strategy: Strategy | None) -> tuple[int, ...]:
    """Signals that are no outcome of the study; without a strategy only scatter, as nothing says what is an outcome."""
    signals = signal_channels(file)
    if strategy is None:
        return tuple(i for i in signals if _SCATTER.match(file.channels[i].name))
    outcomes = {file.find(marker.axis.source) for marker in strategy.markers.values() if marker.outcome}
    return tuple(i for i in signals if i not in outcomes)


def pulse_pair(file: FcsFile) -> tuple[int, int] | None:
    """Indices of the area and the height of forward scatter."""
    found: dict[str, int] = {}
    for i, channel in enumerate(file.channels):
        match = _FORWARD.match(channel.name)
        if match:
            found.setdefault("area" if match.group(2).lower() in ("a", "area", "int") else "height", i)
    return (found["area"], found["height"]) if len(found) == 2 else None


def axes_of(strategy: Strategy) -> Iterator[Axis]:
    """Every axis that gates and markers look at, in order, repeats included."""
    for gate in strategy.gates:
        if isinstance(gate, Rectangle):
            yield from (r.axis for r in gate.ranges)
        elif isinstance(gate, Polygon):
            yield from (gate.x, gate.y)
        elif isinstance(gate, Ellipsoid):
            yield from gate.axes
        elif isinstance(gate, Quadrants):
            yield from (d.axis for d in gate.dividers)
    yield from (marker.axis for marker in strategy.markers.values())


def compensated_axes(strategy: Strategy) -> tuple[Axis, ...]:
    """Compensated axes in linear units, each channel once."""
    found = {
        (axis.source, axis.compensation): replace(axis, transform="")
        for axis in axes_of(strategy)
        if axis.compensation and axis.source not in strategy.ratios
    }
    return tuple(found.values())

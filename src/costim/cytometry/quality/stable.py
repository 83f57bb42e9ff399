"""Which channels quality looks at: signals, those no therapy is expected to move, compensated ones."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from costim.cytometry.gates.walk import measured_axes, parts_of

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Axis, Strategy

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
    outcomes = [marker.axis for marker in strategy.markers.values() if marker.outcome]
    kept_out = {file.find(part.source) for axis in outcomes for part in parts_of(strategy, axis)}
    return tuple(i for i in signals if i not in kept_out)


def pulse_pair(file: FcsFile) -> tuple[int, int] | None:
    """Indices of the area and the height of forward scatter."""
    found: dict[str, int] = {}
    for i, channel in enumerate(file.channels):
        match = _FORWARD.match(channel.name)
        if match:
            found.setdefault("area" if match.group(2).lower() in ("a", "area", "int") else "height", i)
    return (found["area"], found["height"]) if len(found) == 2 else None


def compensated_axes(strategy: Strategy) -> tuple[Axis, ...]:
    """Compensated axes in linear units, each channel once."""
    found = {
        (axis.source, axis.compensation): replace(axis, transform="")
        for axis in measured_axes(strategy)
        if axis.compensation
    }
    return tuple(found.values())

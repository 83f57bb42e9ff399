"""Axes of pictures: the same limits for every tube, ticks in linear units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.gates.model import Axis
from costim.registry.gate_pictures import PictureAxis, Tick

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy
    from costim.cytometry.transforms.scale import Scale

OUTER = (0.0005, 0.9995)
"""Quantiles of the pooled tubes, each tube with the same weight, that an axis spans at least."""
MARGIN = 0.04
NEAR = 0.12
"""Labelled ticks are at least this share of the axis apart."""
DIGITS = 5
"""Decimals of positions, as shares of the axis."""
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def axis_label(axis: Axis, file: FcsFile, strategy: Strategy) -> str:
    """Marker and channel: `CD19 · PE-Cy7-A`; `compensated` where the values are; a ratio as `FSC-H / FSC-A`."""
    if axis.source in strategy.ratios:
        ratio = strategy.ratios[axis.source]
        return " / ".join(axis_label(part, file, strategy) for part in (ratio.x, ratio.y))
    channel = file.channels[file.find(axis.source)]
    marked = channel.marker and channel.marker != channel.name
    name = f"{channel.marker} · {channel.name}" if marked else channel.name
    return f"{name}, compensated" if axis.compensation else name


def picture_axis(
    axis: Axis, label: str, strategy: Strategy, values: Sequence[NDArray[np.float64]], bounds: Sequence[float]
) -> PictureAxis:
    """An axis for all tubes of a picture.

    Args:
        axis: what is shown.
        label: its label.
        strategy: holds the scale of the axis.
        values: of each tube, on the scale of the axis.
        bounds: finite gate bounds on that scale; the axis shows them where they lie near the values.
    """
    scale = strategy.transforms[axis.transform] if axis.transform else None
    low, high = _span(values, bounds)
    ticks = linear_ticks(low, high) if scale is None else scale_ticks(scale, low, high)
    return PictureAxis(label, low, high, ticks)


def _span(values: Sequence[NDArray[np.float64]], bounds: Sequence[float]) -> tuple[float, float]:
    ends = [np.quantile(v[np.isfinite(v)], OUTER) for v in values if np.isfinite(v).any()]
    known = [float(e) for pair in ends for e in pair]
    if not known:
        known = list(bounds) or [0.0, 1.0]
    low, high = min(known), max(known)
    room = (high - low) or abs(high) or 1.0
    near = [b for b in bounds if low - room <= b <= high + room]
    low, high = min([low, *near]), max([high, *near])
    room = (high - low) or abs(high) or 1.0
    return low - MARGIN * room, high + MARGIN * room


def linear_ticks(low: float, high: float) -> tuple[Tick, ...]:
    """Three to six round numbers."""
    step = 10.0 ** math.floor(math.log10((high - low) / 3))
    step *= next((m for m in (1, 2, 2.5, 5, 10) if (high - low) / (step * m) <= 5), 10)
    first = math.ceil(low / step)
    found = []
    while first * step <= high:
        found.append(Tick(first * step, _short(first * step)))
        first += 1
    return tuple(found)


def _short(value: float) -> str:
    """`50k` for fifty thousand; a true minus sign."""
    if abs(value) >= 1e6:
        text = f"{value / 1e6:.6g}M"
    elif abs(value) >= 1e4:
        text = f"{value / 1e3:.6g}k"
    else:
        text = f"{value:.6g}"
    return text.replace("-", "−")


def scale_ticks(scale: Scale, low: float, high: float) -> tuple[Tick, ...]:
    """Zero and powers of ten, with minor ticks between; labels that would touch one nearer to the top are left out."""
    numbers = [0.0]
    for power in range(1, 8):
        numbers += [sign * m * 10.0**power for sign in (1, -1) for m in range(1, 10)]
    with np.errstate(all="ignore"):
        positions = scale.apply(np.asarray(numbers))
    placed = [
        (float(p), n) for p, n in zip(positions.tolist(), numbers, strict=True) if math.isfinite(p) and low <= p <= high
    ]
    room = NEAR * (high - low)
    labelled: list[float] = []
    found = []
    for position, number in sorted(placed, reverse=True):
        label = _power(number)
        if label and all(abs(position - other) >= room for other in labelled):
            labelled.append(position)
            found.append(Tick(position, label))
        else:
            found.append(Tick(position))
    return tuple(sorted(found, key=lambda tick: tick.position))


def _power(number: float) -> str:
    """`10³`, `−10³`, `0`; blank for numbers between powers of ten."""
    if number == 0:
        return "0"
    power = round(math.log10(abs(number)))
    if abs(abs(number) / 10.0**power - 1) > 1e-9:
        return ""
    return f"{'−' if number < 0 else ''}10{str(power).translate(_SUPERSCRIPT)}"


def placed(values: NDArray[np.float64], axis: PictureAxis) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Values drawn at the ends of the axis where they lie beyond it, and which of them do. Input must be no NaN."""
    beyond = (values < axis.lower) | (values > axis.upper)
    return np.clip(values, axis.lower, axis.upper), beyond


def rounded(values: NDArray[np.float64], axis: PictureAxis) -> list[float]:
    """Positions to a five-digit share of the axis: finer is not seen, and would only fill files."""
    span = axis.upper - axis.lower
    steps = np.round((values - axis.lower) / span, DIGITS - 1)
    return [float(f"{p:.9g}") for p in (axis.lower + steps * span).tolist()]

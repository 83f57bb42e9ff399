"""The few marks that figures are made of: a patient's symbol, a patient's line, an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from costim.report.figures.identity import Identity
from costim.report.figures.style import INK, Tags, write

SYMBOL = 4.2
"""Size of a patient's symbol in points."""


def symbol(axes: Axes, x: float, y: float, person: Identity, tags: Tags, *, hollow: bool = False, **more: Any) -> None:
    """The symbol of a patient; hollow when the value is only a limit."""
    size = more.pop("size", SYMBOL)
    axes.plot(
        [x],
        [y],
        linestyle="none",
        marker=person.marker,
        markersize=size,
        markerfacecolor="white" if hollow else person.colour,
        markeredgecolor=person.colour,
        markeredgewidth=0.9 if hollow else 0.4,
        gid=tags.next(person),
        **({"zorder": 4, "clip_on": False} | more),
    )


def thread(axes: Axes, xs: Sequence[float], ys: Sequence[float], person: Identity, tags: Tags, **more: Any) -> None:
    """A line in the colour and line style of a patient."""
    style = {"color": person.colour, "linestyle": person.line, "linewidth": 0.9, "zorder": 3, "clip_on": False}
    axes.plot(xs, ys, gid=tags.next(person), **(style | more))


def name_tag(axes: Axes, x: float, y: float, person: Identity, tags: Tags, **more: Any) -> None:
    """The label of a patient in the patient's own colour."""
    write(axes, x, y, person.label, **({"color": person.ink, "gid": tags.next(person), "va": "center_baseline"} | more))


def whisker(
    axes: Axes,
    at: float,
    ends: tuple[float | None, float | None],
    window: tuple[float, float],
    *,
    upright: bool,
    **more: Any,
) -> None:
    """An interval with caps; an end that is unbounded runs to the edge of the axes and carries an arrow head.

    Args:
        axes: where to draw.
        at: position across the interval.
        ends: lower and upper limit; None or infinite = unbounded.
        window: limits of the axis along the interval.
        upright: the interval runs along y.
        more: line properties.
    """
    style: dict[str, Any] = {"color": INK, "linewidth": 1.1, "zorder": 5, "solid_capstyle": "butt"} | more
    bounded = [end is not None and math.isfinite(end) for end in ends]
    drawn = [
        end if known and end is not None else window[i]
        for i, (end, known) in enumerate(zip(ends, bounded, strict=True))
    ]

    def put(along: Sequence[float], **extra: Any) -> None:
        across = [at] * len(along)
        axes.plot(*((across, along) if upright else (along, across)), **(style | extra))

    put(drawn)
    heads = ("v", "^") if upright else ("<", ">")
    cap = "_" if upright else "|"
    for end, known, head in zip(drawn, bounded, heads, strict=True):
        put([end], marker=cap if known else head, markersize=5 if known else 4, markeredgewidth=1.0, linestyle="none")

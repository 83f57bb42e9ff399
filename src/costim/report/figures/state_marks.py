"""What stands in a lane of a picture of states: tiles, lines between visits, bars of flares, dashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from costim.report.figures import style
from costim.report.figures.state_looks import WHOLE, Look
from costim.report.figures.style import FAINT, GREY, PALE

_LINE, _TILE = 2.0, 3.0
"""Layers: what lies between visits is below the tiles."""
_HATCH = tuple(((max(0.0, c - 1), min(c, 1.0)), (min(c, 1.0), max(0.0, c - 1))) for c in (0.4, 0.8, 1.2, 1.6))
_CROSS = (((0.0, 0.0), (1.0, 1.0)), ((0.0, 1.0), (1.0, 0.0)))
"""Strokes in a tile from 0 to 1."""


@dataclass(frozen=True)
class Pen:
    """Axes whose y runs downwards, and the size of a tile in their units and in millimetres."""

    axes: Axes
    wide: float
    high: float
    side: float


def draw_tile(pen: Pen, at: tuple[float, float], look: Look, gid: str | None) -> None:
    """One outcome, centred at a place."""
    (x, y), names = at, _names(gid)

    def put(u: float, v: float) -> tuple[float, float]:
        return x + (u - 0.5) * pen.wide, y - (v - 0.5) * pen.high

    def add(corners: list[tuple[float, float]], layer: float, **fill: Any) -> None:
        look_of: dict[str, Any] = {"closed": True, "joinstyle": "miter", "clip_on": False} | fill
        pen.axes.add_patch(Polygon(corners, zorder=_TILE + layer, gid=next(names), **look_of))

    frame = [put(u, v) for u, v in WHOLE]
    if look.parts in ((), (WHOLE,)) and not look.hatched and not look.crossed:
        # One shape where one will do: there may be thousands of tiles.
        add(frame, 0.0, facecolor=look.shade if look.parts else "white", edgecolor=look.ink, linewidth=0.9)
        _write(pen, at, look, next(names))
        return
    add(frame, 0.0, facecolor="white", linewidth=0)
    for part in look.parts:
        add([put(u, v) for u, v in part], 0.1, facecolor=look.shade, edgecolor=look.ink, linewidth=0.6)
    for start, end in (*(_HATCH if look.hatched else ()), *(_CROSS if look.crossed else ())):
        (x0, y0), (x1, y1) = put(*start), put(*end)
        ink = PALE if look.hatched else look.ink
        stroke: dict[str, Any] = {"linewidth": 0.8, "solid_capstyle": "butt", "clip_on": False, "gid": next(names)}
        pen.axes.plot((x0, x1), (y0, y1), color=ink, zorder=_TILE + 0.2, **stroke)
    add(frame, 0.3, facecolor="none", edgecolor=look.ink, linewidth=0.9)
    _write(pen, at, look, next(names))


def _write(pen: Pen, at: tuple[float, float], look: Look, gid: str | None) -> None:
    if look.letter:
        size, weight = min(pen.side / style.MM * 72 * 0.7, style.TEXT), "bold" if look.hatched else "normal"
        font: dict[str, Any] = {"fontsize": size, "fontweight": weight, "zorder": _TILE + 0.4, "gid": gid}
        style.write(pen.axes, *at, look.letter, ha="center", va="center_baseline", **font)


def _names(gid: str | None) -> Iterator[str | None]:
    """The name, then names derived from it: no two artists share one."""
    yield gid
    number = 1
    while True:
        yield None if gid is None else f"{gid}-{number}"
        number += 1


def draw_stay(pen: Pen, ends: tuple[float, float], y: float, ink: str, gid: str | None) -> None:
    """From one visit in the state to the next."""
    look: dict[str, Any] = {"linewidth": 1.3, "solid_capstyle": "butt", "zorder": _LINE, "clip_on": False}
    pen.axes.plot(ends, (y, y), color=ink, gid=gid, **look)


def draw_flare(pen: Pen, ends: tuple[float, float], y: float, look: Look | None, gid: str | None) -> None:
    """From the visit before a flare to the visit that found it."""
    ink = look.ink if look is not None and not look.hatched else GREY
    high = pen.high * 0.42
    box: dict[str, Any] = {"facecolor": ink, "alpha": 0.4, "linewidth": 0, "zorder": _LINE, "clip_on": False}
    pen.axes.add_patch(Rectangle((ends[0], y - high / 2), ends[1] - ends[0], high, gid=gid, **box))


def draw_gap(pen: Pen, at: tuple[float, float], gid: str | None) -> None:
    """Nothing was recorded: a thin dash, with a gap about it where a line passes."""
    x, y = at
    ground = FAINT if int(y) % 2 == 0 else "white"
    corner, wide, high = (x - pen.wide * 0.62, y - pen.high * 0.3), pen.wide * 1.24, pen.high * 0.6
    pen.axes.add_patch(Rectangle(corner, wide, high, facecolor=ground, linewidth=0, zorder=_LINE + 0.2))
    draw_dash(pen, at, gid)


def draw_dash(pen: Pen, at: tuple[float, float], gid: str | None) -> None:
    """The dash alone."""
    ends = (at[0] - pen.wide * 0.26, at[0] + pen.wide * 0.26)
    pen.axes.plot(ends, (at[1], at[1]), color=GREY, linewidth=0.7, zorder=_LINE + 0.4, clip_on=False, gid=gid)

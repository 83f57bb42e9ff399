"""Gates on two axes: frames of the visits side by side, contours and dots, outlines with counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.cytometry_parameters import speak
from costim.registry.gate_pictures import GatePicture, PictureAxis, PictureFrame, PictureRegion
from costim.report.figures import style
from costim.report.figures.picture_looks import CELL, GATE, NAME, SHADES, SMALL, draw_ticks, heading, parent_words
from costim.report.figures.style import DOUBLE, GREY, INK, MM
from costim.report.format import plain

_LEFT, _RIGHT, _GAP = 12.0, 1.5, 2.0
"""Room for the numbers of the y axis, at the right, and between frames of one picture, in millimetres."""
_ABOVE, _BELOW = 11.2, 10.0
_LINE = 2.3
"""Height of a line of small text."""
_LARGEST, _SMALLEST = 36.0, 21.5


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where pictures of two axes stand: size of a frame, frames of a picture, pictures beside each other."""

    side: float
    frames: int
    beside: int

    @property
    def block(self) -> float:
        """Width of one picture."""
        return _LEFT + self.frames * self.side + (self.frames - 1) * _GAP + _RIGHT

    @property
    def height(self) -> float:
        """Height of one picture with its labels."""
        return _ABOVE + self.side + _BELOW


def layout(frames: int, pictures: int) -> Sheet:
    """Two or three pictures beside each other where their frames stay large enough to be read."""
    for beside in (3, 2, 1):
        side = (DOUBLE / beside - _LEFT - _RIGHT - (frames - 1) * _GAP) / frames
        if beside == 1 or (beside <= pictures and side >= _SMALLEST):
            return Sheet(min(side, _LARGEST), frames, beside)
    raise ValueError("a line holds at least one picture")


def draw_plane(figure: Figure, picture: GatePicture, sheet: Sheet, place: int, top: float) -> None:
    """Draw a picture of two axes at a place of a line whose top is given in millimetres."""
    left, bottom = place * DOUBLE / sheet.beside, top - _ABOVE - sheet.side
    said = [tuple(_said(figure, frame, sheet.side)) for frame in picture.frames]
    above = 0.8 + _LINE * max(2, *map(len, said))
    for i, frame in enumerate(picture.frames):
        axes = style.add_axes(figure, left + _LEFT + i * (sheet.side + _GAP), bottom, sheet.side, sheet.side)
        _frame_axes(axes, picture, sheet.side, first=i == 0)
        _draw_events(axes, picture, frame)
        _draw_regions(axes, frame.regions, sheet.side)
        if i == 0:
            heading(axes, parent_words(picture), 1 + above / sheet.side)
        look = {"va": "bottom", "fontsize": SMALL, "color": INK if frame.events else GREY, "linespacing": 1.05}
        style.write(axes, 0, 1 + 0.6 / sheet.side, "\n".join(said[i]), transform=axes.transAxes, **look)
    wide = len(picture.frames) * (sheet.side + _GAP) - _GAP
    label = style.wrap(picture.x.label, int(wide / 1.1))
    place_x, place_y = (left + _LEFT + wide / 2) / DOUBLE, (bottom - 4.4) / (figure.get_figheight() * MM)
    style.write(figure, place_x, place_y, label, ha="center", va="top", fontsize=6.2)


def _frame_axes(axes: Axes, picture: GatePicture, side: float, *, first: bool) -> None:
    if picture.y is None:
        raise ValueError("a picture of one axis is drawn in rows")
    axes.set_xlim(picture.x.lower, picture.x.upper)
    axes.set_ylim(picture.y.lower, picture.y.upper)
    draw_ticks(axes, picture.x, upright=False)
    draw_ticks(axes, picture.y, upright=True)
    for name in ("top", "right"):
        axes.spines[name].set_visible(True)
    if first:
        axes.set_ylabel(style.wrap(picture.y.label, int(side / 1.05)), parse_math=False, fontsize=6.2, labelpad=1.2)
    else:
        axes.set_yticklabels([])


def _draw_events(axes: Axes, picture: GatePicture, frame: PictureFrame) -> None:
    """Contours and dots."""
    if frame.density is not None and picture.y is not None:
        heights = np.asarray(frame.density.heights)
        x, y = (_centres(axis, n) for axis, n in zip((picture.x, picture.y), heights.shape[::-1], strict=True))
        levels = list(frame.density.levels)
        axes.contourf(x, y, heights, levels=[*levels, 1.01], colors=SHADES[-len(levels) :])
        axes.contour(x, y, heights, levels=levels, colors=CELL, linewidths=0.3)
    size = 1.1 if frame.density is not None else 2.0
    xs, ys = [x for x, _ in frame.points], [y for _, y in frame.points]
    # Few events are each of them a finding: no label may lie on one.
    above = 8 if frame.density is None else 2
    (dots,) = axes.plot(xs, ys, linestyle="none", marker="o", markersize=size, markeredgewidth=0, color=CELL)
    dots.set_zorder(above)


def _centres(axis: PictureAxis, cells: int) -> np.ndarray:
    width = (axis.upper - axis.lower) / cells
    return axis.lower + width * (np.arange(cells) + 0.5)


def _draw_regions(axes: Axes, regions: Sequence[PictureRegion], side: float) -> None:
    """Outlines, and in each the name and the count, moved apart where they would cover each other."""
    for region in regions:
        for line in region.outlines:
            axes.plot([x for x, _ in line], [y for _, y in line], color=GATE, linewidth=0.8, zorder=5)
    taken: list[_Card] = []
    for box, region in sorted(((_box(axes, region), region) for region in regions), key=lambda found: -found[0].top):
        room = max(7, int(box.wide * side / 1.03))
        text = f"{style.wrap(speak(region.name), room)}\n{plain(region.count)}"
        wide = style.widest(style.sheet_of(axes), text.split("\n"), SMALL) / side
        tall = (text.count("\n") + 1) * 2.25 / side
        x = min(max(box.x, wide / 2 + 0.01), 1 - wide / 2 - 0.01)
        label = _Card(x, _free(_Card(x, box.top - 0.015, wide, tall), box, taken), wide, tall)
        taken.append(label)
        card = {"facecolor": "white", "alpha": 0.72, "edgecolor": "none", "pad": 0.3}
        look = {"ha": "center", "va": "top", "fontsize": SMALL, "color": NAME, "zorder": 7, "linespacing": 1.0}
        style.write(axes, x, label.top, text, transform=axes.transAxes, bbox=card, **look)


@dataclass(frozen=True, slots=True)
class _Card:
    """A label or what is seen of a region: middle, top, width and height as shares of the axes."""

    x: float
    top: float
    wide: float
    tall: float

    def covers(self, other: _Card, top: float) -> bool:
        """Would it, with its top there, cover another one?"""
        beside = abs(self.x - other.x) >= (self.wide + other.wide) / 2
        return not beside and top - self.tall < other.top and other.top - other.tall < top


def _free(label: _Card, box: _Card, taken: Sequence[_Card]) -> float:
    """The highest place inside the region at which a label covers no other; never in another region."""
    lowest = max(box.top - box.tall + label.tall, label.tall)
    steps = [label.top - 0.02 * k for k in range(50)]
    inside = [top for top in steps if lowest <= top] or [max(label.top, label.tall)]
    return next((top for top in inside if not any(label.covers(other, top) for other in taken)), inside[0])


def _box(axes: Axes, region: PictureRegion) -> _Card:
    """What is seen of a region."""
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    points = [(min(max(x, x0), x1), min(max(y, y0), y1)) for line in region.outlines for x, y in line]
    xs = [(x - x0) / (x1 - x0) for x, _ in points]
    ys = [(y - y0) / (y1 - y0) for _, y in points]
    return _Card((min(xs) + max(xs)) / 2, max(ys), max(xs) - min(xs), max(ys) - min(ys))


def _said(figure: Figure, frame: PictureFrame, side: float) -> Iterator[str]:
    """Visit, number of events and what is drawn of them; on two lines what one as wide as the frame cannot hold."""
    events = "no event" if not frame.events else f"{plain(frame.events)} {'event' if frame.events == 1 else 'events'}"
    label = style.literal(frame.label)
    if style.text_width(figure, both := f"{label} · {events}", SMALL) <= side:
        yield both
    else:
        while len(label) > 1 and style.text_width(figure, label, SMALL) > side:
            label = label.removesuffix("…")[:-1].rstrip() + "…"
        yield from (label, events)
    if len(frame.points) < frame.points_of:
        yield f"{plain(len(frame.points))} of {plain(frame.points_of)} dots drawn"

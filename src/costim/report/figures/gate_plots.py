"""Gate plots of one patient and panel: every gate, visits side by side on the same axes, counts printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator

from costim.registry.cytometry_parameters import speak
from costim.registry.gate_pictures import GatePicture, PictureAxis, PictureFrame, PictureRegion
from costim.report.figures import style
from costim.report.figures.identity import Identity
from costim.report.figures.picture_groups import pictures_of
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import DOUBLE, GREY, INK
from costim.report.figures.view import View
from costim.report.format import plain

_LEFT, _RIGHT, _GAP = 13.0, 2.0, 3.0
"""Room for the numbers of the y axis, at the right, and between frames of one picture, in millimetres."""
_ABOVE, _BELOW = 10.0, 10.5
_LARGEST, _SMALLEST = 36.0, 22.0
SHADES = ("#E3EDF5", "#BFD6E8", "#93BBD8", "#5F9BC4", "#2C78AC")
"""From the outermost contour inwards."""
_DOT = "#1F4E79"
_GATE = "#B03A00"
_NAME = "#7A2800"
_SMALL = 5.6


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where pictures stand: size of a frame, pictures beside each other."""

    side: float
    frames: int
    beside: int

    @property
    def block(self) -> float:
        """Width of one picture."""
        return _LEFT + self.frames * self.side + (self.frames - 1) * _GAP + _RIGHT


def draw_gates(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `gates`."""
    pictures = pictures_of(view, planned.variant)
    sheet = _layout(max(len(picture.frames) for picture in pictures), len(pictures))
    lines = -(-len(pictures) // sheet.beside)
    height = lines * (sheet.side + _ABOVE + _BELOW)
    figure = style.new_figure(DOUBLE, height)
    for i, picture in enumerate(pictures):
        line, place = divmod(i, sheet.beside)
        bottom = height - line * (sheet.side + _ABOVE + _BELOW) - _ABOVE - sheet.side
        _draw_picture(figure, picture, sheet, place * sheet.block, bottom)
    return figure


def _layout(frames: int, pictures: int) -> _Sheet:
    """Frames as large as the sheet lets them be; two or more pictures beside each other where there is room."""
    fitting = (DOUBLE - _LEFT - _RIGHT - (frames - 1) * _GAP) / frames
    side = max(min(fitting, _LARGEST), min(_SMALLEST, fitting))
    block = _Sheet(side, frames, 1).block
    beside = max(1, min(pictures, int((DOUBLE + 0.01) // block)))
    return _Sheet(side, frames, beside)


def _draw_picture(figure: Figure, picture: GatePicture, sheet: _Sheet, left: float, bottom: float) -> None:
    title = speak(picture.population) if picture.population else "all events"
    for i, frame in enumerate(picture.frames):
        x = left + _LEFT + i * (sheet.side + _GAP)
        axes = style.add_axes(figure, x, bottom, sheet.side, sheet.side)
        _frame_axes(axes, picture, first=i == 0)
        _draw_events(axes, picture, frame)
        _draw_regions(axes, picture, frame.regions, sheet.side)
        _draw_heading(axes, frame, title if i == 0 else "", sheet.side)
    middle = left + _LEFT + (len(picture.frames) * (sheet.side + _GAP) - _GAP) / 2
    label = style.wrap(picture.x.label, int(sheet.side * len(picture.frames)))
    w, h = DOUBLE, figure.get_figheight() * style.MM
    style.write(figure, middle / w, (bottom - 6.4) / h, label, ha="center", va="top", fontsize=6.4)


def _frame_axes(axes: Axes, picture: GatePicture, *, first: bool) -> None:
    axes.set_xlim(picture.x.lower, picture.x.upper)
    draw_ticks(axes, picture.x, upright=False)
    for name in ("top", "right"):
        axes.spines[name].set_visible(True)
    if picture.y is None:
        axes.set_ylim(0, 1.3)
        axes.set_yticks([])
        return
    axes.set_ylim(picture.y.lower, picture.y.upper)
    draw_ticks(axes, picture.y, upright=True)
    if first:
        axes.set_ylabel(style.wrap(picture.y.label, 30), parse_math=False, fontsize=6.4, labelpad=1.5)
    else:
        axes.set_yticklabels([])


def draw_ticks(axes: Axes, shown: PictureAxis, *, upright: bool) -> None:
    """Labelled and minor ticks of a picture on one axis."""
    axis = axes.yaxis if upright else axes.xaxis
    major = [tick for tick in shown.ticks if tick.label]
    axis.set_major_locator(FixedLocator([tick.position for tick in major]))
    axis.set_major_formatter(FixedFormatter([tick.label for tick in major]))
    axis.set_minor_locator(FixedLocator([tick.position for tick in shown.ticks if not tick.label]))
    axes.tick_params(axis="y" if upright else "x", which="major", labelsize=_SMALL, length=2, pad=1.2)
    axes.tick_params(axis="y" if upright else "x", which="minor", length=1.1, width=0.35)


def _draw_events(axes: Axes, picture: GatePicture, frame: PictureFrame) -> None:
    """Contours and dots, as one picture of points inside the drawing: tens of thousands of shapes help nobody."""
    if frame.histogram is not None:
        edges = np.linspace(picture.x.lower, picture.x.upper, len(frame.histogram) + 1)
        axes.stairs(np.asarray(frame.histogram), edges, fill=True, facecolor=SHADES[1], edgecolor=_DOT, linewidth=0.5)
        return
    if picture.y is None:
        axes.vlines([x for x, _ in frame.points], 0, 0.35, color=_DOT, linewidth=0.5)
        return
    if frame.density is not None:
        heights = np.asarray(frame.density.heights)
        x, y = (_centres(axis, n) for axis, n in zip((picture.x, picture.y), heights.shape[::-1], strict=True))
        levels = [*frame.density.levels, 1.01]
        filled = axes.contourf(x, y, heights, levels=levels, colors=SHADES[-len(frame.density.levels) :])
        filled.set_rasterized(True)
        lines = axes.contour(x, y, heights, levels=list(frame.density.levels), colors=_DOT, linewidths=0.35)
        lines.set_rasterized(True)
    size = 1.1 if frame.density is not None else 2.0
    xs, ys = [x for x, _ in frame.points], [y for _, y in frame.points]
    axes.plot(xs, ys, linestyle="none", marker="o", markersize=size, markeredgewidth=0, color=_DOT, rasterized=True)


def _centres(axis: PictureAxis, cells: int) -> np.ndarray:
    width = (axis.upper - axis.lower) / cells
    return axis.lower + width * (np.arange(cells) + 0.5)


def _draw_regions(axes: Axes, picture: GatePicture, regions: Sequence[PictureRegion], side: float) -> None:
    """Outlines, and in each the name and the count, moved apart where they would cover each other."""
    for region in regions:
        for line in region.outlines:
            xs, ys = [x for x, _ in line], [y for _, y in line]
            axes.plot(xs, ys, color=_GATE, linewidth=0.8, zorder=5, clip_on=True)
    taken: list[tuple[float, float]] = []
    for region in sorted(regions, key=lambda r: -_anchor(axes, r)[1]):
        x, y = _anchor(axes, region)
        text = f"{speak(region.name)}\n{plain(region.count)}"
        wide = style.widest(style.sheet_of(axes), text.split("\n"), _SMALL) / side
        x = min(max(x, wide / 2 + 0.02), 1 - wide / 2 - 0.02)
        y = _free(y, x, taken)
        taken.append((x, y))
        style.write(
            axes, x, y, text, transform=axes.transAxes, ha="center", va="top", fontsize=_SMALL, color=_NAME, zorder=7,
            linespacing=1.05, bbox={"facecolor": "white", "alpha": 0.72, "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip


def _free(y: float, x: float, taken: Sequence[tuple[float, float]]) -> float:
    """The next lower place that no other label has."""
    step = 0.16
    while y > step and any(abs(y - b) < step and abs(x - a) < 0.45 for a, b in taken):
        y -= 0.04
    return y


def _anchor(axes: Axes, region: PictureRegion) -> tuple[float, float]:
    """Middle of the top of what is seen of a region, as shares of the axes."""
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    points = [(min(max(x, x0), x1), min(max(y, y0), y1)) for line in region.outlines for x, y in line]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return ((min(xs) + max(xs)) / 2 - x0) / (x1 - x0), min((max(ys) - y0) / (y1 - y0), 1.0) - 0.015


def _draw_heading(axes: Axes, frame: PictureFrame, title: str, side: float) -> None:
    """Population above the first frame; visit, number of events and what is drawn of them above each."""
    if title:
        capital = title[:1].upper() + title[1:]
        style.write(axes, 0, 1 + 6.6 / side, capital, transform=axes.transAxes, va="bottom", fontweight="bold")
    said = " · ".join(_said(frame))
    room = int(side / 0.95)
    style.write(axes, 0, 1 + 0.7 / side, style.wrap(said, room), transform=axes.transAxes, va="bottom",
                fontsize=_SMALL, color=GREY if not frame.events else INK, linespacing=1.05)  # fmt: skip


def _said(frame: PictureFrame) -> Iterator[str]:
    yield frame.label
    yield "no event" if not frame.events else f"{plain(frame.events)} {'event' if frame.events == 1 else 'events'}"
    if len(frame.points) < frame.points_of:
        yield f"{plain(len(frame.points))} of {plain(frame.points_of)} dots drawn"

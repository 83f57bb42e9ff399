"""Gate plots of one patient and panel: every gate, visits on the same axes, counts printed."""

from __future__ import annotations

from matplotlib.figure import Figure

from costim.report.figures import style
from costim.report.figures.gate_planes import draw_plane, layout
from costim.report.figures.gate_rows import BESIDE, draw_rows, height_of
from costim.report.figures.identity import Identity
from costim.report.figures.picture_groups import pictures_of
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import DOUBLE
from costim.report.figures.view import View


def draw_gates(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `gates`: gates on one axis first, those on two below, each in the order of the strategy."""
    pictures = pictures_of(view, planned.variant)
    rows = [picture for picture in pictures if picture.y is None]
    planes = [picture for picture in pictures if picture.y is not None]
    lines = [rows[i : i + BESIDE] for i in range(0, len(rows), BESIDE)]
    sheet = layout(max((len(picture.frames) for picture in planes), default=1), len(planes))
    blocks = [planes[i : i + sheet.beside] for i in range(0, len(planes), sheet.beside)]
    heights = [max(height_of(picture) for picture in line) for line in lines] + [sheet.height] * len(blocks)
    figure = style.new_figure(DOUBLE, sum(heights))
    top = sum(heights)
    for line, height in zip(lines, heights, strict=False):
        for place, picture in enumerate(line):
            draw_rows(figure, picture, place, top)
        top -= height
    for block in blocks:
        for place, picture in enumerate(block):
            draw_plane(figure, picture, sheet, place, top)
        top -= sheet.height
    return figure

"""Forest: every effect with its interval, one panel per unit; nothing is standardised."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from costim.registry.effects import Effect
from costim.registry.measurements import AS_RECORDED
from costim.report.cell_numbers import POINTS, in_points, on_cells
from costim.report.figures import style
from costim.report.figures.effects_shown import Panel, forest_panels, row_label
from costim.report.figures.identity import Identity
from costim.report.figures.marks import whisker
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import GREY, INK
from costim.report.figures.view import View
from costim.report.figures.words import estimate_text, interval_text
from costim.report.format import unit_text

_LINE = 3.1
_LEFT, _RIGHT = 66.0, 40.0
_CHARACTERS = 36
_PAD = 2.0
_GAP = 11.0


def draw_forest(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `forest`. It shows no single patient."""
    panels = forest_panels(view)
    rows = [[_row_height(row_label(view, row)) for row in panel.rows] for panel in panels]
    height = sum(map(sum, rows)) + _GAP * len(panels)
    figure = style.new_figure(style.DOUBLE, height + 5)
    top = height
    for panel, heights in zip(panels, rows, strict=True):
        top -= sum(heights)
        axes = style.add_axes(figure, _LEFT, top, style.DOUBLE - _LEFT - _RIGHT, sum(heights))
        _panel(axes, view, panel, heights)
        if panel is panels[0]:
            _heads(axes, sum(heights))
        top -= _GAP
    return figure


def _row_height(label: tuple[str, str]) -> float:
    return max(len(_label_lines(label)), 1) * _LINE + _PAD


def _heads(axes: Axes, height: float) -> None:
    place = axes.transAxes
    width = style.DOUBLE - _LEFT - _RIGHT
    y = 1 + 1.2 / height
    style.write(axes, -8 / width, y, "n", ha="center", va="bottom", transform=place, color=GREY)
    style.write(axes, 1 + 3 / width, y, "Estimate (interval)", va="bottom", transform=place, color=GREY)


def _panel(axes: Axes, view: View, panel: Panel, heights: list[float]) -> None:
    """One panel; its y axis is in millimetres from the top."""
    axes.set_ylim(sum(heights), 0)
    axes.set_yticks([])
    style.drop_spines(axes, "left")
    if panel.quantity == "proportion":
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
        axes.xaxis.set_major_formatter(FuncFormatter(style.tick_text))
        axes.set_xlabel("Proportion of patients", labelpad=2)
    else:
        numbers = [(r.estimate, r.estimate_lower, r.estimate_upper, r.lower, r.upper) for r in panel.rows]
        axes.set_xlim(*style.limits([0.0, *(v for row in numbers for v in row if v is not None)]))
        style.number_axis(axes.xaxis, steps=6)
        axes.axvline(0, color=GREY, linewidth=0.8, zorder=1)
        unit = POINTS if all(in_points(row) for row in panel.rows) else unit_text(panel.unit)
        axes.set_xlabel(style.wrap(f"Change ({unit})" if unit else "Change", 48), labelpad=2, parse_math=False)
    y = 0.0
    for row, height in zip(panel.rows, heights, strict=True):
        _row(axes, y + height / 2, row)
        _words(axes, y + height / 2, row_label(view, row), row)
        y += height


def _row(axes: Axes, y: float, row: Effect) -> None:
    recorded = row.reading == AS_RECORDED
    colour = INK if recorded else GREY
    gid = f"effect-{row.effect_id}"
    whisker(axes, y, (row.lower, row.upper), axes.get_xlim(), upright=False, color=colour, gid=gid)
    if row.estimate is not None:
        axes.plot(
            [row.estimate],
            [y],
            marker="D",
            markersize=5,
            linestyle="none",
            zorder=6,
            clip_on=False,
            markerfacecolor=INK if recorded else "white",
            markeredgecolor=colour,
        )
    elif row.estimate_lower is not None and row.estimate_upper is not None:
        axes.plot(
            [row.estimate_lower, row.estimate_upper], [y, y], color=colour, linewidth=4, solid_capstyle="butt", zorder=6
        )


def _label_lines(label: tuple[str, str]) -> list[tuple[str, str]]:
    """Lines of a row label with their ink: what it is about, then contrast or reading in grey."""
    return [
        (line, ink)
        for words, ink in zip(label, (INK, GREY), strict=True)
        if words
        for line in style.wrap(words, _CHARACTERS if label[0] else _CHARACTERS - 2).split("\n")
    ]


def _words(axes: Axes, y: float, label: tuple[str, str], row: Effect) -> None:
    width = style.DOUBLE - _LEFT - _RIGHT
    place = axes.get_yaxis_transform()
    lines = _label_lines(label)
    indent = 0 if label[0] else 3
    for k, (line, ink) in enumerate(lines):
        at = y + (k - (len(lines) - 1) / 2) * _LINE
        style.write(axes, -(_LEFT - 2 - indent) / width, at, line, va="center_baseline", transform=place, color=ink)
    share = row.method != "signed_rank" and row.count is not None and row.denominator is not None
    n = f"{row.count}/{row.denominator}" if share else str(row.n)
    style.write(axes, -8 / width, y, n, ha="center", va="center_baseline", transform=place)
    interval = interval_text(row)
    if on_cells(row):  # the words do not fit beside numbers of five digits
        interval = interval.replace("above ", ">").replace("below ", "<")
    text = f"{estimate_text(row)} ({interval})"
    style.write(axes, 1 + 3 / width, y, text, va="center_baseline", transform=place)

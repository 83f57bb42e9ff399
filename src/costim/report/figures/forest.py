"""Forest: every effect with its interval, one panel per unit; nothing is standardised."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from costim.registry.effects import Effect
from costim.registry.measurements import AS_RECORDED
from costim.registry.parameters import parameter
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
_CHARACTERS = 35


def draw_forest(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `forest`. It shows no single patient."""
    panels = forest_panels(view)
    gap = 12.0
    lines = max(len(_label_lines(row_label(view, row))) for p in panels for row in p.rows)
    heights = [len(p.rows) * (max(lines, 2) * _LINE + 1.4) for p in panels]
    figure = style.new_figure(style.DOUBLE, sum(heights) + gap * len(panels) + 5)
    bottom = sum(heights) + gap * len(panels)
    for i, (panel, height) in enumerate(zip(panels, heights, strict=True)):
        bottom -= height
        axes = style.add_axes(figure, _LEFT, bottom, style.DOUBLE - _LEFT - _RIGHT, height)
        _panel(axes, view, panel)
        if i == 0:
            _heads(axes, height)
        bottom -= gap
    return figure


def _heads(axes: Axes, height: float) -> None:
    place = axes.transAxes
    width = style.DOUBLE - _LEFT - _RIGHT
    y = 1 + 1.2 / height
    style.write(axes, -10 / width, y, "n", ha="center", va="bottom", transform=place, color=GREY)
    style.write(axes, 1 + 3 / width, y, "Estimate (interval)", va="bottom", transform=place, color=GREY)


def _panel(axes: Axes, view: View, panel: Panel) -> None:
    axes.set_ylim(len(panel.rows) - 0.5, -0.5)
    axes.set_yticks([])
    style.drop_spines(axes, "left")
    if panel.quantity == "proportion":
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
        axes.xaxis.set_major_formatter(FuncFormatter(style.tick_text))
        axes.set_xlabel("Proportion of patients", labelpad=2)
    else:
        ends = [
            v
            for r in panel.rows
            for v in (r.estimate, r.estimate_lower, r.estimate_upper, r.lower, r.upper)
            if v is not None
        ]
        axes.set_xlim(*style.limits([0.0, *ends]))
        style.number_axis(axes.xaxis, steps=6)
        axes.axvline(0, color=GREY, linewidth=0.8, zorder=1)
        axes.set_xlabel(style.wrap(_axis_words(panel), 48), labelpad=2, parse_math=False)
    for i, row in enumerate(panel.rows):
        _row(axes, i, row)
        _words(axes, i, row_label(view, row), row)


def _axis_words(panel: Panel) -> str:
    codes = {row.parameter for row in panel.rows}
    what = f"Change in {parameter(next(iter(codes))).label}" if len(codes) == 1 else "Change"
    return f"{what} ({unit_text(panel.unit)})" if panel.unit else what


def _row(axes: Axes, i: int, row: Effect) -> None:
    recorded = row.reading == AS_RECORDED
    colour = INK if recorded else GREY
    gid = f"effect-{row.effect_id}"
    whisker(axes, i, (row.lower, row.upper), axes.get_xlim(), upright=False, color=colour, gid=gid)
    if row.estimate is not None:
        axes.plot(
            [row.estimate],
            [i],
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
            [row.estimate_lower, row.estimate_upper], [i, i], color=colour, linewidth=4, solid_capstyle="butt", zorder=6
        )


def _label_lines(label: tuple[str, str]) -> list[tuple[str, str]]:
    """Lines of a row label with their ink: what it is about, then contrast or reading in grey."""
    return [
        (line, ink)
        for words, ink in zip(label, (INK, GREY), strict=True)
        if words
        for line in style.wrap(words, _CHARACTERS).split("\n")
    ]


def _words(axes: Axes, i: int, label: tuple[str, str], row: Effect) -> None:
    width = style.DOUBLE - _LEFT - _RIGHT
    place = axes.get_yaxis_transform()
    lines = _label_lines(label)
    height = style.size_of(axes)[1]
    step = _LINE / height * abs(axes.get_ylim()[0] - axes.get_ylim()[1])
    for k, (line, ink) in enumerate(lines):
        y = i + (k - (len(lines) - 1) / 2) * step
        style.write(axes, -(_LEFT - 2) / width, y, line, va="center_baseline", transform=place, color=ink)
    n = f"{row.count}/{row.denominator}" if row.count is not None and row.denominator is not None else str(row.n)
    style.write(axes, -10 / width, i, n, ha="center", va="center_baseline", transform=place)
    text = f"{estimate_text(row)} ({interval_text(row)})"
    style.write(axes, 1 + 3 / width, i, text, va="center_baseline", transform=place)

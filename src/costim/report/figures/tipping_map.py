"""Tipping map: steroid effect per milligram against change by time alone, and where the interval leaves out zero."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from costim.registry.plan_assumptions import OtherCauses
from costim.report.figures import style
from costim.report.figures.identity import Identity
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import GREY, INK
from costim.report.figures.sweeps import assumed_of, ends, falls, steroid_sweep
from costim.report.figures.view import View
from costim.report.format import unit_text

_WIDTH, _LEFT, _RIGHT = 120.0, 17.0, 4.0
_HEIGHT, _BOTTOM = 62.0, 11.0
_INNER = _WIDTH - _LEFT - _RIGHT
_STRIP = 0.14
"""Share of the height left free above and below everything drawn, where the words of both regions stand."""
_COLOUR = "#2F5D8A"


def draw_tipping_map(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `tipping_map`. It shows no single patient."""
    sweep = steroid_sweep(view, planned.parameter, planned.contrast)
    if sweep is None:
        raise ValueError("a tipping map was planned without rows")
    figure = style.new_figure(_WIDTH, _HEIGHT + _BOTTOM + 4)
    axes = style.add_axes(figure, _LEFT, _BOTTOM, _INNER, _HEIGHT)
    assumed = assumed_of(view, planned.parameter, planned.contrast)
    fell = falls(sweep)
    line = [(row.upper if fell else row.lower) or 0.0 for row in sweep.rows]
    course = assumed.natural_course if assumed is not None and assumed.natural_course is not None else ()
    estimates = [v for row in sweep.rows for v in (ends(row) or ())]
    low, high = style.limits([0.0, *line, *course, *estimates], _STRIP)
    axes.set_ylim(low, high)
    axes.set_xlim(min(sweep.at), max(sweep.at))
    edge = high if fell else low
    where = [min(max(v, low), high) for v in line]
    axes.fill_between(sweep.at, where, [edge] * len(line), color=_COLOUR, alpha=0.20, linewidth=0, gid="excluded")
    axes.plot(sweep.at, line, color=_COLOUR, linewidth=1.4, zorder=4, gid="tipping-line")
    axes.axhline(0, color=GREY, linewidth=0.6, zorder=2)
    if min(sweep.at) < 0 < max(sweep.at):
        axes.axvline(0, color=GREY, linewidth=0.6, zorder=2)
    _draw_assumed(axes, assumed)
    _say(axes, fell=fell, rises=line[-1] >= line[0])
    unit = unit_text(next((row.unit for row in sweep.rows if row.unit), ""))
    per = f"{unit} per mg" if unit else "per mg"
    axes.set_xlabel(f"Assumed effect of one mg of prednisone equivalent more ({per})", parse_math=False, labelpad=1.5)
    axes.set_ylabel(f"Change by time alone ({unit})" if unit else "Change by time alone", parse_math=False)
    style.number_axis(axes.xaxis, steps=7)
    style.number_axis(axes.yaxis, steps=7)
    return figure


def _draw_assumed(axes: Axes, assumed: OtherCauses | None) -> None:
    """The ranges that the plan calls possible, as a hatched frame."""
    if assumed is None or assumed.steroid_per_mg is None or assumed.natural_course is None:
        return
    (left, right), (low, high) = sorted(assumed.steroid_per_mg), sorted(assumed.natural_course)
    frame = Rectangle(
        (left, low),
        right - left,
        high - low,
        facecolor="none",
        edgecolor=INK,
        linewidth=0.8,
        linestyle=(0, (3, 2)),
        zorder=5,
        gid="assumed",
        clip_on=False,
    )
    axes.add_patch(frame)


def _say(axes: Axes, *, fell: bool, rises: bool) -> None:
    """Words inside both regions, each at the end where the line is farther away."""
    inside = ("interval still leaves out zero", fell, _COLOUR)
    outside = ("steroids and time could explain it", not fell, GREY)
    for text, above, colour in (inside, outside):
        left, y, va = above == rises, 0.97 if above else 0.03, "top" if above else "bottom"
        x, ha = (0.015, "left") if left else (0.985, "right")
        style.write(axes, x, y, text, ha=ha, va=va, transform=axes.transAxes, color=colour, zorder=6)

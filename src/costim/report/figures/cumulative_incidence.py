"""Cumulative incidence: the share with the event when another event can make it impossible; rises from zero."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from costim.registry.parameters import parameter
from costim.report.figures import style
from costim.report.figures.curves import curve_of
from costim.report.figures.identity import Identity
from costim.report.figures.kaplan_meier import draw_curve, draw_key
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.risk_table import draw_table, risk_table, table_times
from costim.report.figures.view import View
from costim.report.figures.words import axis_label

_WIDTH, _LEFT, _RIGHT, _HEIGHT = 120.0, 19.0, 5.0, 56.0
_INNER = _WIDTH - _LEFT - _RIGHT


def draw_cumulative_incidence(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `cumulative_incidence`. It shows no single patient."""
    curve = curve_of(view, planned.parameter, planned.contrast, planned.variant, "cumulative_incidence")
    if curve is None:
        raise ValueError("a cumulative incidence was planned without rows")
    last = max(row.at or 0.0 for row in curve.steps)
    table = risk_table(curve)
    bottom = table.height + 10.5
    figure = style.new_figure(_WIDTH, _HEIGHT + bottom + 7)
    axes = style.add_axes(figure, _LEFT, bottom, _INNER, _HEIGHT)
    axes.set_xlim(0, last * 1.02)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(FuncFormatter(style.tick_text))
    axes.set_ylabel("Share of patients with the event")
    draw_curve(axes, curve)
    draw_key(axes, curve)
    columns = table_times(curve, table, figure, _INNER / (last * 1.02))
    style.number_axis(axes.xaxis, steps=8)
    if len(columns) >= 4:
        axes.set_xticks(columns, [style.tick_text(t) for t in columns])
    unit = next((row.unit for row in curve.steps if row.unit), "")
    label = style.wrap(axis_label(parameter(planned.parameter), unit), 60).split("\n")[0]
    axes.set_xlabel(label, parse_math=False, labelpad=1.5)
    draw_table(axes, table, columns, (_LEFT - 3, table.height + 1))
    return figure

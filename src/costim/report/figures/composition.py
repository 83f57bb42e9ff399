"""Composition or expression: the two parts of a mean change, one after the other, beside the whole."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.effects import Effect
from costim.registry.parameters import parameter
from costim.report.figures import style
from costim.report.figures.composition_parts import NAMES, PARTS, composition_rows
from costim.report.figures.identity import Identity
from costim.report.figures.marks import whisker
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import GREY, INK
from costim.report.figures.view import View
from costim.report.figures.words import axis_label, estimate_text, interval_text

_COLOURS = {"total": "#5B5B5B", "composition": "#0072B2", "expression": "#E69F00", "interaction": "#CC79A7"}
_WIDTH, _LEFT, _RIGHT, _BAR, _BOTTOM = 150.0, 46.0, 40.0, 9.0, 10.0


def draw_composition(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `composition`. It shows no single patient."""
    rows = composition_rows(view, planned.parameter, planned.contrast)
    order = ["total", *(part for part in PARTS if part in rows)]
    figure = style.new_figure(_WIDTH, _BOTTOM + _BAR * len(order) + 5)
    axes = style.add_axes(figure, _LEFT, _BOTTOM, _WIDTH - _LEFT - _RIGHT, _BAR * len(order))
    starts = _starts(rows, order)
    reach = [v for name in order for v in _reach(rows[name], starts[name])]
    axes.set_xlim(*style.limits([0.0, *reach]))
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.set_yticks([])
    style.drop_spines(axes, "left")
    axes.axvline(0, color=INK, linewidth=0.8, zorder=3)
    for y, name in enumerate(order):
        _draw_bar(axes, y, name, rows[name], starts[name])
    unit = next((row.unit for row in rows.values() if row.unit), "")
    axes.set_xlabel(style.wrap(f"Mean change: {axis_label(parameter(planned.parameter), unit)}", 60), parse_math=False)
    style.number_axis(axes.xaxis, steps=6)
    return figure


def _starts(rows: dict[str, Effect], order: list[str]) -> dict[str, float]:
    """Where each bar begins: the whole at zero, each part where the one before it ends."""
    starts, here = {"total": 0.0}, 0.0
    for name in order[1:]:
        starts[name] = here
        here += rows[name].estimate or 0.0
    return starts


def _reach(row: Effect, start: float) -> list[float]:
    return [start + v for v in (0.0, row.estimate, row.lower, row.upper) if v is not None]


def _draw_bar(axes: Axes, y: int, name: str, row: Effect, start: float) -> None:
    size = row.estimate or 0.0
    axes.barh([y], [size], left=[start], height=0.5, color=_COLOURS[name], alpha=0.75, gid=f"part-{name}", zorder=2)
    if row.lower is not None or row.upper is not None:
        shifted = (None if row.lower is None else start + row.lower, None if row.upper is None else start + row.upper)
        whisker(axes, y, shifted, axes.get_xlim(), upright=False, gid=f"effect-{row.effect_id}")
    if y:
        axes.plot([start, start], [y - 1 + 0.25, y + 0.25], color=GREY, linewidth=0.6, linestyle=(0, (2, 2)), zorder=1)
    place = axes.get_yaxis_transform()
    inner = _WIDTH - _LEFT - _RIGHT
    style.write(axes, -(_LEFT - 2) / inner, y, NAMES[name], va="center_baseline", transform=place)
    limits = f" ({interval_text(row)})" if row.lower is not None or row.upper is not None else ""
    style.write(axes, 1 + 3 / inner, y, f"{estimate_text(row)}{limits}", va="center_baseline", transform=place)

"""Kaplan–Meier: a step curve where everything is known, else the area that holds every curve the data admit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from costim.registry.effects import Effect
from costim.registry.parameters import parameter
from costim.report.figures import style
from costim.report.figures.curves import Curve, curve_of
from costim.report.figures.identity import Identity
from costim.report.figures.lanes import Lane, lane_parameter, lanes_of
from costim.report.figures.marks import symbol, thread
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.risk_table import draw_table, risk_table, table_times
from costim.report.figures.shade_key import Shade, draw_shade_key
from costim.report.figures.spread import stack
from costim.report.figures.style import GREY, Tags
from costim.report.figures.view import View
from costim.report.figures.words import axis_label
from costim.report.format import level

_CURVE = "#2F5D8A"
_DASHED = "#A84700"
_WIDTH, _LEFT, _RIGHT = 120.0, 19.0, 5.0
_INNER = _WIDTH - _LEFT - _RIGHT
_HEIGHT = 56.0
_LEVEL = 2.1
"""Height of a line of patients' symbols."""


@dataclass(frozen=True, slots=True)
class _Time:
    """The time of one patient: `low` equals `high` when it is exact."""

    lane: Lane
    low: float
    high: float


def draw_kaplan_meier(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `kaplan_meier`."""
    curve = curve_of(view, planned.parameter, planned.contrast, planned.variant)
    if curve is None:
        raise ValueError("a survival curve was planned without rows")
    times = _times(view, planned.parameter)
    last = max([row.at or 0.0 for row in (*curve.steps, *curve.horizons)] + [t.high for t in times])
    levels = stack([(t.low / last * _INNER, t.high / last * _INNER) for t in times], 2.4)
    rug = min(_LEVEL * (max(levels) + 1) + 1.0, 60.0) if times else 0.0
    gap = 2.2 if times else 0.0
    table = risk_table(curve)
    below = table.height + 10.5
    bottom = below + rug + gap
    figure = style.new_figure(_WIDTH, _HEIGHT + bottom + 7)
    axes = style.add_axes(figure, _LEFT, bottom, _INNER, _HEIGHT)
    axes.set_xlim(0, last * 1.02)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(FuncFormatter(style.tick_text))
    still = planned.parameter == "event.end_of_response"
    axes.set_ylabel("Proportion still in response" if still else "Proportion without the event")
    draw_curve(axes, curve)
    draw_key(axes, curve)
    columns = table_times(curve, table, figure, _INNER / (last * 1.02))
    lowest = axes
    if times:
        lowest = style.add_axes(figure, _LEFT, below, _INNER, rug, sharex=axes)
        axes.tick_params(bottom=False, labelbottom=False)
        tags = Tags(planned.name)
        _draw_rug(lowest, times, levels, people, tags)
        if curve.known and curve.continuous:
            _draw_censorings(axes, curve, times, (people, tags))
    style.number_axis(lowest.xaxis, steps=8)
    if len(columns) >= 4:
        lowest.set_xticks(columns, [style.tick_text(t) for t in columns])
    unit = next((row.unit for row in curve.steps if row.unit), "")
    label = style.wrap(axis_label(parameter(planned.parameter), unit), 60).split("\n")[0]
    lowest.set_xlabel(label, parse_math=False, labelpad=1.5)
    draw_table(lowest, table, columns, (_LEFT - 3, table.height + 1))
    return figure


def _times(view: View, code: str) -> list[_Time]:
    """Times of the patients, when the lanes of the study are of this very parameter."""
    lanes = lanes_of(view) if lane_parameter(view) == code else None
    found = []
    for lane in lanes.lanes if lanes is not None else ():
        ends = [x for x in (lane.low, lane.high) if x is not None and math.isfinite(x)]
        if ends:
            low = lane.low if lane.low is not None and math.isfinite(lane.low) else 0.0
            found.append(_Time(lane, low, max(ends)))
    return found


def _ends(row: Effect) -> tuple[float, float]:
    """Lowest and highest estimate the data admit."""
    if row.estimate is not None:
        return row.estimate, row.estimate
    low, high = row.estimate_lower, row.estimate_upper
    return (math.nan if low is None else low), (math.nan if high is None else high)


def _limits(row: Effect) -> tuple[float, float]:
    return (math.nan if row.lower is None else row.lower), (math.nan if row.upper is None else row.upper)


def draw_curve(axes: Axes, curve: Curve) -> None:
    """Steps or the area between bounds, the limits, and Turnbull's estimate dashed."""
    times = [row.at or 0.0 for row in curve.steps]
    for row in curve.horizons:
        axes.axvline(row.at or 0.0, color=GREY, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
    if not curve.continuous:
        _draw_bars(axes, curve)
        return
    _draw_turnbull(axes, curve)
    low, high = zip(*(_ends(row) for row in curve.steps), strict=True)
    below, above = zip(*(_limits(row) for row in curve.steps), strict=True)
    _fill(axes, times, (below, above), 0.16, "band")
    if curve.known:
        axes.step(times, low, where="post", color=_CURVE, linewidth=1.4, zorder=3, gid="curve")
        return
    _fill(axes, times, (low, high), 0.42, "bounds")
    for edge, name in ((low, "lower"), (high, "upper")):
        axes.step(times, edge, where="post", color=_CURVE, linewidth=1.0, zorder=3, gid=f"curve-{name}")


def _draw_turnbull(axes: Axes, curve: Curve) -> None:
    """Between two of its times the curve lies between its two values: both edges are dashed."""
    known = [(row.at or 0.0, *_ends(row)) for row in curve.turnbull if not math.isnan(_ends(row)[0])]
    if len(known) < 2:
        return
    times, low, high = zip(*known, strict=True)
    look: dict[str, Any] = {"color": _DASHED, "linewidth": 1.0, "linestyle": (0, (3, 2)), "zorder": 4}
    axes.step(times, high, where="post", gid="turnbull-upper", **look)
    axes.step(times, low, where="pre", gid="turnbull-lower", **look)


def draw_key(axes: Axes, curve: Curve) -> None:
    """What the shades mean, above the axes."""
    row = curve.steps[0]
    limits = f"{level(row.level)} limits" if row.level is not None else "limits"
    words = (
        [("estimate", 1.0), (limits, 0.16)]
        if curve.known
        else [
            ("every estimate the data admit", 0.42),
            (f"{limits} over all of them", 0.16),
        ]
    )
    shades = [Shade(text, _CURVE, alpha) for text, alpha in (words if row.level is not None else words[:1])]
    draw_shade_key(axes, shades, (_INNER, _HEIGHT), 12)


def _fill(
    axes: Axes, times: Sequence[float], ends: tuple[Sequence[float], Sequence[float]], alpha: float, gid: str
) -> None:
    axes.fill_between(times, *ends, step="post", color=_CURVE, alpha=alpha, linewidth=0, zorder=2, gid=gid)


def _draw_bars(axes: Axes, curve: Curve) -> None:
    """Rows at single times only: nothing is drawn between them."""
    thick: dict[str, Any] = {"color": _CURVE, "linewidth": 4, "solid_capstyle": "butt"}
    for row in curve.steps:
        at = [row.at or 0.0] * 2
        axes.plot(at, _limits(row), alpha=0.35, zorder=2, **thick)
        axes.plot(at, _ends(row), zorder=3, gid=f"effect-{row.effect_id}", **thick)
        axes.plot(at, _ends(row), marker="_", markersize=7, color=_CURVE, linestyle="none", zorder=4)


def _draw_censorings(axes: Axes, curve: Curve, times: list[_Time], names: tuple[dict[str, Identity], Tags]) -> None:
    """A tick on the curve at every censoring, in the colour of the patient."""
    people, tags = names
    for time in times:
        held = [row.estimate for row in curve.steps if row.at is not None and row.at <= time.high]
        if time.lane.status == "censored" and time.low == time.high and held and held[-1] is not None:
            person = people[time.lane.subject]
            axes.plot(
                [time.high],
                [held[-1]],
                marker="|",
                markersize=6,
                markeredgewidth=1.3,
                color=person.colour,
                linestyle="none",
                zorder=5,
                clip_on=False,
                gid=tags.next(person),
            )


def _draw_rug(axes: Axes, times: list[_Time], levels: list[int], people: dict[str, Identity], tags: Tags) -> None:
    """Every patient's time below the curve, in the patient's own symbol."""
    axes.set_ylim(max(levels) + 0.6, -0.9)
    axes.set_yticks([])
    style.drop_spines(axes, "left")
    for time, height in zip(times, levels, strict=True):
        person = people[time.lane.subject]
        if time.low < time.high:
            thread(axes, [time.low, time.high], [height] * 2, person, tags, linestyle="-", linewidth=1.1)
        symbol(axes, time.high, height, person, tags, hollow=time.lane.status != "observed", size=3.8)
        if time.lane.status == "censored":
            reach = axes.get_xlim()[1] * 0.012
            thread(axes, [time.high, time.high + reach], [height] * 2, person, tags, linestyle="-", linewidth=1.4)
    place = axes.get_yaxis_transform()
    style.write(axes, -3 / _INNER, 0, "Patients", ha="right", va="center_baseline", transform=place)

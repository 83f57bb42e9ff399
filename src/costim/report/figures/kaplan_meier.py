"""Kaplan–Meier: a step curve where everything is known, else the area that holds every curve the data admit."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.effects import Effect
from costim.registry.parameters import parameter
from costim.report.figures import style
from costim.report.figures.curves import Curve, count_ends, curve_of
from costim.report.figures.identity import Identity
from costim.report.figures.lanes import Lane, lane_parameter, lanes_of
from costim.report.figures.marks import symbol, thread
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.spread import dodge
from costim.report.figures.style import GREY, INK, Tags
from costim.report.figures.view import View
from costim.report.figures.words import short

_CURVE = "#2F5D8A"
_WIDTH = 120.0
_LEFT, _RIGHT = 27.0, 5.0


def draw_kaplan_meier(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `kaplan_meier`."""
    curve = curve_of(view, planned.parameter, planned.contrast)
    if curve is None:
        raise ValueError("a survival curve was planned without rows")
    marks = _times(view, planned.parameter)
    last = max([row.at or 0.0 for row in (*curve.steps, *curve.horizons)] + [x for _, x, _ in marks])
    inner = _WIDTH - _LEFT - _RIGHT
    steps = dodge([0] * len(marks), [x / last * inner for _, x, _ in marks], 1.7)
    depth = max((abs(s) for s in steps), default=0) * 2 + 1 if marks else 0
    rug = 2.2 * min(depth, 9) + 1.6 if marks else 0.0
    table = _table_rows(curve)
    notes = _totals(curve)
    below = 11 + 3.6 * (len(table) + bool(table)) + 3.6 * len(notes)
    figure = style.new_figure(_WIDTH, 56 + rug + below + 4)
    axes = style.add_axes(figure, _LEFT, below + rug, inner, 56)
    tags = Tags(planned.name)
    for one in (axes,):
        one.set_xlim(0, last * 1.02)
        one.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(style.FuncFormatter(style.tick_text))
    axes.set_ylabel(
        "Proportion without the event"
        if planned.parameter != "event.end_of_response"
        else "Proportion still in response"
    )
    _draw_curve(axes, curve)
    ticks = _ticks(curve, figure, inner / (last * 1.02))
    axes.set_xticks(ticks, [style.tick_text(t) for t in ticks])
    for row in curve.horizons:
        axes.axvline(row.at or 0.0, color=GREY, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
    if marks:
        axes.tick_params(labelbottom=False)
        axes = _draw_rug(figure, (below, rug, inner), axes, (marks, steps, ticks), people, tags)
    unit = curve.steps[0].unit or parameter(planned.parameter).unit
    label = f"{parameter(planned.parameter).label} ({unit})" if unit else parameter(planned.parameter).label
    axes.set_xlabel(style.wrap(label, 60), parse_math=False, labelpad=2)
    _draw_table(axes, figure, below - 11, (table, notes), ticks)
    return figure


def _times(view: View, code: str) -> list[tuple[Lane, float, str]]:
    """Lane, time and status of the patients whose lanes are of this very parameter."""
    lanes = lanes_of(view) if lane_parameter(view) == code else None
    if lanes is None:
        return []
    found = []
    for lane in lanes.lanes:
        ends = [x for x in (lane.low, lane.high) if x is not None and math.isfinite(x)]
        if ends:
            found.append((lane, ends[-1], lane.status))
    return sorted(found, key=lambda f: f[1])


def _ends(row: Effect) -> tuple[float, float]:
    if row.estimate is not None:
        return row.estimate, row.estimate
    low, high = row.estimate_lower, row.estimate_upper
    return (math.nan if low is None else low), (math.nan if high is None else high)


def _limits(row: Effect) -> tuple[float, float]:
    return (math.nan if row.lower is None else row.lower), (math.nan if row.upper is None else row.upper)


def _draw_curve(axes: Axes, curve: Curve) -> None:
    times = [row.at or 0.0 for row in curve.steps]
    low, high = zip(*(_ends(row) for row in curve.steps), strict=True)
    below, above = zip(*(_limits(row) for row in curve.steps), strict=True)
    if not curve.continuous:
        for row, x in zip(curve.steps, times, strict=True):
            axes.plot([x, x], _limits(row), color=_CURVE, alpha=0.35, linewidth=4, solid_capstyle="butt", zorder=2)
            axes.plot(
                [x, x],
                _ends(row),
                color=_CURVE,
                linewidth=4,
                solid_capstyle="butt",
                zorder=3,
                gid=f"effect-{row.effect_id}",
            )
            axes.plot([x] * 2, _ends(row), marker="_", markersize=7, color=_CURVE, linestyle="none", zorder=4)
        return
    _fill(axes, times, (below, above), 0.16, "band")
    if curve.known:
        axes.step(times, low, where="post", color=_CURVE, linewidth=1.4, zorder=3, gid="curve")
        return
    _fill(axes, times, (low, high), 0.42, "bounds")
    for edge, name in ((low, "lower"), (high, "upper")):
        axes.step(times, edge, where="post", color=_CURVE, linewidth=1.0, zorder=3, gid=f"curve-{name}")


def _fill(
    axes: Axes, times: Sequence[float], ends: tuple[Sequence[float], Sequence[float]], alpha: float, gid: str
) -> None:
    axes.fill_between(
        times, *ends, step="post", color=_CURVE, alpha=alpha, linewidth=0, zorder=2 if gid == "bounds" else 1, gid=gid
    )


def _draw_rug(
    figure: Figure,
    place: tuple[float, float, float],
    above: Axes,
    what: tuple[list[tuple[Lane, float, str]], list[int], list[float]],
    people: dict[str, Identity],
    tags: Tags,
) -> Axes:
    """Every patient's time below the curve, in the patient's own symbol."""
    below, rug, inner = place
    marks, steps, ticks = what
    axes = style.add_axes(figure, _LEFT, below, inner, rug)
    axes.set_xlim(*above.get_xlim())
    deepest = max((abs(s) for s in steps), default=0)
    axes.set_ylim(-deepest - 0.8, deepest + 0.8)
    axes.set_yticks([])
    style.drop_spines(axes, "left")
    above.tick_params(bottom=False)
    axes.set_xticks(ticks, [style.tick_text(t) for t in ticks])
    for (lane, x, status), step in zip(marks, steps, strict=True):
        person = people[lane.subject]
        start = lane.low if lane.low is not None and math.isfinite(lane.low) else 0.0
        if start != x:
            thread(axes, [start, x], [step, step], person, tags, linestyle="-", linewidth=1.1)
        symbol(axes, x, step, person, tags, hollow=status != "observed", size=3.8)
        if status == "censored":
            thread(axes, [x, x], [step - 0.5, step + 0.5], person, tags, linestyle="-", linewidth=1.2)
    style.write(axes, -1.5 / inner, 0.5, "Patients", ha="right", va="center", transform=axes.transAxes)
    return axes


def _ticks(curve: Curve, figure: Figure, mm_per_unit: float) -> list[float]:
    """Times with a row at risk (else of the curve) that have room for their numbers; ends and horizons first."""
    rows = curve.at_risk or curve.steps
    horizons = {row.at for row in curve.horizons}
    ordered = [row.at or 0.0 for row in rows]
    first = [ordered[0], ordered[-1], *(t for t in ordered if t in horizons)]
    texts = {row.at or 0.0: _count_text(row) if curve.at_risk else "" for row in rows}
    taken: list[tuple[float, float]] = []
    for t in dict.fromkeys([*first, *ordered]):
        half = max(style.text_width(figure, texts[t]), style.text_width(figure, style.tick_text(t))) / 2 + 0.8
        if all(abs(t - other) * mm_per_unit >= half + room for other, room in taken):
            taken.append((t, half))
    return sorted(t for t, _ in taken)


def _count_text(row: Effect) -> str:
    ends = count_ends(row)
    if ends is None:
        return ""
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


def _table_rows(curve: Curve) -> list[tuple[str, dict[float, str]]]:
    rows = [("At risk", curve.at_risk), ("Events", curve.events), ("Censored", curve.censored)]
    timed = [(name, {r.at: _count_text(r) for r in found if r.at is not None}) for name, found in rows]
    return [(name, cells) for name, cells in timed if cells]


def _totals(curve: Curve) -> list[str]:
    """Events and censored in all, where the rows give no times for them."""
    found = []
    for name, rows in (("Events in all", curve.events), ("Censored in all", curve.censored)):
        row = next((r for r in rows if r.at is None), None)
        if row is not None:
            found.append(f"{name}: {_count_text(row)}")
    return ["; ".join(found)] if found else []


def _draw_table(
    axes: Axes,
    figure: Figure,
    top: float,
    what: tuple[list[tuple[str, dict[float, str]]], list[str]],
    ticks: list[float],
) -> None:
    table, notes = what
    height = figure.get_figheight() * style.MM
    width = figure.get_figwidth() * style.MM
    y = top - 1.0
    for name, cells in table:
        figure.text(
            (_LEFT - 4) / width,
            y / height,
            name,
            ha="right",
            va="center",
            fontsize=style.TEXT,
            color=INK,
            parse_math=False,
        )
        for t in ticks:
            x = float(axes.transData.transform((t, 0))[0]) / figure.dpi * style.MM
            style.write(figure, x / width, y / height, cells.get(t, ""), ha="center", va="center")
        y -= 3.6
    for note in notes:
        style.write(figure, (_LEFT - 4 if not table else 3) / width, y / height, note, ha="left", va="center")
        y -= 3.6
    _ = short

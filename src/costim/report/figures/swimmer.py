"""Swimmer plot: a lane per patient from the first infusion; infusions by day on an axis of their own."""

from __future__ import annotations

import math
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.parameters import parameter
from costim.report.figures import style
from costim.report.figures.identity import MOST_NAMES, Identity
from costim.report.figures.lane_marks import (
    DOSE_MARKS,
    EVENT_MARKS,
    RETURN_MARK,
    draw_bar,
    draw_dose,
    draw_events,
    draw_status,
)
from costim.report.figures.lanes import Lane, Lanes, lanes_of
from costim.report.figures.marks import name_tag, symbol
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import FAINT, GREY, INK, Tags
from costim.report.figures.view import View
from costim.report.figures.words import reading_text, short

_LANE = 5.0
_DAYS_PANEL = 30.0
_TABLE = 32.0
_CLOSE = 0.12
"""Infusions within this share of the longest lane would hide each other: they get an axis in days."""
_LEGEND_LINE = 4.0


def draw_swimmer(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `swimmer`."""
    lanes = lanes_of(view)
    if lanes is None:
        raise ValueError("a swimmer plot was planned without lanes")
    label = style.widest(style.new_figure(style.DOUBLE, 60), [p.label for p in people.values()]) + 7
    lane = min(_LANE, style.TALLEST / len(lanes.lanes))
    legend = _legend_entries(lanes)
    bottom = 11 + _LEGEND_LINE * math.ceil(len(legend) / 3)
    height = lane * len(lanes.lanes)
    figure = style.new_figure(style.DOUBLE, height + bottom + 5)
    apart = _infusions_apart(lanes)
    left = label + 2
    start = left + (_DAYS_PANEL + 5 if apart else 0)
    main = style.add_axes(figure, start, bottom, style.DOUBLE - start - _TABLE, height)
    _time_axis(main, lanes, apart)
    first = main
    if apart:
        first = style.add_axes(figure, left, bottom, _DAYS_PANEL, height)
        _day_axis(first, lanes)
    tags = Tags(planned.name)
    named = len(view.subjects) <= MOST_NAMES
    for i, one in enumerate(lanes.lanes):
        person = people[one.subject]
        _name(first, i, person, tags, named)
        draw_bar(main, i, one, person, tags)
        draw_events(main, i, one, lanes.days_per_unit, (person, tags))
        for day, words in one.doses:
            at = (day if apart else day / lanes.days_per_unit, i)
            draw_dose(first, at, lanes.doses.index(words), tags.next(person))
    _table(main, lanes, named)
    _legend(figure, legend, left)
    return figure


def _dose_days(lanes: Lanes) -> list[float]:
    return sorted({day for lane in lanes.lanes for day, _ in lane.doses})


def _longest(lanes: Lanes) -> float:
    times = [x for lane in lanes.lanes for x in (lane.low, lane.high)]
    times += [x for lane in lanes.lanes for m in lane.events for x in (m.value, m.lower, m.upper)]
    return max((x for x in times if x is not None and math.isfinite(x)), default=0.0) or 1.0


def _infusions_apart(lanes: Lanes) -> bool:
    days = _dose_days(lanes)
    return bool(days) and max(abs(days[0]), abs(days[-1])) <= _CLOSE * _longest(lanes) * lanes.days_per_unit


def _lane_stripes(axes: Axes, n: int) -> None:
    axes.set_ylim(n - 0.5, -0.5)
    axes.set_yticks([])
    style.drop_spines(axes, "left")
    for i in range(0, n, 2):
        axes.axhspan(i - 0.5, i + 0.5, facecolor=FAINT, linewidth=0, zorder=0)


def _time_axis(axes: Axes, lanes: Lanes, apart: bool) -> None:
    _lane_stripes(axes, len(lanes.lanes))
    days = [] if apart else _dose_days(lanes)
    ends = [0.0, _longest(lanes), *(day / lanes.days_per_unit for day in days)]
    room = (max(ends) - min(ends)) * 0.05
    axes.set_xlim(min(ends) - (room if min(ends) < 0 else 0), max(ends) + room)
    style.number_axis(axes.xaxis, steps=8)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=4)
    words = f"{parameter(lanes.parameter).label} ({lanes.unit} since the first infusion)"
    axes.set_xlabel(style.wrap(words, 72), parse_math=False, labelpad=2)


def _day_axis(axes: Axes, lanes: Lanes) -> None:
    _lane_stripes(axes, len(lanes.lanes))
    days = _dose_days(lanes)
    low, high = min(days[0], 0.0), max(days[-1], 1.0)
    room = (high - low) * 0.08
    axes.set_xlim(low - room, high + room)
    style.number_axis(axes.xaxis, steps=4, whole=True)
    if len(days) <= 5 and min((b - a for a, b in pairwise(days)), default=high) > (high - low) / 6:
        axes.set_xticks(days, [style.tick_text(d) for d in days])
    axes.set_xlabel("Infusions (study day)", labelpad=2)


def _name(axes: Axes, i: int, person: Identity, tags: Tags, named: bool) -> None:
    width = style.size_of(axes)[0]
    place = axes.get_yaxis_transform()
    symbol(axes, -3.0 / width, i, person, tags, transform=place)
    if named:
        name_tag(axes, -5.4 / width, i, person, tags, ha="right", transform=place)


def _table(axes: Axes, lanes: Lanes, named: bool) -> None:
    """At the right: number of infusions, and the time as the source gives it."""
    width = style.size_of(axes)[0]
    columns = (1 + 9 / width, 1 + 23 / width)
    height = style.size_of(axes)[1]
    for x, head in zip(columns, ("Infusions", lanes.unit.capitalize()), strict=True):
        style.write(axes, x, 1 + 1 / height, head, ha="center", va="bottom", transform=axes.transAxes, color=GREY)
    for i, lane in enumerate(lanes.lanes if named else ()):
        count = "" if lane.infusions is None else reading_text(lane.infusions)
        for x, text in zip(columns, (count, _time_words(lane)), strict=True):
            place = axes.get_yaxis_transform()
            style.write(axes, x, i, text, ha="center", va="center_baseline", transform=place)


def _time_words(lane: Lane) -> str:
    """The time as the source gives it; a bound stated elsewhere stands in brackets."""
    if lane.by_constraint:
        ends = (("≥", lane.low), ("≤", lane.high))
        return f"[{' '.join(f'{sign}{short(x)}' for sign, x in ends if x is not None)}]"
    return "–" if lane.row is None else reading_text(lane.row)


def _legend_entries(lanes: Lanes) -> list[tuple[str, str]]:
    """Marker (or status) and words."""
    entries = [(DOSE_MARKS[k % len(DOSE_MARKS)], words) for k, words in enumerate(lanes.doses)]
    seen = {lane.status for lane in lanes.lanes if lane.low is not None or lane.high is not None}
    response = lanes.parameter == "event.end_of_response"
    words = {
        "observed": "response ended" if response else "event",
        "censored": "in response when last seen" if response else "no event when last seen",
        "unknown": "ended or going on: not stated",
    }
    entries += [(status, words[status]) for status in ("observed", "censored", "unknown") if status in seen]
    events = sorted({m.parameter for lane in lanes.lanes for m in lane.events if m.text != "censored"})
    entries += [(EVENT_MARKS.get(code, "o"), code.partition(".")[2].replace("_", " ")) for code in events]
    if any(lane.bcell_return is not None for lane in lanes.lanes):
        entries.append((RETURN_MARK, "return of B cells"))
    return entries


def _legend(figure: Figure, entries: list[tuple[str, str]], left: float) -> None:
    if not entries:
        return
    rows = math.ceil(len(entries) / 3)
    width = style.DOUBLE - left - 4
    axes = style.add_axes(figure, left, 0.8, width, _LEGEND_LINE * rows)
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(rows, 0)
    columns = [entries[k : k + rows] for k in range(0, len(entries), rows)]
    x = 1.5
    for column in columns:
        texts = [style.wrap(words, 44).split("\n")[0] for _, words in column]
        for row, ((mark, _), text) in enumerate(zip(column, texts, strict=True)):
            y = row + 0.5
            if mark in ("observed", "censored", "unknown"):
                draw_status(axes, (x, y), mark, None, None)
            else:
                axes.plot([x], [y], marker=mark, markersize=4.6, color=INK, linestyle="none", clip_on=False)
            style.write(axes, x + 2.8, y, text, va="center_baseline")
        x += style.widest(figure, texts) + 8

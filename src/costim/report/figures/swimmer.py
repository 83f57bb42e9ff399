"""Swimmer plot: a lane per patient from the first infusion; infusions by day on an axis of their own."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.measurements import Measurement
from costim.registry.parameters import parameter
from costim.report.figures import style
from costim.report.figures.identity import Identity
from costim.report.figures.lanes import Lane, Lanes, lanes_of
from costim.report.figures.marks import name_tag, symbol, thread
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import FAINT, GREY, INK, LINE_HEIGHT, Tags
from costim.report.figures.view import View
from costim.report.figures.words import label_of, reading_text, short

_LANE = 5.0
_DOSE_MARKS = ("v", "s", "D", "^", "o", "P", "X", "p", "h", "<", ">")
_EVENT_MARKS = {
    "event.relapse": "X",
    "event.retreatment": "P",
    "event.death": "s",
    "event.infection": "^",
    "event.adverse_event": "D",
    "event.infusion_reaction": "v",
    "event.last_contact": "|",
}
_DAYS_PANEL = 30.0


def draw_swimmer(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `swimmer`."""
    lanes = lanes_of(view)
    if lanes is None:
        raise ValueError("a swimmer plot was planned without lanes")
    n = len(lanes.lanes)
    probe = style.new_figure(style.DOUBLE, 60)
    label = style.widest(probe, [p.label for p in people.values()]) + 8
    lane = min(_LANE, style.TALLEST / max(n, 1))
    legend = _legend_entries(lanes)
    rows = math.ceil(len(legend) / 3)
    bottom = 12 + 4 * rows
    figure = style.new_figure(style.DOUBLE, lane * n + bottom + 9)
    top = lane * n
    days = _days_needed(lanes)
    left = label + 2
    table = 30.0
    main_left = left + (_DAYS_PANEL + 5 if days else 0)
    main = style.add_axes(figure, main_left, bottom, style.DOUBLE - main_left - table, top)
    tags = Tags(planned.name)
    _time_axis(main, lanes)
    first = main
    if days:
        first = style.add_axes(figure, left, bottom, _DAYS_PANEL, top)
        _day_axis(first, lanes, days)
    named = lane >= LINE_HEIGHT * 0.95
    for i, one in enumerate(lanes.lanes):
        person = people[one.subject]
        _names(first, i, person, tags, named)
        _bar(main, i, one, person, tags)
        _events(main, i, one, person, tags, lanes)
        for day, words in one.doses:
            mark = _DOSE_MARKS[lanes.doses.index(words) % len(_DOSE_MARKS)]
            for axes, x in ((first, day),) if days else ((main, day / lanes.days_per_unit),):
                axes.plot(
                    [x],
                    [i],
                    marker=mark,
                    markersize=4.0,
                    color=INK,
                    linestyle="none",
                    zorder=6,
                    gid=tags.next(person),
                    clip_on=False,
                    markeredgewidth=0,
                )
    _table(main, lanes, named)
    _legend(figure, legend, label + 2)
    return figure


def _days_needed(lanes: Lanes) -> float:
    """Last infusion day when infusions are too close together for the axis of the lanes, else 0."""
    last = max((day for lane in lanes.lanes for day, _ in lane.doses), default=0.0)
    first = min((day for lane in lanes.lanes for day, _ in lane.doses), default=0.0)
    return (
        max(last, 1.0) if (lanes.doses and max(last, -first) <= 0.12 * _longest(lanes) * lanes.days_per_unit) else 0.0
    )


def _longest(lanes: Lanes) -> float:
    ends = [x for lane in lanes.lanes for x in (lane.low, lane.high) if x is not None and math.isfinite(x)]
    ends += [
        x for lane in lanes.lanes for m in lane.events for x in (m.value, m.upper) if x is not None and math.isfinite(x)
    ]
    return max(ends, default=1.0) or 1.0


def _lanes_frame(axes: Axes, n: int) -> None:
    axes.set_ylim(n - 0.5, -0.5)
    axes.set_yticks([])
    style.drop_spines(axes, "left")
    for i in range(0, n, 2):
        axes.axhspan(i - 0.5, i + 0.5, facecolor=FAINT, linewidth=0, zorder=0)


def _time_axis(axes: Axes, lanes: Lanes) -> None:
    _lanes_frame(axes, len(lanes.lanes))
    first = min((day for lane in lanes.lanes for day, _ in lane.doses), default=0.0) / lanes.days_per_unit
    axes.set_xlim(min(0.0, first if not _days_needed(lanes) else 0.0), _longest(lanes) * 1.06)
    style.number_axis(axes.xaxis, steps=8)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=4)
    axes.set_xlabel(
        style.wrap(f"{parameter(lanes.parameter).label} ({lanes.unit} since the first infusion)", 70), parse_math=False
    )


def _day_axis(axes: Axes, lanes: Lanes, last: float) -> None:
    _lanes_frame(axes, len(lanes.lanes))
    first = min(0.0, *(day for lane in lanes.lanes for day, _ in lane.doses))
    room = (last - first) * 0.08
    axes.set_xlim(first - room, last + room)
    days = sorted({day for lane in lanes.lanes for day, _ in lane.doses})
    if len(days) <= 5:
        axes.set_xticks(days, [style.tick_text(d) for d in days])
    else:
        style.number_axis(axes.xaxis, steps=5, whole=True)
    axes.set_xlabel("Infusions (study day)")


def _names(axes: Axes, i: int, person: Identity, tags: Tags, named: bool) -> None:
    width = axes.get_window_extent().width / axes.get_figure().dpi * style.MM
    place = axes.get_yaxis_transform()
    symbol(axes, -3.0 / width, i, person, tags, transform=place)
    if named:
        name_tag(axes, -5.4 / width, i, person, tags, ha="right", transform=place)


def _bar(axes: Axes, i: int, lane: Lane, person: Identity, tags: Tags) -> None:
    window = axes.get_xlim()
    low = lane.low if lane.low is not None and math.isfinite(lane.low) else 0.0
    high = lane.high if lane.high is not None and math.isfinite(lane.high) else None
    if lane.low is None and high is None:
        style.write(axes, 0, i, "  time not known", va="center", color=GREY, fontstyle="italic")
        return
    if low > 0:
        for patch in axes.barh([i], [low], height=0.5, color=person.colour, linewidth=0, zorder=2):
            patch.set_gid(tags.next(person))
    open_end = high is None
    end = window[1] if high is None else high
    if end > low:
        for patch in axes.barh(
            [i], [end - low], left=[low], height=0.5, facecolor=person.colour, alpha=0.25, linewidth=0, zorder=2
        ):
            patch.set_gid(tags.next(person))
        if not open_end:
            thread(axes, [end, end], [i - 0.25, i + 0.25], person, tags, linestyle="-", linewidth=1.1)
    _status(axes, i, end if not open_end else low, (lane.status, person), tags)


def _status(axes: Axes, i: int, x: float, who: tuple[str, Identity], tags: Tags) -> None:
    """How the time ended: a cap (observed), an arrow (still in response) or a question mark (not stated)."""
    status, person = who
    if status == "observed":
        thread(axes, [x, x], [i - 0.36, i + 0.36], person, tags, linestyle="-", linewidth=2.0)
    elif status == "censored":
        axes.annotate("", xy=(x, i), xytext=(x, i), annotation_clip=False)
        axes.plot(
            [x],
            [i],
            marker=">",
            markersize=7,
            color=person.colour,
            gid=tags.next(person),
            clip_on=False,
            markeredgecolor="white",
            markeredgewidth=0.5,
            zorder=5,
        )
    elif status == "unknown":
        axes.plot(
            [x],
            [i],
            marker="o",
            markersize=7,
            markerfacecolor="white",
            markeredgecolor=person.colour,
            markeredgewidth=0.9,
            gid=tags.next(person),
            clip_on=False,
            zorder=5,
        )
        style.write(
            axes,
            x,
            i,
            "?",
            ha="center",
            va="center_baseline",
            fontsize=style.TEXT - 0.5,
            color=INK,
            gid=tags.next(person),
            zorder=7,
        )


def _events(axes: Axes, i: int, lane: Lane, person: Identity, tags: Tags, lanes: Lanes) -> None:
    rows: list[tuple[Measurement, float, str]] = [
        (m, 1.0, _EVENT_MARKS.get(m.parameter, "o")) for m in lane.events if m.text in (None, "", "observed", "unknown")
    ]
    if lane.bcell_return is not None:
        rows.append((lane.bcell_return, 1 / lanes.days_per_unit, "d"))
    for row, factor, mark in rows:
        ends = [
            x * factor
            for x in ((row.value, row.value) if row.value is not None else (row.lower, row.upper))
            if x is not None and math.isfinite(x)
        ]
        look: dict[str, Any] = {"color": INK, "gid": tags.next(person), "zorder": 6, "clip_on": False}
        if len(ends) == 2 and ends[0] != ends[1]:
            axes.plot(ends, [i - 0.36, i - 0.36], linewidth=0.8, **look)
        if ends:
            axes.plot(
                [ends[-1]],
                [i if row.value is not None else i - 0.36],
                marker=mark,
                markersize=4.6,
                linestyle="none",
                markeredgewidth=0.6,
                markerfacecolor="white" if row.text == "unknown" else INK,
                **(look | {"gid": tags.next(person)}),
            )


def _table(axes: Axes, lanes: Lanes, named: bool) -> None:
    """At the right: infusions and the time as the source gives it."""
    width = axes.get_window_extent().width / axes.get_figure().dpi * style.MM
    place = axes.get_yaxis_transform()
    columns = [(1 + 9 / width, "Infusions"), (1 + 21 / width, lanes.unit.capitalize())]
    for x, head in columns:
        style.write(axes, x, -0.75, head, ha="center", va="bottom", transform=place, color=GREY)
    if not named:
        return
    for i, lane in enumerate(lanes.lanes):
        count = "" if lane.infusions is None else reading_text(lane.infusions)
        style.write(axes, columns[0][0], i, count, ha="center", va="center", transform=place)
        said = reading_text(lane.row) if lane.row is not None else "–"
        if lane.by_constraint:
            parts = [
                f"≥{short(lane.low)}" if lane.low is not None else "",
                f"≤{short(lane.high)}" if lane.high is not None else "",
            ]
            said = f"[{' '.join(p for p in parts if p)}]"
        style.write(axes, columns[1][0], i, said, ha="center", va="center", transform=place)


def _legend_entries(lanes: Lanes) -> list[tuple[str, str, bool]]:
    """Marker, words, filled."""
    entries = [(_DOSE_MARKS[k % len(_DOSE_MARKS)], words, True) for k, words in enumerate(lanes.doses)]
    status = {lane.status for lane in lanes.lanes if lane.low is not None or lane.high is not None}
    words = {
        "observed": ("|", "ended"),
        "censored": (">", "still in response when last seen"),
        "unknown": ("?", "ended or still in response: not stated"),
    }
    if lanes.parameter != "event.end_of_response":
        words |= {"observed": ("|", "observed"), "censored": (">", "censored")}
    entries += [(*words[s], True) for s in ("observed", "censored", "unknown") if s in status]
    seen = sorted({m.parameter for lane in lanes.lanes for m in lane.events if m.text != "censored"})
    entries += [(_EVENT_MARKS.get(code, "o"), label_of(code), True) for code in seen]
    if any(lane.bcell_return is not None for lane in lanes.lanes):
        entries.append(("d", "return of B cells (line: not seen before, seen after)", True))
    return entries


def _legend(figure: Figure, entries: list[tuple[str, str, bool]], left: float) -> None:
    if not entries:
        return
    rows = math.ceil(len(entries) / 3)
    axes = style.add_axes(figure, left, 1, style.DOUBLE - left - 4, 4 * rows)
    axes.set_axis_off()
    axes.set_xlim(0, 3)
    axes.set_ylim(rows, 0)
    for k, (mark, words, _) in enumerate(entries):
        column, row = divmod(k, rows)
        y = row + 0.5
        if mark == "?":
            axes.plot(
                [column + 0.03],
                [y],
                marker="o",
                markersize=7,
                markerfacecolor="white",
                markeredgecolor=INK,
                markeredgewidth=0.9,
                clip_on=False,
            )
            style.write(axes, column + 0.03, y, "?", ha="center", va="center_baseline", fontsize=style.TEXT - 0.5)
        else:
            axes.plot([column + 0.03], [y], marker=mark, markersize=5, color=INK, linestyle="none", clip_on=False)
        style.write(axes, column + 0.09, y, style.wrap(words, 42).split("\n")[0], va="center")

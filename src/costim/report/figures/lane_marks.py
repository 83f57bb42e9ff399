"""What stands in one lane of a swimmer plot: the bar, how it ended, infusions and other events."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.markers import CARETRIGHTBASE

from costim.report.figures import style
from costim.report.figures.identity import Identity
from costim.report.figures.lanes import Lane
from costim.report.figures.marks import thread
from costim.report.figures.style import GREY, INK, Tags

DOSE_MARKS = ("v", "s", "D", "^", "o", "P", "X", "p", "h", "<", ">")
EVENT_MARKS = {
    "event.relapse": "X",
    "event.retreatment": "P",
    "event.death": "s",
    "event.infection": "^",
    "event.adverse_event": "D",
    "event.infusion_reaction": "v",
    "event.last_contact": "|",
}
RETURN_MARK = "d"
_UP = 0.36
"""Marks of events stand this much above the middle of the lane, so that the bar shows."""


def draw_bar(axes: Axes, i: int, lane: Lane, person: Identity, tags: Tags) -> None:
    """Full bar for the time that is certain, pale for what is left open, and the mark of how it ended."""
    low = lane.low if lane.low is not None and math.isfinite(lane.low) else 0.0
    bounded = lane.high is not None and math.isfinite(lane.high)
    high = lane.high if bounded and lane.high is not None else axes.get_xlim()[1]
    if not bounded and low <= 0:
        style.write(axes, 0, i, "  time not known", va="center_baseline", color=GREY, fontstyle="italic")
        return
    for start, end, alpha in ((0.0, low, 1.0), (low, high, 0.25)):
        if end > start:
            bar = axes.barh([i], [end - start], left=[start], height=0.5, color=person.colour, alpha=alpha, linewidth=0)
            bar[0].set_gid(tags.next(person))
    if bounded and high > low:
        thread(axes, [high, high], [i - 0.25, i + 0.25], person, tags, linestyle="-", linewidth=1.1)
    draw_status(axes, (high if bounded else low, i), lane.status, person, tags.next(person))


def draw_status(axes: Axes, at: tuple[float, float], status: str, person: Identity | None, gid: str | None) -> None:
    """A cap (it ended), an arrow head (it went on when last seen) or a question mark (the source does not say)."""
    colour = INK if person is None else person.colour
    look: dict[str, Any] = {"linestyle": "none", "clip_on": False, "zorder": 5, "gid": gid}
    if status == "observed":
        axes.plot([at[0]], [at[1]], marker="|", markersize=10, markeredgewidth=2.2, color=colour, **look)
    elif status == "censored":
        axes.plot([at[0]], [at[1]], marker=CARETRIGHTBASE, markersize=7, markeredgewidth=0, color=colour, **look)
    elif status == "unknown":
        axes.plot(
            [at[0]],
            [at[1]],
            marker="o",
            markersize=7,
            markerfacecolor="white",
            markeredgecolor=colour,
            markeredgewidth=0.9,
            **look,
        )
        extra: dict[str, Any] = {} if gid is None else {"gid": f"{gid}-mark"}
        style.write(axes, *at, "?", ha="center", va="center_baseline", fontsize=style.TEXT - 0.5, zorder=7, **extra)


def draw_dose(axes: Axes, at: tuple[float, float], kind: int, gid: str) -> None:
    """An infusion, by the running number of its dose."""
    axes.plot(
        [at[0]],
        [at[1]],
        marker=DOSE_MARKS[kind % len(DOSE_MARKS)],
        markersize=4,
        markeredgewidth=0,
        color=INK,
        linestyle="none",
        zorder=6,
        clip_on=False,
        gid=gid,
    )


def draw_events(axes: Axes, i: int, lane: Lane, days_per_unit: float, name: tuple[Identity, Tags]) -> None:
    """Other events of the patient, and the return of B cells, at their times."""
    marks = [(row, EVENT_MARKS.get(row.parameter, "o"), 1.0) for row in lane.events if row.text != "censored"]
    if lane.bcell_return is not None:
        marks.append((lane.bcell_return, RETURN_MARK, 1 / days_per_unit))
    for row, mark, factor in marks:
        ends = (row.value, row.value) if row.value is not None else (row.lower, row.upper)
        known = [x * factor for x in ends if x is not None and math.isfinite(x)]
        if known:
            _draw_event(axes, (i, row.value is not None), known, (mark, row.text == "unknown"), name)


def _draw_event(
    axes: Axes, at: tuple[int, bool], known: list[float], mark: tuple[str, bool], name: tuple[Identity, Tags]
) -> None:
    """A mark at the time; when only bounds are known, a line with the mark at its end."""
    person, tags = name
    i, exact = at
    y = i - _UP
    look: dict[str, Any] = {"color": INK, "zorder": 6, "clip_on": False}
    if not exact and len(known) == 2:
        axes.plot(known, [y, y], linewidth=0.8, gid=tags.next(person), **look)
    look |= {"markerfacecolor": "white" if mark[1] else INK, "markeredgewidth": 0.6 if mark[1] else 0.2}
    axes.plot([known[-1]], [y], marker=mark[0], markersize=4.8, linestyle="none", gid=tags.next(person), **look)

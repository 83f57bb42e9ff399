"""The card of a picture of states: sizes, the axis of days or columns, names of visits, the legend's places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.report.figures import style
from costim.report.figures.state_board import StateBoard
from costim.report.figures.state_looks import LONGEST_LETTER, outcome_words
from costim.report.figures.state_words import has_gaps, visit_words
from costim.report.figures.style import GREY, PALE
from costim.report.figures.view import View
from costim.report.figures.words import reading_text

_LANE = (3.3, 5.4)
"""Least and largest height of a lane with a name."""
_TALL = 170.0
"""Lanes are narrowed when they would be taller together."""
_TILE = 3.5
_SMALLEST = 1.9
_APART = 0.5
_COLUMN = 22.0
_PAD = 1.4
_RIGHT = 2.0
_ROW = 4.2
"""Of the legend."""
_WRAP = 14
_STEPS = 3
"""Rows in which names of visits may stand."""

STAY, FLARE, GAP = "stay", "flare", ""
"""Marks of the legend that are no outcome."""


@dataclass(frozen=True, slots=True)
class Head:
    """The name of a visit: its place on the axis, middle and bottom of the text in millimetres."""

    at: float
    x: float
    y: float
    text: str
    half: float = 0.0
    """Half the width of a text that is not turned."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Millimetres, but for `ends`: the limits of the x axis."""

    width: float
    height: float
    left: float
    bottom: float
    plot: float
    lane: float
    tile: float
    unit: float
    """Millimetres per day or column."""
    ends: tuple[float, float]
    heads: tuple[Head, ...]
    upright: bool
    """Names of columns are turned."""
    ticks: tuple[float, ...]
    """Planned days, where they can all be printed."""
    table: float
    table_head: str
    legend: float
    entries: tuple[tuple[str, str, float, float], ...]
    """Mark, words, and place in the legend."""


_Heads = tuple[tuple[Head, ...], bool]


def lay_out(view: View, board: StateBoard, names: Sequence[str]) -> Layout:
    """Sizes of everything. `names` are those printed beside the lanes; none when patients are too many."""
    probe = style.new_figure(style.DOUBLE, 40)
    left = style.widest(probe, names) + 8 if names else 8.0
    table, table_head = _table(probe, board) if names else (0.0, "")
    n = len(board.lanes)
    lane = min(max(min(_LANE[1], _TALL / n), _LANE[0]), style.TALLEST / n)
    tile = min(_TILE, lane * 0.72)
    room = style.DOUBLE - left - table - _RIGHT
    least = min(style.SINGLE - left - table - _RIGHT, room)
    entries = _entries(board)
    if board.by_day:
        plot, tile = _plot_of_days(board, room, least, tile)
        low, high = _span(board)
        pad = tile / 2 + _PAD
        unit = (plot - 2 * pad) / (high - low)
        ends = (low - pad / unit, high + pad / unit)
        named = [(name, day) for name, day in _planned(view, board) if low <= day <= high]
        ticks = _ticks(probe, view, board, unit)
        foot = 10.5
    else:
        plot = max(min(room, _COLUMN * len(board.visits)), least)
        unit, ends, ticks, foot = plot / len(board.visits), (-0.5, len(board.visits) - 0.5), (), 2.0
        tile = min(tile, unit * 0.8)
        named = [(name, float(i)) for i, name in enumerate(board.visits)]
    places = [(visit_words(view, name), at, (at - ends[0]) * unit) for name, at in named]
    wrap = _WRAP if board.by_day else min(max(int(unit / 1.45), _WRAP - 5), _WRAP)
    heads, upright = _heads(probe, places, (2.0 - left, plot + 1.0), wrap)
    width = left + plot + table + _RIGHT
    placed, legend = _flow(probe, entries, width - left - 2)
    top = max((_top(probe, head, turned=upright) for head in heads), default=0.0)
    top = max(top + 1.2, 3.2 * (table_head.count("\n") + 1) + 1.5 if table_head else 0.0, 2.0)
    bottom = foot + legend
    return Layout(
        width, lane * n + bottom + top, left, bottom, plot, lane, tile, unit, ends, heads, upright, ticks, table,
        table_head, legend, placed,
    )  # fmt: skip


def draw_axis(figure: Figure, board: StateBoard, layout: Layout) -> Axes:
    """Axes with names of visits and days; x in days or columns, y in lanes from above."""
    n = len(board.lanes)
    axes = style.add_axes(figure, layout.left, layout.bottom, layout.plot, layout.lane * n)
    axes.set_xlim(*layout.ends)
    axes.set_ylim(n - 0.5, -0.5)
    axes.set_yticks([])
    style.drop_spines(axes, "left")
    if board.by_day:
        if layout.ticks:
            axes.set_xticks(layout.ticks, [style.tick_text(day) for day in layout.ticks])
        else:
            style.number_axis(axes.xaxis, steps=8, whole=True)
        axes.set_xlabel("Days since the first infusion", labelpad=2)
        if layout.ends[0] < 0 < layout.ends[1]:
            axes.axvline(0, color=GREY, linewidth=0.6, zorder=0.6)
    else:
        axes.set_xticks([])
        style.drop_spines(axes, "bottom")
    for head in layout.heads:
        _write_head(axes, head, layout)
    return axes


def _write_head(axes: Axes, head: Head, layout: Layout) -> None:
    x = layout.ends[0] + head.x / layout.unit
    y = -0.5 - head.y / layout.lane
    look: dict[str, Any] = {"color": PALE, "linewidth": 0.5, "zorder": 0.5}
    axes.axvline(head.at, **look)
    # From the foot of the name straight down where the name stands above its visit.
    foot, half = y + 0.5 / layout.lane, head.half / layout.unit
    axes.plot((head.at, min(max(head.at, x - half), x + half)), (-0.5, foot), clip_on=False, **look)
    turn = 90 if layout.upright else 0
    style.write(axes, x, y, head.text, ha="center", va="bottom", color=GREY, linespacing=1.1, rotation=turn)


def _table(probe: Figure, board: StateBoard) -> tuple[float, str]:
    """Width and head of the column at the right; nothing where the rows count nothing."""
    said = [reading_text(lane.total) for lane in board.lanes if lane.total is not None and not lane.total.missing]
    if not said:
        return 0.0, ""
    head = "Flares" if board.has_flares else "Days in\nthe state"
    return max(style.widest(probe, said), style.widest(probe, head.split("\n"))) + 3, head


def _span(board: StateBoard) -> tuple[float, float]:
    days = [tile.at for lane in board.lanes for tile in lane.tiles]
    days += [end for lane in board.lanes for flare in lane.flares for end in (flare.start, flare.end)]
    return min(days), max(days)


def _plot_of_days(board: StateBoard, room: float, least: float, tile: float) -> tuple[float, float]:
    """Width of the axis and side of a tile, so that no tile of a patient touches the next."""
    low, high = _span(board)
    gaps = [later.at - earlier.at for lane in board.lanes for earlier, later in pairwise(lane.tiles)]
    share = min(gaps, default=high - low) / (high - low)
    wanted = (tile + 1.5) / share + tile + 2 * _PAD
    plot = min(max(wanted, 17.0 * len(board.visits), least), room)
    inner = plot - tile - 2 * _PAD
    return plot, min(tile, max(inner * share - _APART, _SMALLEST))


def _planned(view: View, board: StateBoard) -> list[tuple[str, float]]:
    """Visits of the figure with their planned day; none when one has none or the days do not follow each other."""
    days = {visit.name: visit.day for visit in view.plan.visits}
    found = [(visit, day) for visit in board.visits if (day := days.get(visit)) is not None]
    in_order = all(a[1] < b[1] for a, b in pairwise(found))
    return found if len(found) == len(board.visits) and in_order else []


def _ticks(probe: Figure, view: View, board: StateBoard, unit: float) -> tuple[float, ...]:
    days = [day for _, day in _planned(view, board)]
    half = {day: style.text_width(probe, style.tick_text(day)) / 2 + 0.6 for day in days}
    apart = all((b - a) * unit > half[a] + half[b] for a, b in pairwise(days))
    low, high = _span(board)
    return tuple(day for day in days if low <= day <= high) if days and apart else ()


def _heads(probe: Figure, places: Sequence[tuple[str, float, float]], room: tuple[float, float], wrap: int) -> _Heads:
    """Names of visits above an axis: in steps where they fit, else turned, else none."""
    wrapped = [(style.wrap(text, wrap), at, x) for text, at, x in places]
    steps = _in_steps(probe, wrapped, room)
    if steps or min((b[2] - a[2] for a, b in pairwise(places)), default=style.LINE_HEIGHT) < style.LINE_HEIGHT + 0.4:
        return steps, False
    return tuple(Head(at, x, 1.0, style.wrap(text, 30).split("\n")[0]) for text, at, x in places), True


def _in_steps(probe: Figure, places: Sequence[tuple[str, float, float]], room: tuple[float, float]) -> tuple[Head, ...]:
    """Each name in the lowest row where it covers no other and no leader; nothing when that takes too many rows."""
    half = [style.widest(probe, text.split("\n")) / 2 for text, *_ in places]
    free = [room[0]] * _STEPS
    placed: list[tuple[int, float]] = []
    for i, (_, _, x) in enumerate(places):
        # A name leans to the left where the leader of the next one would run through it.
        wall = places[i + 1][2] - 0.8 if i + 1 < len(places) else room[1]
        middle = max(min(x, wall - half[i], room[1] - half[i]), x - half[i] + 1.0, room[0] + half[i])
        row = next((k for k in range(_STEPS) if free[k] + 1.5 <= middle - half[i]), None)
        below = [abs(x - at) < half[j] + 0.3 for j, (k, at) in enumerate(placed) if row is not None and k < row]
        if row is None or any(below):
            return ()
        free[row] = middle + half[i]
        placed.append((row, middle))
    lines = [0] * _STEPS
    for (row, _), (text, *_) in zip(placed, places, strict=True):
        lines[row] = max(lines[row], text.count("\n") + 1)
    high = [1.2 + sum(n * style.LINE_HEIGHT * 1.1 + 0.8 for n in lines[:row]) for row in range(_STEPS)]
    return tuple(
        Head(at, middle, high[row], text, half[i])
        for i, ((row, middle), (text, at, _)) in enumerate(zip(placed, places, strict=True))
    )


def _top(probe: Figure, head: Head, *, turned: bool) -> float:
    lines = head.text.split("\n")
    return head.y + (style.widest(probe, lines) if turned else style.LINE_HEIGHT * 1.1 * len(lines))


def _entries(board: StateBoard) -> list[tuple[str, str]]:
    entries = [(outcome, _legend_words(board, outcome)) for outcome in board.outcomes]
    if has_gaps(board):
        entries.append((GAP, "nothing recorded"))
    if any(lane.stays for lane in board.lanes):
        entries.append((STAY, "in the state at both ends"))
    if any(lane.flares for lane in board.lanes):
        entries.append((FLARE, "a flare began in this time"))
    return entries


def _legend_words(board: StateBoard, outcome: str) -> str:
    """A grade that is a letter or a number says that it is one."""
    words = outcome_words(outcome)
    return f"grade {words}" if board.choice.measure.kind == "grade" and len(words) <= LONGEST_LETTER else words


def _flow(
    probe: Figure, entries: Sequence[tuple[str, str]], width: float
) -> tuple[tuple[tuple[str, str, float, float], ...], float]:
    """Entries in lines, as many in each as fit; and the height of all."""
    x, row, placed = 0.0, 0, []
    for mark, words in entries:
        text = style.wrap(words, 40).split("\n")[0]
        wide = 6.2 + style.text_width(probe, text)
        if x and x + wide > width:
            x, row = 0.0, row + 1
        placed.append((mark, text, x, (row + 0.5) * _ROW))
        x += wide + 5
    return tuple(placed), _ROW * (row + 1)

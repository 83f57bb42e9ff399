"""Picture of states over visits: patients as lanes, a tile at each visit, a line where the state holds at both ends."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.report.figures import style
from costim.report.figures.identity import MOST_NAMES, Identity
from costim.report.figures.marks import SYMBOL, name_tag, symbol
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.state_axis import FLARE, GAP, STAY, Layout, draw_axis, lay_out
from costim.report.figures.state_board import YES, StateBoard, StateLane, state_board
from costim.report.figures.state_looks import Look, looks
from costim.report.figures.state_marks import Pen, draw_dash, draw_flare, draw_gap, draw_stay, draw_tile
from costim.report.figures.style import FAINT, GREY, Tags
from costim.report.figures.view import View
from costim.report.figures.words import reading_text

_SAMPLE = 4.8
"""Length of a line or bar in the legend."""


def draw_states(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `states`."""
    board = state_board(view, planned.parameter, planned.variant)
    if board is None:
        raise ValueError("a picture of states was planned without lanes")
    named = len(view.subjects) <= MOST_NAMES
    layout = lay_out(view, board, [people[lane.subject].label for lane in board.lanes] if named else [])
    figure = style.new_figure(layout.width, layout.height)
    axes = draw_axis(figure, board, layout)
    pen = Pen(axes, layout.tile / layout.unit, layout.tile / layout.lane, layout.tile)
    look, tags = looks(board.choice.measure, board.outcomes), Tags(planned.name)
    for i, lane in enumerate(board.lanes):
        if i % 2 == 0:
            axes.axhspan(i - 0.5, i + 0.5, facecolor=FAINT, linewidth=0, zorder=0)
        _draw_lane(pen, i, lane, (people[lane.subject], tags), look)
        _name(axes, i, people[lane.subject], tags, named)
    if layout.table:
        _totals(axes, board, layout)
    _legend(figure, layout, look)
    return figure


def _draw_lane(pen: Pen, i: int, lane: StateLane, who: tuple[Identity, Tags], look: dict[str, Look]) -> None:
    person, tags = who
    for flare in lane.flares:
        draw_flare(pen, (flare.start, flare.end), i, look.get(flare.outcome), tags.next(person))
    for ends in lane.stays:
        draw_stay(pen, ends, i, look[YES].ink, tags.next(person))
    for tile in lane.tiles:
        if tile.outcome:
            draw_tile(pen, (tile.at, i), look[tile.outcome], tags.next(person))
        else:
            draw_gap(pen, (tile.at, i), tags.next(person))


def _name(axes: Axes, i: int, person: Identity, tags: Tags, named: bool) -> None:
    (width, height), place = style.size_of(axes), axes.get_yaxis_transform()
    lane = height / abs(axes.get_ylim()[0] - axes.get_ylim()[1])
    symbol(axes, -3.0 / width, i, person, tags, transform=place, size=min(SYMBOL, lane / style.MM * 72 * 0.8))
    if named:
        name_tag(axes, -5.4 / width, i, person, tags, ha="right", transform=place)


def _totals(axes: Axes, board: StateBoard, layout: Layout) -> None:
    """At the right: what the rows count of each patient, by the convention that the lines show."""
    width, height = style.size_of(axes)
    x = 1 + (layout.table / 2 + 1.5) / width
    head: dict[str, Any] = {"ha": "center", "va": "bottom", "color": GREY, "linespacing": 1.1}
    style.write(axes, x, 1 + 1 / height, layout.table_head, transform=axes.transAxes, **head)
    for i, lane in enumerate(board.lanes):
        text = "–" if lane.total is None or lane.total.missing else reading_text(lane.total)
        style.write(axes, x, i, text, ha="center", va="center_baseline", transform=axes.get_yaxis_transform())


def _legend(figure: Figure, layout: Layout, look: dict[str, Look]) -> None:
    """Every outcome that occurs, then the dash, the line and the bar."""
    width = layout.width - layout.left
    axes = style.add_axes(figure, layout.left, 0.8, width, layout.legend)
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(layout.legend, 0)
    side = min(layout.tile, 3.0)
    pen = Pen(axes, side, side, side)
    for mark, text, x, y in layout.entries:
        at = (x + _SAMPLE / 2, y)
        if mark == STAY:
            draw_stay(pen, (x, x + _SAMPLE), y, look[YES].ink, None)
        elif mark == FLARE:
            draw_flare(pen, (x, x + _SAMPLE), y, None, None)
        elif mark == GAP:
            draw_dash(pen, at, None)
        else:
            draw_tile(pen, at, look[mark], None)
        style.write(axes, x + _SAMPLE + 1.4, y, text, va="center_baseline")

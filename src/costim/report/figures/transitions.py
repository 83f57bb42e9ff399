"""Tiles by category: one tile per patient or manifestation, with the patient's symbol and id."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from costim.report.figures import style
from costim.report.figures.identity import Identity
from costim.report.figures.marks import name_tag, symbol
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import FAINT, GREY, INK, PALE, Tags
from costim.report.figures.tiles import Board, tile_board
from costim.report.figures.view import View

_TILE_HEIGHT = 4.4
_GAP = 0.5
_PAD = 1.0


@dataclass(frozen=True)
class _Layout:
    """Millimetres: width of a tile, left edge and tiles per line of each column, lines of each row."""

    tile: float
    left: float
    across: tuple[int, ...]
    lines: tuple[int, ...]


def draw_transitions(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `transitions`."""
    board = tile_board(view, planned.parameter, planned.contrast)
    if board is None:
        raise ValueError("a tile chart was planned without tiles")
    probe = style.new_figure(style.DOUBLE, 40)
    single = board.columns == ("",)
    names = [style.wrap(row, 30) for row in board.rows]
    left = style.widest(probe, [line for name in names for line in name.split("\n")]) + 4
    tile = style.widest(probe, [people[s].label for *_, s in board.tiles]) + 4.8
    layout = _lay_out(board, tile, left)
    heads = [style.wrap(c, max(int(n * tile / 1.45), 12)) for c, n in zip(board.columns, layout.across, strict=True)]
    top = 1.5 if single else 2.5 + 3.0 * max(h.count("\n") + 1 for h in heads)
    heights = [
        max(n * _TILE_HEIGHT, 3.0 * (name.count("\n") + 1)) + 2 * _PAD
        for n, name in zip(layout.lines, names, strict=True)
    ]
    widths = [
        max(n * tile + 2 * _PAD, style.widest(probe, head.split("\n")) + 3)
        for n, head in zip(layout.across, heads, strict=True)
    ]
    figure = style.new_figure(max(left + sum(widths) + 2, 50), sum(heights) + top + 1.5)
    height = sum(heights)
    axes = style.add_axes(figure, left, 1.5, sum(widths), height)
    axes.set_axis_off()
    axes.set_xlim(0, sum(widths))
    axes.set_ylim(height, 0)
    tags = Tags(planned.name)
    y = 0.0
    for i, (row, name) in enumerate(zip(board.rows, names, strict=True)):
        axes.add_patch(
            Rectangle(
                (-left + 1, y),
                sum(widths) + left - 1,
                heights[i],
                facecolor=FAINT if i % 2 == 0 else "white",
                linewidth=0,
                clip_on=False,
                zorder=0,
            )
        )
        style.write(axes, -2, y + heights[i] / 2, name, ha="right", va="center", linespacing=1.15)
        x = 0.0
        for j, column in enumerate(board.columns):
            _cell(axes, (x + _PAD, y + _PAD), (board.at(row, column), layout.across[j], tile), people, tags)
            x += widths[j]
        y += heights[i]
    x = 0.0
    for j, head in enumerate(heads):
        style.write(axes, x + widths[j] / 2, -1.6, head, ha="center", va="baseline", color=GREY, linespacing=1.15)
        if not single:
            axes.plot([x, x], [0, height], color=PALE, linewidth=0.5, zorder=1, clip_on=False)
        x += widths[j]
    if single:
        axes.plot([0, 0], [0, height], color=INK, linewidth=0.6, zorder=1, clip_on=False)
    return figure


def _lay_out(board: Board, tile: float, left: float) -> _Layout:
    """Tiles per line of each column, so that the chart fits two journal columns where it can."""
    most = [max(len(board.at(row, column)) for row in board.rows) for column in board.columns]
    room = max(int((style.DOUBLE - left - 2 - 2 * _PAD * len(most)) / tile), len(most))
    across = [1] * len(most)
    while sum(across) < room and any(a < m for a, m in zip(across, most, strict=True)):
        tallest = max(range(len(most)), key=lambda j: (math.ceil(most[j] / across[j]), most[j], -j))
        if across[tallest] >= most[tallest]:
            break
        across[tallest] += 1
    lines = [
        max(math.ceil(len(board.at(row, column)) / across[j]) for j, column in enumerate(board.columns))
        for row in board.rows
    ]
    return _Layout(tile, left, tuple(across), tuple(max(n, 1) for n in lines))


def _cell(
    axes: Axes,
    corner: tuple[float, float],
    what: tuple[tuple[str, ...], int, float],
    people: dict[str, Identity],
    tags: Tags,
) -> None:
    subjects, across, tile = what
    for k, subject in enumerate(subjects):
        person = people[subject]
        x, y = corner[0] + (k % across) * tile, corner[1] + (k // across) * _TILE_HEIGHT
        axes.add_patch(
            Rectangle(
                (x + _GAP / 2, y + _GAP / 2),
                tile - _GAP,
                _TILE_HEIGHT - _GAP,
                facecolor="white",
                edgecolor=person.colour,
                linewidth=0.8,
                zorder=2,
                gid=tags.next(person),
            )
        )
        middle = y + _TILE_HEIGHT / 2
        symbol(axes, x + 2.1, middle, person, tags)
        name_tag(axes, x + 3.7, middle, person, tags, zorder=5)

"""Heat map: direction and size of the change of every patient in every measure."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from costim.registry.parameters import Parameter, parameter
from costim.report.figures import style
from costim.report.figures.identity import Identity
from costim.report.figures.marks import name_tag, symbol
from costim.report.figures.pairs import Span, changes, find_pairs, shared_endpoints
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import BETTER, FAINT, NEITHER, PALE, WORSE, Tags
from costim.report.figures.view import View

_TILE = 6.0
_BIGGEST = 1.58
"""Points per millimetre of a tile: symbol of the largest change of a row; areas are in proportion."""
_SMALLEST = 1.6


def draw_heatmap(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `heatmap`."""
    endpoints = shared_endpoints(view)
    who = {p.subject for e in endpoints for p in find_pairs(view, e)}
    subjects = [s for s in view.subjects if s in who]
    probe = style.new_figure(style.DOUBLE, 40)
    names = [style.wrap(f"{parameter(e.parameter).label}", 30) for e in endpoints]
    left = style.widest(probe, [line for n in names for line in n.split("\n")]) + 4
    label = style.widest(probe, [people[s].label for s in subjects])
    tile = min(_TILE, max((style.DOUBLE - left - 3) / len(subjects), style.LINE_HEIGHT))
    upright = label > tile - 0.8
    head = (label if upright else 3) + 6
    figure = style.new_figure(max(left + tile * len(subjects) + 3, 50), _TILE * len(endpoints) + head + 2)
    axes = style.add_axes(figure, left, 1.5, tile * len(subjects), _TILE * len(endpoints))
    axes.set_xlim(-0.5, len(subjects) - 0.5)
    axes.set_ylim(len(endpoints) - 0.5, -0.5)
    axes.set_axis_off()
    tags = Tags(planned.name)
    for j, subject in enumerate(subjects):
        person = people[subject]
        symbol(axes, j, -0.5 - 2.2 / _TILE, person, tags)
        name_tag(axes, j, -0.5 - 4.6 / _TILE, person, tags, ha="center", va="bottom", rotation=90 if upright else 0)
    for i, (endpoint, name) in enumerate(zip(endpoints, names, strict=True)):
        style.write(axes, -0.5 - 2 / tile, i, name, ha="right", va="center", linespacing=1.1)
        found = changes(view, endpoint)
        largest = max((abs(v) for c in found.values() for v in c.known), default=0.0)
        for j, subject in enumerate(subjects):
            _tile(axes, (j, i), found.get(subject), (parameter(endpoint.parameter), largest), (people[subject], tags))
    return figure


def _tile(
    axes: Axes, at: tuple[int, int], change: Span | None, scale: tuple[Parameter, float], who: tuple[Identity, Tags]
) -> None:
    person, tags = who
    x, y = at
    colour = PALE if change is None else FAINT
    axes.add_patch(Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, facecolor=colour, linewidth=0, gid=tags.next(person)))
    if change is None:
        return
    known, largest = scale
    look: dict[str, Any] = {"linestyle": "none", "gid": tags.next(person), "clip_on": False, "zorder": 3}
    if change.low <= 0 <= change.high:
        mark = "o" if change.exact else "d"
        axes.plot([x], [y], marker=mark, markersize=4, markerfacecolor="none", markeredgecolor=NEITHER, **look)
        return
    sure = min(abs(change.low), abs(change.high))
    biggest = _BIGGEST * min(style.size_of(axes)[0] / (axes.get_xlim()[1] + 0.5), _TILE)
    size = _SMALLEST + (biggest - _SMALLEST) * math.sqrt(sure / largest) if largest > 0 else _SMALLEST
    rise = change.low > 0
    worse = {"higher": rise, "lower": not rise}.get(known.worse)
    ink = NEITHER if worse is None else WORSE if worse else BETTER
    axes.plot(
        [x],
        [y],
        marker="^" if rise else "v",
        markersize=size,
        markeredgecolor=ink,
        markeredgewidth=0.8,
        markerfacecolor=ink if change.exact else "none",
        **look,
    )

"""Waterfall: the change of every patient, largest rise first."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.parameters import parameter
from costim.report.figures import style
from costim.report.figures.identity import MOST_NAMES, Identity
from costim.report.figures.marks import name_tag, symbol
from costim.report.figures.pairs import Pair, Span, change_of, endpoint_of, find_pairs, span_of
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import GREY, INK, Tags
from costim.report.figures.view import View
from costim.report.figures.words import axis_label

SLEDAI_THRESHOLD = -4.0
"""A fall of four points is the usual threshold of improvement in SLEDAI trials."""
_LANE = 4.6


def draw_waterfall(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `waterfall`."""
    pairs = find_pairs(view, endpoint_of(view, planned.parameter, planned.contrast))
    found = [(p, c) for p in pairs if (c := change_of(p)) is not None and c.known]
    found.sort(key=lambda pc: (-max(pc[1].known), -min(pc[1].known), view.subjects.index(pc[0].subject)))
    probe = style.new_figure(style.SINGLE, 60)
    label = style.widest(probe, [people[p.subject].label for p, _ in found]) + 7
    lane = min(_LANE, (style.TALLEST - 14) / max(len(found), 1))
    height = max(lane * len(found), 14)
    width = style.SINGLE if label < 16 else style.SINGLE + 35
    figure = style.new_figure(width, height + 15)
    axes = style.add_axes(figure, label + 2, 11.5, width - label - 7, height)
    known = parameter(planned.parameter)
    rooms = [_room(p, known.minimum) for p, _ in found]
    extremes = [v for _, c in found for v in c.known] + [r for r in rooms if r is not None and known.worse == "higher"]
    axes.set_xlim(*style.limits([0.0, *extremes, *([SLEDAI_THRESHOLD] if _is_sledai(planned) else [])], 0.04))
    axes.set_ylim(len(found) - 0.5, -0.5)
    style.number_axis(axes.xaxis, steps=7)
    style.drop_spines(axes, "left")
    axes.set_yticks([])
    unit = next((m.unit for p, _ in found for m in (p.before, p.after) if m is not None and m.unit), "")
    axes.set_xlabel(style.wrap(f"Change in {axis_label(known, unit)}", 50), parse_math=False)
    tags = Tags(planned.name)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=4)
    if _is_sledai(planned):
        axes.axvline(SLEDAI_THRESHOLD, color=GREY, linewidth=0.8, linestyle=(0, (4, 2)), zorder=4)
        style.write(axes, SLEDAI_THRESHOLD, -0.62, "−4", ha="center", va="bottom", color=GREY)
    named = len(view.subjects) <= MOST_NAMES
    for i, (pair, change) in enumerate(found):
        room = rooms[i] if known.worse == "higher" else None
        _draw_lane(axes, i, (people[pair.subject], change, room), tags, (label, named))
    return figure


def _is_sledai(planned: PlannedFigure) -> bool:
    return planned.parameter.startswith("sledai.")


def _room(pair: Pair, minimum: float | None) -> float | None:
    """How far a patient could fall: the change down to the lowest value of the instrument."""
    if pair.before is None or minimum is None:
        return None
    span = span_of(pair.before, parameter(pair.before.parameter))
    return None if span is None or not span.known else minimum - span.known[-1]


def _draw_lane(
    axes: Axes, i: int, what: tuple[Identity, Span, float | None], tags: Tags, names: tuple[float, bool]
) -> None:
    person, change, room = what
    bar: dict[str, Any] = {"height": 0.66, "zorder": 2}
    low, high = (axes.get_xlim()[k] if abs(v) == float("inf") else v for k, v in enumerate((change.low, change.high)))
    reached = min(high, 0.0)
    if room is not None and room < reached:
        axes.barh(
            [i],
            [room - reached],
            left=[reached],
            facecolor="none",
            edgecolor=style.PALE,
            linewidth=0.6,
            height=0.62,
            zorder=1,
        )
    sure = 0.0 if low <= 0 <= high else min(low, high, key=abs)
    for patch in axes.barh([i], [sure], color=person.colour, linewidth=0, gid=None, **bar):
        patch.set_gid(tags.next(person))
    if not change.exact:
        for patch in axes.barh(
            [i],
            [high - low],
            left=[low],
            facecolor="none",
            edgecolor=person.colour,
            hatch="/////",
            linewidth=0.6,
            **bar,
        ):
            patch.set_gid(tags.next(person))
    elif sure == 0:
        axes.plot([0], [i], marker="|", markersize=7, color=person.colour, markeredgewidth=1.6, gid=tags.next(person))
    width = style.size_of(axes)[0]
    symbol(axes, -3.2 / width, i, person, tags, transform=axes.get_yaxis_transform())
    if names[1]:
        place = axes.get_yaxis_transform()
        flag = " †" if room == 0 else ""
        name_tag(axes, -5.6 / width, i, person, tags, ha="right", transform=place)
        if flag:
            style.write(axes, 0, i, flag, va="center", ha="left")

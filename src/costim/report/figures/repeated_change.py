"""Repeated visits: a line per patient through the visits; below it the mean change at each visit with its interval."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.measurements import Measurement
from costim.registry.parameters import Parameter, parameter
from costim.report.cell_numbers import few_cells
from costim.report.figures import style
from costim.report.figures.edge_names import End, draw_edge_names
from costim.report.figures.identity import MOST_NAMES, Identity
from costim.report.figures.marks import symbol, thread, whisker
from costim.report.figures.pairs import anchors, span_of
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import GREY, INK, LINE_HEIGHT, PALE, Tags
from costim.report.figures.view import View
from costim.report.figures.visits import Visits, visits_of
from costim.report.figures.words import axis_label
from costim.report.format import unit_text

_WIDTH, _LEFT = 120.0, 15.0
_TOP, _LOW, _BOTTOM, _GAP = 50.0, 28.0, 8.0, 5.0


def draw_repeated_change(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `repeated_change`."""
    visits = visits_of(view, planned.parameter, planned.contrast)
    if visits is None:
        raise ValueError("a figure of visits was planned without rows")
    probe = style.new_figure(style.SINGLE, 40)
    named = [people[subject].label for subject, _ in visits.readings]
    right = style.widest(probe, named) + 6 if len(view.subjects) <= MOST_NAMES else 4.0
    inner = _WIDTH - _LEFT - right
    top = max(_TOP, min(LINE_HEIGHT * len(named) + 4, style.TALLEST))
    figure = style.new_figure(_WIDTH, _BOTTOM + _LOW + _GAP + top + 3)
    upper = style.add_axes(figure, _LEFT, _BOTTOM + _LOW + _GAP, inner, top)
    lower = style.add_axes(figure, _LEFT, _BOTTOM, inner, _LOW, sharex=upper)
    last = len(visits.names) - 1
    upper.set_xlim(-0.15, last + 0.15)
    _draw_patients(upper, visits, people, Tags(planned.name), names=len(view.subjects) <= MOST_NAMES)
    _draw_means(lower, visits)
    lower.set_xticks(
        range(last + 1), [style.wrap(label, max(8, int(inner / (last + 1) / 1.4))) for label in visits.labels]
    )
    upper.tick_params(bottom=False, labelbottom=False)
    return figure


def _draw_patients(axes: Axes, visits: Visits, people: dict[str, Identity], tags: Tags, *, names: bool) -> None:
    known = parameter(visits.endpoint.parameter)
    values = [v for _, readings in visits.readings for r in readings for v in anchors(r, known)]
    axes.set_ylim(*style.limits(values))
    style.number_axis(axes.yaxis)
    unit = next((r.unit for _, rs in visits.readings for r in rs if r is not None and r.unit), "")
    axes.set_ylabel(style.wrap(axis_label(known, unit), 40), parse_math=False)
    for x in range(len(visits.names)):
        axes.axvline(x, color=PALE, linewidth=0.5, zorder=0)
    ends: list[End] = []
    for subject, readings in visits.readings:
        person = people[subject]
        points = [(x, found) for x, r in enumerate(readings) if (found := anchors(r, known))]
        _draw_patient(axes, person, points, tags)
        for x, reading in enumerate(readings):
            _draw_reading(axes, person, (x, reading, known), tags)
        if points:
            ends.append((person, float(points[-1][0]), points[-1][1][-1]))
    if names:
        draw_edge_names(axes, ends, tags)


def _draw_patient(axes: Axes, person: Identity, points: list[tuple[int, tuple[float, ...]]], tags: Tags) -> None:
    """A line through the exact readings; it stops at a reading known only within bounds."""
    for (x, here), (then, there) in pairwise(points):
        if len(here) == len(there) == 1:
            thread(axes, [x, then], [here[0], there[0]], person, tags)


def _draw_reading(axes: Axes, person: Identity, given: tuple[float, Measurement | None, Parameter], tags: Tags) -> None:
    x, reading, known = given
    span = span_of(reading, known)
    if span is None:
        return
    values = anchors(reading, known)
    if len(values) == 2:
        thread(axes, [x, x], list(values), person, tags, linewidth=2.2, linestyle="-", solid_capstyle="butt")
    for value in values:
        few = reading is not None and bool(few_cells(reading))
        symbol(axes, x, value, person, tags, hollow=few or not span.exact)


def _draw_means(axes: Axes, visits: Visits) -> None:
    rows = visits.rows
    numbers = [v for _, r in rows for v in (r.estimate, r.lower, r.upper) if v is not None]
    axes.set_ylim(*style.limits([0.0, *numbers], 0.10))
    axes.axhline(0, color=GREY, linewidth=0.6, zorder=1)
    style.number_axis(axes.yaxis, steps=4)
    unit = unit_text(next((r.unit for _, r in rows if r.unit), ""))
    axes.set_ylabel(style.wrap(f"Mean change ({unit})" if unit else "Mean change", 22), parse_math=False)
    axes.plot([0], [0], marker="D", markersize=4, markerfacecolor="white", markeredgecolor=INK, zorder=6, clip_on=False)
    axes.plot(
        [0, *(x for x, _ in rows)],
        [0.0, *(r.estimate for _, r in rows if r.estimate is not None)],
        color=GREY,
        linewidth=0.7,
    )
    for x, row in rows:
        if row.lower is not None or row.upper is not None:
            whisker(axes, x, (row.lower, row.upper), axes.get_ylim(), upright=True, gid=f"effect-{row.effect_id}")
        axes.plot([x], [row.estimate or 0.0], marker="D", markersize=4.5, color=INK, zorder=6, clip_on=False)

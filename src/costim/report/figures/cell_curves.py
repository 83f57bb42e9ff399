"""Levels of a marker by visit, and counts of cells over days: a line per patient, an interval on every reading."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from costim.registry.parameters import parameter
from costim.report.cell_numbers import few_cells
from costim.report.figures import style
from costim.report.figures.cell_series import Reading, Series, count_series, level_series
from costim.report.figures.edge_names import End, draw_edge_names
from costim.report.figures.identity import MOST_NAMES, Identity
from costim.report.figures.marks import symbol, thread
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.style import GREY, LINE_HEIGHT, PALE, Tags
from costim.report.figures.view import View
from costim.report.figures.words import axis_label

_WIDTH, _LEFT, _HEIGHT, _BOTTOM = 120.0, 17.0, 62.0, 11.0
_STRIP = 7.0
"""Height of the strip for readings on too few cells."""
_STEP = 1.1
"""Millimetres between the symbols of two patients at one visit."""


def draw_levels(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `levels`."""
    series = level_series(view, planned.parameter)
    if series is None:
        raise ValueError("a figure of levels was planned without rows")
    return _draw(view, planned, people, series)


def draw_cell_counts(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `cell_counts`."""
    series = count_series(view, planned.parameter)
    if series is None:
        raise ValueError("a figure of counts was planned without rows")
    return _draw(view, planned, people, series)


def _draw(view: View, planned: PlannedFigure, people: dict[str, Identity], series: Series) -> Figure:
    probe = style.new_figure(style.SINGLE, 40)
    named = len(view.subjects) <= MOST_NAMES
    labels = [people[subject].label for subject, _ in series.readings]
    right = style.widest(probe, labels) + 7 if named else 4.0
    strip = _STRIP if any(r.row.value is None for _, rs in series.readings for r in rs) else 0.0
    height = max(_HEIGHT, min(LINE_HEIGHT * len(labels) + 4, style.TALLEST))
    figure = style.new_figure(_WIDTH, _BOTTOM + strip + height + 3)
    inner = _WIDTH - _LEFT - right
    axes = style.add_axes(figure, _LEFT, _BOTTOM + strip, inner, height)
    low = style.add_axes(figure, _LEFT, _BOTTOM, inner, strip, sharex=axes) if strip else None
    _x_axis(low or axes, axes, series, inner)
    _y_axis(axes, series)
    tags = Tags(planned.name)
    ends: list[End] = []
    unit = (axes.get_xlim()[1] - axes.get_xlim()[0]) / inner
    n = len(series.readings)
    for i, (subject, readings) in enumerate(series.readings):
        shift = (i - (n - 1) / 2) * min(_STEP, 0.5 * inner / max(len(series.labels), 1) / max(n, 1)) * unit
        known = _draw_patient(axes, people[subject], readings, shift if series.labels else 0.0, tags)
        if low is not None:
            _draw_too_few(low, people[subject], readings, shift, tags)
        if known:
            ends.append((people[subject], *known))
    if named:
        draw_edge_names(axes, ends, tags)
    if low is not None:
        _strip_axis(low)
    return figure


def _x_axis(bottom: Axes, axes: Axes, series: Series, inner: float) -> None:
    if series.labels:
        last = len(series.labels) - 1
        axes.set_xlim(-0.35, last + 0.35)
        room = max(8, int(inner / (last + 1) / 1.4))
        bottom.set_xticks(range(last + 1), [style.wrap(label, room) for label in series.labels])
        for x in range(last + 1):
            axes.axvline(x, color=PALE, linewidth=0.5, zorder=0)
    else:
        axes.set_xlim(*style.limits(r.x for _, readings in series.readings for r in readings))
        style.number_axis(bottom.xaxis)
        bottom.set_xlabel("Day since the first infusion")
    if bottom is not axes:
        axes.tick_params(bottom=False, labelbottom=False)


def _y_axis(axes: Axes, series: Series) -> None:
    known = parameter(series.parameter)
    rows = [(r.row, r.lod) for _, readings in series.readings for r in readings]
    values = [row.value for row, _ in rows if row.value is not None]
    drawn = [v for row, lod in rows for v in (row.value, row.interval_lower, row.interval_upper, lod) if v is not None]
    positive = [v for v in drawn if v > 0]
    if known.log and positive and max(positive) > 3 * min(positive):
        if min(values) <= 0 or min(drawn) < 0:
            linear = max(min(v for v in [*values, max(positive)] if v > 0), max(positive) * 1e-6)
            axes.set_yscale("symlog", linthresh=linear, linscale=0.4)
            axes.set_ylim(-linear * 0.15 if min(drawn) >= 0 else min(drawn) * 1.5, max(positive) * 1.6)
            style.ticks_clear_of_zero(axes, linear)
        else:
            axes.set_yscale("log")
            axes.set_ylim(max(min(positive), min(values) / 30) / 1.6, max(positive) * 1.25)
        style.no_minor_text(axes.yaxis)
        if axes.get_yscale() == "log" and max(positive) < 30 * min(positive):
            axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    else:
        axes.set_ylim(*style.limits(drawn))
        style.number_axis(axes.yaxis)
    unit = next((row.unit for row, _ in rows if row.unit), "")
    axes.set_ylabel(style.wrap(axis_label(known, unit), 44), parse_math=False)


def _draw_patient(
    axes: Axes, person: Identity, readings: tuple[Reading, ...], shift: float, tags: Tags
) -> tuple[float, float] | None:
    """Symbols with intervals, limits of detection as short grey lines; gives the place of the last symbol."""
    points = [(r.x + shift, r.row.value, r) for r in readings if r.row.value is not None]
    for (x, here, reading), (then, there, following) in pairwise(points):
        # Across a visit with too few cells nothing is known: a dotted line only shows whose symbols they are.
        between = readings.index(following) - readings.index(reading) > 1
        look = {"linestyle": ":", "linewidth": 0.6} if between else {}
        thread(axes, [x, then], [here, there], person, tags, **look)
    low, high = axes.get_ylim()
    reach = (axes.get_xlim()[1] - axes.get_xlim()[0]) * 0.012
    for x, value, reading in points:
        ends = [
            low if reading.row.interval_lower is None else max(reading.row.interval_lower, low),
            high if reading.row.interval_upper is None else min(reading.row.interval_upper, high),
        ]
        if (reading.row.interval_lower, reading.row.interval_upper) != (None, None):
            thread(axes, [x, x], ends, person, tags, linewidth=0.8, linestyle="-", alpha=0.75)
        if reading.lod is not None:
            axes.plot([x - reach, x + reach], [reading.lod] * 2, color=GREY, linewidth=1.0, zorder=2)
        symbol(axes, x, value, person, tags, hollow=bool(few_cells(reading.row)))
    return (points[-1][0], points[-1][1]) if points else None


def _draw_too_few(axes: Axes, person: Identity, readings: tuple[Reading, ...], shift: float, tags: Tags) -> None:
    for reading in readings:
        if reading.row.value is None:
            y = 0.75 if reading.row.missing == "below_lloq" else 0.25
            symbol(axes, reading.x + shift, y, person, tags, hollow=True)


def _strip_axis(axes: Axes) -> None:
    axes.set_ylim(0, 1)
    axes.set_yticks([0.25, 0.75], ["below LOD", "below LLOQ"], fontsize=5.8)
    axes.tick_params(axis="y", length=0)
    axes.set_facecolor(style.FAINT)

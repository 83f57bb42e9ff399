"""Paired change: every patient a line from before to after; beside it the changes with estimate and exact interval."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.effects import Effect
from costim.registry.parameters import Parameter, parameter
from costim.report.cell_numbers import few_cells
from costim.report.figures import style
from costim.report.figures.identity import MOST_NAMES, Identity
from costim.report.figures.marks import name_tag, symbol, thread, whisker
from costim.report.figures.pairs import Pair, anchors, change_of, endpoint_of, find_pairs, span_of
from costim.report.figures.plan import PlannedFigure
from costim.report.figures.spread import dodge, spread
from costim.report.figures.style import GREY, INK, LINE_HEIGHT, MM, PALE, Tags
from costim.report.figures.view import View
from costim.report.figures.words import axis_label, estimate_text, interval_text

_STEP = 1.5
"""Millimetres between two symbols of equal value."""
_NEAR = 1.3
_BESIDE, _CHANGE = 27.0, 15.0
"""Millimetres from the axes of the change to the edge of the sheet, and their width."""


@dataclass(frozen=True)
class _Sheet:
    """What one drawing works with."""

    view: View
    people: dict[str, Identity]
    known: Parameter
    pairs: tuple[Pair, ...]
    row: Effect | None
    tags: Tags


def draw_paired_change(view: View, planned: PlannedFigure, people: dict[str, Identity]) -> Figure:
    """Draw a figure of kind `paired_change`."""
    endpoint = endpoint_of(view, planned.parameter, planned.contrast)
    row = view.one(parameter=planned.parameter, contrast=planned.contrast, method="signed_rank")
    known = parameter(planned.parameter)
    sheet = _Sheet(view, people, known, find_pairs(view, endpoint), row, Tags(planned.name))
    drawn = [p for p in sheet.pairs if span_of(p.before, known) or span_of(p.after, known)]
    right = [p for p in drawn if span_of(p.after, known)]
    left = [p for p in drawn if not span_of(p.after, known)]
    probe = style.new_figure(style.SINGLE, 60)
    label = style.widest(probe, [people[p.subject].label for p in right]) + 4
    lone = style.widest(probe, [people[p.subject].label for p in left]) + 4 if left else 0.0
    height = min(max(52.0, LINE_HEIGHT * max(len(right), len(left)) + 4), style.TALLEST)
    width = style.SINGLE if label + lone < 14 else style.SINGLE + 35
    main = width - 14 - label - lone - 6 - _BESIDE
    figure = style.new_figure(width, height + 16)
    axes = style.add_axes(figure, 14, 11, lone + main + label, height)
    units = main / 1.5
    axes.set_xlim(-0.25 - lone / units, 1.25 + label / units)
    _value_axis(axes, sheet, drawn, height)
    _draw_patients(axes, sheet, drawn, units)
    _draw_change(figure, sheet, drawn, (width - _BESIDE, height))
    return figure


def _value_axis(axes: Axes, sheet: _Sheet, drawn: list[Pair], height: float) -> None:
    values = [v for p in drawn for m in (p.before, p.after) for v in anchors(m, sheet.known)]
    positive = [v for v in values if v > 0]
    if sheet.known.log and positive:
        if min(values) <= 0:
            # Zero has no place on a log axis: below the smallest value the axis is linear.
            linear = max(min(positive), max(positive) * 1e-9)
            axes.set_yscale("symlog", linthresh=linear, linscale=0.4)
            axes.set_ylim(-linear * 0.3 if min(values) >= 0 else min(values) * 1.5, max(positive) * 1.6)
            style.ticks_clear_of_zero(axes, linear)
        else:
            axes.set_yscale("log")
            axes.set_ylim(min(positive) / 1.6, max(positive) * 1.6)
        style.no_minor_text(axes.yaxis)
    else:
        axes.set_ylim(*style.limits(values))
        style.number_axis(axes.yaxis)
    unit = next((m.unit for p in drawn for m in (p.before, p.after) if m is not None and m.unit), "")
    axes.set_ylabel(style.wrap(axis_label(sheet.known, unit), int(height / 1.35)), parse_math=False)
    axes.set_xticks([0, 1], ["Before", "After"])
    axes.tick_params(axis="x", length=0)
    style.drop_spines(axes, "bottom")
    for x in (0, 1):
        axes.axvline(x, color=PALE, linewidth=0.5, zorder=0)


def _draw_patients(axes: Axes, sheet: _Sheet, drawn: list[Pair], units: float) -> None:
    ends = [(anchors(p.before, sheet.known), anchors(p.after, sheet.known)) for p in drawn]
    mm = MM / style.sheet_of(axes).dpi

    def height_of(value: float) -> float:
        return float(axes.transData.transform((0, value))[1]) * mm

    marks = [(i, side, v) for i, pair in enumerate(ends) for side in (0, 1) for v in pair[side]]
    steps = dodge([side for _, side, _ in marks], [height_of(v) for *_, v in marks], _NEAR)
    widest = max((abs(s) for s in steps), default=0)
    step = min(_STEP, 0.22 * units / widest if widest else _STEP) / units
    shift: dict[tuple[int, int], float] = {}
    for (i, side, _), s in zip(marks, steps, strict=True):
        shift.setdefault((i, side), side + s * step)
    for i, pair in enumerate(drawn):
        _draw_patient(axes, sheet, pair, ends[i], (shift.get((i, 0), 0.0), shift.get((i, 1), 1.0)))
    for side in (1, 0):
        named = [i for i in range(len(drawn)) if (i, side) in shift and (side == 1 or (i, 1) not in shift)]
        where = [(drawn[i], shift[(i, side)], ends[i][side][-1]) for i in named]
        _draw_names(axes, sheet, where, side, units)


def _draw_names(axes: Axes, sheet: _Sheet, where: list[tuple[Pair, float, float]], side: int, units: float) -> None:
    """Names beside the symbols: right of the readings after, left of readings before that have no partner."""
    mm = MM / style.sheet_of(axes).dpi
    low, high = (float(axes.transAxes.transform((0, y))[1]) * mm for y in (0, 1))
    if len(sheet.view.subjects) > MOST_NAMES:
        return  # no room for names; the caption says so
    wanted = [float(axes.transData.transform((0, value))[1]) * mm for _, _, value in where]
    sign = 1 if side == 1 else -1
    margin = max((x * sign for _, x, _ in where), default=0.0) * sign + sign * 1.6 / units
    reach = margin + sign * 1.8 / units
    for (pair, x, value), place in zip(where, spread(wanted, LINE_HEIGHT, low + 1, high - 1), strict=True):
        person = sheet.people[pair.subject]
        y = float(axes.transData.inverted().transform((0, place / mm))[1])
        path = ([x + sign * 0.9 / units, margin, reach], [value, value, y])
        thread(axes, *path, person, sheet.tags, linewidth=0.35, linestyle="-", zorder=1)
        align = "left" if sign == 1 else "right"
        name_tag(axes, reach + sign * 0.5 / units, y, person, sheet.tags, ha=align)


def _draw_patient(
    axes: Axes,
    sheet: _Sheet,
    pair: Pair,
    ends: tuple[tuple[float, ...], tuple[float, ...]],
    at: tuple[float, float],
) -> None:
    person = sheet.people[pair.subject]
    before, after = ends
    if len(before) == 1 and len(after) == 1:
        thread(axes, at, (before[0], after[0]), person, sheet.tags)
    elif before and after:
        corners = [before[0], after[0], after[-1], before[-1]]
        across = [at[0], at[1], at[1], at[0]]
        gid = sheet.tags.next(person)
        axes.fill(across, corners, facecolor=person.colour, alpha=0.22, linewidth=0, zorder=2, gid=gid)
    for x, reading, values in zip(at, (pair.before, pair.after), ends, strict=True):
        span = span_of(reading, sheet.known)
        if span is None:
            continue
        if not span.exact:
            bottom, top = axes.get_ylim()
            bar = [max(span.low, bottom), min(span.high, top)]
            thread(axes, [x, x], bar, person, sheet.tags, linewidth=2.2, linestyle="-", solid_capstyle="butt")
        for value in values:
            few = reading is not None and bool(few_cells(reading))
            symbol(axes, x, value, person, sheet.tags, hollow=few or not span.exact)


def _draw_change(figure: Figure, sheet: _Sheet, drawn: list[Pair], place: tuple[float, float]) -> None:
    left, height = place
    axes = style.add_axes(figure, left, 11, _CHANGE, height)
    axes.yaxis.tick_right()
    axes.spines["right"].set_visible(True)
    style.drop_spines(axes, "left", "bottom")
    changes = {p.subject: c for p in drawn if (c := change_of(p)) is not None}
    row = sheet.row
    numbers = [] if row is None else [row.estimate, row.estimate_lower, row.estimate_upper, row.lower, row.upper]
    ends = [v for v in numbers if v is not None]
    axes.set_ylim(*style.limits([0.0, *ends, *(v for c in changes.values() for v in c.known)]))
    axes.set_xlim(0, 1)
    style.number_axis(axes.yaxis)
    axes.set_xticks([])
    axes.axhline(0, color=GREY, linewidth=0.6, zorder=1)
    window = axes.get_ylim()
    marks = [(s, v) for s, c in changes.items() for v in c.known]
    scale = height / (window[1] - window[0])
    steps = dodge([0] * len(marks), [v * scale for _, v in marks], _NEAR)
    step = min(1.3 / 15, 0.3 / max((abs(s) for s in steps), default=1)) if any(steps) else 0
    seen: dict[str, float] = {}
    for (subject, value), s in zip(marks, steps, strict=True):
        x = seen.setdefault(subject, 0.36 + s * step)
        symbol(axes, x, value, sheet.people[subject], sheet.tags, hollow=not changes[subject].exact, size=3)
    for subject, change in changes.items():
        if not change.exact:
            across = [max(change.low, window[0]), min(change.high, window[1])]
            thread(
                axes,
                [seen[subject]] * 2 if subject in seen else [0.36] * 2,
                across,
                sheet.people[subject],
                sheet.tags,
                linewidth=1.4,
                linestyle="-",
                solid_capstyle="butt",
            )
    style.write(axes, 0.5, 1, "Change", ha="center", va="bottom", transform=axes.transAxes)
    text = "not estimated" if row is None else _draw_estimate(axes, row)
    middle = min(0.75 * _CHANGE, _BESIDE - 1 - style.widest(figure, text.split("\n")) / 2) / _CHANGE
    style.write(axes, middle, -2.2 / height, text, ha="center", va="top", transform=axes.transAxes, linespacing=1.25)


def _draw_estimate(axes: Axes, row: Effect) -> str:
    """Diamond (or bar, when only bounds are known) and interval; gives the words below them."""
    text = estimate_text(row)
    if row.lower is not None or row.upper is not None:
        whisker(axes, 0.86, (row.lower, row.upper), axes.get_ylim(), upright=True, gid=f"effect-{row.effect_id}")
        text += f"\n({interval_text(row)})"
    if row.estimate is not None:
        axes.plot([0.86], [row.estimate], marker="D", markersize=4.5, color=INK, zorder=6, clip_on=False)
    elif row.estimate_lower is not None and row.estimate_upper is not None:
        ends = [row.estimate_lower, row.estimate_upper]
        axes.plot([0.86] * 2, ends, color=INK, linewidth=4, solid_capstyle="butt", zorder=6)
    return text

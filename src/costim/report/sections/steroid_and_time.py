"""What the steroid dose and time alone would have to do to explain a change."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.registry.plan_assumptions import OtherCauses
from costim.registry.plan_questions import Endpoint
from costim.report.context import Context
from costim.report.document import Block, Grid, Inline, Inlines, Paragraph, Quote
from costim.report.format import plain
from costim.report.printer import unit_inline
from costim.report.sections.cells_of_tests import NOT_GIVEN, interval_cell, open_note
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import titled

MOST_EFFECTS = 6
"""Assumed steroid effects in the table; the figure and the appendix have all."""


def steroid_blocks(context: Context, endpoint: Endpoint, assumed: OtherCauses | None, name: str) -> list[Block]:
    """The sentence and the table; nothing where no steroid effect was assumed."""
    fields = {"contrast": endpoint.contrast or ""}
    net = [
        row
        for row in context.rows.find(endpoint.parameter, "change_net_of_steroid", **fields)
        if row.at is not None and (row.estimate is not None or row.estimate_lower is not None)
    ]
    course = {row.at: row for row in context.rows.find(endpoint.parameter, "tipping_natural_course", **fields)}
    if not net:
        return []
    rows = _spaced(sorted(net, key=lambda row: row.at or 0.0))
    return [
        Paragraph(_said(context, endpoint, assumed)),
        _grid(context, endpoint, rows, course, f"steroid-and-time-{name}"),
    ]


def _spaced(rows: list[Effect]) -> list[Effect]:
    if len(rows) <= MOST_EFFECTS:
        return rows
    return [rows[round(i * (len(rows) - 1) / (MOST_EFFECTS - 1))] for i in range(MOST_EFFECTS)]


def _said(context: Context, endpoint: Endpoint, assumed: OtherCauses | None) -> Inlines:
    parts: list[Inline] = [*titled(context.plan, endpoint), ", steroids and time. "]
    parts.append(
        "The dose of glucocorticoids changed in the same time. For each assumed effect of one milligram of prednisone "
        "equivalent per day more, the table gives what is left of the change, and the change by time alone at which "
        "the interval of what is left would first touch zero."
    )
    if assumed is None:
        return tuple(parts)
    ranges: list[Inlines] = []
    for words, ends in (
        ("effect per milligram from ", assumed.steroid_per_mg),
        ("change by time alone from ", assumed.natural_course),
    ):
        ranges += [(words, Quote(plain(ends[0])), " to ", Quote(plain(ends[1])))] if ends is not None else []
    for i, one in enumerate(ranges):
        parts += [" Assumed: " if i == 0 else "; ", *one]
    return (*parts, "; basis: ", Quote(assumed.basis.rstrip(".")), ".") if ranges else tuple(parts)


def _grid(
    context: Context, endpoint: Endpoint, rows: list[Effect], course: dict[float | None, Effect], name: str
) -> Grid:
    p = context.printer
    unit = next((row.unit for row in rows if row.unit), "")
    in_unit: Inlines = (" (", *unit_inline(unit)[1:], ")") if unit else ()
    return Grid(
        id=name,
        caption=(*titled(context.plan, endpoint), ": change net of the steroid dose", *in_unit),
        header=(
            ("Assumed effect of one mg more",),
            ("Change net of steroids",),
            ("Interval",),
            ("p",),
            ("Change by time that would explain the rest",),
            ("n",),
        ),
        rows=tuple(
            (
                (p.at(row),),
                (p.estimate(row),),
                interval_cell(context, row),
                (p.p_number(row),) if row.p is not None else NOT_GIVEN,
                _course(context, course.get(row.at)),
                (p.whole(row, "n"),),
            )
            for row in rows
        ),
        notes=(*open_note(rows), *flag_notes(context, rows, silent=("limit_open",))),
        numeric=(True,) * 6,
    )


def _course(context: Context, row: Effect | None) -> Inlines:
    if row is None or row.estimate is None:
        return NOT_GIVEN
    return ("none needed: the interval holds zero",) if row.estimate == 0 else (context.printer.estimate(row),)

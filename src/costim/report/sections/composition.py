"""Composition or expression: how much of a change comes from the shares of subsets, how much from the level in each."""

from __future__ import annotations

from types import MappingProxyType

from costim.registry.effects import Effect
from costim.registry.plan_questions import Endpoint
from costim.report.cell_numbers import POINTS, in_points
from costim.report.context import Context, section_of
from costim.report.document import Block, Grid, Inline, Inlines, Paragraph, Quote, Term
from costim.report.printer import unit_inline
from costim.report.sections.cells_of_tests import NOT_APPLICABLE, interval_cell, open_note
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import listed, safe_id, titled, words

PARTS = MappingProxyType(
    {
        "total": "change of the mean altogether",
        "composition": "by composition: other shares of the subsets",
        "expression": "by expression: another level within the subsets",
        "interaction": "by both together",
    }
)


def composition_blocks(context: Context, section: str) -> list[Block]:
    """Blocks of every composition endpoint of a section."""
    blocks: list[Block] = []
    for endpoint in context.plan.endpoints:
        if endpoint.kind == "composition" and section_of(endpoint.parameter) == section:
            blocks += _endpoint(context, endpoint)
    return blocks


def _endpoint(context: Context, endpoint: Endpoint) -> list[Block]:
    found = context.rows.find(endpoint.parameter, "composition_change", contrast=endpoint.contrast or "")
    order = list(PARTS)
    rows = sorted(found, key=lambda row: order.index(row.stratum) if row.stratum in order else len(order))
    if not any(row.estimate is not None for row in rows):
        said: Inlines = (*titled(context.plan, endpoint), ": the change could not be divided by subsets.")
        return [Paragraph(said, role="warning"), *(Paragraph(n, role="note") for n in flag_notes(context, rows))]
    figures = [
        figure
        for figure in context.figures_of(section_of(endpoint.parameter), endpoint.parameter, endpoint.contrast or "")
        if figure.name.startswith("composition")
    ]
    name = safe_id("parts", endpoint.parameter, endpoint.contrast or "")
    return [*_in_words(context, endpoint, rows), _grid(context, endpoint, rows, name), *figures]


MOSTLY = 0.75
"""A part of this size or more is called most of the change; the parts themselves stand beside it."""


def _in_words(context: Context, endpoint: Endpoint, rows: list[Effect]) -> list[Block]:
    """`Mean change -12.1, of which -5.8 by composition and -6.3 by expression: both have a part in it`."""
    known = {row.stratum: row for row in rows if row.estimate is not None}
    if not {"total", "composition", "expression"} <= set(known):
        return []
    total, mixed, own = (known[name] for name in ("total", "composition", "expression"))
    p = context.printer
    parts = [*titled(context.plan, endpoint), ": mean change ", *p.with_unit(total), ", of which ", p.estimate(mixed)]
    parts += [" by composition (other shares of the subsets) and ", p.estimate(own)]
    parts += [" by expression (another level within them)", _verdict(total, mixed, own)]
    blocks: list[Block] = [Paragraph(tuple(parts))]
    if endpoint.parameter.endswith(".log_mean"):
        said = "Differences of natural logarithms are logarithms of ratios: −0.11 is a tenth lower, −0.69 is half."
        blocks.append(Paragraph((Term(said),), role="note"))
    return blocks


def _verdict(total: Effect, mixed: Effect, own: Effect) -> str:
    """Which part is most of the change; nothing where the change may be none or the parts pull apart."""
    if not total.estimate or mixed.estimate is None or own.estimate is None or total.p is None or total.p > 0.05:
        return "."
    if mixed.estimate * own.estimate < 0:
        return ": the parts pull in opposite directions."
    if own.estimate / total.estimate >= MOSTLY:
        return ": most of it is expression."
    return ": most of it is composition." if mixed.estimate / total.estimate >= MOSTLY else ": both have a part in it."


def _grid(context: Context, endpoint: Endpoint, rows: list[Effect], name: str) -> Grid:
    p = context.printer
    unit = next((row.unit for row in rows if row.unit), "")
    points = any(in_points(row) for row in rows)
    in_unit: Inlines = (" (", *((POINTS,) if points else unit_inline(unit)[1:]), ")") if unit else ()
    subsets: list[Inline] = [Quote(words(subset)) for subset, _, _ in endpoint.subset_parameters]
    named: tuple[Inlines, ...] = (("Subsets: ", *listed(subsets), "."),) if subsets else ()
    return Grid(
        id=name,
        caption=(*titled(context.plan, endpoint), ": composition or expression", *in_unit),
        header=(("Part of the change",), ("Mean",), ("Interval",), ("p",), ("Smallest attainable p",), ("n",)),
        rows=tuple(
            (
                (PARTS[row.stratum],) if row.stratum in PARTS else (Quote(words(row.stratum)),),
                (p.estimate(row),),
                interval_cell(context, row),
                (p.p_number(row),) if row.p is not None else NOT_APPLICABLE,
                (p.p_number(row, "p_min"),) if row.p_min is not None else NOT_APPLICABLE,
                (p.whole(row, "n"),),
            )
            for row in rows
        ),
        notes=(
            *named,
            ("The parts add up to the whole in every patient.",),
            *open_note(rows),
            *flag_notes(context, rows),
        ),
        numeric=(False, True, True, True, True, True),
    )

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


def _in_words(context: Context, endpoint: Endpoint, rows: list[Effect]) -> list[Block]:
    """`Of a mean change of -12.1, -5.8 (48%) comes from other shares of the subsets, -6.3 (52%) from ...`."""
    known = {row.stratum: row for row in rows if row.estimate is not None}
    if not {"total", "composition", "expression"} <= set(known):
        return []
    total, mixed, own = (known[name] for name in ("total", "composition", "expression"))
    p = context.printer
    parts = [*titled(context.plan, endpoint), ": of a mean change of ", *p.with_unit(total), ", ", p.estimate(mixed)]
    parts += [*_share(mixed, total), " comes from other shares of the subsets (composition) and ", p.estimate(own)]
    parts += [*_share(own, total), " from another level within them (expression)"]
    parts += ["; shares are given without limits." if _share(own, total) else "."]
    if endpoint.parameter.endswith(".log_mean") and total.unit == "":
        logarithms = (
            "Differences of natural logarithms are logarithms of ratios: −0.11 is a tenth lower, −0.69 is half."
        )
        return [Paragraph(tuple(parts)), Paragraph((Term(logarithms),), role="note")]
    return [Paragraph(tuple(parts))]


def _share(part: Effect, total: Effect) -> Inlines:
    """The part as a share of the whole, where the change has one direction and a size that is not near nothing."""
    if part.estimate is None or not total.estimate or total.p is None or total.p > 0.05:
        return ()
    if part.estimate * total.estimate < 0:
        return ()
    return (" (", Quote(f"{100 * part.estimate / total.estimate:.0f}%"), ")")


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

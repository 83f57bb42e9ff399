"""Repeated visits: mean change at each visit by a mixed model, one test over all visits, Friedman's test beside it."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.registry.plan_questions import Endpoint
from costim.report.context import Context, section_of
from costim.report.document import Block, Grid, Inlines, Paragraph, Quote
from costim.report.printer import unit_inline
from costim.report.sections.cells_of_tests import NOT_APPLICABLE, interval_cell, open_note
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import in_brackets, joined, safe_id, titled, variant_label, visit_label, visit_place
from costim.report.words_of_effect import codes_of


def repeated_blocks(context: Context, section: str) -> list[Block]:
    """Blocks of every repeated-change endpoint of a section."""
    blocks: list[Block] = []
    for endpoint in context.plan.endpoints:
        if endpoint.kind == "repeated_change" and section_of(endpoint.parameter) == section:
            blocks += _endpoint(context, endpoint)
    return blocks


def repeated_rows(context: Context, endpoint: Endpoint) -> list[Effect]:
    """The rows of the mixed model, visits in the order of the plan."""
    rows = context.rows.find(endpoint.parameter, "mixed_model", contrast=endpoint.contrast or "")
    return sorted(rows, key=lambda row: visit_place(context.plan, row.stratum))


def _endpoint(context: Context, endpoint: Endpoint) -> list[Block]:
    rows = repeated_rows(context, endpoint)
    figures = [
        figure
        for figure in context.figures_of(section_of(endpoint.parameter), endpoint.parameter, endpoint.contrast or "")
        if figure.name.startswith("repeated-change")
    ]
    known = [row for row in rows if row.estimate is not None]
    if not known:
        said: Inlines = (*titled(context.plan, endpoint), ": the change over the visits could not be estimated.")
        return [Paragraph(said, role="warning"), *_notes(context, rows), *figures]
    name = safe_id("visits", endpoint.parameter, endpoint.contrast or "")
    return [_grid(context, endpoint, rows, name), *_tests(context, endpoint), *figures]


def _notes(context: Context, rows: list[Effect]) -> list[Block]:
    return [Paragraph(note, role="note") for note in flag_notes(context, rows)]


def _grid(context: Context, endpoint: Endpoint, rows: list[Effect], name: str) -> Grid:
    p = context.printer
    unit = next((row.unit for row in rows if row.unit), "")
    in_unit: Inlines = (" (", *unit_inline(unit)[1:], ")") if unit else ()
    first = visit_label(context.plan, endpoint.visits[0]) if endpoint.visits else ""
    models = dict.fromkeys(code for row in rows for code in codes_of(row)[1:])
    model: tuple[Inlines, ...] = (
        (("Model: ", *joined([(variant_label(code),) for code in models], ", "), "."),) if models else ()
    )
    return Grid(
        id=name,
        caption=(*titled(context.plan, endpoint), ": mean change since the first visit", *in_brackets(first), *in_unit),
        header=(("Visit",), ("Mean change",), ("Interval",), ("SE",), ("df",), ("p",), ("n",)),
        rows=tuple(
            (
                (visit_label(context.plan, row.stratum),),
                (p.estimate(row),),
                interval_cell(context, row),
                (p.se(row),),
                (p.df(row),),
                (p.p_number(row),) if row.p is not None else NOT_APPLICABLE,
                (p.whole(row, "n"),),
            )
            for row in rows
        ),
        notes=(*model, *open_note(rows), *flag_notes(context, rows)),
        numeric=(False, True, True, True, True, True, True),
    )


def _tests(context: Context, endpoint: Endpoint) -> list[Block]:
    """One test over all visits, by the model and by ranks."""
    p = context.printer
    fields = {"contrast": endpoint.contrast or ""}
    parts: list[Inlines] = []
    overall = context.rows.first(endpoint.parameter, "mixed_model_test", **fields)
    if overall is not None and overall.p is not None:
        ratio: Inlines = ("F ", p.statistic(overall)) if overall.statistic is not None else ()
        df: Inlines = (" with ", p.df(overall), " denominator degrees of freedom") if overall.df is not None else ()
        parts.append(("mixed model ", *ratio, *df, ", ", p.p(overall)))
    ranks = context.rows.first(endpoint.parameter, "friedman", **fields)
    if ranks is not None and ranks.p is not None:
        least: Inlines = (" (smallest attainable ", p.p_number(ranks, "p_min"), ")") if ranks.p_min is not None else ()
        drawn: Inlines = (", seed ", Quote(str(ranks.seed))) if ranks.seed is not None else ()
        kind = f"Friedman’s test by {ranks.variant} " if ranks.variant == "permutation" else "exact Friedman test "
        parts.append((kind, p.p(ranks), *least, ", n = ", p.whole(ranks, "n"), *drawn))
    if not parts:
        return []
    head: Inlines = (*titled(context.plan, endpoint), ", any difference between the visits: ")
    return [Paragraph((*head, *joined(parts), "."))]

"""B cells: counts, depletion, return."""

from __future__ import annotations

from costim.report.context import Context
from costim.report.document import Block, Inlines, Quote
from costim.report.printer import unit_inline
from costim.report.sections.changes import change_blocks
from costim.report.sections.counts import category_and_share_blocks
from costim.report.sections.notes import flag_notes
from costim.report.sections.readings import Column, patient_grids, value_column, value_tables
from costim.report.sections.words import label, visit_label, visit_place


def write_bcells(context: Context) -> list[Block]:
    """Paired changes, counts of depletion, then every patient's counts and day of return."""
    codes = context.rows.parameters("bcell.")
    return [
        *change_blocks(context, "bcells"),
        *category_and_share_blocks(context, codes),
        *value_tables(context, _counted(codes), "bcell-values", "B-cell counts"),
        *_depletion(context),
    ]


def _counted(codes: list[str]) -> list[str]:
    return [code for code in codes if code not in ("bcell.depleted", "bcell.return_day")]


def _depletion(context: Context) -> list[Block]:
    columns: list[Column] = []
    rows = context.rows.measured("bcell.depleted")
    found = dict.fromkeys((r.visit, r.variant) for r in rows)
    for visit, variant in sorted(found, key=lambda v: (visit_place(context.plan, v[0]), *v)):
        header: Inlines = (label("bcell.depleted"), ", ", visit_label(context.plan, visit), " (", Quote(variant), ")")
        columns.append(value_column(context, "bcell.depleted", header, numeric=False, visit=visit, variant=variant))
    returned = context.rows.measured("bcell.return_day")
    if returned:
        header = (label("bcell.return_day"), *unit_inline("days"))
        columns.append(value_column(context, "bcell.return_day", header))
    if not columns:
        return []
    notes = flag_notes(context, [*rows, *returned])
    return list(patient_grids(context, "bcell-depletion", ("Depletion and return of B cells",), columns, notes=notes))

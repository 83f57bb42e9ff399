"""B cells: counts, depletion, return."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.report.context import Context
from costim.report.document import Block, Inlines, Quote
from costim.report.printer import unit_inline
from costim.report.sections.changes import paired_blocks
from costim.report.sections.counts import category_grid, proportion_grid
from costim.report.sections.laboratory import value_tables
from costim.report.sections.readings import Column, patient_grids, value_column
from costim.report.sections.words import flag_notes, label, visit_label


def write_bcells(context: Context) -> list[Block]:
    """Paired changes, counts of depletion, then every patient's counts and day of return."""
    codes = context.rows.parameters("bcell.")
    blocks = paired_blocks(context, "bcells")
    for code in codes:
        blocks += category_grid(context, code, (label(code), ": patients in each category"))
        shares: list[tuple[Inlines, Effect]] = [((label(code),), r) for r in context.rows.find(code, "proportion")]
        if shares:
            blocks.append(
                proportion_grid(context, f"shares-{code.replace('.', '-')}", (label(code), ": share"), shares)
            )
    return [*blocks, *value_tables(context, _counted(codes), "bcell-values", "B-cell counts"), *_depletion(context)]


def _counted(codes: list[str]) -> list[str]:
    return [code for code in codes if code not in ("bcell.depleted", "bcell.return_day")]


def _depletion(context: Context) -> list[Block]:
    columns: list[Column] = []
    rows = context.rows.measured("bcell.depleted")
    for visit, variant in dict.fromkeys((r.visit, r.variant) for r in rows):
        header: Inlines = (label("bcell.depleted"), ", ", visit_label(context.plan, visit), " (", Quote(variant), ")")
        columns.append(value_column(context, "bcell.depleted", header, numeric=False, visit=visit, variant=variant))
    returned = context.rows.measured("bcell.return_day")
    if returned:
        header = (label("bcell.return_day"), *unit_inline("days"))
        columns.append(value_column(context, "bcell.return_day", header))
    if not columns:
        return []
    notes = flag_notes([*rows, *returned])
    return list(patient_grids(context, "bcell-depletion", ("Depletion and return of B cells",), columns, notes=notes))

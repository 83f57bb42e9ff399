"""Laboratory and cerebrospinal fluid: paired changes and every recorded value."""

from __future__ import annotations

from costim.report.context import Context
from costim.report.document import Block, Inlines
from costim.report.sections.changes import paired_blocks
from costim.report.sections.readings import Column, patient_grids, value_column
from costim.report.sections.words import flag_notes, label_with_unit, visit_label


def write_laboratory(context: Context) -> list[Block]:
    """Paired laboratory endpoints, then the values of every patient."""
    blocks = paired_blocks(context, "laboratory")
    return [*blocks, *value_tables(context, context.rows.parameters("lab."), "laboratory-values", "Laboratory values")]


def value_tables(context: Context, codes: list[str], name: str, caption: str) -> list[Block]:
    """Values of every patient, one column for each parameter, visit and time point."""
    columns: list[Column] = []
    shown = []
    for code in codes:
        rows = context.rows.measured(code)
        shown += rows
        units = sorted({row.unit for row in rows})
        for visit, timepoint in dict.fromkeys((row.visit, row.timepoint) for row in rows):
            header: Inlines = label_with_unit(code, units[0] if len(units) == 1 else "")
            if visit:
                header = (*header, ", ", visit_label(context.plan, visit))
            if timepoint:
                header = (*header, f", {timepoint}-infusion")
            columns.append(value_column(context, code, header, visit=visit, timepoint=timepoint))
    if not columns:
        return []
    return list(patient_grids(context, name, (caption,), columns, notes=flag_notes(shown)))

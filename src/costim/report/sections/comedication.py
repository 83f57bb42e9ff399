"""Co-medication: who got what, and whether it is known how often."""

from __future__ import annotations

from costim.registry.measurements import Measurement
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Paragraph, Quote
from costim.report.printer import unit_inline
from costim.report.sections.notes import flag_notes
from costim.report.sections.readings import value_tables
from costim.report.sections.words import visit_label, visit_place, words

DOSE, STEROID = "comedication.dose", "steroid.prednisone_equivalent"


def comedication_blocks(context: Context) -> list[Block]:
    """What was given beside the study drug, as a limit of the design."""
    order = {subject: i for i, subject in enumerate(context.rows.subjects())}
    rows, converted = context.rows.measured(DOSE), context.rows.measured(STEROID)
    if not rows and not converted:
        said = (
            "Other treatment. The study records no treatment given beside the study drug, so its part in the change is "
            "not known."
        )
        return [Paragraph((said,))]
    rows.sort(key=lambda r: (order[r.subject], visit_place(context.plan, r.visit), r.visit, r.item))
    said = "Other treatment. Patients also received the drugs below; their part in the change cannot be separated."
    if any("frequency_not_stated" in row.flags for row in (*rows, *converted)):
        said += " Where the source states no frequency, the dose is not known to be a daily dose."
    return [Paragraph((said,)), *_drugs(context, rows), *_converted(context)]


def _drugs(context: Context, rows: list[Measurement]) -> list[Block]:
    if not rows:
        return []
    return [
        Grid(
            id="comedication",
            caption=("Treatment beside the study drug",),
            header=(("Patient",), ("Drug",), ("Visit",), ("Dose",), ("Frequency",)),
            rows=tuple(_line(context, row) for row in rows),
            notes=flag_notes(context, rows),
            numeric=(False, False, False, True, False),
            kind="result" if len(rows) <= 60 else "rows",
        )
    ]


def _converted(context: Context) -> list[Block]:
    """Prednisone equivalents, unless an endpoint already shows them patient by patient."""
    if any(e.parameter == STEROID and e.kind == "paired_change" for e in context.plan.endpoints):
        return []
    return value_tables(context, [STEROID], "prednisone-equivalents", "Glucocorticoid doses in prednisone equivalents")


def _line(context: Context, row: Measurement) -> tuple[Inlines, ...]:
    drug: Inlines = (Quote(words(row.item)),) if row.item else ("not named",)
    unit = () if row.missing else unit_inline(row.unit)
    said = "not stated" if "frequency_not_stated" in row.flags or row.missing else "recorded"
    return (
        (Quote(row.subject),),
        drug,
        (visit_label(context.plan, row.visit),),
        (context.printer.value(row), *unit),
        (said,),
    )

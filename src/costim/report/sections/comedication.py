"""Co-medication: who got what, and whether it is known how often."""

from __future__ import annotations

from costim.registry.measurements import Measurement
from costim.report.context import Context
from costim.report.document import Block, Inline, Inlines, Paragraph, Quote
from costim.report.printer import unit_inline
from costim.report.sections.changes import FEWEST_PAIRS, described, main_test
from costim.report.sections.notes import flag_notes
from costim.report.sections.readings import ABSENT, Column, patient_grids, value_column
from costim.report.sections.words import (
    contrast_label,
    in_brackets,
    joined,
    label_with_unit,
    visit_label,
    visit_place,
    words,
)

DOSE, STEROID = "comedication.dose", "steroid.prednisone_equivalent"


def comedication_limits(context: Context) -> list[Block]:
    """What was given beside the study drug, as a limit of the design."""
    rows, converted = context.rows.measured(DOSE), context.rows.measured(STEROID)
    if not rows and not converted:
        said = (
            "Other treatment. The study records no treatment given beside the study drug, so its part in the change is "
            "not known."
        )
        return [Paragraph((said,))]
    said = (
        "Other treatment. Patients also received other drugs, listed in the section on patients; their part in the "
        "change cannot be separated."
    )
    if any("frequency_not_stated" in row.flags for row in (*rows, *converted)):
        said += " Where the source states no frequency, the dose is not known to be a daily dose."
    return [Paragraph((said, *_changed(context)))]


def _changed(context: Context) -> Inlines:
    """How far the glucocorticoid dose changed with the treatment, where the plan asks for it."""
    p = context.printer
    parts: list[Inline] = []
    for endpoint in context.plan.endpoints:
        test = (
            main_test(context, endpoint) if (endpoint.parameter, endpoint.kind) == (STEROID, "paired_change") else None
        )
        if test is None or test.n < FEWEST_PAIRS:
            continue
        before, after = (described(context, STEROID, test.contrast, s, "mean") for s in ("baseline", "post"))
        if before is None or after is None:
            continue
        contrast = in_brackets(contrast_label(context.plan, endpoint.contrast))
        parts += [" The glucocorticoid dose changed in the same time", *contrast, ": mean ", p.estimate(before)]
        parts += [" before and ", *p.with_unit(after), " after in prednisone equivalents (n = ", p.whole(test, "n")]
        parts.append("). What these drugs, at the start or later, did to the other results cannot be told apart.")
    return tuple(parts)


def comedication_tables(context: Context) -> list[Block]:
    """Drugs and doses of every patient, with glucocorticoids in prednisone equivalents."""
    rows = context.rows.measured(DOSE)
    drugs = [Column(("Drugs and doses as recorded",), lambda s: _drugs(context, s), numeric=False)] if rows else []
    steroids: list[Column] = []
    taken = any(e.parameter == STEROID and e.kind == "paired_change" for e in context.plan.endpoints)
    converted = context.rows.measured(STEROID)
    visits = list(dict.fromkeys(row.visit for row in converted))
    for visit in [] if taken else sorted(visits, key=lambda v: (visit_place(context.plan, v), v)):
        at: Inlines = (", ", visit_label(context.plan, visit)) if visit else ()
        steroids.append(value_column(context, STEROID, (*label_with_unit(STEROID), *at), visit=visit))
    # Drugs are words and want the whole width; the converted doses are numbers and stand in a table of their own.
    blocks: list[Block] = []
    if drugs:
        caption: Inlines = ("Treatment beside the study drug",)
        blocks += patient_grids(context, "comedication", caption, drugs, notes=flag_notes(context, rows))
    if steroids:
        caption = ("Glucocorticoids beside the study drug, in prednisone equivalents",)
        notes = flag_notes(context, converted)
        blocks += patient_grids(context, "comedication-steroids", caption, steroids, notes=notes)
    return blocks


def _drugs(context: Context, subject: str) -> Inlines:
    rows = context.rows.measured(DOSE, subject=subject)
    rows.sort(key=lambda r: (visit_place(context.plan, r.visit), r.visit, r.item))
    return joined([_dose(context, row) for row in rows]) if rows else ABSENT


def _dose(context: Context, row: Measurement) -> Inlines:
    drug: Inline = Quote(words(row.item)) if row.item else "drug not named"
    unit = () if row.missing else unit_inline(row.unit)
    at = in_brackets(visit_label(context.plan, row.visit)) if row.visit else ()
    return (drug, " ", context.printer.value(row), *unit, *at)

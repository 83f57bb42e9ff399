"""Exposure: infusions of every patient, doses as given, totals."""

from __future__ import annotations

from costim.registry.measurements import Measurement
from costim.report.context import Context
from costim.report.document import Block, Inline, Inlines, Paragraph, Quote
from costim.report.printer import unit_inline
from costim.report.sections.notes import flag_notes
from costim.report.sections.readings import ABSENT, Column, patient_grids, value_column
from costim.report.sections.words import joined

DOSE, MG, NUMBER = "exposure.dose_as_given", "exposure.dose_mg", "exposure.infusions"


def write_exposure(context: Context) -> list[Block]:
    """Totals, then the table of infusions."""
    if not any(context.rows.measured(code) for code in (DOSE, MG, NUMBER)):
        return []
    blocks: list[Block] = [*_totals(context)]
    columns = [
        value_column(context, NUMBER, ("Infusions",)),
        Column(("Doses as given, with study day",), lambda s: _doses(context, s), numeric=False),
        Column(("Doses in milligrams",), lambda s: _milligrams(context, s), numeric=False),
    ]
    noted = [row for code in (DOSE, MG) for row in context.rows.measured(code)]
    notes: tuple[Inlines, ...] = (
        ("Study days count from the first infusion, which is the day zero.",),
        *flag_notes(context, noted, days=True),
    )
    blocks += patient_grids(context, "exposure-patients", ("Infusions of every patient",), columns, notes=notes)
    return blocks


def infusions_inlines(context: Context) -> Inlines:
    """`23 infusions in 10 patients`; nothing when no infusion was recorded."""
    total, subjects = (context.rows.first(NUMBER, m) for m in ("total", "subjects"))
    if total is None or (total.estimate is None and total.estimate_lower is None):
        return ()
    parts: list[Inline] = [context.printer.estimate(total), " infusions"]
    if subjects is not None:
        parts += [" in ", context.printer.count(subjects), " patients"]
    return tuple(parts)


def _totals(context: Context) -> list[Block]:
    given = infusions_inlines(context)
    return [Paragraph((*given, " were recorded."))] if given else []


def _ordered(context: Context, code: str, subject: str) -> list[Measurement]:
    return sorted(context.rows.measured(code, subject=subject), key=lambda r: (r.day is None, r.day or 0.0, r.item))


def _doses(context: Context, subject: str) -> Inlines:
    rows = _ordered(context, DOSE, subject)
    return joined([_dose(context, row) for row in rows]) if rows else ABSENT


def _dose(context: Context, row: Measurement) -> Inlines:
    drug: Inlines = (Quote(row.variant), " ") if row.variant else ()
    day: Inlines = (" on day ", context.printer.day(row)) if row.day is not None else (" on an unknown day",)
    return (*drug, context.printer.value(row), *unit_inline(row.unit), *day)


def _milligrams(context: Context, subject: str) -> Inlines:
    rows = _ordered(context, MG, subject)
    if not rows:
        return ABSENT
    if all(row.missing for row in rows):
        reasons = {"bsa_unknown": "not known (no body surface area)", "weight_unknown": "not known (no body weight)"}
        found = dict.fromkeys(reasons[f] for row in rows for f in row.flags if f in reasons)
        return ("; ".join(found),) if found else (context.printer.value(rows[0]),)
    return joined([(context.printer.value(row), *(() if row.missing else unit_inline(row.unit))) for row in rows])

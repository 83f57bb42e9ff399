"""Imaging: verdicts, readings by modality, agreement of readers."""

from __future__ import annotations

from costim.registry.measurements import Measurement
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Quote
from costim.report.sections.counts import category_and_share_blocks
from costim.report.sections.notes import flag_notes
from costim.report.sections.readings import patient_grids, value_column
from costim.report.sections.words import joined, label, method_label, visit_label, visit_place

READINGS = ("imaging.finding", "imaging.pattern_class", "imaging.reading_verdict")


def write_imaging(context: Context) -> list[Block]:
    """Counts of verdicts, each patient's verdict, each reading, agreement."""
    blocks = category_and_share_blocks(context, context.rows.parameters("imaging."))
    return [*blocks, *_verdicts(context), *_readings(context), *_agreement(context)]


def _verdicts(context: Context) -> list[Block]:
    rows = context.rows.measured("imaging.verdict")
    if not rows:
        return []
    columns = [value_column(context, "imaging.verdict", (label("imaging.verdict"),), numeric=False)]
    caption: Inlines = ("Imaging verdict of every patient",)
    return list(patient_grids(context, "imaging-verdicts", caption, columns, notes=flag_notes(context, rows)))


def _readings(context: Context) -> list[Block]:
    rows = [row for code in READINGS for row in context.rows.measured(code)]
    order = {subject: i for i, subject in enumerate(context.rows.subjects())}
    rows.sort(key=lambda r: (order[r.subject], visit_place(context.plan, r.visit), r.visit, r.item))
    if not rows:
        return []
    examinations: dict[tuple[str, str, str], list[Measurement]] = {}
    for row in rows:
        examinations.setdefault((row.subject, row.visit, row.item), []).append(row)
    return [
        Grid(
            id="imaging-readings",
            caption=("Every imaging reading",),
            header=(("Patient",), ("Visit",), ("Modality, region, reader",), *((label(code),) for code in READINGS)),
            rows=tuple(_examination(context, found) for found in examinations.values()),
            notes=(
                ("A dash means that the study has no such entry for the examination.",),
                *flag_notes(context, rows),
            ),
            kind="result" if len(examinations) <= 60 else "rows",
        )
    ]


def _examination(context: Context, rows: list[Measurement]) -> tuple[Inlines, ...]:
    first = rows[0]
    words: dict[str, Inlines] = {}
    for row in rows:
        words[row.parameter] = joined(
            [*((words[row.parameter],) if row.parameter in words else ()), _value(context, row)]
        )
    return (
        (Quote(first.subject),),
        (visit_label(context.plan, first.visit),),
        (Quote("modality not stated" if first.item == "any" else first.item) if first.item else "not stated",),
        *(words.get(code, ("–",)) for code in READINGS),
    )


def _value(context: Context, row: Measurement) -> Inlines:
    return (context.printer.value(row),)


def _agreement(context: Context) -> list[Block]:
    methods = ("agreement_percent", "kappa", "ac1")
    rows = [r for code in context.rows.parameters("imaging.") for m in methods for r in context.rows.find(code, m)]
    if not rows:
        return []
    p = context.printer
    body = tuple(
        (
            (label(row.parameter),),
            (Quote(row.stratum) if row.stratum else "all readers",),
            (method_label(row.method),),
            (p.estimate(row),),
            (p.limits(row),) if row.level is not None else ("not given",),
            (p.whole(row, "n"),),
        )
        for row in rows
    )
    return [
        Grid(
            id="imaging-agreement",
            caption=("Agreement between readers",),
            header=(("What",), ("Readers",), ("Measure",), ("Estimate",), ("Interval",), ("n",)),
            rows=body,
            notes=flag_notes(context, rows),
            numeric=(False, False, False, True, True, True),
        )
    ]

"""Neuropsychiatric manifestations: by patient, by syndrome, mapping doubts, groups."""

from __future__ import annotations

from costim.registry.attribution_models import attribution_models
from costim.registry.measure_catalogue import measures
from costim.registry.measurements import Measurement
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Paragraph, Quote, Term
from costim.report.printer import missing_words
from costim.report.sections.counts import category_and_share_blocks
from costim.report.sections.curves import curve_blocks, spread_blocks
from costim.report.sections.notes import flag_notes
from costim.report.sections.readings import ABSENT, Column, patient_grids
from costim.report.sections.words import flags_in_short, label, words


def write_neuropsychiatric(context: Context) -> list[Block]:
    """Everything about neuropsychiatric and systemic manifestations."""
    blocks = category_and_share_blocks(context, context.rows.parameters("np."))
    return [
        *blocks,
        *_terms(context),
        *_attribution(context),
        *_groups(context),
        *_resolution(context),
        *_systemic(context),
    ]


def _terms(context: Context) -> list[Block]:
    rows = _sorted(context, context.rows.measured("np.syndrome"))
    if not rows:
        return []
    outcomes = {(r.subject, r.item): r for r in context.rows.measured("np.outcome")}
    body = tuple(
        _term(
            context,
            row,
            outcomes.get((row.subject, row.item)) or outcomes.get((row.subject, row.item.removesuffix(" (np)"))),
        )
        for row in rows
    )
    shown = [*rows, *outcomes.values()]
    return [
        Grid(
            id="np-manifestations",
            caption=("Neuropsychiatric manifestations as printed, their ACR syndrome and outcome",),
            header=(("Patient",), ("Term as printed",), ("ACR syndrome",), ("Class",), ("Outcome",), ("Remarks",)),
            rows=body,
            notes=flag_notes(context, shown),
            kind="result" if len(body) <= 60 else "rows",
        )
    ]


def _sorted(context: Context, rows: list[Measurement]) -> list[Measurement]:
    order = {subject: i for i, subject in enumerate(context.rows.subjects())}
    return sorted(rows, key=lambda r: (order[r.subject], r.item))


def _term(context: Context, row: Measurement, outcome: Measurement | None) -> tuple[Inlines, ...]:
    if row.missing:
        syndrome: Inlines = (missing_words(row.missing),)
    elif "term_unmapped" in row.flags or not row.text:
        syndrome = ("none by the mapping table",)
    else:
        syndrome = (Term(words(row.text)),)
    ended: Inlines = ABSENT if outcome is None else (context.printer.value(outcome),)
    region: Inlines = (Term(row.variant),) if row.variant else ("not classified",)
    return ((Quote(row.subject),), (Quote(row.item),), syndrome, region, ended, flags_in_short(row.flags) or ("none",))


def _attribution(context: Context) -> list[Block]:
    """Is each manifestation due to lupus, by each model the study names, side by side?"""
    rows = _sorted(context, context.rows.measured("np.attribution"))
    if not rows:
        return []
    models = list(dict.fromkeys(row.variant for row in rows))
    points = {(r.subject, r.item, r.variant): r for r in context.rows.measured("np.attribution_points")}
    by_model = {(row.subject, row.item, row.variant): row for row in rows}

    def cell(subject: str, item: str, model: str) -> Inlines:
        row, counted = by_model.get((subject, item, model)), points.get((subject, item, model))
        if row is None:
            return ABSENT
        told: Inlines = (" (", context.printer.value(counted), " points)") if counted and not counted.missing else ()
        return (context.printer.value(row), *told)

    known = attribution_models()
    labels = {model: measures()[known[model]].variants[model.split("+")[0]].label for model in models}
    return [
        Grid(
            id="np-attribution",
            caption=("Attribution of each manifestation to lupus, by model",),
            header=(("Patient",), ("Term as printed",), *((Quote(model),) for model in models)),
            rows=tuple(
                ((Quote(subject),), (Quote(item),), *(cell(subject, item, model) for model in models))
                for subject, item in dict.fromkeys((row.subject, row.item) for row in rows)
            ),
            notes=(
                *((Quote(model), ": ", Term(text), ".") for model, text in labels.items()),
                *flag_notes(context, [*rows, *points.values()]),
            ),
        )
    ]


def _groups(context: Context) -> list[Block]:
    if not context.rows.measured("np.group"):
        return []

    def cell(subject: str) -> Inlines:
        rows = context.rows.measured("np.group", subject=subject)
        return (context.printer.value(rows[0]),) if rows else ABSENT

    columns = [Column((label("np.group"),), cell, numeric=False)]
    notes = flag_notes(context, context.rows.measured("np.group"))
    return list(patient_grids(context, "np-groups", ("Neuropsychiatric group of every patient",), columns, notes=notes))


def _resolution(context: Context) -> list[Block]:
    if not context.rows.measured("np.resolution_days"):
        return []
    estimated = [*spread_blocks(context, "np.resolution_days"), *curve_blocks(context, "np.resolution_days")]
    exact = [r for r in context.rows.measured("np.resolution_days") if not r.missing]
    if not exact:
        said = "Times to resolution: none was recorded as a number, so no curve and no median is given."
        return [Paragraph((said,), role="note")]
    body = tuple(((Quote(r.subject),), (Quote(r.item),), (context.printer.value(r),)) for r in _sorted(context, exact))
    return [
        *estimated,
        Grid(
            id="np-resolution",
            caption=(label("np.resolution_days"), " (days)"),
            header=(("Patient",), ("Manifestation",), ("Days",)),
            rows=body,
            notes=flag_notes(context, exact),
            numeric=(False, False, True),
        ),
    ]


def _systemic(context: Context) -> list[Block]:
    rows = context.rows.measured("manifestation.systemic")
    if not rows:
        return []

    def cell(subject: str) -> Inlines:
        found: Inlines = ()
        for row in context.rows.measured("manifestation.systemic", subject=subject):
            found = (*found, ", ", context.printer.value(row)) if found else (context.printer.value(row),)
        return found or ABSENT

    columns = [Column(("Systemic manifestations as printed",), cell, numeric=False)]
    return list(
        patient_grids(context, "systemic", ("Systemic manifestations",), columns, notes=flag_notes(context, rows))
    )

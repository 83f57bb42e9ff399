"""Clinical measures: what was derived by which rule, every patient at every visit, and over time."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.registry.measure_catalogue import EVIDENCE_MEANING, Choice, facts, measures
from costim.registry.measure_choices import chosen_variant
from costim.registry.measure_parameters import row_kinds
from costim.registry.measurements import AS_RECORDED, Measurement
from costim.report.context import Context, section_of
from costim.report.document import Block, Bullets, Grid, Inline, Inlines, Num, Paragraph, Quote, Term
from costim.report.sections.changes import change_blocks
from costim.report.sections.citations import derived_measures, reference_marks, sources_of
from costim.report.sections.counts import category_grid, proportion_grid
from costim.report.sections.curves import curve_blocks, spread_blocks
from costim.report.sections.endpoints import endpoint_rows, stratum_words
from costim.report.sections.notes import flag_notes
from costim.report.sections.readings import Column, patient_grids, value_column
from costim.report.sections.share_tests import share_tests
from costim.report.sections.words import (
    endpoint_label,
    joined,
    label,
    label_with_unit,
    listed,
    safe_id,
    visit_label,
    visit_place,
    words,
)

SECTION = "measures"
MOST_UNDECIDED = 30
"""Groups of undecided readings that are listed."""
MOST_NAMED = 6
"""Patients, or facts, named in one of them."""


def write_measures(context: Context) -> list[Block]:
    """Rules and their evidence, shares, paired changes, then tables of patients."""
    chosen = derived_measures(context)
    if not chosen:
        return []
    blocks: list[Block] = [_rules(context, chosen), *_shares(context), *change_blocks(context, SECTION)]
    for endpoint in context.plan.endpoints:
        if endpoint.kind == "time_to_event" and section_of(endpoint.parameter) == SECTION:
            blocks += [*spread_blocks(context, endpoint.parameter), *curve_blocks(context, endpoint.parameter)]
    for choice in chosen:
        blocks += _visits(context, choice)
        blocks += _over_time(context, choice)
    return [*blocks, *_undecided(context)]


def _rules(context: Context, chosen: list[Choice]) -> Grid:
    rows = [
        (
            (_title(context, choice),),
            (Quote(choice.name), ": ", Term(choice.variant.label)),
            _window(context, choice),
            (Term(_evidence(choice)),),
            reference_marks(context, sources_of(choice)) or ("none",),
        )
        for choice in chosen
    ]
    notes: tuple[Inlines, ...] = tuple(
        (Term(mark), ": ", Term(meaning), ".")
        for mark, meaning in EVIDENCE_MEANING.items()
        if any(mark in _evidence(choice) for choice in chosen)
    )
    return Grid(
        id="measure-rules",
        caption=("Measures derived, by which rule and on what evidence",),
        header=(("Measure",), ("Variant",), ("Window",), ("Evidence",), ("Sources",)),
        rows=tuple(rows),
        notes=notes,
    )


def _title(context: Context, choice: Choice) -> Inline:
    """The label that the study gives the measure, else that of the catalogue."""
    for entry in context.plan.measures:
        meant = entry.measure == choice.measure.code and chosen_variant(context.plan, entry).name == choice.name
        if meant and entry.label:
            return Quote(entry.label)
    return Term(choice.measure.label)


def _window(context: Context, choice: Choice) -> Inlines:
    """The window of the rows: that of the variant, or of the index that an option names."""
    for kind in row_kinds(choice.measure):
        for row in context.rows.measured(f"{choice.measure.code}.{kind}", variant=choice.name):
            if row.window_days is not None:
                return (Num(str(row.window_days), row.measurement_id, "window_days"), " days")
    return ("none",)


def _evidence(choice: Choice) -> str:
    """Marks of the variant and of the criteria that belong to it."""
    criteria = [c.evidence for c in choice.measure.criteria if not c.variants or choice.variant.name in c.variants]
    found = {choice.variant.evidence, *criteria}
    return ", ".join(mark for mark in EVIDENCE_MEANING if mark in found)


def _shares(context: Context) -> list[Block]:
    blocks: list[Block] = []
    rows: list[tuple[Inlines, Effect]] = []
    for endpoint in context.plan.endpoints:
        if endpoint.parameter.split(".")[0] not in measures():
            continue
        if endpoint.kind == "proportion":
            rows += [
                ((endpoint_label(endpoint), *((": ", stratum_words(row)) if row.stratum else ())), row)
                for row in endpoint_rows(context, endpoint, "proportion")
            ]
        elif endpoint.kind == "distribution":
            blocks += category_grid(
                context, endpoint.parameter, (endpoint_label(endpoint), ": patients in each category")
            )
    unique = list({row.effect_id: (title, row) for title, row in rows}.values())
    if unique:
        grid = proportion_grid(context, "measure-shares", ("Share of patients in a state",), unique)
        blocks = [grid, *share_tests(context, [row.parameter for _, row in unique]), *blocks]
    return blocks


def _visits(context: Context, choice: Choice) -> list[Block]:
    """One table per kind of outcome, patients by visits, with its picture."""
    blocks: list[Block] = []
    for kind in row_kinds(choice.measure):
        code = f"{choice.measure.code}.{kind}"
        rows = [row for row in context.rows.measured(code) if row.variant == choice.name]
        visits = sorted({row.visit for row in rows}, key=lambda v: (visit_place(context.plan, v), v))
        columns = [
            value_column(
                context,
                code,
                (visit_label(context.plan, visit),),
                numeric=any(row.lower is not None for row in rows),
                visit=visit,
                variant=choice.name,
            )
            for visit in visits
        ]
        units = {row.unit for row in rows if not row.missing}
        caption: Inlines = (*label_with_unit(code, units), ": every patient, by ", Quote(choice.name))
        if columns:
            notes = flag_notes(context, rows)
            blocks += patient_grids(context, safe_id("measure", code, choice.name), caption, columns, notes=notes)
            blocks += context.figures_of(SECTION, code, variant=choice.name)
    return blocks


def _over_time(context: Context, choice: Choice) -> list[Block]:
    """Time in a state, first and sustained attainment, flares."""
    code = choice.measure.code
    at_visits = {f"{code}.{kind}" for kind in row_kinds(choice.measure)}
    columns: list[Column] = []
    shown: list[Measurement] = []
    for parameter in [p for p in context.rows.parameters(f"{code}.") if p not in at_visits]:
        rows = [r for r in context.rows.measured(parameter) if _is_of(r, choice)]
        shown += rows
        for variant in dict.fromkeys(r.variant for r in rows):
            convention = variant.removeprefix(choice.name).strip(", ")
            header: Inlines = (*label_with_unit(parameter, {r.unit for r in rows}),)
            header = (*header, ", ", Quote(words(convention))) if convention else header
            columns.append(value_column(context, parameter, header, variant=variant))
    if not columns:
        return []
    caption: Inlines = (_title(context, choice), " over time, by ", Quote(choice.name))
    name = safe_id("measure-time", code, choice.name)
    return list(patient_grids(context, name, caption, columns, notes=flag_notes(context, shown)))


def _is_of(row: Measurement, choice: Choice) -> bool:
    return row.variant == choice.name or row.variant.startswith(f"{choice.name}, ")


def _undecided(context: Context) -> list[Block]:
    """Which unknown facts leave readings open, by measure and facts."""
    open_rows: dict[tuple[str, str], list[Measurement]] = {}
    for row in context.rows.measurements:
        if row.undecided and row.visit and row.reading == AS_RECORDED:
            open_rows.setdefault((row.parameter, row.undecided), []).append(row)
    if not open_rows:
        return []
    items: list[Inlines] = []
    for (parameter, undecided), rows in list(open_rows.items())[:MOST_UNDECIDED]:
        where = joined(
            [(Quote(r.subject), " (", visit_label(context.plan, r.visit), ")") for r in rows[:MOST_NAMED]], ", "
        )
        others = " and others" if len(rows) > MOST_NAMED else ""
        items.append(
            (label(parameter), " rests on ", *_facts(undecided.split(", ")), ": patients ", *where, others, ".")
        )
    more: list[Block] = []
    if len(open_rows) > MOST_UNDECIDED:
        more = [Paragraph(("Further undecided readings stand in the appendix of measurements.",))]
    head = Paragraph(("Readings that a recorded fact would settle, or narrow:",))
    return [head, Bullets(tuple(items)), *more]


def _facts(names: list[str]) -> Inlines:
    """Facts by their labels; those of an earlier assessment say so."""
    parts: list[Inline] = []
    for name in names[:MOST_NAMED]:
        when, _, fact = name.rpartition(".")
        known = facts().get(fact)
        said = known.label if known is not None else words(fact)
        parts.append(Term(f"{said} at the {when} assessment" if when else said))
    others = len(names) - len(parts)
    return (*listed(parts), " and other facts") if others > 0 else listed(parts)

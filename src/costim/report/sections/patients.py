"""Patients: one row each, and a summary row. Missing values are words."""

from __future__ import annotations

from collections.abc import Sequence

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.report.context import Context
from costim.report.document import Block, Inlines, Quote, Term
from costim.report.sections.changes import contrast_of, described, median_range, paired_endpoints
from costim.report.sections.comedication import comedication_tables
from costim.report.sections.notes import flag_notes
from costim.report.sections.readings import ABSENT, Column, contrast_column, patient_grids, value_column
from costim.report.sections.words import joined, label, label_with_unit, listed, words

NO_SUMMARY: Inlines = ("see above",)
Pair = tuple[Column, Inlines]


def write_patients(context: Context) -> list[Block]:
    """The table of patients."""
    if not context.rows.subjects():
        return []
    pairs = [*_people(context), *_history(context), *_course(context)]
    columns = [column for column, _ in pairs]
    summary: list[Inlines] = [("All patients: median (minimum to maximum) or count",), *(s for _, s in pairs)]
    notes: tuple[Inlines, ...] = (
        (
            "“Not recovered” means that the source held the value and it could not be read; “not reported” that the "
            "source does not give it; “not done” that it was not measured; “not recorded” that there is no such row.",
        ),
    )
    notes = (*notes, *_doubtful(context))
    table = patient_grids(context, "patients-table", ("Every patient",), columns, notes=notes, last=summary, at_most=12)
    return [*table, *comedication_tables(context)]


def _doubtful(context: Context) -> tuple[Inlines, ...]:
    """Notes on totals of the table that the recorded items contradict."""
    rows = context.rows.measured("sledai.total")
    told = {flag for row in rows for flag in row.flags} - {"inconsistent_total"}
    if not any(e.parameter == "sledai.total" for e in paired_endpoints(context)):
        return ()
    return flag_notes(context, rows, silent=tuple(sorted(told)))


def _people(context: Context) -> list[Pair]:
    found: list[Pair] = []
    for code in ("subject.age", "subject.sex", "subject.disease_duration", "subject.bsa"):
        if not context.rows.measured(code):
            continue
        numeric = code != "subject.sex"
        if code == "subject.bsa" and all(row.missing for row in context.rows.measured(code)):
            continue
        summary = _range(context, code) if numeric else _categories(context, code)
        found.append((value_column(context, code, label_with_unit(code), numeric=numeric), summary))
    return found


def _history(context: Context) -> list[Pair]:
    found: list[Pair] = []
    if context.rows.measured("np.syndrome"):
        header: Inlines = ("Neuropsychiatric manifestations (ACR syndrome)",)
        found.append((Column(header, lambda s: _manifestations(context, s), numeric=False), NO_SUMMARY))
    if context.rows.measured("prior.treatment"):
        column = value_column(context, "prior.treatment", ("Earlier treatment",), numeric=False)
        found.append((column, NO_SUMMARY))
    return found


def _manifestations(context: Context, subject: str) -> Inlines:
    """ACR syndromes of a patient, each once, then the printed terms that have none."""
    rows = context.rows.measured("np.syndrome", subject=subject)
    mapped = [row for row in rows if row.text and not row.missing and "term_unmapped" not in row.flags]
    parts = list(dict.fromkeys(_syndrome(row) for row in mapped))
    rest = list(dict.fromkeys(Quote(row.item) for row in rows if row not in mapped and row.item))
    if rest:
        parts.append(("no ACR syndrome by the mapping table: ", *listed(rest)))
    return joined(parts) if parts else ABSENT


def _syndrome(row: Measurement) -> Inlines:
    region: Inlines = (" (", Term(row.variant), ")") if row.variant not in ("", "none") else ()
    return (Term(words(row.text or "")), *region)


def _course(context: Context) -> list[Pair]:
    found: list[Pair] = []
    for endpoint in paired_endpoints(context):
        contrast = contrast_of(context, endpoint)
        if endpoint.parameter != "sledai.total" or contrast is None:
            continue
        name = contrast.name
        rows = context.rows.find(endpoint.parameter, contrast=name)
        for heading, selector, stratum in (
            ("before", contrast.baseline, "baseline"),
            ("after", contrast.post, "post"),
        ):
            rests_on = [r for r in rows if r.stratum == stratum]
            column = contrast_column(
                context, endpoint.parameter, selector, (label("sledai.total"), " ", heading), rests_on
            )
            found.append((column, _over_readings(context, name, stratum)))
        break
    for code in ("event.end_of_response", "event.relapse"):
        if context.rows.measured(code):
            column = value_column(context, code, label_with_unit(code))
            found.append((column, _range(context, code)))
    if context.rows.measured("exposure.infusions"):
        column = value_column(context, "exposure.infusions", (label("exposure.infusions"),))
        found.append((column, _range(context, "exposure.infusions")))
    return found


def _over_readings(context: Context, contrast: str, stratum: str) -> Inlines:
    """Median and range of every reading in the column, with their number; over the pairs where that is the same."""
    code = "sledai.total"
    every = f"{stratum}_all"
    taken = every if described(context, code, contrast, every, "median") is not None else stratum
    median = described(context, code, contrast, taken, "median")
    if median is None or not median.n:
        return ("not estimated",)
    return (*median_range(context, code, contrast, taken), ", n = ", context.printer.whole(median, "n"))


def _range(context: Context, code: str) -> Inlines:
    """Median and range of a parameter, with the n they rest on."""
    p = context.printer
    median, low, high = (_plain_row(context, code, m) for m in ("median", "minimum", "maximum"))
    if median is None:
        median = _plain_row(context, code, "median_bounds")
    if median is None:
        return ("not estimated",)
    spread: Inlines = (" (", p.estimate(low), " to ", p.estimate(high), ")") if low and high else ()
    return (p.estimate(median), *spread, ", n = ", p.whole(median, "n"))


def _plain_row(context: Context, code: str, method: str) -> Effect | None:
    return context.rows.first(code, method, stratum="")


def _categories(context: Context, code: str) -> Inlines:
    rows: Sequence[Effect] = context.rows.find(code, "category_count")
    if not rows:
        return NO_SUMMARY
    return joined([(Quote(words(row.stratum)), " ", context.printer.out_of(row)) for row in rows])

"""Each patient's own change: beyond test-retest noise or not, shrunken towards the group, non-overlap with the past."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.registry.natural import natural_key
from costim.registry.plan_questions import Endpoint
from costim.report.context import Context
from costim.report.document import Block, Grid, Inline, Inlines, Paragraph, Quote, Term
from costim.report.sections.cells_of_tests import NOT_GIVEN
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import joined, titled, words

PRIORS = ("weak", "sceptical", "enthusiastic")
GROUP = ("mean", "between_sd")
"""Strata of shrunken changes that are about the group."""


def single_patients(context: Context, endpoint: Endpoint, name: str, rows: list[Effect]) -> list[Block]:
    """One row per patient; nothing where no method of single patients could be used."""
    reliable = {row.stratum: row for row in rows if row.method == "reliable_change"}
    overlap = {row.stratum: row for row in rows if row.method == "non_overlap"}
    shrunken = [row for row in rows if row.method == "shrunken_change"]
    patients = {r.stratum for r in (*reliable.values(), *overlap.values(), *shrunken)} - {*GROUP, ""}
    used = [row for row in (*reliable.values(), *overlap.values(), *shrunken) if row.stratum in patients]
    if not any(row.estimate is not None for row in used):
        return []
    priors = [prior for prior in PRIORS if any(row.variant == prior for row in shrunken)]
    by_prior = {(row.variant, row.stratum): row for row in shrunken}
    header: list[Inlines] = [("Patient",)]
    header += [("Change (limits of noise)",), ("Beyond noise?",)] if reliable else []
    header += [(f"Shrunken, {prior} prior",) for prior in priors]
    header += [("Non-overlap (NAP)",)] if overlap else []
    body: list[tuple[Inlines, ...]] = []
    for subject in sorted(patients, key=natural_key):
        cells: list[Inlines] = [(Quote(subject),)]
        cells += _reliable(context, reliable.get(subject)) if reliable else []
        cells += [_with_limits(context, by_prior.get((prior, subject))) for prior in priors]
        cells += [_overlap(context, overlap.get(subject))] if overlap else []
        body.append(tuple(cells))
    grid = Grid(
        id=name,
        caption=(*titled(context.plan, endpoint), ": what each patient’s own change can show"),
        header=tuple(header),
        rows=tuple(body),
        notes=(*_notes(reliable, overlap, priors), *flag_notes(context, used)),
        numeric=(False, *(True for _ in header[1:])),
        kind="result" if len(body) <= 20 else "rows",
    )
    return [grid, *_group(context, endpoint, shrunken)]


def _notes(reliable: dict[str, Effect], overlap: dict[str, Effect], priors: list[str]) -> tuple[Inlines, ...]:
    notes: list[Inlines] = []
    if reliable:
        notes.append(
            ("Beyond noise: two readings of a patient whose disease does not change would rarely differ so much.",)
        )
    if overlap:
        notes.append(("Non-overlap: share of pairs of a reading before and one after in which the later is better.",))
    if priors:
        notes.append(
            (
                "Shrunken: the change of a patient drawn towards that of the group as far as the noise of one reading "
                "asks for, with credible limits. The sceptical prior centres on no change, the enthusiastic one on the "
                "change that was hoped for; where the three disagree, the data do not decide.",
            )
        )
    return tuple(notes)


def _reliable(context: Context, row: Effect | None) -> list[Inlines]:
    if row is None or row.estimate is None:
        return [NOT_GIVEN, NOT_GIVEN]
    verdict: Inline = Term(words(row.text)) if row.text else "not given"
    return [_with_limits(context, row), (verdict,)]


def _with_limits(context: Context, row: Effect | None) -> Inlines:
    if row is None or row.estimate is None:
        return NOT_GIVEN
    p = context.printer
    if row.lower is None and row.upper is None:
        return (p.estimate(row),)
    return (p.estimate(row), " (", p.limits(row), ")")


def _overlap(context: Context, row: Effect | None) -> Inlines:
    if row is None or row.estimate is None:
        return NOT_GIVEN
    p = context.printer
    if row.count is None or row.denominator is None:
        return (p.estimate(row),)
    return (p.estimate(row), " (readings: ", p.whole(row, "count"), " before, ", p.whole(row, "denominator"), " after)")


def _group(context: Context, endpoint: Endpoint, shrunken: list[Effect]) -> list[Block]:
    """The mean of the group under each prior, in one sentence."""
    p = context.printer
    means = [row for row in shrunken if row.stratum == "mean" and row.estimate is not None]
    if not means:
        return []
    order = {prior: i for i, prior in enumerate(PRIORS)}
    parts: list[Inlines] = [
        (*p.with_unit(row), " (", p.limits(row), ") with the ", Term(words(row.variant)), " prior")
        for row in sorted(means, key=lambda r: order.get(r.variant, len(order)))
    ]
    level: Inlines = (" (", p.level(means[0]), " credible limits)") if means[0].level is not None else ()
    head: Inlines = (*titled(context.plan, endpoint), ": mean change of the group by the hierarchical model", *level)
    return [Paragraph((*head, ": ", *joined(parts), "."))]

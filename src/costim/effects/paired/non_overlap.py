"""Rows of non-overlap: patients who were read at least three times before the first infusion."""

from __future__ import annotations

from dataclasses import replace

from costim.effects.evidence import Reading, ids_of
from costim.effects.paired.question import PairedQuestion
from costim.effects.paired.retest import find_repeated_readings
from costim.effects.pairs import Pair
from costim.inference.shrinkage.non_overlap import FEWEST_BEFORE, compute_non_overlap_bounds
from costim.registry.effects import Effect
from costim.registry.parameters import parameter as registered


def estimate_non_overlap(question: PairedQuestion) -> list[Effect]:
    """NAP of each patient with three or more readings before: `count` readings before, `denominator` after.

    Readings after are those past the first infusion, up to the later reading of the contrast.
    """
    repeated = find_repeated_readings(question)
    base = replace(question.base, method="non_overlap", variant="nap", unit="", n=1, n_missing=0, flags=repeated.flags)
    pairs = {pair.subject: pair for pair in question.pairs}
    return [
        _row(question, replace(base, stratum=subject), before, pairs[subject])
        for subject, before in repeated.groups.items()
        if len(before) >= FEWEST_BEFORE
    ]


def _row(question: PairedQuestion, row: Effect, before: tuple[Reading, ...], pair: Pair) -> Effect:
    known = registered(row.parameter)
    after = _readings_after(question, before, pair)
    row = replace(row, count=len(before), denominator=len(after), measurements=ids_of([*before, *after]))
    spans = [[r.span(known.minimum, known.maximum) for r in readings] for readings in (before, after)]
    found = compute_non_overlap_bounds(*spans, downwards=question.downwards)
    if found is None:
        return replace(row, flags=(*row.flags, "no_reading_after"))
    if found.nap_lower == found.nap_upper:
        return replace(row, estimate=found.nap_lower)
    flags = (*row.flags, "bounds_over_unknowns")
    return replace(row, estimate_lower=found.nap_lower, estimate_upper=found.nap_upper, flags=flags)


def _readings_after(question: PairedQuestion, before: tuple[Reading, ...], pair: Pair) -> list[Reading]:
    last = pair.post.reading
    if last is None:
        return []
    kind = before[0].item, before[0].variant, before[0].unit
    end = _day(last, question)
    found = []
    for reading in question.evidence.by_subject(question.endpoint.parameter)[pair.subject]:
        day = _day(reading, question)
        in_time = day is not None and end is not None and _is_past_infusion(reading, day) and day <= end
        same_kind = (reading.item, reading.variant, reading.unit) == kind
        if reading.is_number and reading not in before and same_kind and (reading is last or in_time):
            found.append(reading)
    return found


def _is_past_infusion(reading: Reading, day: float) -> bool:
    return day > 0 or (day == 0 and reading.timepoint == "post")


def _day(reading: Reading, question: PairedQuestion) -> float | None:
    """The day of a reading, the first that it may be; else the planned one of its visit."""
    if reading.day is not None or reading.day_lower is not None:
        return reading.day if reading.day is not None else reading.day_lower
    return next((v.day for v in question.evidence.plan.visits if v.name == reading.visit), None)

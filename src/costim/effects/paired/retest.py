"""Test-retest standard deviation: from the study's own repeated readings before treatment, or as the plan states it.

It is never invented: without repeated readings and without a statement there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from costim.effects.evidence import Reading, ids_of, unit_of, units_of
from costim.effects.paired.question import PairedQuestion
from costim.inference.other_causes.within_sd import compute_within_sd
from costim.registry.effects import Effect
from costim.registry.flags import raised


@dataclass(frozen=True, slots=True)
class WithinSd:
    """The test-retest SD that other methods of the same question use.

    Attributes:
        value: above zero, in the unit of the readings.
        df: degrees of freedom behind it; None = taken as known exactly.
        source: `stated` by the plan (goes first, somebody chose it) or from the `study`.
        basis: where the plan has it from; blank for the study's own.
        measurements: readings it rests on; none for a stated one.
    """

    value: float
    df: float | None
    source: Literal["study", "stated"]
    basis: str
    measurements: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedReadings:
    """Exact readings before the first infusion, of the subjects who have two or more; `flags` say what was left out."""

    groups: Mapping[str, tuple[Reading, ...]]
    unit: str
    flags: tuple[str, ...]


def within_sd_of(question: PairedQuestion) -> WithinSd | None:
    """The test-retest SD for this question, None when there is none above zero."""
    assumed = question.other_causes
    if assumed is not None and assumed.within_sd is not None:
        return WithinSd(assumed.within_sd, assumed.within_sd_df, "stated", assumed.basis, ())
    found = find_repeated_readings(question)
    own = compute_within_sd(_numbers(found))
    if not own.estimate or found.unit != question.base.unit:
        return None
    return WithinSd(own.estimate, float(own.df), "study", "", _ids(found))


def estimate_test_retest(question: PairedQuestion) -> list[Effect]:
    """Row of the study's own test-retest SD where a subject has repeated readings, and of the stated one.

    Without limits: those of chi-square cover half to four fifths for titres and scores (docs/calibration).
    """
    return [*_own_row(question), *_stated_row(question)]


def _own_row(question: PairedQuestion) -> list[Effect]:
    found = find_repeated_readings(question)
    if not found.groups:
        return []
    own = compute_within_sd(_numbers(found))
    row = replace(
        question.base,
        method="test_retest_sd",
        unit=found.unit,
        n=own.n,
        n_missing=len(question.evidence.subjects) - own.n,
        denominator=own.n_readings,
        flags=found.flags,
        measurements=_ids(found),
        estimate=own.estimate,
        df=float(own.df),
    )
    return [row if own.estimate else replace(row, flags=(*row.flags, "no_spread"))]


def _stated_row(question: PairedQuestion) -> list[Effect]:
    assumed = question.other_causes
    if assumed is None or assumed.within_sd is None:
        return []
    row = replace(question.base, method="test_retest_sd", variant="stated", n=0, n_missing=0, measurements=(), flags=())
    return [replace(row, estimate=assumed.within_sd, df=assumed.within_sd_df, text=assumed.basis)]


def find_repeated_readings(question: PairedQuestion) -> RepeatedReadings:
    """Exact readings before the first infusion, for each subject with at least two of them.

    Before the first infusion is what lies before day 0, on day 0 up to the infusion, or at a visit without a day that
    the contrast takes its baseline from and no contrast its later reading. Subjects with two readings of different
    items or variants at one visit are left out: they would be no repetition.
    """
    before = {
        subject: [r for r in rows if r.is_number and _is_before(r, question)]
        for subject, rows in question.evidence.by_subject(question.endpoint.parameter).items()
    }
    kinds = {subject: {(r.item, r.variant) for r in rows} for subject, rows in before.items()}
    exact = {subject: tuple(r for r in rows if r.value is not None) for subject, rows in before.items()}
    repeated = {s: rows for s, rows in exact.items() if len(rows) > 1 and len(kinds[s]) == 1}
    unit = unit_of(question.endpoint.parameter, [r for rows in repeated.values() for r in rows])
    groups = {s: rows for s, rows in repeated.items() if units_of(rows) == {unit}}
    flags = {
        "ambiguous_reading": any(len(kinds[s]) > 1 for s in before),
        "ranges_left_out": any(r.value is None for rows in before.values() for r in rows),
        "units_differ": len(groups) < len(repeated),
    }
    return RepeatedReadings(groups, unit, raised(flags))


def _is_before(reading: Reading, question: PairedQuestion) -> bool:
    if reading.timepoint == "post":
        return False
    last = reading.day if reading.day is not None else reading.day_upper
    plan = question.evidence.plan
    if last is None:
        last = next((v.day for v in plan.visits if v.name == reading.visit and v.day is not None), None)
    if last is not None:
        is_baseline = reading.visit in question.contrast.baseline.visits or reading.timepoint == "pre"
        return last < 0 or (last == 0 and is_baseline)
    later = {name for contrast in plan.contrasts for name in contrast.post.visits}
    return reading.visit in question.contrast.baseline.visits and reading.visit not in later


def _numbers(found: RepeatedReadings) -> list[list[float]]:
    return [[r.value for r in rows if r.value is not None] for rows in found.groups.values()]


def _ids(found: RepeatedReadings) -> tuple[str, ...]:
    return ids_of(r for rows in found.groups.values() for r in rows)

"""Rows of reliable change: for each patient, whether the change is more than the noise of two readings."""

from __future__ import annotations

from dataclasses import replace

from costim.effects.changes import Span
from costim.effects.evidence import finite
from costim.effects.paired.noise import Noise, change_of_each, noise_of, patient_row
from costim.effects.paired.question import PairedQuestion
from costim.inference.shrinkage.reliable_change import compute_noise_sd, compute_reference_limit
from costim.registry.effects import Effect

BEYOND, WITHIN = "beyond noise", "within noise"


def estimate_reliable_change(question: PairedQuestion) -> list[Effect]:
    """A row per subject: change, limits of the true change, index as `statistic`, verdict as `text`.

    No row unless `[[other_causes]]` has an entry for the parameter and there is a test-retest SD. A change known only
    within a range has a verdict when every value of the range has the same.
    """
    noise = noise_of(question)
    if noise is None:
        return []
    flags = (*question.base.flags, *noise.flags)
    base = replace(question.base, method="reliable_change", level=question.level, df=noise.df, flags=flags)
    rows = []
    for subject, change in change_of_each(question).items():
        row = patient_row(question, subject, base)
        rows.append(row if change is None else _judge(row, change, noise, question.level))
    return rows


def _judge(row: Effect, change: Span, noise: Noise, level: float) -> Effect:
    """Verdict and limits; with a range, those that hold for every value of it."""
    limit = compute_reference_limit(noise.within_sd, df=noise.df, baselines=noise.baselines, level=level)
    se = compute_noise_sd(noise.within_sd, noise.baselines)
    low, high = change
    row = replace(
        row,
        lower=finite(low - limit),
        upper=finite(high + limit),
        se=se,
        text=_verdict(change, limit),
        measurements=tuple(sorted({*row.measurements, *noise.measurements})),
    )
    if low == high:
        return replace(row, estimate=low, statistic=low / se)
    flags = (*row.flags, "bounds_over_unknowns")
    return replace(row, estimate_lower=finite(low), estimate_upper=finite(high), flags=flags)


def _verdict(change: Span, limit: float) -> str:
    """The verdict that every value of the range has; blank when they differ."""
    low, high = change
    if low > limit or high < -limit:
        return BEYOND
    return WITHIN if -limit <= low and high <= limit else ""

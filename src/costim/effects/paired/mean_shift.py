"""The mean change with its exact sign-flip interval, and the ratio of geometric means by the same test."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from costim.effects.paired.question import PairedQuestion
from costim.effects.sign_flips import fill_by_sign_flips
from costim.inference.paired.geometric_mean_ratio import compute_geometric_mean_ratio
from costim.inference.paired.sign_flip_ranged import SignFlipBounds, compute_sign_flip_bounds
from costim.registry.effects import Effect


def estimate_mean_shift(question: PairedQuestion) -> list[Effect]:
    """The mean change, after minus before; and the ratio of geometric means where the endpoint asks for a ratio."""
    rows = [_mean_shift(question)]
    return [*rows, _geometric_mean_ratio(question)] if question.endpoint.scale == "ratio" else rows


def _mean_shift(question: PairedQuestion) -> Effect:
    changes, level = question.changes, question.level
    row = replace(question.base, method="mean_shift", variant="sign_flip", level=level)
    if not changes.rows:
        return row
    found = compute_sign_flip_bounds(
        [r.change[0] for r in changes.rows],
        [r.change[1] for r in changes.rows],
        level=level,
        resolution=changes.resolution,
        scale=changes.scale,
        seed=question.evidence.plan.study.seed,
    )
    return fill_by_sign_flips(row, found)


def _geometric_mean_ratio(question: PairedQuestion) -> Effect:
    """No number where a reading is zero, negative or below a limit: its logarithm is not known within bounds."""
    rows, level = question.changes.rows, question.level
    row = replace(question.base, method="geometric_mean_ratio", variant="sign_flip", unit="", level=level)
    if not rows:
        return row
    ends = [end for r in rows for span in (r.baseline, r.post) for end in span]
    if not all(isfinite(end) and end > 0 for end in ends):
        return replace(row, flags=(*row.flags, "not_positive"))
    found = compute_geometric_mean_ratio(
        [r.baseline[0] for r in rows],
        [r.post[0] for r in rows],
        before_upper=[r.baseline[1] for r in rows],
        after_upper=[r.post[1] for r in rows],
        level=level,
        seed=question.evidence.plan.study.seed,
    )
    bounds = SignFlipBounds(found.n, found.estimate, found.lower, found.upper, found.p, found.p_min, found.seed)
    return fill_by_sign_flips(row, bounds)

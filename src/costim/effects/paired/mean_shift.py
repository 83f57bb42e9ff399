"""The mean change with its exact sign-flip interval, and the ratio of geometric means by the same test."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from costim.effects.paired.question import PairedQuestion
from costim.inference.paired.geometric_mean_ratio import compute_geometric_mean_ratio
from costim.inference.paired.sign_flip import compute_sign_flip
from costim.inference.paired.sign_flip_ranged import SignFlipBounds, compute_sign_flip_bounds
from costim.inference.paired.signed_rank import compute_smallest_p
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
    seed = question.evidence.plan.study.seed
    lows, highs = [r.change[0] for r in changes.rows], [r.change[1] for r in changes.rows]
    if not changes.is_exact:
        found = compute_sign_flip_bounds(lows, highs, level=level, resolution=changes.resolution, seed=seed)
        return _filled(row, found, equal=False)
    size = {"resolution": changes.resolution, "scale": changes.scale}
    one = compute_sign_flip(lows, level=level, seed=seed, **size)
    both = (one.estimate, one.estimate)
    found = SignFlipBounds(one.n, both, one.lower, one.upper, one.p, one.p_min, one.seed)
    return _filled(row, found, equal=one.n > 1 and one.lower is not None and one.lower == one.upper)


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
    return _filled(row, bounds, equal=found.n > 1 and found.lower is not None and found.lower == found.upper)


def _filled(row: Effect, found: SignFlipBounds, *, equal: bool) -> Effect:
    """One estimate as it is, else its bounds."""
    low, high = found.estimate
    one = low is not None and low == high
    flags = {
        "few_pairs": compute_smallest_p(found.n) >= 0.05,
        "p_at_floor": found.p == found.p_min,
        "level_unreachable": found.lower is None or found.upper is None,
        "all_changes_equal": equal,
        "sign_patterns_drawn": found.seed is not None,
        "bounds_over_unknowns": not one,
        "largest_p": not one,
    }
    return replace(
        row,
        estimate=low if one else None,
        estimate_lower=None if one else low,
        estimate_upper=None if one else high,
        lower=found.lower,
        upper=found.upper,
        p=found.p,
        p_min=found.p_min,
        seed=found.seed,
        flags=(*row.flags, *(name for name, raised in flags.items() if raised)),
    )

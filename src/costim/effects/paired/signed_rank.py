"""The signed-rank row of a paired change: shift, interval, p.

Readings known within a range make every estimate a pair of bounds. Where the instrument has a step and the completions
are few, the exact test is repeated for each of them: the interval is the union of theirs and p the largest. Otherwise
the extreme completions enclose shift, interval and p (`costim.inference.paired.ranged`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from costim.effects.changes import Changes, enumerate_completions
from costim.effects.paired.bounds import fill_by_ranges
from costim.effects.paired.question import PairedQuestion
from costim.inference.other_causes.tipping import compute_tipping_shift
from costim.inference.paired.hodges_lehmann import HodgesLehmann, compute_hodges_lehmann
from costim.inference.paired.ranged import compute_ranged_signed_rank
from costim.inference.paired.signed_rank import SignedRank, compute_signed_rank, compute_smallest_p
from costim.registry.effects import Effect
from costim.registry.flags import raised

ABOUT_P = ("p_at_floor", "largest_p")
"""Flags of the test that say nothing about its interval."""


def estimate_signed_rank(question: PairedQuestion) -> list[Effect]:
    """The signed-rank row, and the shift by other causes at which its interval touches zero."""
    test = build_signed_rank_row(question)
    return [test, build_tipping_row(question.base, test)]


def build_signed_rank_row(question: PairedQuestion) -> Effect:
    """The signed-rank row: shift, interval, W+, p, smallest attainable p; `count` of `denominator` changes not zero.

    The shift is after minus before. W+ is the rank sum of the changes for the better (of the decreases, where the
    registry names no worse direction), so that a large W+ means improvement whatever the measure.
    """
    base, changes = question.base, question.changes
    n, zeros, level = len(changes.rows), question.evidence.plan.variants.zeros, question.level
    row = replace(base, method="signed_rank", variant=zeros, level=level, denominator=n)
    row = replace(row, family=question.endpoint.family or "")
    if n == 0:
        return row
    row = replace(row, p_min=compute_smallest_p(n))
    completions = enumerate_completions(changes)
    if completions is None:
        return _enclose(row, changes, level, downwards=question.downwards)
    size = {"resolution": changes.resolution, "scale": changes.scale}
    results = [
        _Result(
            compute_signed_rank(c, zeros=zeros, **size), compute_hodges_lehmann(c, level=level, zeros=zeros, **size)
        )
        for c in completions
    ]
    return _combine(row, results, downwards=question.downwards)


@dataclass(frozen=True, slots=True)
class _Result:
    test: SignedRank
    shift: HodgesLehmann


def _combine(row: Effect, results: list[_Result], *, downwards: bool) -> Effect:
    """One result as it is; several united."""
    tests, shifts = [r.test for r in results], [r.shift for r in results]
    estimates = [s.estimate for s in shifts if s.estimate is not None]
    sums = {t.w_minus if downwards else t.w_plus for t in tests}
    one_estimate = len(set(estimates)) == 1
    lower, lower_open = _outermost([(s.lower, s.lower_open) for s in shifts], smallest=True)
    upper, upper_open = _outermost([(s.upper, s.upper_open) for s in shifts], smallest=False)
    nonzero = {t.n_nonzero for t in tests}
    flags = {
        "few_pairs": tests[0].p_min >= 0.05,
        "p_at_floor": max(t.p for t in tests) == tests[0].p_min,
        "level_unreachable": lower is None or upper is None,
        "limit_open": lower_open or upper_open,
        "limit_open_at_zero": (lower_open and lower == 0) or (upper_open and upper == 0),
        "all_changes_equal": lower is not None and lower == upper,
        "zeros_present": any(t.n_nonzero < t.n for t in tests),
        "ties_present": any(t.n_ties for t in tests),
        "bounds_over_unknowns": len(results) > 1,
        "largest_p": len({t.p for t in tests}) > 1,
    }
    return replace(
        row,
        estimate=estimates[0] if one_estimate else None,
        estimate_lower=None if one_estimate else min(estimates),
        estimate_upper=None if one_estimate else max(estimates),
        lower=lower,
        upper=upper,
        lower_open=lower_open,
        upper_open=upper_open,
        statistic=sums.pop() if len(sums) == 1 else None,
        p=max(t.p for t in tests),
        count=nonzero.pop() if len(nonzero) == 1 else None,
        flags=(*row.flags, *raised(flags)),
    )


def _outermost(limits: list[tuple[float | None, bool]], *, smallest: bool) -> tuple[float | None, bool]:
    """The outermost limit; missing (infinite) when one is; open only when no result holds it closed."""
    values = [value for value, _ in limits]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None, False
    end = min(known) if smallest else max(known)
    return end, all(is_open for value, is_open in limits if value == end)


def _enclose(row: Effect, changes: Changes, level: float, *, downwards: bool) -> Effect:
    """What holds for every completion when they are too many to try, or not to be listed."""
    spans = [r.change for r in changes.rows]
    found = compute_ranged_signed_rank([s[0] for s in spans], [s[1] for s in spans], level=level)
    total = found.n * (found.n + 1) // 2
    sums = {total - w if downwards else w for w in found.w_plus}
    low, high = found.estimate
    return replace(
        fill_by_ranges(row, found, level, "enclosed_by_extremes"),
        estimate=None,  # bounds, also where they meet: the row is about ranges
        estimate_lower=low,
        estimate_upper=high,
        statistic=float(sums.pop()) if len(sums) == 1 else None,
    )


def build_tipping_row(base: Effect, test: Effect) -> Effect:
    """Row of the tipping shift, from the interval of the signed-rank row."""
    known = test.lower is not None and test.upper is not None
    shift = compute_tipping_shift(test.lower, test.upper) if known else None
    flags = tuple(flag for flag in test.flags if flag not in ABOUT_P)
    return replace(base, method="tipping_shift", level=test.level, estimate=shift, flags=flags)

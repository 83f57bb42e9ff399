"""How many improved: sign test and share, from the directions of the changes alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from costim.effects.paired.question import PairedQuestion
from costim.inference.binary.proportion import INTERVALS
from costim.inference.paired.sign_test import compute_sign_test
from costim.inference.paired.signed_rank import compute_smallest_p
from costim.registry.effects import Effect
from costim.registry.parameters import parameter as registered
from costim.registry.plan import Plan

EXACT = "clopper_pearson"
"""The interval that every share is given: it never covers less than its level."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Changes that went the counted way, the other way, nowhere, and those whose direction is not known.

    Any of the `undecided` may be zero; `may_count` of them may have gone the counted way, `may_differ` the other.
    """

    counted: int
    other: int
    zero: int
    undecided: int
    may_count: int
    may_differ: int


def count_directions(spans: Sequence[tuple[float, float]], *, downwards: bool) -> Tally:
    """Count differences below zero (`downwards`) or above it; a range that touches zero is undecided."""
    below = sum(high < 0 for _, high in spans)
    above = sum(low > 0 for low, _ in spans)
    zero = sum(low == high == 0 for low, high in spans)
    undecided = [(low, high) for low, high in spans if low <= 0 <= high and low < high]
    down, up = sum(low < 0 for low, _ in undecided), sum(high > 0 for _, high in undecided)
    sides = ((below, down), (above, up))
    (counted, may_count), (other, may_differ) = sides if downwards else sides[::-1]
    return Tally(counted, other, zero, len(undecided), may_count, may_differ)


def estimate_directions(question: PairedQuestion) -> list[Effect]:
    """Sign test, and the share improved with exact limits, and those that the plan names.

    Where the registry names no worse direction, decreases are counted (stratum `decreased`).
    """
    base, changes, level = question.base, question.changes, question.level
    worse = registered(base.parameter).worse
    stratum = "improved" if worse else "decreased"
    tally = count_directions([r.change for r in changes.rows], downwards=worse != "lower")
    sign = _sign_test(replace(base, method="sign_test", stratum="" if worse else stratum), tally)
    share = replace(base, method="proportion", stratum=stratum, unit="", denominator=len(changes.rows))
    return [
        sign,
        *proportion_rows(share, tally.counted, tally.may_count, level, share_variants(question.evidence.plan)),
    ]


def share_variants(plan: Plan) -> tuple[str, ...]:
    """The exact interval, and the one of `share_interval` where that is another."""
    return tuple(dict.fromkeys((EXACT, plan.variants.share_interval)))


def proportion_rows(
    base: Effect, count: int, undecided: int, level: float, variants: Sequence[str] = (EXACT,)
) -> list[Effect]:
    """Rows of a share of `base.denominator`, one per kind of limits; bounds when some are undecided."""
    n = base.denominator or 0
    rows = [replace(base, variant=variant, level=level) for variant in variants]
    return [_share(row, count, undecided, n, level) for row in rows] if n else rows


def _share(row: Effect, count: int, undecided: int, n: int, level: float) -> Effect:
    least = INTERVALS[row.variant](count, n, level=level)
    most = INTERVALS[row.variant](count + undecided, n, level=level)
    hull = ("hull_of_gaps",) if least.gaps or most.gaps else ()
    row = replace(row, lower=least.lower, upper=most.upper, flags=(*row.flags, *hull))
    if not undecided:
        return replace(row, count=count, estimate=least.estimate)
    flags = (*row.flags, "bounds_over_unknowns")
    return replace(row, estimate_lower=least.estimate, estimate_upper=most.estimate, flags=flags)


def _sign_test(row: Effect, tally: Tally) -> Effect:
    n = tally.counted + tally.other + tally.zero + tally.undecided
    if n == 0:
        return row
    few = ("few_pairs",) if compute_smallest_p(n) >= 0.05 else ()
    zeros = ("zeros_present",) if tally.zero else ()
    row = replace(row, p_min=compute_smallest_p(n), flags=(*row.flags, *few, *zeros))
    # Each undecided change may be zero. p is largest where all that can join the smaller side, or as many as make both
    # sides equal; the largest p over all completions is still a valid p.
    (smaller, joining), (larger, _) = sorted([(tally.counted, tally.may_count), (tally.other, tally.may_differ)])
    test = compute_sign_test(min(smaller + joining, larger), larger, tally.zero)
    floor = ("p_at_floor",) if test.p == row.p_min else ()
    row = replace(row, p=test.p, flags=(*row.flags, *floor))
    if tally.undecided == 0:
        return replace(row, count=tally.counted, denominator=test.n_nonzero)
    return replace(row, flags=(*row.flags, "bounds_over_unknowns", "largest_p"))

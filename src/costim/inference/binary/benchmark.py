"""A share beside one known from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from costim.inference.binary.share import check_share
from costim.inference.binary.tails import lower_tail, upper_tail


@dataclass(frozen=True, slots=True)
class BenchmarkTest:
    """`p` is two-sided and exact; `p_min` the smallest that n subjects could have given against this share."""

    count: int
    n: int
    share: float
    p: float
    p_min: float


def compute_benchmark_test(count: int, n: int, share: float) -> BenchmarkTest:
    """Exact binomial test of a stated share: twice the smaller tail, at most 1.

    Doubling agrees with the interval of Clopper and Pearson: p falls below 1 - level exactly when the share lies
    outside the limits. (Adding up all outcomes that are less likely gives other p-values, and no such agreement.) The
    share is taken as known without error.

    Args:
        count: subjects with the answer yes, 0 to n.
        n: subjects, at least 1.
        share: the share known from elsewhere, between 0 and 1.

    Raises:
        ValueError: not 0 <= count <= n, n < 1, or the share is not between 0 and 1.
    """
    check_share(count, n, 0.95)
    if not 0 < share < 1:
        raise ValueError(f"the share known from elsewhere must lie between 0 and 1, found {share!r}")
    tail = min(float(upper_tail(count, n, share)), float(lower_tail(count, n, share)))
    smallest = min(share, 1 - share) ** n
    return BenchmarkTest(count, n, share, min(1.0, 2 * tail), min(1.0, 2 * smallest))

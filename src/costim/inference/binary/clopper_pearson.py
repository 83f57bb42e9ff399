"""Clopper and Pearson's interval: never covers less than its level."""

from __future__ import annotations

from costim.inference.binary.share import Proportion, check_share


def compute_clopper_pearson(count: int, n: int, *, level: float = 0.95) -> Proportion:
    """Exact interval: the shares that neither one-sided binomial test rejects at half of 1 - level.

    Args:
        count: subjects with the answer yes, 0 to n.
        n: subjects, at least 1.
        level: confidence level.

    Returns:
        Limits as quantiles of beta distributions; 0 at no subject, 1 at all of them.

    Raises:
        ValueError: not 0 <= count <= n, n < 1, or the level is not between 0 and 1.

    Source: Clopper & Pearson, Biometrika 1934;26:404-413.
    """
    from scipy.special import betaincinv

    check_share(count, n, level)
    tail = (1 - level) / 2
    lower = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    # The upper limit is that of the others, turned round: quantiles of a small tail keep their digits.
    upper = 1.0 if count == n else 1 - float(betaincinv(n - count, count + 1, tail))
    return Proportion(count, n, count / n, lower, upper, level)

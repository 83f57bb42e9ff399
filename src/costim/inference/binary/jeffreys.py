"""Jeffreys' interval: equal tails of the beta posterior under the prior of Jeffreys."""

from __future__ import annotations

from costim.inference.binary.share import Proportion, check_share


def compute_jeffreys(count: int, n: int, *, level: float = 0.95) -> Proportion:
    """Equal-tailed interval of the beta distribution with count + 1/2 and n - count + 1/2.

    The lower limit is 0 when no subject, the upper 1 when every subject is counted: the quantile itself would shut out
    the share that fits best.

    Args:
        count: subjects with the answer yes, 0 to n.
        n: subjects, at least 1.
        level: confidence level.

    Raises:
        ValueError: not 0 <= count <= n, n < 1, or the level is not between 0 and 1.

    Source: Brown, Cai & DasGupta, Stat Sci 2001;16:101-133, section 3.1.2 and the modification at 0 and n.
    """
    from scipy.special import betaincinv

    check_share(count, n, level)
    tail = (1 - level) / 2
    lower = 0.0 if count == 0 else float(betaincinv(count + 0.5, n - count + 0.5, tail))
    upper = 1.0 if count == n else 1 - float(betaincinv(n - count + 0.5, count + 0.5, tail))
    return Proportion(count, n, count / n, lower, upper, level)

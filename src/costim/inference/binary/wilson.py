"""Wilson's score interval: short, right on average, not for every share."""

from __future__ import annotations

from statistics import NormalDist

from costim.inference.binary.share import Proportion, check_share


def compute_wilson(count: int, n: int, *, level: float = 0.95) -> Proportion:
    """Score interval, without continuity correction.

    Args:
        count: subjects with the answer yes, 0 to n.
        n: subjects, at least 1.
        level: confidence level.

    Raises:
        ValueError: not 0 <= count <= n, n < 1, or the level is not between 0 and 1.

    Source: Wilson, J Am Stat Assoc 1927;22:209-212.
    """
    check_share(count, n, level)
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    share = count / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = (z2 * (share * (1 - share) / n + z2 / (4 * n * n))) ** 0.5 / (1 + z2 / n)
    # At 0 and n of n the limit is 0 or 1 by algebra; the float formula misses it in the last bit.
    lower = 0.0 if count == 0 else centre - half
    upper = 1.0 if count == n else centre + half
    return Proportion(count, n, share, lower, upper, level)

"""The mid-p interval: half the probability of what was observed counts on each side."""

from __future__ import annotations

import numpy as np

from costim.inference.binary.share import Proportion, check_share
from costim.inference.binary.tails import Floats, find_crossings, upper_tail


def compute_mid_p(count: int, n: int, *, level: float = 0.95) -> Proportion:
    """The shares at which neither tail, with half the probability of `count`, is below half of 1 - level.

    Shorter than the exact interval; covers its level on average over shares, not at every share.

    Args:
        count: subjects with the answer yes, 0 to n.
        n: subjects, at least 1.
        level: confidence level.

    Raises:
        ValueError: not 0 <= count <= n, n < 1, or the level is not between 0 and 1.

    Source: Lancaster, J Am Stat Assoc 1961;56:223-234; Berry & Armitage, Statistician 1995;44:417-423.
    """
    check_share(count, n, level)
    tail = (1 - level) / 2
    return Proportion(count, n, count / n, _lower(count, n, tail), 1 - _lower(n - count, n, tail), level)


def _lower(count: int, n: int, tail: float) -> float:
    if count == 0:
        return 0.0

    def excess(share: Floats) -> Floats:
        return np.asarray((upper_tail(count, n, share) + upper_tail(count + 1, n, share)) / 2 - tail)

    return float(find_crossings(excess, [0.0], [1.0])[0])


def compute_mid_p_value(count: int, n: int, share: float) -> float:
    """Two-sided mid-p of a stated share: twice the smaller tail with half the probability of `count`, at most 1.

    Raises:
        ValueError: not 0 <= count <= n, n < 1, or the share is not between 0 and 1.
    """
    check_share(count, n, 0.95)
    if not 0 <= share <= 1:
        raise ValueError(f"a share must lie between 0 and 1, found {share!r}")
    up = float(upper_tail(count, n, share) + upper_tail(count + 1, n, share)) / 2
    down = float(upper_tail(n - count, n, 1 - share) + upper_tail(n - count + 1, n, 1 - share)) / 2
    return min(1.0, 2 * min(up, down))

"""Blaker's interval: exact, inside that of Clopper and Pearson, by inverting one two-sided test.

For a share below the one observed, the acceptability of the share is the upper tail P(X >= x) and as much of the lower
tail P(X <= k) as does not exceed it. It jumps wherever one more k fits in. Between two jumps it is
1 - P(k < X < x), which falls and then rises, because the probability of a run of counts has one peak in the share. So
every piece is solved exactly, and nothing that a grid could step over is missed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from costim.inference.binary.share import Proportion, check_share
from costim.inference.binary.tails import Floats, find_crossings, lower_tail, upper_tail

Range = tuple[float, float]
TIE = 1e-10
"""Relative difference below which two tails are the same number, computed in two ways."""


def compute_blaker(count: int, n: int, *, level: float = 0.95) -> Proportion:
    """The smallest interval that holds every share whose acceptability exceeds 1 - level.

    The set of such shares may have gaps; then the limits are those of its hull and `gaps` names what lies between. The
    hull never covers less than the level.

    Args:
        count: subjects with the answer yes, 0 to n.
        n: subjects, at least 1.
        level: confidence level.

    Raises:
        ValueError: not 0 <= count <= n, n < 1, or the level is not between 0 and 1.

    Source: Blaker, Can J Stat 2000;28:783-798; the gaps: Fay, Biostatistics 2010;11:373-374.
    """
    check_share(count, n, level)
    lower, gaps = _below(count, n, 1 - level)
    mirrored, turned = _below(n - count, n, 1 - level)
    above = [(1 - high, 1 - low) for low, high in reversed(turned)]
    return Proportion(count, n, count / n, lower, 1 - mirrored, level, (*gaps, *above))


def compute_blaker_p(count: int, n: int, share: float) -> float:
    """Acceptability of a share: the smaller tail, and of the other tail all that does not exceed it.

    Raises:
        ValueError: not 0 <= count <= n, n < 1, or the share is not between 0 and 1.
    """
    check_share(count, n, 0.95)
    if not 0 <= share <= 1:
        raise ValueError(f"a share must lie between 0 and 1, found {share!r}")
    up, down = float(upper_tail(count, n, share)), float(lower_tail(count, n, share))
    counts = np.arange(n + 1)
    other = lower_tail(counts, n, share) if up < down else upper_tail(counts, n, share)
    smaller = min(up, down)
    return min(1.0, smaller + float(np.max(other[other <= smaller * (1 + TIE)], initial=0.0)))


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Shares from `start` to `end` between two jumps, with the largest `k` whose lower tail fits in; arrays."""

    start: Floats
    end: Floats
    k: Floats
    count: int
    n: int

    def acceptability(self, share: Floats) -> Floats:
        return np.asarray(upper_tail(self.count, self.n, share) + lower_tail(self.k, self.n, share))

    def lowest(self) -> Floats:
        """Where acceptability is smallest: at the peak of P(k < X < count), moved into the piece."""
        from scipy.special import gammaln

        first, last = self.k + 1, self.count - 1.0

        def log_choose(m: Floats | float) -> Floats:
            return np.asarray(gammaln(self.n) - gammaln(m + 1) - gammaln(self.n - m))

        with np.errstate(invalid="ignore", divide="ignore"):
            log_odds = (log_choose(first - 1) - log_choose(last)) / (last - first + 1)
        peak = np.where(first == 0, 0.0, 1 / (1 + np.exp(-log_odds)))
        return np.asarray(np.clip(peak, self.start, self.end))


def _below(count: int, n: int, alpha: float) -> tuple[float, list[Range]]:
    """Lower limit, and the rejected ranges between it and the share observed."""
    if count == 0:
        return 0.0, []
    pieces = _cut(count, n)
    lowest = pieces.lowest()
    at_start, at_end = pieces.acceptability(pieces.start), pieces.acceptability(pieces.end)
    falls = find_crossings(lambda p: alpha - pieces.acceptability(p), pieces.start, lowest)
    rises = find_crossings(lambda p: pieces.acceptability(p) - alpha, lowest, pieces.end)
    begins = np.where(at_start <= alpha, pieces.start, falls)
    stops = np.where(at_end <= alpha, pieces.end, rises)
    rejected = pieces.acceptability(lowest) <= alpha
    ranges = _join([(float(a), float(b)) for a, b in zip(begins[rejected], stops[rejected], strict=True)])
    return ranges[0][1], ranges[1:]


def _cut(count: int, n: int) -> _Pieces:
    """Pieces of the shares from 0 to the one at which the upper tail is one half."""
    k = np.arange(count)
    jumps = find_crossings(
        lambda p: np.asarray(upper_tail(count, n, p) - lower_tail(k, n, p)), np.zeros(count), np.ones(count)
    )
    return _Pieces(np.append(0.0, jumps[:-1]), jumps, np.arange(-1.0, count - 1.0), count, n)


def _join(ranges: list[Range]) -> list[Range]:
    """Ranges in order; those that touch become one, and a single point is none."""
    joined: list[Range] = []
    for low, high in ranges:
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], high)
        elif high > low:
            joined.append((low, high))
    return joined

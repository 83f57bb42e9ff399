"""Two stages: stop early when too few of the first patients respond (Simon 1989)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np

from costim.inference.planning.binomial import Floats, chance_of_at_least, chance_of_each, check_shares
from costim.inference.planning.single_arm import compute_single_arm, find_cut_offs

LARGEST = 400
"""Largest total sample size that is searched."""
ROUNDING = 1e-9
"""A design whose power falls short of a bound by less is still tried."""


@dataclass(frozen=True, slots=True)
class TwoStage:
    """Treat `n1`; stop with `r1` responses or fewer; else treat up to `n`; promising with more than `r` responses.

    `alpha` and `power` are the chances of calling it promising at the two shares, `expected_n` and `early_stop` the
    mean number treated and the chance to stop after the first stage at the reference share.
    """

    r1: int
    n1: int
    r: int
    n: int
    alpha: float
    power: float
    expected_n: float
    early_stop: float


@dataclass(frozen=True, slots=True)
class SimonDesigns:
    """`optimal` treats the fewest patients on average if the treatment does not work, `minimax` the fewest at most."""

    optimal: TwoStage
    minimax: TwoStage


def compute_simon(reference: float, hoped: float, *, alpha: float = 0.05, power: float = 0.8) -> SimonDesigns:
    """Both designs by exhaustive search.

    For every n, n1 and r1 the smallest r that keeps alpha has the largest power. The search for the optimal design ends
    with a proof: a first stage of n1 patients that can still reach the power is passed at the reference share with at
    least a known chance, so that every larger n treats more patients on average than the best design found. By the same
    bound single first stages are left out, and by the lemma of Neyman and Pearson every n too small for any test.

    Args:
        reference: share of responses that would not be of interest.
        hoped: larger share that is hoped for.
        alpha: largest chance to call the treatment promising at the reference share.
        power: smallest chance to do so at the share hoped for.

    Raises:
        ValueError: shares or chances out of range, a share hoped for that is not above the reference, or a design of
            more than 400 patients.
    """
    check_shares(reference, hoped, alpha, power)
    if hoped < reference:
        raise ValueError(
            f"two-stage designs count responses, so the share hoped for ({hoped!r}) must be above the reference share "
            f"({reference!r}); count patients without the event instead"
        )
    largest = compute_single_arm(reference, hoped, alpha=alpha, power=power).smallest.n
    if largest > LARGEST:
        raise ValueError(f"a single stage already needs {largest} patients, more than the {LARGEST} that are searched")
    floor = _least_passing(LARGEST, reference, hoped, power)
    most_power = best_test_power(reference, hoped, alpha)
    optimal: TwoStage | None = None
    minimax: TwoStage | None = None
    for n in range(2, LARGEST + 1):
        best = inf if optimal is None else optimal.expected_n
        if minimax is not None and _beaten(n, floor, best):
            break
        if most_power[n - 1] < power - ROUNDING:
            continue
        # As long as no design was found at all, the best of this n is also the minimax one.
        found = _best_of_size(n, (reference, hoped), (alpha, power), floor, best if minimax is not None else inf)
        if found is None:
            continue
        minimax = found if minimax is None else minimax
        if optimal is None or found.expected_n < optimal.expected_n:
            optimal = found
    if optimal is None or minimax is None:
        raise ValueError(f"no design of up to {LARGEST} patients keeps alpha {alpha!r} with power {power!r}")
    return SimonDesigns(optimal, minimax)


def describe_two_stage(design: tuple[int, int, int, int], reference: float, hoped: float) -> TwoStage:
    """Operating characteristics of a design (r1, n1, r, n).

    Raises:
        ValueError: not 0 <= r1 < n1 < n or not r1 <= r < n.
    """
    r1, n1, r, n = design
    if not (0 <= r1 < n1 < n and r1 <= r < n):
        raise ValueError(f"a two-stage design needs 0 <= r1 < n1 < n and r1 <= r < n, found {design}")
    alpha, power = (float(_promising(n1, n, p)[r1, r]) for p in (reference, hoped))
    stop = 1 - float(chance_of_at_least(r1 + 1, n1, reference))
    return TwoStage(r1, n1, r, n, alpha, power, n1 + (1 - stop) * (n - n1), stop)


def _promising(n1: int, n: int, share: float) -> Floats:
    """P(X1 > r1 and X1 + X2 > r) for r1 = 0..n1 - 1 (rows) and r = 0..n - 1 (columns)."""
    first = chance_of_each(n1, share)
    still = np.arange(n)[None, :] - np.arange(n1 + 1)[:, None] + 1
    passed = first[:, None] * _tails(n - n1, share)[np.clip(still, 0, n - n1 + 1)]
    return np.cumsum(passed[::-1], axis=0)[::-1][1:]


@lru_cache(maxsize=2 * LARGEST)
def _tails(n: int, share: float) -> Floats:
    """P(X >= 0) ... P(X >= n + 1), shape (n + 2,)."""
    tails = chance_of_at_least(np.arange(n + 2), n, share)
    tails.setflags(write=False)
    return tails


def _best_of_size(
    n: int, shares: tuple[float, float], errors: tuple[float, float], floor: Floats, best: float
) -> TwoStage | None:
    """The design of n patients with the smallest expected number, if it is below `best`."""
    alpha, power = errors
    found: tuple[float, int, int, int] | None = None
    for n1 in range(1, n):
        if n1 + floor[n1 - 1] * (n - n1) >= best:
            continue
        null, hope = (_promising(n1, n, p) for p in shares)
        rows = np.arange(n1)
        keeps = null <= alpha
        cut_off = np.maximum(np.argmax(keeps, axis=1), rows)  # null falls with r; below r1 nothing changes
        good = keeps.any(axis=1) & (hope[rows, cut_off] >= power)
        if not good.any():
            continue
        passing = chance_of_at_least(rows + 1, n1, shares[0])
        expected = np.where(good, n1 + passing * (n - n1), inf)
        r1 = int(np.argmin(expected))
        if expected[r1] < best:
            best = float(expected[r1])
            found = best, r1, n1, int(cut_off[r1])
    if found is None:
        return None
    return describe_two_stage((found[1], found[2], found[3], n), *shares)


def _least_passing(largest: int, reference: float, hoped: float, power: float) -> Floats:
    """For n1 = 1..largest: the least chance to pass the first stage at the reference share that the power allows."""
    n1 = np.arange(1, largest + 1)
    counts = np.arange(largest + 1)[None, :]
    passes = chance_of_at_least(counts, n1[:, None], hoped) >= power
    strictest = np.where(passes, counts, 0).max(axis=1)
    return chance_of_at_least(strictest, n1, reference)


def best_test_power(reference: float, hoped: float, alpha: float) -> Floats:
    """For n = 1..LARGEST: the power of the best test of n patients, drawing lots where that uses alpha up.

    By the lemma of Neyman and Pearson no rule for n patients, in one stage or two, has more.
    """
    n = np.arange(1, LARGEST + 1)
    cut_off = find_cut_offs(n, reference, alpha)
    null, hope = (chance_of_at_least(cut_off, n, p) for p in (reference, hoped))
    null_more, hope_more = (chance_of_at_least(cut_off - 1, n, p) for p in (reference, hoped))
    lots = (alpha - null) / (null_more - null)
    return np.asarray(hope + lots * (hope_more - hope))


def _beaten(n: int, floor: Floats, best: float) -> bool:
    """Whether no design of n patients or more can have a smaller expected number than `best`."""
    n1 = np.arange(1, n)
    return bool(np.all(n1 + floor[: n - 1] * (n - n1) >= best))

"""One group, one yes/no endpoint, one exact test against a share known from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, sqrt

import numpy as np

from costim.inference.planning.binomial import Counts, chance_of_at_least, check_shares

LARGEST = 20_000
"""Sample sizes are searched up to here."""


@dataclass(frozen=True, slots=True)
class SingleArm:
    """A sample size with its decision rule.

    The treatment is called better when at least (`upwards`) or at most `cut_off` of `n` patients are counted. `alpha`
    and `power` are the chances of that at the reference share and at the share hoped for.
    """

    n: int
    cut_off: int
    upwards: bool
    alpha: float
    power: float


@dataclass(frozen=True, slots=True)
class SingleArmPlan:
    """The smallest sample size, and the one from which the power never falls below the one asked for.

    Power climbs in a saw-tooth: one patient more may need one success more. `safe` is proven for every larger n, not
    only for those that were tried.
    """

    smallest: SingleArm
    safe: SingleArm


def compute_single_arm(reference: float, hoped: float, *, alpha: float = 0.05, power: float = 0.8) -> SingleArmPlan:
    """Smallest n at which the one-sided exact binomial test has the power asked for, for any share hoped for.

    Args:
        reference: share without the treatment, in (0, 1).
        hoped: share hoped for; above or below the reference.
        alpha: largest chance of a false claim, one-sided.
        power: smallest chance of a claim at the share hoped for.

    Raises:
        ValueError: a share or a chance out of range, or more than 20,000 patients would be needed.
    """
    check_shares(reference, hoped, alpha, power)
    upwards = hoped > reference
    # Counting those without the event instead turns one direction into the other.
    p0, p1 = (reference, hoped) if upwards else (1 - reference, 1 - hoped)
    proven = _enough_by_hoeffding(p1 - p0, alpha, 1 - power)
    if proven > LARGEST:
        raise ValueError(
            f"the shares {reference!r} and {hoped!r} are so close that more than {LARGEST} patients may be needed; "
            "expected shares that lie further apart"
        )
    n = np.arange(1, proven + 1, dtype=np.int64)
    cut_off = find_cut_offs(n, p0, alpha)
    reached = chance_of_at_least(cut_off, n, p1)
    enough = reached >= power
    last_failure = int(n[~enough].max(initial=0))
    smallest, safe = int(n[enough].min()), last_failure + 1
    found = (_describe(size, int(cut_off[size - 1]), (p0, p1), upwards=upwards) for size in (smallest, safe))
    return SingleArmPlan(*found)


def find_cut_offs(n: Counts, p0: float, alpha: float) -> Counts:
    """For each n the smallest count whose upper tail at p0 does not exceed alpha; n + 1 where there is none."""
    from scipy.special import ndtri

    guess = np.floor(n * p0 + ndtri(1 - alpha) * np.sqrt(n * p0 * (1 - p0))).astype(np.int64)
    cut_off = np.clip(guess, 0, n + 1)
    while True:
        too_low = chance_of_at_least(cut_off, n, p0) > alpha
        if not too_low.any():
            break
        cut_off = cut_off + too_low
    while True:
        could_fall = (cut_off > 0) & (chance_of_at_least(cut_off - 1, n, p0) <= alpha)
        if not could_fall.any():
            return np.asarray(cut_off, dtype=np.int64)
        cut_off = cut_off - could_fall


def compute_power(n: int, reference: float, hoped: float, *, alpha: float = 0.05) -> SingleArm:
    """The rule and its power for a given number of patients.

    Raises:
        ValueError: n below 1, a share or alpha out of range.
    """
    check_shares(reference, hoped, alpha, (1 + alpha) / 2)
    if n < 1:
        raise ValueError(f"a study needs at least one patient, found {n!r}")
    upwards = hoped > reference
    p0, p1 = (reference, hoped) if upwards else (1 - reference, 1 - hoped)
    return _describe(n, int(find_cut_offs(np.array([n]), p0, alpha)[0]), (p0, p1), upwards=upwards)


def _describe(n: int, cut_off: int, shares: tuple[float, float], *, upwards: bool) -> SingleArm:
    alpha, power = (float(chance_of_at_least(cut_off, n, p)) for p in shares)
    return SingleArm(n, cut_off if upwards else n - cut_off, upwards, alpha, power)


def _enough_by_hoeffding(gap: float, alpha: float, beta: float) -> int:
    """From here on the power is at least 1 - beta, by Hoeffding's inequality, whatever the saw-tooth does.

    A cut-off c with c >= n p0 + sqrt(n log(1/alpha) / 2) keeps alpha, so the exact one is at most one above that; the
    chance to stay below it at p1 is at most exp(-2 (n p1 - c)^2 / n). Both hold once
    gap >= (sqrt(log(1/alpha) / 2) + sqrt(log(1/beta) / 2)) / sqrt(n) + 1 / n, whose right side falls with n.
    """
    root = sqrt(log(1 / alpha) / 2) + sqrt(log(1 / beta) / 2)
    return ceil(((root + sqrt(root**2 + 4 * gap)) / (2 * gap)) ** 2)

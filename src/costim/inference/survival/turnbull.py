"""Survival curve from times known only within intervals: the non-parametric maximum likelihood estimate of Turnbull.

An interval (lower, upper] says that the event had not happened at the visit at `lower`, and had at that at `upper`.
Half-open intervals matter where visits coincide: (90, 180] and (180, 270] have no day in common. Treated as closed,
they share day 180, and a large part of the estimate falls on that visit day.

The masses are unique. Let x be a difference of two solutions: it adds up to 0 over the innermost intervals of every
subject, and over all. In sums from the left, P(0) = P(m) = 0 and P(first - 1) = P(last) for the first and last
innermost interval that a subject's range holds. Each innermost interval is the first one of some range, so each P(j)
with j < m equals a later one, and thus P(m) = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.survival.follow_up_times import Floats

SHARPNESS = 1e-11
"""The likelihood is at its maximum when no interval's gradient exceeds that of the others by more than this part."""
LOOSE = 1e-7
"""A result less sharp than this is refused, where the likelihood has no more digits to rise by."""
STEPS = 200
DUST = 1e-13
"""Masses below it are 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Turnbull:
    """Masses of the innermost intervals (`left`, `right`], in order; a point where both are equal.

    The masses are unique. Where inside an interval its mass lies, the data cannot say: between `left` and `right` the
    curve has only bounds.
    """

    left: Floats
    right: Floats
    mass: Floats
    survival: Floats
    """After each interval."""
    n: int
    iterations: int

    def survival_at(self, time: float) -> tuple[float, float]:
        """Smallest and largest S(time) among the distributions with the largest likelihood."""
        done = int(np.searchsorted(self.right, time, side="right"))
        most = 1.0 if done == 0 else float(self.survival[done - 1])
        inside = done < self.right.size and self.left[done] < time
        return (float(self.survival[done]) if inside else most), most

    @property
    def median(self) -> tuple[float, float]:
        """Ends of the interval in which S falls to 1/2; infinite where it may lie behind the last visit."""
        first = int(np.argmax(self.survival <= 0.5 + 1e-9))
        return float(self.left[first]), float(self.right[first])


def compute_turnbull(lower: ArrayLike, upper: ArrayLike) -> Turnbull:
    """Maximum likelihood from half-open intervals (lower, upper]; equal ends = an exact time.

    The masses are found by the constrained Newton method (Wang 2007), which ends at the maximum also where steps of
    self-consistency creep; the conditions of Gentleman & Geyer 1994 for a maximum are checked at the end.

    Args:
        lower: shape (n,), n >= 1, last time known to be free of the event; minus infinity where there is none.
        upper: shape (n,), first time known to be after the event; infinite where it was not seen.

    Raises:
        ValueError: no subject, unequal lengths, an end that is not a number, or a range that ends below its beginning.
    """
    low, high = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    if low.size == 0 or low.ndim != 1 or low.shape != high.shape:
        raise ValueError(f"need as many lower as upper ends, at least one; found {low.size} and {high.size}")
    if np.isnan(low).any() or np.isnan(high).any() or np.isposinf(low).any() or np.isneginf(high).any():
        raise ValueError("the lower end of a range is a number or minus infinity, the upper one a number or infinity")
    if (low > high).any():
        raise ValueError("a range must not end below its beginning")
    left, right = find_innermost(low, high)
    holds = _holds(low, high, left, right)
    kinds, weights = np.unique(holds, axis=0, return_counts=True)
    mass, iterations = _maximise(kinds.astype(np.float64), weights.astype(np.float64))
    survival = np.clip(1 - np.cumsum(mass), 0.0, 1.0)
    survival[-1] = 0.0
    return Turnbull(left, right, mass, survival, low.size, iterations)


def find_innermost(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Intervals that begin with the beginning of one range and end with the next end: all mass lies in them.

    At one time an exact time begins first, then ranges end, then half-open ranges begin.
    """
    exact = low == high
    marks = [(t, 0 if e else 2) for t, e in zip(low.tolist(), exact.tolist(), strict=True)]
    marks += [(t, 1) for t in high.tolist()]
    ordered = sorted(set(marks))
    found = [(a[0], b[0]) for a, b in pairwise(ordered) if a[1] != 1 and b[1] == 1]
    return np.array([a for a, _ in found]), np.array([b for _, b in found])


def _holds(low: Floats, high: Floats, left: Floats, right: Floats) -> NDArray[np.bool_]:
    """Shape (n, m): does the range of a subject hold the innermost interval?"""
    point = left == right
    begins = np.where(
        point[None, :],
        (low[:, None] < left[None, :]) | ((low == high)[:, None] & (low[:, None] == left[None, :])),
        (low[:, None] <= left[None, :]) & ~((low == high)[:, None] & (low[:, None] == left[None, :])),
    )
    found: NDArray[np.bool_] = begins & (high[:, None] >= right[None, :])
    return found


def _maximise(holds: Floats, weights: Floats) -> tuple[Floats, int]:
    """Masses of largest likelihood: sum of weights * log(holds @ mass), over the simplex."""
    from scipy.optimize import nnls

    total = weights.sum()
    mass = np.full(holds.shape[1], 1 / holds.shape[1])
    steps = 0
    for steps in range(STEPS):  # noqa: B007 - the number of steps is part of the result
        ratio = holds / (holds @ mass)[:, None]
        excess = float((weights @ ratio).max()) / total - 1
        if excess <= SHARPNESS:
            break
        # The quadratic next to the likelihood, on the simplex, as one non-negative least squares problem (Wang 2007).
        rows = np.sqrt(weights)[:, None] * (ratio - 2)
        target = np.zeros(len(rows) + 1)
        target[-1] = 1.0
        found, _ = nnls(np.vstack([rows, np.ones(holds.shape[1])]), target)
        better = _line_search(holds, weights, mass, found / found.sum())
        if better is None:
            break
        mass = better
    if excess > LOOSE:
        raise ArithmeticError("the likelihood of the intervals did not reach its maximum")
    mass = np.where(mass < DUST, 0.0, mass)
    return mass / mass.sum(), steps


def _line_search(holds: Floats, weights: Floats, mass: Floats, aim: Floats) -> Floats | None:
    """The first of ever shorter steps that raises the likelihood; None when its last digit is reached.

    The whole step is also taken when the likelihood stays the same to rounding: it may still sharpen the masses.
    """
    before = float(weights @ np.log(holds @ mass))
    for k in range(40):
        trial = mass + (aim - mass) * 0.5**k
        chance = holds @ trial
        spare = 1e-14 * abs(before) if k == 0 else 0.0
        if chance.min() > 0 and float(weights @ np.log(chance)) > before - spare:
            return trial
    return None

"""Bounds of Kitagawa's two parts when shares or levels are known only within ranges.

Every part is linear in the levels for fixed shares, so its extremes lie at ends of the ranges of the levels. For fixed
levels it is a difference of means over the shares, which are filled greedily. Shares are divided by their sum, as
`compute_kitagawa` does, and any sum that it accepts is a completion: rounded shares need not reach the whole exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import fsum, inf

import numpy as np
from numpy.typing import ArrayLike

from costim.inference.composition.kitagawa import TOLERANCE, Floats

RANGED_LEVELS = 12
"""Up to so many subsets with a ranged level; 2^12 combinations of their ends are tried."""
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class KitagawaBounds:
    """Smallest and largest value of each part of the change of one patient; infinite where a range has no end.

    `emptied` as in `Kitagawa`; `scaled`: no completion adds up to the whole exactly, at one time or at both.
    """

    total: Span
    composition: Span
    expression: Span
    emptied: tuple[int, ...]
    scaled: bool


class TooManyRangesError(ValueError):
    """More levels are ranges than can be combined."""


def compute_kitagawa_bounds(
    shares_before: ArrayLike,
    shares_after: ArrayLike,
    levels_before: ArrayLike,
    levels_after: ArrayLike,
    *,
    whole: float = 1.0,
) -> KitagawaBounds:
    """Enclose every completion of the ranges in which the shares add up to the whole, within 2 % of it.

    Args:
        shares_before: shape (k, 2), lower and upper end of each share.
        shares_after: shape (k, 2).
        levels_before: shape (k, 2), ends of each level; NaN where the subset has no cells (share exactly zero).
        levels_after: shape (k, 2).
        whole: 1 for fractions, 100 for percent.

    Raises:
        ValueError: shapes differ, ends in the wrong order, no completion adds up to the whole (within 2 % of it), or a
            subset that may have cells has no level.
        TooManyRangesError: more than 12 subsets have a level that is a range with two ends.
    """
    f0, f1 = _shares(shares_before, whole), _shares(shares_after, whole)
    m0, m1, emptied = _levels(f0, f1, levels_before, levels_after)
    scaled = f0.scaled or f1.scaled
    if np.isinf([m0, m1]).any():
        return KitagawaBounds((-inf, inf), (-inf, inf), (-inf, inf), emptied, scaled)
    gone = np.isin(np.arange(len(f0.ends)), emptied)
    rise = np.where(gone, 0.0, m1[:, 1] - m0[:, 0])
    fall = np.where(gone, 0.0, m1[:, 0] - m0[:, 1])
    middle = (m0 + m1) / 2
    corners = _corners(middle)
    return KitagawaBounds(
        total=(f1.least(m1[:, 0]) - f0.most(m0[:, 1]), f1.most(m1[:, 1]) - f0.least(m0[:, 0])),
        composition=(min(f1.least(c) - f0.most(c) for c in corners), max(f1.most(c) - f0.least(c) for c in corners)),
        expression=((f0.least(fall) + f1.least(fall)) / 2, (f0.most(rise) + f1.most(rise)) / 2),
        emptied=emptied,
        scaled=scaled,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    """Ranges of shares, shape (subsets, 2), in parts of the whole, whose sum lies from `least_sum` to `most_sum`.

    `scaled`: no such sum is the whole.
    """

    ends: Floats
    least_sum: float
    most_sum: float
    scaled: bool

    def most(self, levels: Floats) -> float:
        """Largest mean of the levels.

        What is missing from the least sum goes to the highest levels first; what may be added beyond it goes on so as
        long as the level of the next subset is above the mean.
        """
        shares = self.ends[:, 0].copy()
        downwards = np.argsort(-levels, kind="stable").tolist()
        for k in downwards:
            self._give(shares, k, self.least_sum - fsum(shares))
        for k in downwards:
            if levels[k] * fsum(shares) > fsum(shares * levels):
                self._give(shares, k, self.most_sum - fsum(shares))
        return fsum(shares * levels) / fsum(shares)

    def _give(self, shares: Floats, k: int, rest: float) -> None:
        shares[k] += min(max(rest, 0.0), float(self.ends[k, 1] - shares[k]))

    def least(self, levels: Floats) -> float:
        """Smallest mean of the levels."""
        return -self.most(-levels)


def _shares(given: ArrayLike, whole: float) -> _Shares:
    ends = np.asarray(given, dtype=np.float64)
    if ends.ndim != 2 or ends.shape[1:] != (2,) or len(ends) == 0 or not np.all(ends[:, 0] <= ends[:, 1]):
        raise ValueError("every share needs a lower end and an upper end that is not below it")
    if np.any(ends[:, 0] < 0):
        raise ValueError("shares must be a list of numbers that are not negative")
    ends = np.minimum(ends, whole * (1 + TOLERANCE))
    low, high = fsum(ends[:, 0]), fsum(ends[:, 1])
    nearest = abs(min(max(whole, low), high) - whole)
    if nearest > TOLERANCE * whole:
        raise ValueError(f"shares must add up to {whole:g}, found {low:g} to {high:g}")
    least, most = max(low, whole * (1 - TOLERANCE)), min(high, whole * (1 + TOLERANCE))
    return _Shares(ends / whole, least / whole, most / whole, scaled=nearest > 1e-9 * whole)


def _levels(f0: _Shares, f1: _Shares, before: ArrayLike, after: ArrayLike) -> tuple[Floats, Floats, tuple[int, ...]]:
    """As `fill_levels`, for ranges."""
    m0, m1 = np.array(before, dtype=np.float64), np.array(after, dtype=np.float64)
    if not f0.ends.shape == f1.ends.shape == m0.shape == m1.shape:
        raise ValueError("shares and levels need one entry per subset, before and after")
    gone0, gone1 = np.isnan(m0).any(axis=1), np.isnan(m1).any(axis=1)
    if (gone0 & (f0.ends[:, 1] > 0)).any() or (gone1 & (f1.ends[:, 1] > 0)).any():
        raise ValueError("a subset that may have cells needs a level")
    emptied = tuple(np.flatnonzero(gone0 != gone1).tolist())
    m0[gone0 & gone1] = m1[gone0 & gone1] = 0.0
    m0, m1 = np.where(np.isnan(m0), m1, m0), np.where(np.isnan(m1), m0, m1)
    if np.any(m0[:, 0] > m0[:, 1]) or np.any(m1[:, 0] > m1[:, 1]):
        raise ValueError("every level needs a lower end and an upper end that is not below it")
    return m0, m1, emptied


def _corners(middle: Floats) -> list[Floats]:
    ends = [sorted(set(row)) for row in middle.tolist()]
    if sum(len(e) > 1 for e in ends) > RANGED_LEVELS:
        raise TooManyRangesError(f"more than {RANGED_LEVELS} subsets have a level known only within a range")
    return [np.array(corner) for corner in product(*ends)]

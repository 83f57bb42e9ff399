"""Change of a mean over mixed cells, split into a change of the mixture and a change within the subsets.

The mean over all cells is the sum of share times level of the subsets. Kitagawa's two-fold split weighs each part by
the mean of before and after (Kitagawa 1955), so that both parts add up exactly and neither is the standard; it is also
the mean over both orders in which shares and levels could have changed. The three-fold split weighs both parts by
before and gives the rest as interaction (Oaxaca 1973).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
TOLERANCE = 0.02
"""Shares may miss the whole by this part of it: as much as four shares rounded to whole percents."""


@dataclass(frozen=True, slots=True)
class Kitagawa:
    """Change of the mean of one patient, after minus before, in the unit of the levels.

    `total` = `composition` + `expression` (+ `interaction`, None in the two-fold split). The terms of the subsets add
    up to the same. Those of the composition are centred: a subset that grew counts as raising the mean where its level
    is above the overall mean, so no subset serves as reference and a constant added to every level changes nothing.
    `emptied` are the subsets without cells at one time, whose level there is not defined: what they bring or take away
    is counted as composition. `scaled`: the shares did not add up to the whole exactly and were divided by their sum.
    """

    before: float
    after: float
    total: float
    composition: float
    expression: float
    interaction: float | None
    composition_terms: tuple[float, ...]
    expression_terms: tuple[float, ...]
    interaction_terms: tuple[float, ...] | None
    emptied: tuple[int, ...]
    scaled: bool


def compute_kitagawa(
    shares_before: ArrayLike,
    shares_after: ArrayLike,
    levels_before: ArrayLike,
    levels_after: ArrayLike,
    *,
    whole: float = 1.0,
    three_fold: bool = False,
) -> Kitagawa:
    """Split the change of the mean over all cells of one patient.

    Args:
        shares_before: shape (k,), share of each subset among the cells, not negative; together the whole.
        shares_after: shape (k,).
        levels_before: shape (k,), mean level of the cells of each subset; NaN where the subset has no cells.
        levels_after: shape (k,).
        whole: what the shares add up to: 1 for fractions, 100 for percent.
        three_fold: weigh by before, and give the interaction apart.

    Raises:
        ValueError: lengths differ, a share is negative or not finite, shares miss the whole by more than 2 % of it, or
            a subset with cells has no finite level.
    """
    f0, scaled_before = check_shares(shares_before, whole)
    f1, scaled_after = check_shares(shares_after, whole)
    m0, m1, emptied = fill_levels(f0, f1, levels_before, levels_after)
    before, after = fsum(f0 * m0), fsum(f1 * m1)
    df, dm = f1 - f0, m1 - m0
    if three_fold:
        composition, expression, both = df * (m0 - before), f0 * dm, df * dm
    else:
        f, m = (f0 + f1) / 2, (m0 + m1) / 2
        composition, expression, both = df * (m - fsum(f * m)), f * dm, None
    return Kitagawa(
        before=before,
        after=after,
        total=fsum([*(f1 * m1), *(-f0 * m0)]),
        composition=fsum(composition),
        expression=fsum(expression),
        interaction=None if both is None else fsum(both),
        composition_terms=tuple(composition.tolist()),
        expression_terms=tuple(expression.tolist()),
        interaction_terms=None if both is None else tuple(both.tolist()),
        emptied=emptied,
        scaled=scaled_before or scaled_after,
    )


def check_shares(shares: ArrayLike, whole: float) -> tuple[Floats, bool]:
    """Shares as parts of one, and whether they had to be divided by a sum that is not the whole.

    Raises:
        ValueError: see `compute_kitagawa`.
    """
    found = np.asarray(shares, dtype=np.float64)
    if not (whole > 0 and np.isfinite(whole)):
        raise ValueError(f"the whole must be a positive number, found {whole!r}")
    if found.ndim != 1 or found.size == 0 or not np.all(np.isfinite(found)) or np.any(found < 0):
        raise ValueError("shares must be a list of numbers that are not negative")
    total = fsum(found)
    if abs(total - whole) > TOLERANCE * whole:
        raise ValueError(f"shares must add up to {whole:g}, found {total:g}")
    return found / total, abs(total - whole) > 1e-9 * whole


def fill_levels(f0: Floats, f1: Floats, before: ArrayLike, after: ArrayLike) -> tuple[Floats, Floats, tuple[int, ...]]:
    """Levels without gaps: a subset that is empty at one time keeps the level of the other, so nothing changed in it.

    A subset that is empty at both times has no part in either mean; its level is set to zero.

    Raises:
        ValueError: lengths differ, or a subset with cells has no finite level.
    """
    m0, m1 = np.array(before, dtype=np.float64), np.array(after, dtype=np.float64)
    if not f0.shape == f1.shape == m0.shape == m1.shape:
        raise ValueError("shares and levels need one entry per subset, before and after")
    gone0, gone1 = np.isnan(m0), np.isnan(m1)
    if np.isinf([m0, m1]).any() or (gone0 & (f0 > 0)).any() or (gone1 & (f1 > 0)).any():
        raise ValueError("a subset with cells needs a finite level")
    emptied = tuple(np.flatnonzero(gone0 != gone1).tolist())
    m0[gone0 & gone1] = m1[gone0 & gone1] = 0.0
    return np.where(np.isnan(m0), m1, m0), np.where(np.isnan(m1), m0, m1), emptied

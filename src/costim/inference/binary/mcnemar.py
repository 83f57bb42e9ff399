"""Yes or no before and after: did more turn one way than the other?"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, isinf
from typing import Literal

from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.inference.binary.mid_p import compute_mid_p
from costim.inference.binary.share import check_level

Variant = Literal["exact", "mid_p"]


@dataclass(frozen=True, slots=True)
class McNemar:
    """`gained` turned from no to yes, `lost` from yes to no; the others of `pairs` stayed.

    `odds_ratio` is gained / lost, the conditional odds ratio: None when nobody turned, infinite when nobody turned
    back. `lower` and `upper` are its limits; an infinite upper limit is None, and both are when nobody turned.
    """

    gained: int
    lost: int
    pairs: int
    p: float
    p_min: float
    odds_ratio: float | None
    lower: float | None
    upper: float | None
    level: float
    variant: Variant


def compute_mcnemar(
    gained: int, lost: int, pairs: int | None = None, *, variant: Variant = "exact", level: float = 0.95
) -> McNemar:
    """McNemar's test given the number that turned, which without any effect turned either way with equal chance.

    Two-sided p by doubling; `mid_p` counts half the probability of what was observed. The interval inverts the same
    test: limits of the share gained / (gained + lost), as odds.

    Args:
        gained: turned from no to yes.
        lost: turned from yes to no.
        pairs: all who were judged twice, for the smallest attainable p; only those who turned if not given.
        variant: `exact`, or `mid_p`, which may reject a little too often.
        level: confidence level of the odds ratio.

    Raises:
        ValueError: a count is negative, fewer pairs than turned, or the level is not between 0 and 1.

    Source: Fagerland, Lydersen & Laake, BMC Med Res Methodol 2013;13:91.
    """
    turned = gained + lost
    pairs = turned if pairs is None else pairs
    if min(gained, lost) < 0 or pairs < turned:
        raise ValueError(f"counts must not be negative nor exceed the pairs, found {gained} and {lost} of {pairs}")
    check_level(level)
    p, p_min = _p_of(min(gained, lost), turned, variant), _p_of(0, pairs, variant)
    if turned == 0:
        return McNemar(gained, lost, pairs, p, p_min, None, None, None, level, variant)
    interval = (compute_mid_p if variant == "mid_p" else compute_clopper_pearson)(gained, turned, level=level)
    lower, upper = _odds(interval.lower), _odds(interval.upper)
    ratio = float("inf") if lost == 0 else gained / lost
    return McNemar(gained, lost, pairs, p, p_min, ratio, lower, None if isinf(upper) else upper, level, variant)


def _p_of(fewer: int, turned: int, variant: Variant) -> float:
    """Whole numbers up to the one division: exact for any number that turned."""
    doubled = 2 * sum(comb(turned, k) for k in range(fewer + 1))
    if variant == "mid_p":
        doubled -= comb(turned, fewer)
    return min(1.0, float(doubled / 2**turned))


def _odds(share: float) -> float:
    return float("inf") if share == 1 else share / (1 - share)

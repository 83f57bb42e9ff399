"""E-value: how strong an unmeasured cause would have to be to explain a ratio away (VanderWeele & Ding 2017)."""

from __future__ import annotations

import math
from dataclasses import dataclass

FROM_STANDARDISED = 0.91
"""A standardised difference d counts as a risk ratio of about exp(0.91 d) (Chinn 2000; VanderWeele & Ding 2017)."""


@dataclass(frozen=True, slots=True)
class EValue:
    """`point` for the estimate, `limit` for the limit nearer to 1 (1 when the interval holds 1, None without limits).

    `approximate` says that the ratio was made from a standardised difference.
    """

    point: float
    limit: float | None
    approximate: bool


def compute_e_value(ratio: float, *, lower: float | None = None, upper: float | None = None) -> EValue:
    """E-value of a risk ratio, or of a hazard ratio of a rare outcome, between two groups.

    The smallest ratio that an unmeasured cause must have both with the treatment and with the outcome to make all of
    the observed ratio: `RR + sqrt(RR (RR - 1))`, with 1/RR for ratios below 1 (Ann Intern Med 2017;167:268-274). It
    compares two groups; a study without a control group has no such ratio.

    Args:
        ratio: above 0.
        lower: lower limit of the interval, at least 0; None = not given.
        upper: upper limit, may be infinite; None = not given.

    Raises:
        ValueError: a ratio is not a positive number, or the limits do not enclose it.
    """
    if not (math.isfinite(ratio) and ratio > 0):
        raise ValueError(f"a ratio must be a positive number, found {ratio!r}")
    if (lower is not None and not 0 <= lower <= ratio) or (upper is not None and not upper >= ratio):
        raise ValueError("the limits must enclose the ratio")
    if ratio < 1:
        nearer = upper
    elif ratio > 1:
        nearer = lower
    else:
        nearer = None if lower is None and upper is None else 1.0
    if nearer is None:
        return EValue(_formula(ratio), None, approximate=False)
    crosses = nearer >= 1 if ratio < 1 else nearer <= 1
    return EValue(_formula(ratio), 1.0 if crosses else _formula(nearer), approximate=False)


def compute_e_value_of_difference(standardised: float, *, se: float | None = None, level: float = 0.95) -> EValue:
    """E-value of a standardised mean difference between two groups, by way of `exp(0.91 d)`.

    Args:
        standardised: difference of the means of two groups over the standard deviation of the outcome.
        se: its standard error, above 0; None = no limit. Limits are those of the normal distribution.
        level: confidence level, in (0, 1).

    Raises:
        ValueError: the difference is not finite, the error not positive, or the level not between 0 and 1.
    """
    from scipy.special import ndtri

    if not math.isfinite(standardised):
        raise ValueError(f"the difference must be a finite number, found {standardised!r}")
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    if se is not None and not (math.isfinite(se) and se > 0):
        raise ValueError(f"the standard error must be a positive number, found {se!r}")
    half = 0.0 if se is None else float(ndtri((1 + level) / 2)) * se
    ratio, lower, upper = (
        math.exp(FROM_STANDARDISED * d) for d in (standardised, standardised - half, standardised + half)
    )
    found = compute_e_value(ratio) if se is None else compute_e_value(ratio, lower=lower, upper=upper)
    return EValue(found.point, found.limit, approximate=True)


def _formula(ratio: float) -> float:
    larger = max(ratio, 1 / ratio) if ratio else math.inf
    return larger + math.sqrt(larger * (larger - 1))

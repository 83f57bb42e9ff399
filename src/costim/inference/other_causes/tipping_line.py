"""How much of a change co-medication and time would have to explain: the tipping line.

If one mg more of prednisone equivalent per day changes the reading by k, the change net of it is the change less k
times the change of dose. What time alone would then have to bring before the interval reaches zero, as a function of k,
is the tipping line of the map of both causes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.lattice import Integers, round_to_lattice
from costim.inference.other_causes.tipping import compute_tipping_shift
from costim.inference.paired.hodges_lehmann import compute_hodges_lehmann
from costim.inference.paired.sign_sums import compute_two_sided_p
from costim.inference.paired.signed_rank import Zeros, compute_signed_rank, doubled_ranks

Floats = NDArray[np.float64]
SAME = 1e-9
"""Critical effects that differ by less, relatively, are one."""


@dataclass(frozen=True, slots=True)
class NetOfSteroid:
    """Change net of a steroid effect of `per_mg`: Hodges-Lehmann shift, exact interval and p.

    `natural_course` is the change by time alone at which the interval touches zero, 0 when it holds zero; None when
    the test cannot reach the level with so few patients.
    """

    n: int
    per_mg: float
    estimate: float | None
    lower: float | None
    upper: float | None
    lower_open: bool
    upper_open: bool
    level: float
    p: float
    p_min: float
    natural_course: float | None


@dataclass(frozen=True, slots=True)
class TippingSteroidEffect:
    """The steroid effects nearest to zero at which the exact test no longer rejects.

    `negative`: the reading falls with more steroid; `positive`: it rises. None = no effect of that sign explains the
    change. An `open` one is itself rejected, everything just beyond it is not. `reason` is `level_unreachable`,
    `no_dose_change` (no dose changed, so that no effect explains anything) or `holds_zero` (nothing to explain).
    """

    n: int
    negative: float | None
    negative_open: bool
    positive: float | None
    positive_open: bool
    reason: Literal["", "level_unreachable", "no_dose_change", "holds_zero"]


def compute_net_of_steroid(
    changes: ArrayLike, dose_changes: ArrayLike, *, per_mg: float, level: float = 0.95, zeros: Zeros = "pratt"
) -> NetOfSteroid:
    """Exact signed-rank analysis of `changes - per_mg * dose_changes`.

    Args:
        changes: shape (n,), later less earlier reading.
        dose_changes: shape (n,), later less earlier daily dose of the same patients, mg prednisone equivalent.
        per_mg: assumed change of the reading by one mg per day more.
        level: confidence level, in (0, 1).
        zeros: rule for zeros, see `compute_signed_rank`.

    Raises:
        ValueError: arrays of different length, a number that is not finite, or a level out of range.
    """
    d, c = _check(changes, dose_changes)
    if not math.isfinite(per_mg):
        raise ValueError("the assumed effect must be a finite number")
    net, scale = d - per_mg * c, _scale(d, per_mg * c)
    shift = compute_hodges_lehmann(net, level=level, zeros=zeros, scale=scale)
    test = compute_signed_rank(net, zeros=zeros, scale=scale)
    known = shift.lower is not None and shift.upper is not None
    return NetOfSteroid(
        n=shift.n,
        per_mg=per_mg,
        estimate=shift.estimate,
        lower=shift.lower,
        upper=shift.upper,
        lower_open=shift.lower_open,
        upper_open=shift.upper_open,
        level=level,
        p=test.p,
        p_min=test.p_min,
        natural_course=compute_tipping_shift(shift.lower, shift.upper) if known else None,
    )


def compute_tipping_steroid_effect(
    changes: ArrayLike, dose_changes: ArrayLike, *, level: float = 0.95, zeros: Zeros = "pratt"
) -> TippingSteroidEffect:
    """The smallest steroid effect of either sign that would explain the change, in closed form.

    Signs and ranks of `d_i - k c_i` change only where two of them are equal in size or one is zero: at
    `k = (d_i - d_j) / (c_i - c_j)`, `(d_i + d_j) / (c_i + c_j)` and `d_i / c_i`. The test is therefore repeated there
    and between neighbours, from k = 0 outwards, until p exceeds 1 - level.

    Args:
        changes: shape (n,), later less earlier reading.
        dose_changes: shape (n,), later less earlier daily dose of the same patients.
        level: confidence level, in (0, 1).
        zeros: rule for zeros, see `compute_signed_rank`.

    Raises:
        ValueError: arrays of different length, a number that is not finite, or a level out of range.
    """
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    d, c = _check(changes, dose_changes)
    n, alpha = int(d.size), 1 - level
    if n == 0 or 2.0 ** (1 - n) > alpha:
        return TippingSteroidEffect(n, None, False, None, False, "level_unreachable")
    if _accepts(d, c, 0.0, alpha, zeros):
        return TippingSteroidEffect(n, 0.0, False, 0.0, False, "holds_zero")
    if not np.any(c):
        return TippingSteroidEffect(n, None, False, None, False, "no_dose_change")
    positive, positive_open = _first_accepted(d, c, alpha, zeros)
    negative, negative_open = _first_accepted(d, -c, alpha, zeros)
    return TippingSteroidEffect(n, None if negative is None else -negative, negative_open, positive, positive_open, "")


def _first_accepted(d: Floats, c: Floats, alpha: float, zeros: Zeros) -> tuple[float | None, bool]:
    """The smallest k > 0 from which on the test accepts, and whether k itself is still rejected."""
    points = [0.0, *_critical_effects(d, c)]
    for left, right in pairwise([*points, 2 * points[-1] + 1.0]):
        if left and _accepts(d, c, left, alpha, zeros):
            return left, False
        if _accepts(d, c, (left + right) / 2, alpha, zeros):
            return left, True
    return None, False


def _critical_effects(d: Floats, c: Floats) -> list[float]:
    """All k > 0 at which a sign or a rank changes, ascending, each once."""
    i, j = np.triu_indices(d.size)
    above = np.concatenate([d[i] - d[j], d[i] + d[j]])
    below = np.concatenate([c[i] - c[j], c[i] + c[j]])
    ratios = above[below != 0] / below[below != 0]
    found: list[float] = []
    for k in np.sort(ratios[ratios > 0]).tolist():
        if not found or k > found[-1] * (1 + SAME):
            found.append(k)
    return found


def _accepts(d: Floats, c: Floats, k: float, alpha: float, zeros: Zeros) -> bool:
    """Whether the two-sided test of the changes net of k per mg has p above alpha."""
    units: Integers = round_to_lattice(d - k * c, scale=_scale(d, k * c)).units
    ranks, positive = doubled_ranks(units, zeros)
    observed = int(ranks[positive].sum())
    # Hoeffding's inequality bounds p from above at no cost and settles most candidates.
    squares = float(np.dot(ranks, ranks))
    deviation = observed - float(ranks.sum()) / 2
    if squares and 2 * math.exp(-2 * deviation**2 / squares) <= alpha:
        return False
    return compute_two_sided_p(ranks, observed).p > alpha


def _scale(*parts: Floats) -> float:
    return float(np.max(np.abs(np.concatenate(parts)), initial=0.0))


def _check(changes: ArrayLike, dose_changes: ArrayLike) -> tuple[Floats, Floats]:
    d, c = np.asarray(changes, dtype=np.float64), np.asarray(dose_changes, dtype=np.float64)
    if d.ndim != 1 or d.shape != c.shape:
        raise ValueError("every patient needs a change of the reading and a change of the dose")
    if not (np.all(np.isfinite(d)) and np.all(np.isfinite(c))):
        raise ValueError("changes must be finite numbers")
    return d, c

"""Sign-flip test of the mean change, and the interval that belongs to it.

If the changes are symmetric around zero, each could as well have had the other sign. The p-value is the share of all
sign patterns whose mean is at least as far from zero as the one observed. Flipping the signs of a set A of the changes
less a shift leaves the total as extreme as it was exactly if the mean of A does not exceed the shift; so p at any shift
is read off the means of all subsets (the typical values of Hartigan 1969), and the interval needs no search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike

from costim.inference.lattice import Integers, Lattice, round_to_lattice
from costim.inference.paired.signed_rank import compute_smallest_p
from costim.inference.paired.subset_means import SubsetMeans, count_subsets, draw_subsets, enumerate_subsets

Way = Literal["enumerated", "counted", "drawn"]
ENUMERATED_TO = 20
"""Up to this many changes all subsets are listed."""
DRAWS = 99_999
"""Sign patterns drawn beyond it, unless the changes are few steps of an instrument, whose subsets can be counted."""
DEFAULT_SEED = 20070101


@dataclass(frozen=True, slots=True)
class SignFlip:
    """Mean, test and interval. A limit is None when the test cannot reach the level; both limits are closed.

    `way`: all sign patterns were `enumerated` or `counted` (both exact), or some were `drawn` with `seed`; then p is
    (b + 1) / (draws + 1), itself an exact p of the patterns drawn. `p_min` is the smallest p this design could give.
    """

    n: int
    estimate: float | None
    lower: float | None
    upper: float | None
    level: float
    p: float
    p_min: float
    way: Way
    draws: int | None = None
    seed: int | None = None


def compute_sign_flip(
    differences: ArrayLike,
    *,
    level: float = 0.95,
    resolution: float | None = None,
    scale: float | None = None,
    seed: int = DEFAULT_SEED,
) -> SignFlip:
    """Two-sided sign-flip test of a mean of zero, with the interval of every shift it does not reject.

    Args:
        differences: shape (n,), in the unit of the instrument; zeros are kept; n may be 0.
        level: confidence level, in (0, 1).
        resolution: smallest step of the instrument.
        scale: size of the operands, see `round_to_lattice`.
        seed: start of the random numbers, used only where patterns are drawn.

    Returns:
        Mean, p and limits. A shift is inside the closed interval if and only if its p exceeds 1 - level.

    Raises:
        ValueError: a difference is not finite, or the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    lattice = round_to_lattice(differences, resolution=resolution, scale=scale)
    n = int(lattice.units.size)
    if n == 0:
        return SignFlip(0, None, None, None, level, 1.0, 1.0, "enumerated")
    total = int(lattice.units.sum())
    means, way = _subset_means(lattice.units, seed)
    mirrored = means.mirrored()
    p = 1.0
    if total:
        p = (means if total > 0 else mirrored).p_at_zero()
    drawn = way == "drawn"
    return SignFlip(
        n=n,
        estimate=lattice.value(total, n),
        lower=_value(lattice, means.smallest_accepted(1 - level), 1),
        upper=_value(lattice, mirrored.smallest_accepted(1 - level), -1),
        level=level,
        p=p,
        p_min=1 / (DRAWS + 1) if drawn else compute_smallest_p(n),
        way=way,
        draws=DRAWS if drawn else None,
        seed=seed if drawn else None,
    )


def _subset_means(units: Integers, seed: int) -> tuple[SubsetMeans, Way]:
    if units.size <= ENUMERATED_TO:
        return enumerate_subsets(units), "enumerated"
    counted = count_subsets(units)
    return (counted, "counted") if counted is not None else (draw_subsets(units, DRAWS, seed), "drawn")


def _value(lattice: Lattice, ratio: tuple[int, int] | None, sign: int) -> float | None:
    return None if ratio is None else lattice.value(sign * ratio[0], ratio[1])

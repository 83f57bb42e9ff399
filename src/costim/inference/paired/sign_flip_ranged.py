"""Sign-flip test and interval of changes that are known only within ranges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.inference.paired.sign_flip import DEFAULT_SEED, SignFlip, compute_sign_flip
from costim.inference.paired.signed_rank import compute_smallest_p


@dataclass(frozen=True, slots=True)
class SignFlipBounds:
    """`estimate` encloses the mean, `lower` and `upper` every interval, `p` is the largest; None = without limit."""

    n: int
    estimate: tuple[float | None, float | None]
    lower: float | None
    upper: float | None
    p: float
    p_min: float
    seed: int | None


def compute_sign_flip_bounds(
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    level: float = 0.95,
    resolution: float | None = None,
    scale: float | None = None,
    seed: int = DEFAULT_SEED,
) -> SignFlipBounds:
    """What holds for every completion of changes that are known only within ranges.

    Subset means never fall when a change rises. So the limits are those of the two extreme completions, and p is
    largest at the one nearer to zero; where the mean may be zero, p may be one.

    Args:
        lower: shape (n,), n >= 1, lower end of each change; may be -infinite.
        upper: shape (n,), upper end, at least the lower one; may be infinite.
        level: confidence level, in (0, 1).
        resolution: smallest step of the instrument.
        scale: size of the operands, see `round_to_lattice`.
        seed: see `compute_sign_flip`.

    Raises:
        ValueError: no change, an end that is not a number, ends in the wrong order, or a level out of range.
    """
    low, high = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    if low.size == 0 or low.shape != high.shape or not np.all(low <= high):
        raise ValueError("every change needs a lower end and an upper end that is not below it")
    both = np.concatenate([low, high])
    size = max(float(np.abs(both[np.isfinite(both)]).max(initial=0.0)), abs(scale or 0.0))
    least = _at(low, level, resolution, size, seed)
    most = least if np.array_equal(low, high) else _at(high, level, resolution, size, seed)
    known = least or most
    n = int(low.size)
    p = 1.0
    if least is not None and least.estimate is not None and least.estimate > 0:
        p = least.p
    elif most is not None and most.estimate is not None and most.estimate < 0:
        p = most.p
    return SignFlipBounds(
        n=n,
        estimate=(least.estimate if least else None, most.estimate if most else None),
        lower=least.lower if least else None,
        upper=most.upper if most else None,
        p=p,
        p_min=known.p_min if known else compute_smallest_p(n),
        seed=known.seed if known else None,
    )


def _at(ends: NDArray[np.float64], level: float, resolution: float | None, scale: float, seed: int) -> SignFlip | None:
    """The result of one extreme completion; None where it is not finite."""
    if not np.all(np.isfinite(ends)):
        return None
    return compute_sign_flip(ends, level=level, resolution=resolution, scale=scale, seed=seed)

"""Readings at planned visits, summed up by which visits a subject has: all that a likelihood needs of them.

Every array has a leading axis of studies, so that many small studies are fitted at once; a single study is a batch of
one. Readings are centred at the mean of their visit and divided by one spread per study, so that the numbers the
optimiser sees do not depend on the unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Sums over subjects with the same visits: studies (s), patterns (p), visits (k).

    `seen` (p, k); `counts` (s, p) subjects; `sums` (s, p, k) and `products` (s, p, k, k) of the standardised readings,
    zero where a visit is not seen. A reading is `shift + scale * standardised`.
    """

    seen: Booleans
    counts: Floats
    sums: Floats
    products: Floats
    shift: Floats
    scale: Floats

    @property
    def visits(self) -> int:
        """Number of visits."""
        return int(self.seen.shape[1])

    @property
    def readings(self) -> Floats:
        """Readings of each study, shape (s,)."""
        return np.asarray(self.counts @ self.seen.sum(axis=1))

    def both(self) -> Floats:
        """Subjects with a reading at both of two visits, shape (s, k, k)."""
        seen = self.seen.astype(np.float64)
        return np.asarray(np.einsum("sp,pj,pk->sjk", self.counts, seen, seen))

    def keep(self, which: Booleans | NDArray[np.intp]) -> Patterns:
        """The same for some of the studies; patterns that none of them has stay, with a count of zero."""
        return Patterns(
            self.seen,
            self.counts[which],
            self.sums[which],
            self.products[which],
            self.shift[which],
            self.scale[which],
        )


def read_values(values: ArrayLike, axes: int) -> Floats:
    """The readings as floats, NaN where there is none.

    Raises:
        ValueError: another number of axes, or an infinite reading.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != axes:
        raise ValueError(f"readings must have {axes} axes, the last two subjects and visits; found {array.ndim}")
    if np.any(np.isinf(array)):
        raise ValueError("readings must be finite numbers, or NaN where there is none")
    return array


def summarise(values: Floats) -> Patterns:
    """Sums by pattern of visits.

    Args:
        values: shape (s, n, k), NaN where there is no reading; a subject without any does not count.
    """
    seen = ~np.isnan(values)
    per_visit = seen.sum(axis=1)
    filled = np.where(seen, values, 0.0)
    shift = filled.sum(axis=1) / np.maximum(per_visit, 1)
    centred = np.where(seen, values - shift[:, None, :], 0.0)
    scale = np.sqrt((centred**2).sum(axis=(1, 2)) / np.maximum(per_visit.sum(axis=1), 1))
    scale = np.where(scale > 0, scale, 1.0)
    centred /= scale[:, None, None]
    code = seen @ (1 << np.arange(values.shape[2]))
    kept = [c for c in np.unique(code).tolist() if c]
    member = code[:, None, :] == np.array(kept, dtype=np.int64)[None, :, None]
    chosen = member.astype(np.float64)
    visits = np.arange(values.shape[2])
    return Patterns(
        seen=(np.array(kept, dtype=np.int64)[:, None] >> visits & 1).astype(bool),
        counts=chosen.sum(axis=2),
        sums=chosen @ centred,
        products=np.einsum("spn,snj,snk->spjk", chosen, centred, centred, optimize=True),
        shift=shift,
        scale=scale,
    )

"""Events of several visits taken together, each visit with the same weight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.inference.cells.order_statistics import compute_quantile_ranks

FULL_WEIGHT = 200
"""A visit with fewer events weighs in proportion to them: a dozen B cells must not count like three thousand."""

ENOUGH = 50_000
"""A visit with more events is thinned to about so many, evenly over the acquisition: more move nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Finite values of all visits in rising order, with weights that add up to 1."""

    values: NDArray[np.float64]
    weights: NDArray[np.float64]

    @property
    def events(self) -> int:
        """How many values there are."""
        return int(self.values.size)

    @property
    def effective(self) -> float:
        """Number of equally weighted events that would be as precise (Kish 1965): at most `events`."""
        return float(1.0 / np.sum(self.weights**2)) if self.values.size else 0.0

    def quantile(self, share: float) -> float:
        """Least value below or at which at least this share of the weight lies.

        Raises:
            IndexError: There is no value.
        """
        place = int(np.searchsorted(np.cumsum(self.weights), share - 1e-12))
        return float(self.values[min(place, self.events - 1)])

    def quantile_limits(self, share: float, level: float = 0.95) -> tuple[float | None, float | None]:
        """Order-statistic limits of a quantile; None where there are too few events for a limit on that side.

        With unequal weights the ranks are those of the effective number of events.
        """
        n = math.floor(self.effective + 1e-9)
        ranks = compute_quantile_ranks(n, share, level=level)
        lower = self.quantile(ranks.lower / n) if ranks.lower is not None else None
        upper = self.quantile(ranks.upper / n) if ranks.upper is not None else None
        return lower, upper


def pooled(samples: Sequence[NDArray[np.float64]]) -> Pooled:
    """Values of several visits together.

    Args:
        samples: Values of each visit, shape (n,), in the order of the file; those that are not finite are left out.
    """
    thinned = [sample[:: math.ceil(sample.size / ENOUGH)] if sample.size else sample for sample in samples]
    finite = [sample[np.isfinite(sample)] for sample in thinned]
    finite = [sample for sample in finite if sample.size]
    if not finite:
        return Pooled(np.zeros(0), np.zeros(0))
    shares = np.array([min(1.0, sample.size / FULL_WEIGHT) for sample in finite])
    shares /= shares.sum()
    values = np.concatenate(finite)
    weights = np.concatenate([np.full(s.size, share / s.size) for s, share in zip(finite, shares, strict=True)])
    order = np.argsort(values, kind="stable")
    return Pooled(values[order], weights[order])


def events_for_quantile(share: float, confidence: float = 0.95) -> int:
    """Least number of events whose largest lies above a quantile with this confidence (Wilks 1941)."""
    return math.ceil(math.log(1.0 - confidence) / math.log(share))

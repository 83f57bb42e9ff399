"""Events of several visits taken together, each visit with the same weight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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

        The number of values below the quantile is binomial (David and Nagaraja, Order Statistics, 3rd ed., 7.1); with
        unequal weights it is taken for binomial with the effective number of events.
        """
        from scipy.stats import binom

        n = math.floor(self.effective + 1e-9)
        if n == 0:
            return None, None
        tail = (1.0 - level) / 2.0
        low = int(binom.ppf(tail, n, share))  # P(X < low) <= tail: the low-th value lies at or below the quantile
        high = int(binom.ppf(1.0 - tail, n, share)) + 1
        lower = self.quantile(low / n) if low >= 1 else None
        upper = self.quantile(high / n) if high <= n else None
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

"""Visual predictive check: quantiles of the observations beside the quantiles that the model lets one expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

QUANTILES = (0.1, 0.5, 0.9)
"""With ten patients the fifth and the ninety-fifth percentile would be the extremes."""


@dataclass(frozen=True, slots=True)
class Vpc:
    """One check: bins along time, quantiles across patients."""

    days: NDArray[np.float64]
    """(bins,), median day of the readings of a bin."""
    readings: NDArray[np.int64]
    """(bins,)."""
    quantiles: tuple[float, ...]
    observed: NDArray[np.float64]
    """(quantiles, bins); NaN where the quantile lies below the limit of quantification."""
    expected: NDArray[np.float64]
    """(3, quantiles, bins): lower limit, median and upper limit over the simulations; NaN below the limit."""
    below_observed: NDArray[np.float64]
    """(bins,), share of readings below the limit."""
    below_expected: NDArray[np.float64]
    """(3, bins)."""
    level: float

    @property
    def outside(self) -> float:
        """Share of the observed quantiles that lie outside the limits of their expectation; NaN without any."""
        known = np.isfinite(self.observed) & np.isfinite(self.expected).all(axis=0)
        if not known.any():
            return float("nan")
        low, high = self.expected[0], self.expected[2]
        return float(((self.observed < low) | (self.observed > high))[known].mean())


def compute_vpc(
    days: NDArray[np.float64],
    observed: NDArray[np.float64],
    simulated: NDArray[np.float64],
    bins: NDArray[np.float64],
    *,
    censored_below: NDArray[np.float64] | None = None,
    predicted: NDArray[np.float64] | None = None,
    quantiles: tuple[float, ...] = QUANTILES,
    level: float = 0.9,
) -> Vpc:
    """A visual predictive check, corrected for predictions where they are given.

    Args:
        days: (readings,), of the readings of all patients.
        observed: (readings,), as measured, not below 0; those below a limit hold anything.
        simulated: (simulations, readings), the same study simulated.
        bins: (bins + 1,), ascending edges in days; a reading on an edge belongs to the later bin, the last edge to
            the last one. Bins without a reading are left out.
        censored_below: (readings,), limit of a reading below it; NaN for others. Simulated readings below the lowest
            limit of their bin count as below too.
        predicted: (readings,), prediction for the typical patient with the same doses and covariates; then readings
            are scaled to the median prediction of their bin.
        quantiles: across readings of a bin.
        level: of the limits over simulations.

    Raises:
        ValueError: shapes that do not belong together, or edges that do not ascend.

    Source: Bergstrand et al 2011, AAPS J 13:143-151 (prediction correction, log-normal form with lower bound 0).
    """
    days, observed, simulated = (np.asarray(a, float) for a in (days, observed, simulated))
    if simulated.ndim != 2 or not observed.shape == days.shape == simulated.shape[1:]:
        raise ValueError("days, observed and simulated readings do not belong together")
    if not (np.diff(bins) > 0).all():
        raise ValueError("the edges of the bins must ascend")
    limits = np.full(days.shape, np.nan) if censored_below is None else np.asarray(censored_below, float)
    which = np.clip(np.digitize(days, bins) - 1, 0, len(bins) - 2)
    inside = (days >= bins[0]) & (days <= bins[-1])
    scale = _corrections(days, predicted, which, inside)
    found = []
    for b in range(len(bins) - 1):
        of = np.flatnonzero(inside & (which == b))
        if len(of):
            quantities = _bin(observed[of] * scale[of], simulated[:, of], scale[of], limits[of], (quantiles, level))
            found.append((float(np.median(days[of])), len(of), *quantities))
    if not found:
        raise ValueError("no reading lies within the bins")
    medians, counts, seen, expected, below, below_expected = (list(part) for part in zip(*found, strict=True))
    return Vpc(
        days=np.array(medians),
        readings=np.array(counts, dtype=np.int64),
        quantiles=quantiles,
        observed=np.stack(seen, axis=-1),
        expected=np.stack(expected, axis=-1),
        below_observed=np.array(below),
        below_expected=np.stack(below_expected, axis=-1),
        level=level,
    )


def _corrections(
    days: NDArray[np.float64],
    predicted: NDArray[np.float64] | None,
    which: NDArray[np.int64],
    inside: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """What each reading is multiplied with: median prediction of its bin by its own prediction, or 1."""
    scale = np.ones(days.shape)
    if predicted is not None:
        predicted = np.asarray(predicted, float)
        for b in np.unique(which[inside]):
            of = inside & (which == b)
            scale[of] = np.median(predicted[of]) / predicted[of]
    return scale


def _bin(
    seen: NDArray[np.float64],
    drawn: NDArray[np.float64],
    scale: NDArray[np.float64],
    limit: NDArray[np.float64],
    asked: tuple[tuple[float, ...], float],
) -> tuple[NDArray[np.float64], NDArray[np.float64], float, NDArray[np.float64]]:
    """Observed quantiles, expected quantiles, share below the limit observed and expected; `seen` is scaled already."""
    quantiles, level = asked
    hidden, lowest = np.isfinite(limit), np.nanmin(limit) if np.isfinite(limit).any() else -np.inf
    below = drawn < lowest
    seen, drawn = np.where(hidden, -np.inf, seen), np.where(below, -np.inf, drawn * scale)
    # `nearest`: never a mean of a number and of minus infinity; of what is known only to be low nothing is invented.
    over_patients = np.quantile(drawn, quantiles, axis=1, method="nearest")
    ends = ((1 - level) / 2, 0.5, (1 + level) / 2)
    expected = np.quantile(over_patients, ends, axis=1, method="nearest")
    share = np.quantile(below.mean(axis=1), ends)
    got = np.quantile(seen, quantiles, method="nearest")
    return _known(got), _known(expected), float(hidden.mean()), share


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(values), values, np.nan)

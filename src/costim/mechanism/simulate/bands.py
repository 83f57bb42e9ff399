"""Quantiles over patients who come in pieces: exact while the numbers fit in memory, from counts beyond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from costim.errors import CostimError

Floats = NDArray[np.float64]

EXACT_BYTES = 512 * 2**20
"""Up to which every number is kept."""
_MANTISSA_BITS = 8
_SHIFT = 23 - _MANTISSA_BITS
_LOWEST_EXPONENT, _HIGHEST_EXPONENT = -24, 40
_FIRST = (127 + _LOWEST_EXPONENT) << _MANTISSA_BITS
_BINS = ((_HIGHEST_EXPONENT - _LOWEST_EXPONENT) << _MANTISSA_BITS) + 1
SKETCH_ERROR = 2.0 ** -(_MANTISSA_BITS + 1)
"""Largest relative error of an order statistic from counts, from 2**-24 to 2**40; smaller numbers count as 0."""


class Bands(Protocol):
    """Takes pieces, gives quantiles."""

    error: float
    """Largest relative error of an order statistic; 0 but for the rounding of single precision."""

    def add(self, first: int, values: NDArray[np.float32]) -> None:
        """Take (patients, times, outputs) from patient `first` on; rows of NaN are patients left out."""

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """(outputs, times, levels), linear between order statistics; NaN where nobody was integrated."""


def bands_for(count: int, times: int, outputs: int) -> Bands:
    """The exact kind, or, beyond `EXACT_BYTES`, the one from counts: its memory does not grow with patients."""
    return Exact(count, times, outputs) if 4 * count * times * outputs <= EXACT_BYTES else Sketch(times, outputs)


class Exact:
    """Keeps every number in single precision."""

    error = 0.0

    def __init__(self, count: int, times: int, outputs: int) -> None:
        """Room for `count` patients; those never added are left out."""
        self._kept = np.full((outputs, times, count), np.nan, dtype=np.float32)

    def add(self, first: int, values: NDArray[np.float32]) -> None:
        """See `Bands`."""
        self._kept[:, :, first : first + len(values)] = values.transpose(2, 1, 0)

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """See `Bands`. A number missing in some patients but not all gives NaN: their quantile is not known."""
        outputs, times, count = self._kept.shape
        there = ~np.isnan(self._kept).all(axis=(0, 1)) if outputs * times else np.zeros(count, dtype=bool)
        if not there.any():
            return np.full((outputs, times, len(levels)), np.nan)
        found = [np.quantile(numbers[:, there].astype(np.float64), levels, axis=1) for numbers in self._kept]
        return np.moveaxis(np.stack(found), 1, 2)


class Sketch:
    """Counts numbers in bins of equal relative width: sums of pieces are the same in any order.

    A bin holds the numbers that share exponent and first 8 bits of their mantissa, and stands for its middle.
    """

    error = SKETCH_ERROR

    def __init__(self, times: int, outputs: int) -> None:
        """No patient yet."""
        self._counts = np.zeros((outputs, times, _BINS), dtype=np.uint32)
        self._total = 0

    def add(self, first: int, values: NDArray[np.float32]) -> None:
        """See `Bands`.

        Raises:
            CostimError: a number below 0, above 2**40, or missing in a patient who was integrated.
        """
        there = values[~np.isnan(values).all(axis=(1, 2))]
        if not there.size:
            return
        if not ((there >= -1e-6) & (there < 2.0**_HIGHEST_EXPONENT)).all():
            raise CostimError(
                "Bands of so many patients need outputs from 0 to 1e12. Simulate fewer patients, times or outputs."
            )
        outputs, times, bins = self._counts.shape
        places = np.maximum(there, 0).astype(np.float32).view(np.uint32) >> np.uint32(_SHIFT)
        places = np.clip(places.astype(np.int64) - (_FIRST - 1), 0, bins - 1)
        offsets = (np.arange(outputs) * times + np.arange(times)[:, None]) * bins
        np.add.at(self._counts.reshape(-1), (places + offsets).ravel(), np.uint32(1))
        self._total += len(there)

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """See `Bands`."""
        outputs, times, _ = self._counts.shape
        found = np.full((outputs, times, len(levels)), np.nan)
        if not self._total:
            return found
        ranks = np.asarray(levels) * (self._total - 1)
        low = np.floor(ranks)
        middles = _middles()
        for output in range(outputs):
            sums = np.cumsum(self._counts[output], axis=1, dtype=np.int64)
            for time in range(times):
                under = middles[np.searchsorted(sums[time], low, side="right")]
                over = middles[np.searchsorted(sums[time], np.ceil(ranks), side="right")]
                found[output, time] = under + (over - under) * (ranks - low)
        return found


def _middles() -> Floats:
    """What each bin stands for; the first holds 0 and all that is nearly 0."""
    edges = (np.arange(_BINS, dtype=np.uint32) + np.uint32(_FIRST)) << np.uint32(_SHIFT)
    numbers = edges.view(np.float32).astype(np.float64)
    return np.concatenate(([0.0], (numbers[:-1] + numbers[1:]) / 2))

"""The likelihood of all readings from predicted outputs, levels and scatter, with its derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit import readings as kernels
from costim.mechanism.fit.blocks import Blocks, sort_readings
from costim.mechanism.fit.priors import Priors
from costim.mechanism.model.model import Model
from costim.mechanism.observed.data import FitData

Floats = NDArray[np.float64]
FLOOR = 1e-9
"""Predictions below are held there: no reading is smaller, and the logarithm stays finite."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Readings made ready once."""

    blocks: Blocks
    low: Floats
    """(readings,), logarithm with the offset added, -inf at or below 0; whole numbers as they are."""
    high: Floats
    offset: Floats
    output: NDArray[np.int64]
    subject: NDArray[np.int64]
    size: int
    """Largest whole number."""

    def evaluate(self, predicted: Floats, levels: Floats, scatter: Floats) -> Terms:
        """Terms of the log likelihood.

        Args:
            predicted: (readings,), outputs of the model at the model's baseline.
            levels: (sampled levels,), logarithms of the patients' levels.
            scatter: (outputs of the data,), residual standard deviations; concentration for whole numbers.
        """
        own = np.where(self.blocks.level >= 0, levels[self.blocks.level] if len(levels) else 0.0, 0.0)
        terms = Terms.empty(len(predicted), len(self.blocks.level_sd), len(levels), len(scatter))
        self._integrated(predicted, scatter, terms)
        self._scaled(predicted, own, scatter, terms)
        self._counted(predicted, own, scatter, terms)
        return terms

    def of_each(self, predicted: Floats, level: Floats, scatter: Floats) -> Floats:
        """(readings,), log density of every reading given the level of its patient and output, `level` (readings,)."""
        found, by_mean, by_spread = (np.empty(len(predicted)) for _ in range(3))
        counted = np.zeros(len(predicted), dtype=bool)
        counted[self.blocks.counted] = True
        seen = np.maximum(predicted * np.exp(level) + np.where(counted, 0.0, self.offset), FLOOR)
        kernels.log_scale(
            self.low, self.high, np.log(seen), np.where(counted, 1.0, scatter[self.output]), found, by_mean, by_spread
        )
        for output in np.unique(self.output[counted]):
            rows = np.flatnonzero(counted & (self.output == output))
            value = np.empty(len(rows))
            kernels.counts(
                self.low[rows], self.high[rows], seen[rows], scatter[output], self.size, value, by_mean, by_spread
            )
            found[rows] = value
        return found

    def _integrated(self, predicted: Floats, scatter: Floats, terms: Terms) -> None:
        b = self.blocks
        if len(b.rows):
            f = np.maximum(predicted[b.rows], FLOOR)
            residual = self.low[b.rows] - np.log(f)
            by_residual, by_sd = np.zeros(len(f)), np.zeros(len(b.level_sd))
            first = b.rows[b.offset[:-1]]
            _all_blocks(
                residual, b.offset, scatter[self.output[first]], b.level_sd, by_residual, terms.of_blocks, by_sd
            )
            terms.by_predicted[b.rows] = np.where(predicted[b.rows] > FLOOR, -by_residual / f, 0.0)
            np.add.at(terms.by_scatter, self.output[first], by_sd)

    def _scaled(self, predicted: Floats, own: Floats, scatter: Floats, terms: Terms) -> None:
        rows = self.blocks.scaled
        if not len(rows):
            return
        at_level = predicted[rows] * np.exp(own[rows])
        seen = np.maximum(at_level + self.offset[rows], FLOOR)
        value, by_mean, by_sd = (np.empty(len(rows)) for _ in range(3))
        output = self.output[rows]
        kernels.log_scale(self.low[rows], self.high[rows], np.log(seen), scatter[output], value, by_mean, by_sd)
        by_seen = np.where(at_level + self.offset[rows] > FLOOR, by_mean / seen, 0.0)
        self._add(terms, rows, value, by_seen, at_level, own, by_sd)

    def _counted(self, predicted: Floats, own: Floats, scatter: Floats, terms: Terms) -> None:
        for output in np.unique(self.output[self.blocks.counted]):
            rows = self.blocks.counted[self.output[self.blocks.counted] == output]
            at_level = predicted[rows] * np.exp(own[rows])
            value, by_mean, by_concentration = (np.empty(len(rows)) for _ in range(3))
            kernels.counts(
                self.low[rows], self.high[rows], at_level, scatter[output], self.size, value, by_mean, by_concentration
            )
            self._add(terms, rows, value, by_mean, at_level, own, by_concentration)

    def _add(  # noqa: PLR0917 - parts of one row
        self, terms: Terms, rows: NDArray[np.int64], value: Floats, by_seen: Floats, at_level: Floats, own: Floats,
        by_scatter: Floats,
    ) -> None:  # fmt: skip
        terms.of_readings[rows] = value
        terms.by_predicted[rows] = by_seen * np.exp(own[rows])
        held = self.blocks.level[rows]
        np.add.at(terms.by_level, held[held >= 0], (by_seen * at_level)[held >= 0])
        np.add.at(terms.by_scatter, self.output[rows], by_scatter)


@dataclass(frozen=True, slots=True)
class Terms:
    """A log likelihood in parts."""

    of_readings: Floats
    """(readings,), 0 for those in blocks."""
    of_blocks: Floats
    """(blocks,)."""
    by_predicted: Floats
    """(readings,)."""
    by_level: Floats
    """(sampled levels,)."""
    by_scatter: Floats
    """(outputs of the data,)."""

    @property
    def total(self) -> float:
        """Log likelihood."""
        return float(self.of_readings.sum() + self.of_blocks.sum())

    @classmethod
    def empty(cls, readings: int, blocks: int, levels: int, outputs: int) -> Terms:
        """Zeros."""
        return cls(*(np.zeros(size) for size in (readings, blocks, readings, levels, outputs)))


def make_likelihood(model: Model, data: FitData, priors: Priors) -> Likelihood:
    """Readings made ready for `evaluate`."""
    outputs = [model.outputs[name] for name in data.outputs]
    offset = np.array([o.offset for o in outputs])[data.output]
    count = np.array([o.error == "count" for o in outputs])[data.output]
    return Likelihood(
        blocks=sort_readings(model, data, priors),
        low=np.where(count, data.lower, _logarithm(data.lower, offset, data.exact)),
        high=np.where(count, data.upper, _logarithm(data.upper, offset, data.exact)),
        offset=offset,
        output=data.output,
        subject=data.subject,
        size=priors.count_size,
    )


def _logarithm(values: Floats, offset: Floats, exact: NDArray[np.bool_]) -> Floats:
    """log(value + offset); a lower end of 0 is open: below a limit is anything below, the scatter knows no floor."""
    with np.errstate(divide="ignore"):
        taken = np.log(np.maximum(values, 0.0) + offset)
    return np.where((values <= 0) & ~exact, -np.inf, taken)


@numba.njit(nogil=True, error_model="numpy", cache=True)
def _all_blocks(  # noqa: PLR0917 - compiled code takes its arguments by position
    residual: Floats,
    offset: NDArray[np.int64],
    sd: Floats,
    level_sd: Floats,
    by_residual: Floats,
    value: Floats,
    by_sd: Floats,
) -> None:
    for b in range(len(level_sd)):
        rows = slice(offset[b], offset[b + 1])
        value[b], by_sd[b] = kernels.common_level(residual[rows], sd[b], level_sd[b], by_residual[rows])

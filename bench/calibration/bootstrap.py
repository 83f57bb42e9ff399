"""Bootstrap and t intervals of a mean, for the table that says why they are not offered for ten patients."""

from __future__ import annotations

import numpy as np

RESAMPLES = 2000
CHUNK = 250
LEVEL = 0.95


def _resampled_means(changes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Means of resamples of each row, shape (rows, RESAMPLES), by multinomial weights."""
    n = changes.shape[1]
    weights = rng.multinomial(n, np.full(n, 1 / n), RESAMPLES)
    return np.asarray(changes @ weights.T / n)


def covers_percentile(changes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whether the percentile interval holds zero."""
    tail = (1 - LEVEL) / 2
    held = []
    for part in np.array_split(changes, max(1, len(changes) // CHUNK)):
        low, high = np.quantile(_resampled_means(part, rng), [tail, 1 - tail], axis=1)
        held.append((low <= 0) & (high >= 0))
    return np.concatenate(held)


def covers_bca(changes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whether the bias-corrected accelerated interval holds zero (Efron 1987); equals scipy.stats.bootstrap."""
    held = [_bca(part, rng) for part in np.array_split(changes, max(1, len(changes) // CHUNK))]
    return np.concatenate(held)


def _bca(changes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    low, high = bca_limits(changes, _resampled_means(changes, rng))
    return np.asarray((low <= 0) & (high >= 0))


def bca_limits(changes: np.ndarray, means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Limits of each row from its resampled means."""
    from scipy.special import ndtr, ndtri

    n = changes.shape[1]
    mean = changes.mean(axis=1, keepdims=True)
    share = ((means < mean).mean(axis=1) + (means <= mean).mean(axis=1)) / 2
    bias = ndtri(np.clip(share, 1e-9, 1 - 1e-9))
    centred = mean - (changes.sum(axis=1, keepdims=True) - changes) / (n - 1)  # mean less the jackknife means
    spread = (centred**2).sum(axis=1)
    safe = np.where(spread > 0, spread, 1.0)
    acceleration = np.where(spread > 0, (centred**3).sum(axis=1) / (6 * safe**1.5), 0.0)
    ordered = np.sort(means, axis=1)
    limits = []
    for z in ndtri([(1 - LEVEL) / 2, (1 + LEVEL) / 2]):
        moved = ndtr(bias + (bias + z) / (1 - acceleration * (bias + z)))
        limits.append(_quantiles(ordered, moved))
    return limits[0], limits[1]


def _quantiles(ordered: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Linear interpolation between order statistics, one share for each row."""
    place = shares * (ordered.shape[1] - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, ordered.shape[1] - 1)
    rows = np.arange(len(ordered))
    part = place - below
    return np.asarray(ordered[rows, below] * (1 - part) + ordered[rows, above] * part)


def covers_t(changes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whether Student's interval holds zero; without any spread it is the mean alone."""
    from scipy.special import stdtrit

    del rng
    n = changes.shape[1]
    half = stdtrit(n - 1, (1 + LEVEL) / 2) * changes.std(axis=1, ddof=1) / n**0.5
    return np.asarray(np.abs(changes.mean(axis=1)) <= half)

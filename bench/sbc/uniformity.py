"""Are ranks uniform? Chi-square in five bins with simulated p-values, Holm's correction, bands of the ECDF."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS = 5
SIMULATED = 20_000
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def chi_square(ranks: Integers, levels: int, bins: int = BINS) -> float:
    """The statistic; `levels` ranks are possible and must fill the bins evenly."""
    if levels % bins:
        raise ValueError(f"{levels} ranks do not fill {bins} bins evenly")
    counts = np.bincount(ranks // (levels // bins), minlength=bins)
    expected = len(ranks) / bins
    return float(((counts - expected) ** 2 / expected).sum())


def p_values(ranks: Integers, levels: int, seed: int = 1) -> Floats:
    """(quantities,), of ranks (refits, quantities): share of uniform samples with so large a statistic."""
    rng = np.random.default_rng(seed)
    null = np.sort([chi_square(rng.integers(0, levels, len(ranks)), levels) for _ in range(SIMULATED)])
    found = [chi_square(column, levels) for column in ranks.T]
    above = SIMULATED - np.searchsorted(null, np.array(found) - 1e-9)
    return np.asarray((1 + above) / (1 + SIMULATED))


def holm(p: Floats) -> Floats:
    """Adjusted p-values: the smallest times their number, the next times one fewer, never falling."""
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1)
    return adjusted


def ecdf_band(refits: int, levels: int, level: float = 0.95, seed: int = 1) -> Floats:
    """(levels,), half-width of a band that holds the whole ECDF of uniform ranks so often.

    As wide everywhere, in standard deviations of the ECDF; the factor by simulation (after Sailynoja, Burkner, Vehtari
    2022, Stat Comput 32:32, who choose it from the exact distribution).
    """
    rng = np.random.default_rng(seed)
    grid = np.arange(1, levels + 1) / levels
    sd = np.sqrt(grid * (1 - grid) / refits)
    draws = rng.integers(0, levels, (4000, refits))
    counts = np.array([np.bincount(row, minlength=levels) for row in draws])
    away = np.abs(counts.cumsum(axis=1) / refits - grid)[:, :-1] / sd[:-1]
    return np.asarray(np.quantile(away.max(axis=1), level) * sd)

"""Intervals of effect sizes as they are in use, with a true shift of one standard deviation of the changes.

Effect sizes at no effect would hide the fault: there the intervals are little more than a test of zero.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from bench.calibration.samples import READINGS

LEVEL = 0.95
POPULATION = 2_000_000
PAIRS = 400_000


@cache
def population(scenario: str) -> tuple[float, float, float]:
    """The shift (one SD of the changes; whole points for SLEDAI), the SD of the changes and the SD of the readings."""
    before, after = READINGS[scenario](np.random.default_rng(7), POPULATION // 10, 10)
    changes = after - before
    spread = float(changes.std())
    shift = round(spread) if scenario == "sledai_like" else spread
    return float(shift), spread, float(np.sqrt((before.var() + after.var()) / 2))


@cache
def true_rank_biserial(scenario: str, n: int) -> float:
    """What the correlation estimates with n pairs: its expectation, by simulation."""
    rng = np.random.default_rng(11)
    before, after = READINGS[scenario](rng, PAIRS // n, n)
    return float(rank_biserials(after - population(scenario)[0] - before).mean())


def rank_biserials(changes: np.ndarray) -> np.ndarray:
    """(W+ - W-) / (W+ + W-) of each row, zeros by Pratt; zero without a change."""
    from scipy.stats import rankdata

    ranks = rankdata(np.abs(changes), axis=1) * (changes != 0)
    total = ranks.sum(axis=1)
    return np.asarray((ranks * np.sign(changes)).sum(axis=1) / np.where(total > 0, total, 1))


def _shifted(rng: np.random.Generator, repetitions: int, scenario: str, n: int) -> tuple[np.ndarray, np.ndarray]:
    before, after = READINGS[scenario](rng, repetitions, n)
    return before, after - population(scenario)[0]


def covers_d_z_noncentral(rng: np.random.Generator, repetitions: int, *, scenario: str, n: int) -> np.ndarray:
    """The interval of d_z by the noncentral t distribution: exact for normal changes."""
    from scipy.special import nctdtr

    before, after = _shifted(rng, repetitions, scenario, n)
    changes = after - before
    shift, spread, _ = population(scenario)
    sd = changes.std(axis=1, ddof=1)
    t = np.where(sd > 0, changes.mean(axis=1) / np.where(sd > 0, sd, 1), 0) * n**0.5
    # The limits are the noncentralities at which t lies at the 2.5th or 97.5th centile: so this is whether they hold
    # the true one. Changes without any spread have no interval and do not cover.
    centile = nctdtr(n - 1, shift / spread * n**0.5, -t)
    return np.asarray((centile > (1 - LEVEL) / 2) & (centile < (1 + LEVEL) / 2) & (sd > 0))


def covers_d_av_normal(rng: np.random.Generator, repetitions: int, *, scenario: str, n: int) -> np.ndarray:
    """The interval of d_av by its large-sample standard error, sqrt(2 (1 - r) / n + d^2 / (2 n))."""
    before, after = _shifted(rng, repetitions, scenario, n)
    shift, _, readings = population(scenario)
    variances = before.var(axis=1, ddof=1), after.var(axis=1, ddof=1)
    pooled = np.sqrt((variances[0] + variances[1]) / 2)
    safe = np.where(pooled > 0, pooled, 1)
    d = (after - before).mean(axis=1) / safe
    error = np.sqrt((after - before).var(axis=1, ddof=1) / (n * safe**2) + d**2 / (2 * n))
    return np.asarray((np.abs(d + shift / readings) <= 1.959963984540054 * error) & (pooled > 0))


def covers_rank_biserial_fisher(rng: np.random.Generator, repetitions: int, *, scenario: str, n: int) -> np.ndarray:
    """The interval of the rank-biserial correlation by Fisher's z with the null standard error of W."""
    before, after = _shifted(rng, repetitions, scenario, n)
    r = np.clip(rank_biserials(after - before), -1 + 1e-12, 1 - 1e-12)
    error = ((2 * n**3 + 3 * n**2 + n) / 6) ** 0.5 / ((n**2 + n) / 2)
    truth = np.arctanh(true_rank_biserial(scenario, n))
    return np.asarray(np.abs(np.arctanh(r) - truth) <= 1.959963984540054 * error)

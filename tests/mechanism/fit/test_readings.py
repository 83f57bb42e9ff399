"""Densities of readings against SciPy, derivatives against differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from costim.mechanism.fit.readings import (
    common_level,
    counts,
    digamma,
    log_beta_binomial,
    log_normal_between,
    log_scale,
)

real = st.floats(-30, 30)


@settings(max_examples=100, deadline=None)
@given(real, st.floats(1e-3, 20))
def test_interval_of_the_normal(a: float, width: float) -> None:
    b = a + width
    value, by_a, by_b = log_normal_between(a, b)
    # SciPy's own difference: from the tail that both ends stand in
    low, high = (a, b) if a + b < 0 else (-b, -a)
    expected = stats.norm.logcdf(high) + np.log1p(-np.exp(stats.norm.logcdf(low) - stats.norm.logcdf(high)))
    assert value == pytest.approx(expected, rel=1e-8, abs=1e-8)
    assert by_a == pytest.approx(-np.exp(stats.norm.logpdf(a) - value), rel=1e-6)
    assert by_b == pytest.approx(np.exp(stats.norm.logpdf(b) - value), rel=1e-6)


@pytest.mark.parametrize("x", [-50.0, -36.5, -36.0, -5.0, 0.0, 5.0])
def test_open_intervals(x: float) -> None:
    assert log_normal_between(-np.inf, x)[0] == pytest.approx(stats.norm.logcdf(x), rel=2e-6)
    assert log_normal_between(-x, np.inf)[0] == pytest.approx(stats.norm.logsf(-x), rel=2e-6)


def test_readings_on_the_logarithm() -> None:
    low = np.array([1.0, -np.inf, 0.5, 1.0])
    high = np.array([1.0, 0.5, np.inf, 1.5])
    mean, sd = np.array([0.7, 0.8, 1.9, 0.2]), np.array([0.4, 0.3, 0.5, 0.2])
    value, by_mean, by_sd = (np.empty(4) for _ in range(3))
    log_scale(low, high, mean, sd, value, by_mean, by_sd)
    assert value[0] == pytest.approx(stats.norm.logpdf(1.0, 0.7, 0.4))
    assert value[1] == pytest.approx(stats.norm.logcdf(0.5, 0.8, 0.3))
    assert value[2] == pytest.approx(stats.norm.logsf(0.5, 1.9, 0.5))
    assert value[3] == pytest.approx(np.log(stats.norm.cdf(1.5, 0.2, 0.2) - stats.norm.cdf(1.0, 0.2, 0.2)))

    def total(m: np.ndarray, s: np.ndarray) -> np.ndarray:
        found, *rest = (np.empty(4) for _ in range(3))
        log_scale(low, high, m, s, found, *rest)
        return found

    assert by_mean == pytest.approx((total(mean + 1e-6, sd) - total(mean - 1e-6, sd)) / 2e-6, rel=1e-5)
    assert by_sd == pytest.approx((total(mean, sd + 1e-6) - total(mean, sd - 1e-6)) / 2e-6, rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 105), st.floats(0.5, 104), st.floats(1, 2000))
def test_beta_binomial(k: int, mean: float, concentration: float) -> None:
    value, by_mean, by_concentration = log_beta_binomial(k, 105, mean, concentration)
    p = mean / 105
    expected = stats.betabinom.logpmf(k, 105, p * concentration, (1 - p) * concentration)
    assert value == pytest.approx(expected, rel=1e-6, abs=1e-6)
    step = 1e-5
    up, down = (
        log_beta_binomial(k, 105, mean + step, concentration),
        log_beta_binomial(k, 105, mean - step, concentration),
    )
    assert by_mean == pytest.approx((up[0] - down[0]) / (2 * step), rel=1e-3, abs=1e-3)
    step = 1e-4 * concentration
    up, down = (
        log_beta_binomial(k, 105, mean, concentration + step),
        log_beta_binomial(k, 105, mean, concentration - step),
    )
    assert by_concentration == pytest.approx((up[0] - down[0]) / (2 * step), rel=1e-3, abs=1e-5)


def test_intervals_of_scores_add_up() -> None:
    low, high, mean = np.array([7.0, 0.0, 100.0]), np.array([11.0, 105.0, np.inf]), np.array([12.0, 3.0, 60.0])
    value, by_mean, by_concentration = (np.empty(3) for _ in range(3))
    counts(low, high, mean, 80.0, 105, value, by_mean, by_concentration)
    law = stats.betabinom(105, mean / 105 * 80, (1 - mean / 105) * 80)
    assert value[0] == pytest.approx(np.log(law.pmf(np.arange(7, 12)[:, None])[:, 0].sum()))
    assert value[1] == pytest.approx(0, abs=1e-9)
    assert by_mean[1] == pytest.approx(0, abs=1e-9)
    # Term by term: the survival function of SciPy is 1 less a number near 1.
    tail = np.logaddexp.reduce(law.logpmf(np.arange(100, 106)[:, None])[:, 2])
    assert value[2] == pytest.approx(tail, rel=1e-8)


def test_an_expectation_beyond_the_scale_is_held_inside() -> None:
    value, by_mean, by_concentration = (np.empty(1) for _ in range(3))
    counts(np.array([100.0]), np.array([100.0]), np.array([150.0]), 80.0, 105, value, by_mean, by_concentration)
    assert np.isfinite(value[0])
    assert by_mean[0] == 0


@pytest.mark.parametrize("x", [0.01, 0.5, 1.0, 7.9, 30.0, 5000.0])
def test_digamma(x: float) -> None:
    from scipy.special import psi

    assert digamma(x) == pytest.approx(psi(x), rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=11), st.floats(0.05, 1), st.floats(0, 5))
def test_a_level_integrated_out(residuals: list[float], sd: float, level_sd: float) -> None:
    r = np.array(residuals)
    by = np.empty(len(r))
    value, by_sd = common_level(r, sd, level_sd, by)
    law = stats.multivariate_normal(np.zeros(len(r)), sd**2 * np.eye(len(r)) + level_sd**2)
    assert value == pytest.approx(law.logpdf(r), rel=1e-6, abs=1e-6)
    covariance = sd**2 * np.eye(len(r)) + level_sd**2
    assert by == pytest.approx(-np.linalg.solve(covariance, r), rel=1e-5, abs=1e-5)
    step, empty = 1e-6, np.empty(len(r))
    change = common_level(r, sd + step, level_sd, empty)[0] - common_level(r, sd - step, level_sd, empty)[0]
    assert by_sd == pytest.approx(change / (2 * step), rel=1e-3, abs=1e-3)


def test_a_level_integrated_out_is_the_integral() -> None:
    r = np.array([0.3, 0.1, 0.6])

    def joint(level: float) -> float:
        return float(np.exp(stats.norm.logpdf(r, level, 0.2).sum() + stats.norm.logpdf(level, 0, 0.7)))

    expected = integrate.quad(joint, -5, 5, points=[0.3])[0]
    assert common_level(r, 0.2, 0.7, np.empty(3))[0] == pytest.approx(np.log(expected), rel=1e-8)

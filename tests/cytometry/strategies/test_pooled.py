"""Visits pooled with the same weight; quantiles with limits; valleys that stand out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.strategies.pooled import ENOUGH, FULL_WEIGHT, events_for_quantile, pooled
from costim.cytometry.strategies.valley import find_valley


def draws(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_visits_weigh_the_same_however_many_events_they_have() -> None:
    pool = pooled([np.zeros(1000), np.ones(30_000)])
    assert np.sum(pool.weights[pool.values == 0]) == pytest.approx(0.5)
    assert pool.events == 31_000


def test_a_visit_with_a_dozen_events_weighs_in_proportion() -> None:
    pool = pooled([np.zeros(12), np.ones(3000)])
    share = 12 / FULL_WEIGHT
    assert np.sum(pool.weights[pool.values == 0]) == pytest.approx(share / (1 + share))


def test_nothing_pools_to_nothing_and_values_without_a_number_are_left_out() -> None:
    assert pooled([]).events == 0
    assert pooled([np.zeros(0), np.array([np.nan, np.inf])]).effective == 0.0
    assert pooled([np.array([1.0, np.nan, -np.inf])]).values.tolist() == [1.0]


def test_long_visits_are_thinned_evenly() -> None:
    pool = pooled([np.arange(4.0 * ENOUGH)])
    assert pool.events == ENOUGH
    assert pool.quantile(0.5) == pytest.approx(2.0 * ENOUGH, rel=1e-3)


@settings(max_examples=50)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200), st.floats(0.01, 0.99))
def test_the_quantile_of_one_visit_is_the_order_statistic(values: list[float], share: float) -> None:
    pool = pooled([np.array(values)])
    found = pool.quantile(share)
    assert np.mean(np.array(values) <= found) >= share - 1e-9
    below = [v for v in values if v < found]
    assert len(below) / len(values) <= share + 1e-9


def test_limits_of_a_quantile_cover_it() -> None:
    truth, hits = 2.3263478740408408, 0  # 99 % quantile of the normal distribution
    rng = draws(5)
    for _ in range(1000):
        lower, upper = pooled([rng.standard_normal(600)]).quantile_limits(0.99)
        hits += (lower is None or lower <= truth) and (upper is None or truth <= upper)
    assert hits >= 940


def test_how_many_events_a_quantile_needs() -> None:
    assert events_for_quantile(0.99) == 299
    assert events_for_quantile(0.95) == 59


def two_modes(seed: int, low: int, high: int, apart: float = 1.0) -> np.ndarray:
    rng = draws(seed)
    return np.concatenate([rng.normal(0.25, 0.05, low), rng.normal(0.25 + 0.5 * apart, 0.06, high)])


@pytest.mark.parametrize(("low", "high"), [(5000, 5000), (5000, 100), (100, 5000), (150, 60), (40_000, 200)])
def test_the_valley_lies_between_two_modes(low: int, high: int) -> None:
    for seed in range(20):
        valley = find_valley(pooled([two_modes(seed, low, high)]))
        assert valley is not None
        assert 0.36 < valley.value < 0.66, seed
        assert valley.lower <= valley.value <= valley.upper


def test_one_mode_has_no_valley() -> None:
    found = [find_valley(pooled([draws(seed).normal(0.4, 0.08, n)])) for seed in range(60) for n in (80, 500, 20_000)]
    assert sum(valley is not None for valley in found) <= 2  # of 180


def test_a_valley_outside_of_the_search_is_none() -> None:
    pool = pooled([two_modes(1, 3000, 3000)])
    assert find_valley(pool, (0.3, 0.7)) is not None
    assert find_valley(pool, (0.8, 0.95)) is None
    assert find_valley(pool, (0.6, 0.72)) is None  # the density only rises there


def test_three_modes_are_ambiguous_and_named_so() -> None:
    rng = draws(3)
    values = np.concatenate([rng.normal(m, 0.03, 3000) for m in (0.2, 0.5, 0.8)])
    valley = find_valley(pooled([values]))
    assert valley is not None
    assert "other valleys" in valley.ambiguous
    assert len(valley.modes) == 3


def test_a_shallow_valley_is_ambiguous() -> None:
    rng = draws(4)
    values = np.concatenate([rng.normal(0.3, 0.09, 40_000), rng.normal(0.55, 0.09, 40_000)])
    valley = find_valley(pooled([values]))
    assert valley is not None
    assert "shallow" in valley.ambiguous


def test_too_few_events_have_no_valley() -> None:
    assert find_valley(pooled([two_modes(1, 20, 20)])) is None
    assert find_valley(pooled([np.full(500, 0.3)])) is None


def test_a_dozen_events_of_one_visit_make_no_valley_of_their_own() -> None:
    plain = find_valley(pooled([two_modes(7, 2000, 300)]))
    few = np.full(8, 0.95)
    with_few = find_valley(pooled([two_modes(7, 2000, 300), few]))
    assert plain is not None
    assert with_few is not None
    assert with_few.value == pytest.approx(plain.value, abs=0.05)

"""Bounds over any degree of regression, and the assumed mean at which they first touch zero."""

from itertools import product
from math import inf

import numpy as np
import pytest
from bench.calibration.families.other_causes import many_bounds
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.other_causes.any_regression import compute_any_regression, compute_bounded_tipping
from costim.inference.paired.hodges_lehmann import compute_hodges_lehmann
from costim.inference.paired.signed_rank import compute_signed_rank

pairs = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=6, max_size=10)
BEFORE = [10, 3, 10, 20, 28, 9, 18, 16, 13, 35]
AFTER = [0, 0, 0, 0, 2, 17, 2, 0, 10, 4]


def spans(values):
    return [(float(v), float(v)) for v in values]


@given(pairs, st.integers(-5, 45), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_bounds_hold_the_exact_result_of_every_degree_of_regression(drawn, mean, random):
    x, y = zip(*drawn, strict=True)
    found = compute_any_regression(spans(x), spans(y), long_run_mean=mean)
    for _ in range(6):
        untreated = [mean + random.random() * (a - mean) for a in x]
        net = [b - u for b, u in zip(y, untreated, strict=True)]
        exact = compute_hodges_lehmann(net, scale=50)
        assert found.estimate[0] - 1e-6 <= exact.estimate <= found.estimate[1] + 1e-6
        assert found.p >= compute_signed_rank(net, scale=50).p - 1e-12
        assert found.lower <= exact.lower + 1e-6
        assert found.upper >= exact.upper - 1e-6


def test_all_corners_of_a_small_study():
    """Six patients: every pattern of none or complete regression, tried one by one, lies inside the bounds."""
    x, y, mean = [10, 12, 9, 20, 15, 11], [4.25, 7.3, 3.5, 9, 2, 8.1], 7
    found = compute_any_regression(spans(x), spans(y), long_run_mean=mean)
    p = [
        compute_signed_rank([b - u for b, u in zip(y, ends, strict=True)]).p
        for ends in product(*((a, mean) for a in x))
    ]
    assert found.p == max(p)


@given(pairs)
@settings(max_examples=80, deadline=None)
def test_at_the_tipping_mean_the_limit_is_zero_and_nearer_ones_exclude_zero(drawn):
    x, y = zip(*drawn, strict=True)
    tip = compute_bounded_tipping(spans(x), spans(y))

    def interval(mean):
        found = compute_any_regression(spans(x), spans(y), long_run_mean=mean)
        return found.lower, found.upper

    if tip.reason == "holds_zero":
        unchanged = compute_hodges_lehmann(np.subtract(y, x))
        assert unchanged.lower <= 0 <= unchanged.upper or unchanged.n < 8
        return
    side = 1 if tip.side == "below" else 0
    assert interval(tip.mean)[side] == pytest.approx(0, abs=1e-9)
    towards = 1 if tip.side == "below" else -1
    nearer = interval(tip.mean + towards * 0.01)
    assert nearer[side] < 0 if side else nearer[side] > 0
    mirrored = compute_bounded_tipping(spans([-v for v in x]), spans([-v for v in y]))
    assert mirrored.mean == pytest.approx(-tip.mean)
    assert {tip.side, mirrored.side} == {"below", "above"}
    moved = compute_bounded_tipping(spans([2 * v + 3 for v in x[::-1]]), spans([2 * v + 3 for v in y[::-1]]))
    assert moved.mean == pytest.approx(2 * tip.mean + 3)


def test_the_companion_cohort():
    tip = compute_bounded_tipping(spans(BEFORE), spans(AFTER))
    assert (tip.mean, tip.side, tip.reason) == (8.5, "below", "")
    at = compute_any_regression(spans(BEFORE), spans(AFTER), long_run_mean=12)
    assert (at.lower, at.upper, at.estimate) == (-21.5, -2, (-14, -8))


def test_the_noise_of_binary_fractions_is_no_change():
    before, after = spans([0.1 + 0.2] * 7), spans([0.3] * 7)
    found = compute_any_regression(before, after, long_run_mean=0.9)
    assert (found.estimate[1], found.upper, found.p) == (0, 0, 1)
    assert compute_bounded_tipping(before, after).reason == "holds_zero"
    swapped = compute_bounded_tipping(spans([0.1, 0.2] * 4), spans([0.0, 0.3] * 4), level=0.8)
    assert swapped.reason == "holds_zero"


def test_below_every_baseline_the_upper_limit_is_that_of_complete_regression():
    """There the assumed mean counts for the worst case alone, whatever the baselines."""
    before, after = [20, 30, 25, 22, 28, 40], [3, 5, 1, 2, 4, 6]
    found = compute_any_regression(spans(before), spans(after), long_run_mean=10)
    complete = compute_hodges_lehmann([a - 10 for a in after])
    assert found.upper == complete.upper


def test_ranges_widen_the_bounds_and_move_the_tipping_mean_away():
    exact = compute_any_regression(spans(BEFORE), spans(AFTER), long_run_mean=12)
    ranged = [(a, a + 2) for a in AFTER]
    wide = compute_any_regression(spans(BEFORE), ranged, long_run_mean=12)
    assert wide.lower <= exact.lower
    assert wide.upper >= exact.upper
    assert compute_bounded_tipping(spans(BEFORE), ranged).mean > 8.5
    open_ended = [*spans(AFTER[:-1]), (0.0, inf)]
    assert compute_bounded_tipping(spans(BEFORE), open_ended).reason == "holds_zero"
    assert compute_any_regression(spans(BEFORE), open_ended, long_run_mean=35).upper is None


def test_few_patients_reach_no_level_and_equal_ones_hold_zero():
    few = compute_bounded_tipping(spans(BEFORE[:5]), spans(AFTER[:5]))
    assert (few.mean, few.reason) == (None, "level_unreachable")
    same = compute_bounded_tipping(spans(BEFORE), spans(BEFORE))
    assert (same.mean, same.reason) == (None, "holds_zero")


@pytest.mark.parametrize(
    ("before", "after", "mean", "message"),
    [
        ([], [], 1, "every patient needs one reading before and one after"),
        ([(1, 1)], [], 1, "every patient needs one reading before and one after"),
        ([(2, 1)], [(1, 1)], 1, "every reading needs a lower end and an upper end that is not below it"),
        ([(1, 1)], [(1, 1)], inf, "the assumed mean must be a finite number"),
    ],
)
def test_wrong_input_is_refused(before, after, mean, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        compute_any_regression(before, after, long_run_mean=mean)


@pytest.mark.parametrize("n", [5, 8, 11])
def test_the_twin_of_the_simulation_gives_the_same(n):
    rng = np.random.default_rng(n)
    x, y = rng.integers(0, 30, (25, n)).astype(float), rng.integers(0, 30, (25, n)).astype(float)
    lows, highs = many_bounds(x, y, 9.0)
    for row, (low, high) in enumerate(zip(lows, highs, strict=True)):
        found = compute_any_regression(spans(x[row]), spans(y[row]), long_run_mean=9)
        assert found.lower == (None if low == -inf else low)
        assert found.upper == (None if high == inf else high)

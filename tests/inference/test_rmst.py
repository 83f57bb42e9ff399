from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.survival.bounds import NoBounds, compute_survival_bounds
from costim.inference.survival.kaplan_meier import compute_kaplan_meier
from costim.inference.survival.restricted_mean import compute_restricted_mean
from costim.inference.survival.scenarios import FollowUp
from tests.inference.test_bounds import follow_ups
from tests.inference.truth import numbers, read_truth


@pytest.mark.oracle
@pytest.mark.parametrize(
    "row", read_truth("restricted_mean_survival-3.5-3.csv"), ids=lambda r: f"{r['case']}-{float(r['tau']):g}"
)
def test_mean_and_standard_error_equal_survfit(row):
    curve = compute_kaplan_meier(numbers(row["times"]), numbers(row["events"]))
    found = compute_restricted_mean(curve, float(row["tau"]))
    assert found.estimate == pytest.approx(float(row["mean"]), rel=1e-12)
    expected = float(row["se"])
    if expected == 0:
        assert (found.se, found.flags) == (None, ("se_degenerate",))
    else:
        assert found.se == pytest.approx(expected, rel=1e-10)


def test_the_standard_error_is_not_the_spread_of_the_times():
    """Without censoring the standard error is that of a mean (divisor n): the root of Var(min(T, tau)) / n."""
    times = [92, 118, 175, 180, 244, 301, 366, 480, 540, 610]
    found = compute_restricted_mean(compute_kaplan_meier(times, [True] * 10), 500.0)
    held = np.minimum(times, 500)
    assert found.estimate == pytest.approx(held.mean())
    assert found.se == pytest.approx(sqrt(held.var() / 10))
    # With censoring the root of Var(min(T, tau)) / n is another number, and too small.
    events = [1, 1, 0, 1, 1, 1, 0, 1, 0, 0]
    curve = compute_kaplan_meier(times, events)
    censored = compute_restricted_mean(curve, 500.0)
    steps = np.diff([0.0, *np.minimum(curve.times, 500), 500])
    level = np.concatenate([[1], curve.survival])
    ends = np.cumsum(steps)
    second = float(np.sum(level * (ends**2 - (ends - steps) ** 2)))
    assert censored.se > sqrt((second - censored.estimate**2) / 10)


def test_observation_that_ends_before_tau_leaves_bounds():
    found = compute_restricted_mean(compute_kaplan_meier([2, 4], [True, False]), 10.0)
    assert (found.estimate, found.se, found.flags) == (None, None, ("tau_beyond_follow_up",))
    assert (found.estimate_lower, found.estimate_upper) == (pytest.approx(3), pytest.approx(6))
    assert found.upper <= 10
    done = compute_restricted_mean(compute_kaplan_meier([2, 4], [True, True]), 10.0)
    assert done.estimate == 3


def test_no_event_before_tau():
    found = compute_restricted_mean(compute_kaplan_meier([8, 9, 9], [False, True, True]), 5.0)
    assert (found.estimate, found.se, found.upper) == (5, None, 5)
    assert found.lower == pytest.approx(5 * 0.025 ** (1 / 3))


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=10), st.integers(1, 12))
@settings(max_examples=80, deadline=None)
def test_one_scenario_gives_the_mean_of_the_curve(data, tau):
    found = compute_restricted_mean(compute_kaplan_meier([t for t, _ in data], [e for _, e in data]), float(tau))
    area = compute_survival_bounds([FollowUp(t, t, e) for t, e in data], tau=float(tau)).restricted
    assert (area.estimate_lower, area.estimate_upper) == pytest.approx((found.estimate_lower, found.estimate_upper))
    assert (area.lower, area.upper) == pytest.approx((found.lower, found.upper))
    assert area.lower <= area.estimate_lower + 1e-12
    assert area.upper >= area.estimate_upper - 1e-12


@given(follow_ups(), st.integers(0, 2**32 - 1), st.sampled_from([3.0, 5.5, 9.0]), st.sampled_from([200_000, 0]))
@settings(max_examples=80, deadline=None)
def test_every_sampled_completion_lies_within_the_bounds(subjects, seed, tau, cap):
    bounds = compute_survival_bounds(subjects, tau=tau, cap=cap)
    assert not isinstance(bounds, NoBounds)
    generator = np.random.default_rng(seed)
    for _ in range(15):
        times = [s.lower if generator.random() < 0.2 else generator.uniform(s.lower, s.upper) for s in subjects]
        events = [bool(generator.integers(2)) if s.event is None else s.event for s in subjects]
        found = compute_restricted_mean(compute_kaplan_meier(times, events), tau)
        area = bounds.restricted
        assert area.estimate_lower - 1e-9 <= found.estimate_lower
        assert found.estimate_upper <= area.estimate_upper + 1e-9
        if not bounds.is_order_free:
            assert area.lower <= found.lower + 1e-9
            assert found.upper <= area.upper + 1e-9


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=10))
@settings(max_examples=40, deadline=None)
def test_the_unit_of_time_scales_the_mean(data):
    times, events = np.array([t for t, _ in data], dtype=float), [e for _, e in data]
    one = compute_restricted_mean(compute_kaplan_meier(times, events), 7.0)
    other = compute_restricted_mean(compute_kaplan_meier(times * 30, events), 210.0)
    assert other.estimate_lower == pytest.approx(one.estimate_lower * 30)
    assert (one.se is None) == (other.se is None)
    assert one.se is None or other.se == pytest.approx(one.se * 30)
    assert (other.lower, other.upper) == pytest.approx((one.lower * 30, one.upper * 30))


def test_without_limits_of_the_curve_there_are_none_of_the_mean():
    found = compute_restricted_mean(compute_kaplan_meier([4, 6, 9], [1, 1, 1], entry=[0, 0, 5]), 9.0)
    assert (found.estimate, found.lower, found.upper) == (pytest.approx(4 + 1 + 0.75), None, None)


@pytest.mark.parametrize("tau", [0, -1, inf])
def test_impossible_tau(tau):
    with pytest.raises(ValueError, match=r"^the restricted mean needs a finite time above 0"):
        compute_restricted_mean(compute_kaplan_meier([1], [True]), tau)

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.binary.proportion import compute_clopper_pearson
from costim.inference.survival.cumulative_incidence import compute_cumulative_incidence
from costim.inference.survival.incidence_bounds import Ending, compute_incidence_bounds
from costim.inference.survival.kaplan_meier import compute_kaplan_meier
from tests.inference.truth import numbers, read_truth

ENDED = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 2)), min_size=1, max_size=12)


@pytest.mark.oracle
@pytest.mark.parametrize(
    "row", read_truth("cumulative_incidence_cmprsk-2.2-11.csv"), ids=lambda r: f"{r['case']}@{float(r['time']):g}"
)
def test_estimate_equals_cuminc_and_survfit(row):
    found = compute_cumulative_incidence(numbers(row["times"]), numbers(row["causes"]))
    k = found.times.tolist().index(float(row["time"]))
    assert found.incidence[k] == pytest.approx(float(row["incidence"]), abs=1e-12)
    assert found.competing_incidence[k] == pytest.approx(float(row["competing"]), abs=1e-12)
    assert found.lower[k] <= found.incidence[k] + 1e-12
    assert found.upper[k] >= found.incidence[k] - 1e-12


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(1, 2)), min_size=1, max_size=25), st.sampled_from([0.8, 0.95]))
@settings(max_examples=80, deadline=None)
def test_without_censoring_the_limits_are_clopper_pearson(data, level):
    found = compute_cumulative_incidence([t for t, _ in data], [c for _, c in data], level=level)
    for k, time in enumerate(found.times):
        exact = compute_clopper_pearson(sum(t <= time and c == 1 for t, c in data), len(data), level=level)
        assert found.incidence[k] == pytest.approx(exact.estimate, abs=1e-12)
        assert (found.lower[k], found.upper[k]) == pytest.approx((exact.lower, exact.upper), abs=1e-10)
    assert found.upper_at_start == pytest.approx(compute_clopper_pearson(0, len(data), level=level).upper)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 1)), min_size=1, max_size=25), st.sampled_from([0.8, 0.95]))
@settings(max_examples=80, deadline=None)
def test_without_competing_events_it_is_one_minus_kaplan_meier(data, level):
    found = compute_cumulative_incidence([t for t, _ in data], [c for _, c in data], level=level)
    curve = compute_kaplan_meier([t for t, _ in data], [c == 1 for _, c in data], level=level)
    assert found.incidence == pytest.approx(1 - curve.survival, abs=1e-12)
    assert found.lower == pytest.approx(1 - curve.upper, abs=1e-10)
    assert found.upper == pytest.approx(1 - curve.lower, abs=1e-10)


def moments_by_drawing(causes, draws=400_000):
    """Draw the betas themselves and add up the parts: another way to the same means and variances."""
    generator = np.random.default_rng(5)
    survivors, least = np.ones(draws), np.zeros(draws)
    y = len(causes)
    for cause in causes:
        if cause:
            kept = generator.beta(y, 1, draws)
            least += survivors * (1 - kept) * (cause == 1)
            survivors *= kept
        y -= 1
    return least, least + survivors * (1 - generator.beta(y, 1, draws) if y else 1.0)


@pytest.mark.parametrize("causes", [[1, 2, 0, 1, 0, 2, 1, 0], [2, 0, 1, 1, 0], [0, 0, 1, 2, 1]])
def test_limits_are_close_to_the_quantiles_of_what_they_stand_for(causes):
    """The beta with the same moments instead of the sum itself: 0.01 apart at most here."""
    found = compute_cumulative_incidence(range(1, len(causes) + 1), causes)
    least, most = moments_by_drawing(causes)
    assert found.lower[-1] == pytest.approx(np.quantile(least, 0.025), abs=0.01)
    assert found.upper[-1] == pytest.approx(np.quantile(most, 0.975), abs=0.01)


@given(ENDED)
@settings(max_examples=60, deadline=None)
def test_the_three_shares_add_up_and_a_higher_level_is_wider(data):
    times, causes = [t for t, _ in data], [c for _, c in data]
    found = compute_cumulative_incidence(times, causes)
    alive = compute_kaplan_meier(times, [c > 0 for c in causes]).survival
    assert found.incidence + found.competing_incidence + alive == pytest.approx(np.ones(alive.shape), abs=1e-12)
    narrow = compute_cumulative_incidence(times, causes, level=0.8)
    assert (found.lower <= narrow.lower + 1e-12).all()
    assert (found.upper >= narrow.upper - 1e-12).all()


@given(ENDED)
@settings(max_examples=60, deadline=None)
def test_when_all_is_known_the_bounds_are_the_estimate(data):
    found = compute_cumulative_incidence([t for t, _ in data], [c for _, c in data])
    bounds = compute_incidence_bounds([Ending(t, t, (c,)) for t, c in data])
    skip = int(bounds.times[0] not in found.times)
    for name in ("incidence_lower", "incidence_upper"):
        assert getattr(bounds, name)[skip:] == pytest.approx(found.incidence, abs=1e-12)
    assert bounds.lower[skip:] == pytest.approx(found.lower, abs=1e-12)
    assert bounds.upper[skip:] == pytest.approx(found.upper, abs=1e-12)
    assert bounds.at_risk_lower[skip:].tolist() == found.at_risk.tolist()
    assert bounds.n_scenarios == 1
    if skip:
        assert (bounds.incidence_lower[0], bounds.upper[0]) == (0, pytest.approx(found.upper_at_start))


@st.composite
def endings(draw):
    found = []
    for _ in range(draw(st.integers(1, 5))):
        low = draw(st.integers(0, 6))
        causes = draw(st.sampled_from([(1,), (2,), (0,), (0, 1), (1, 2), (0, 1, 2)]))
        found.append(Ending(low, low + draw(st.sampled_from([0, 0, 1, 3])), causes))
    return found


@given(endings(), st.integers(0, 2**32 - 1), st.sampled_from([200_000, 0]))
@settings(max_examples=100, deadline=None)
def test_every_sampled_completion_lies_within_the_bounds(subjects, seed, cap):
    bounds = compute_incidence_bounds(subjects, [3.5], cap=cap)
    generator = np.random.default_rng(seed)
    for _ in range(15):
        times = [s.lower if generator.random() < 0.3 else generator.uniform(s.lower, s.upper) for s in subjects]
        causes = [int(generator.choice(s.causes)) for s in subjects]
        curve = compute_cumulative_incidence(times, causes)
        for k, time in enumerate(bounds.times):
            place = int(np.searchsorted(curve.times, time, side="right")) - 1
            value = 0.0 if place < 0 else curve.incidence[place]
            assert bounds.incidence_lower[k] - 1e-12 <= value <= bounds.incidence_upper[k] + 1e-12
            if not bounds.is_order_free:
                upper = curve.upper_at_start if place < 0 else curve.upper[place]
                assert bounds.upper[k] >= upper - 1e-9
                assert bounds.lower[k] <= (0.0 if place < 0 else curve.lower[place]) + 1e-9
            at_risk = sum(t >= time for t in times)
            assert bounds.at_risk_lower[k] <= at_risk <= bounds.at_risk_upper[k]


def test_more_scenarios_than_are_tried_give_bounds_for_any_order():
    bounds = compute_incidence_bounds([Ending(t, t + 9, (0, 1, 2)) for t in range(1, 19)])
    assert bounds.is_order_free
    assert (bounds.events, bounds.competing, bounds.censored) == ((0, 18),) * 3


def test_impossible_input():
    with pytest.raises(ValueError, match=r"^no subject$"):
        compute_cumulative_incidence([], [])
    with pytest.raises(ValueError, match=r"^no subject$"):
        compute_incidence_bounds([])
    with pytest.raises(ValueError, match=r"^need one cause for each time"):
        compute_cumulative_incidence([1, 2], [1])
    with pytest.raises(ValueError, match=r"^a cause is 0"):
        compute_cumulative_incidence([1], [3])
    with pytest.raises(ValueError, match=r"^times must be finite and not negative$"):
        compute_cumulative_incidence([inf], [1])
    with pytest.raises(ValueError, match=r"^an end of observation has a cause"):
        Ending(1, 2, ())
    with pytest.raises(ValueError, match=r"^a time must lie in a range from 0 upwards"):
        Ending(-1, 2, (1,))

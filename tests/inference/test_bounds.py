from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.survival.bounds import NoBounds, compute_survival_bounds
from costim.inference.survival.order_free import compute_order_free_curve
from costim.inference.survival.scenarios import FollowUp, build_grid, enumerate_scenarios
from tests.inference.plain_curve import compute_kaplan_meier, compute_median_survival, compute_survival_at

KNOWN = (22, 18, 23, 29, 7, 7, 14, 11, 10)
SERIES = [*(FollowUp(t, t, None) for t in KNOWN), FollowUp(0, 12, None)]


@st.composite
def follow_ups(draw):
    """Up to six subjects; ranges overlap each other and the exact times."""
    found = []
    for _ in range(draw(st.integers(1, 6))):
        low = draw(st.integers(0, 8))
        high = low + draw(st.sampled_from([0, 0, 0, 1, 4]))
        found.append(FollowUp(low, high, draw(st.sampled_from([True, False, None]))))
    return found


@given(follow_ups(), st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None)
def test_every_sampled_completion_lies_within_the_bounds(subjects, seed):
    """Times are drawn from the ranges as real numbers, unknown statuses by coin; nothing of the enumeration is used."""
    bounds = compute_survival_bounds(subjects, [0, 4.5])
    if isinstance(bounds, NoBounds):
        assert bounds.flag == "too_many_scenarios"
        return
    generator = np.random.default_rng(seed)
    for _ in range(25):
        times = [s.lower if generator.random() < 0.2 else generator.uniform(s.lower, s.upper) for s in subjects]
        events = [bool(generator.integers(2)) if s.event is None else s.event for s in subjects]
        curve = compute_kaplan_meier(times, events)
        for k, time in enumerate(bounds.times):
            value = compute_survival_at(curve, time)
            assert bounds.survival_lower[k] - 1e-12 <= value <= bounds.survival_upper[k] + 1e-12
            at_risk = sum(t >= time for t in times)
            assert bounds.at_risk_lower[k] <= at_risk <= bounds.at_risk_upper[k]
            place = int(np.searchsorted(curve.times, time, side="right")) - 1
            if place >= 0:
                assert bounds.lower[k] <= curve.lower[place] + 1e-9
                assert bounds.upper[k] >= curve.upper[place] - 1e-9
        median = compute_median_survival(curve)
        assert bounds.median[0] <= (inf if median is None else median) <= bounds.median[1]


@given(follow_ups())
@settings(max_examples=40, deadline=None)
def test_the_bounds_hold_between_the_times_too(subjects):
    bounds = compute_survival_bounds(subjects)
    if isinstance(bounds, NoBounds):
        return
    late = [s.upper for s in subjects]
    early = [np.nextafter(s.lower, s.upper) for s in subjects]
    for times in (late, early):
        curve = compute_kaplan_meier(times, [s.event is not False for s in subjects])
        for k, (time, after) in enumerate(zip(bounds.times, [*bounds.times[1:], bounds.times[-1] + 1], strict=True)):
            value = compute_survival_at(curve, np.nextafter(after, 0)) if after > time else 1
            assert bounds.survival_lower[k] - 1e-12 <= value <= bounds.survival_upper[k] + 1e-12


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_when_all_is_known_the_bounds_are_the_estimate(data):
    curve = compute_kaplan_meier([t for t, _ in data], [e for _, e in data])
    bounds = compute_survival_bounds([FollowUp(t, t, e) for t, e in data])
    assert bounds.n_scenarios == 1
    assert bounds.survival_lower == pytest.approx(curve.survival, abs=1e-12)
    assert bounds.survival_upper == pytest.approx(curve.survival, abs=1e-12)
    assert bounds.at_risk_lower.tolist() == curve.at_risk.tolist()
    assert bounds.lower == pytest.approx(curve.lower, abs=1e-9)
    assert bounds.upper == pytest.approx(curve.upper, abs=1e-9)


def test_the_series_with_four_unknown_censorings():
    bounds = compute_survival_bounds(SERIES, [12], censored_exactly=4)
    assert bounds.events == (6, 6)
    at = dict(zip(bounds.times, zip(bounds.survival_lower, bounds.survival_upper, strict=True), strict=True))
    # By hand: six events as early as they can be (7, 7, 10, 11 and the one before 12) or as late (12 to 29).
    assert at[12] == pytest.approx((0.5, 0.9))
    assert at[29] == pytest.approx((0, 0.4))
    assert at[7] == pytest.approx((0.7, 1))
    assert bounds.median == (11, 23)


def test_all_events_give_the_median_of_the_derived_check():
    """d09: all ten are events and the tenth at most 11: smallest t with S <= 1/2 is 11."""
    known = [FollowUp(t, t, True) for t in KNOWN]
    assert compute_survival_bounds([*known, FollowUp(0, 11, True)]).median == (11, 11)
    assert compute_survival_bounds([*known, FollowUp(0, 12, True)]).median == (11, 12)


def test_one_range_by_hand():
    """Exact events at 2 and 4, one event somewhere in 1 to 3."""
    bounds = compute_survival_bounds([FollowUp(2, 2, True), FollowUp(4, 4, True), FollowUp(1, 3, True)])
    third = pytest.approx([2 / 3, 1 / 3, 1 / 3, 0])
    assert bounds.times == (1, 2, 3, 4)
    assert bounds.survival_lower == third
    assert bounds.survival_upper == pytest.approx([1, 2 / 3, 1 / 3, 0])
    assert bounds.median == (2, 3)


def test_too_many_scenarios_of_known_times_are_enclosed_by_two():
    subjects = [FollowUp(t, t, None) for t in range(1, 19)]
    bounds = compute_survival_bounds(subjects)
    assert (bounds.n_scenarios, bounds.is_outer, bounds.events) == (2, False, (0, 18))
    assert bounds.survival_lower == pytest.approx([1 - t / 18 for t in range(1, 19)])
    assert list(bounds.survival_upper) == [1] * 18
    assert bounds.median == (9, inf)
    # The stated number of censorings makes the same subjects tractable.
    assert compute_survival_bounds(subjects, censored_exactly=2).n_scenarios == 153


def test_too_many_scenarios_with_a_stated_number_give_outer_bounds():
    subjects = [FollowUp(t, t, None) for t in range(1, 31)]
    bounds = compute_survival_bounds(subjects, censored_exactly=12)
    assert (bounds.n_scenarios, bounds.is_outer, bounds.events) == (2, True, (18, 18))
    assert compute_survival_bounds(subjects, censored_exactly=31) == NoBounds("constraint_contradicted")


def test_too_many_scenarios_of_vague_times_give_bounds_for_any_order():
    subjects = [FollowUp(t, t + 9, None) for t in range(1, 19)]
    bounds = compute_survival_bounds(subjects)
    assert (bounds.is_order_free, bounds.events, bounds.median) == (True, (0, 18), (9, inf))
    assert compute_survival_bounds(subjects, censored_exactly=5).events == (13, 13)
    assert compute_survival_bounds(subjects, censored_exactly=19) == NoBounds("constraint_contradicted")


@given(follow_ups(), st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None)
def test_bounds_for_any_order_hold_every_completion_and_enclose_those_of_the_scenarios(subjects, seed):
    free = compute_order_free_curve(subjects, build_grid(subjects, [0, 4.5]).times, level=0.95)
    tried = compute_survival_bounds(subjects, [0, 4.5])
    assert not isinstance(tried, NoBounds)
    assert (free.survival_lower <= tried.survival_lower + 1e-12).all()
    assert (free.survival_upper >= tried.survival_upper - 1e-12).all()
    assert (free.at_risk_lower <= tried.at_risk_lower).all()
    assert (free.at_risk_upper >= tried.at_risk_upper).all()
    generator = np.random.default_rng(seed)
    for _ in range(10):
        times = [generator.uniform(s.lower, s.upper) for s in subjects]
        events = [bool(generator.integers(2)) if s.event is None else s.event for s in subjects]
        curve = compute_kaplan_meier(times, events)
        for k, time in enumerate(tried.times):
            value = compute_survival_at(curve, time)
            assert free.survival_lower[k] - 1e-12 <= value <= free.survival_upper[k] + 1e-12


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.sampled_from([True, False, None])), min_size=1, max_size=8),
    st.sampled_from([0.8, 0.95]),
)
def test_the_two_extremes_give_what_all_scenarios_give(known: list[tuple[int, bool | None]], level: float):
    subjects = [FollowUp(t, t, status) for t, status in known]
    tried = compute_survival_bounds(subjects, level=level)
    extremes = compute_survival_bounds(subjects, level=level, cap=0)
    for name in ("survival_lower", "survival_upper", "lower", "upper", "at_risk_lower", "at_risk_upper"):
        assert getattr(extremes, name) == pytest.approx(getattr(tried, name), abs=1e-9), name
    assert (extremes.median, extremes.events) == (tried.median, tried.events)


def test_a_number_of_censorings_that_cannot_be():
    subjects = [FollowUp(1, 1, True), FollowUp(2, 2, False)]
    assert compute_survival_bounds(subjects, censored_exactly=2) == NoBounds("constraint_contradicted")


def test_subjects_of_whom_the_same_is_known_are_exchangeable():
    subjects = [FollowUp(5, 5, None)] * 40
    bounds = compute_survival_bounds(subjects)
    assert bounds.n_scenarios == 41
    assert (bounds.survival_lower[0], bounds.survival_upper[0]) == (0, 1)


def test_an_open_range_reaches_beyond_every_known_time():
    bounds = compute_survival_bounds([FollowUp(3, 3, True), FollowUp(1, inf, True)])
    assert bounds.times == (1, 3)
    assert (bounds.survival_lower[-1], bounds.survival_upper[-1]) == (0, 0.5)
    assert bounds.median == (1, 3)
    assert compute_survival_bounds([FollowUp(1, inf, True)]).median == (1, inf)


def test_places_count_every_order_in_a_gap():
    subjects = [FollowUp(0, 10, True), FollowUp(0, 10, True)]
    grid = build_grid(subjects)
    assert (grid.times, grid.slots) == ((0, 10), (2, 0))
    scenarios = enumerate_scenarios(subjects, grid)
    assert scenarios.places.tolist() == [
        [0, 0], [0, 1], [0, 2], [0, 3], [1, 1], [1, 2], [1, 3], [2, 2], [2, 3], [3, 3],
    ]  # fmt: skip


def test_impossible_input():
    with pytest.raises(ValueError, match=r"^a time must lie in a range from 0 upwards, found -1 to 2$"):
        FollowUp(-1, 2, True)
    with pytest.raises(ValueError, match=r"^no subject$"):
        compute_survival_bounds([])

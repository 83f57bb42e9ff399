from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.binary.proportion import compute_clopper_pearson
from costim.inference.survival.bounds import compute_survival_bounds
from costim.inference.survival.kaplan_meier import compute_kaplan_meier
from costim.inference.survival.many_curves import compute_kaplan_meier_curves
from costim.inference.survival.scenarios import FollowUp
from tests.inference.truth import numbers, read_truth

DATA = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=14)


@pytest.mark.oracle
@pytest.mark.parametrize(
    "row",
    read_truth("kaplan_meier_log_log_survival-3.5-3.csv"),
    ids=lambda r: f"{r['case']}@{float(r['time']):g}-{r['level']}",
)
def test_log_log_limits_equal_survfit(row):
    """R prints 1 to 1 before the first event, and nothing at S = 0: neither is a limit."""
    entry = numbers(row["entry"]) or None
    found = compute_kaplan_meier(
        numbers(row["times"]), numbers(row["events"]), entry=entry, limits="log_log", level=float(row["level"])
    )
    k = found.times.tolist().index(float(row["time"]))
    assert found.at_risk[k] == int(row["at_risk"])
    assert found.survival[k] == pytest.approx(float(row["survival"]), abs=1e-12)
    if 0 < found.survival[k] < 1:
        assert found.has_limits[k]
        assert found.lower[k] == pytest.approx(float(row["lower"]), abs=1e-10)
        assert found.upper[k] == pytest.approx(float(row["upper"]), abs=1e-10)
    else:
        assert not found.has_limits[k]
        assert "limits_degenerate" in found.flags


@given(DATA, st.sampled_from([0.8, 0.95]))
@settings(max_examples=80, deadline=None)
def test_the_plain_curve_is_that_of_the_one_scenario(data, level):
    times, events = [t for t, _ in data], [e for _, e in data]
    found = compute_kaplan_meier(times, events, level=level)
    bounds = compute_survival_bounds([FollowUp(t, t, e) for t, e in data], [0.0], level=level)
    skip = bounds.times[0] not in times
    for name, other in (("survival", "survival_lower"), ("lower", "lower"), ("upper", "upper")):
        assert getattr(found, name) == pytest.approx(getattr(bounds, other)[int(skip) :], abs=1e-12)
    assert found.median == (None if np.isinf(bounds.median[0]) else bounds.median[0])
    if skip:
        assert found.lower_at_start == pytest.approx(bounds.lower[0], abs=1e-12)
        expected = [None if np.isinf(t) else t for t in bounds.median_limits]
        assert list(found.median_limits) == expected


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=60, deadline=None)
def test_without_censoring_the_plain_curve_has_the_limits_of_clopper_and_pearson(times, level):
    found = compute_kaplan_meier(times, [True] * len(times), level=level)
    for k, time in enumerate(found.times):
        exact = compute_clopper_pearson(sum(t > time for t in times), len(times), level=level)
        assert (found.lower[k], found.upper[k]) == pytest.approx((exact.lower, exact.upper), abs=1e-10)


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_many_curves_are_the_curves_of_each(n, seed):
    generator = np.random.default_rng(seed)
    times, events = generator.integers(0, 8, (5, n)), generator.random((5, n)) < 0.6
    many = compute_kaplan_meier_curves(times, events)
    for k in range(5):
        found = compute_kaplan_meier(times[k], events[k])
        last = many.is_last[k]
        for name in ("times", "survival", "lower", "upper"):
            assert getattr(many, name)[k][last] == pytest.approx(getattr(found, name), abs=1e-12)
    assert many.lower_at_start == pytest.approx(compute_clopper_pearson(n, n).lower)


@given(DATA, st.permutations(range(14)))
@settings(max_examples=40, deadline=None)
def test_order_and_unit_of_time_do_not_matter(data, order):
    shuffled = [data[i] for i in order if i < len(data)]
    one = compute_kaplan_meier([t for t, _ in data], [e for _, e in data])
    other = compute_kaplan_meier([t * 30 for t, _ in shuffled], [e for _, e in shuffled])
    assert (one.times * 30).tolist() == other.times.tolist()
    assert one.lower.tolist() == other.lower.tolist()
    assert one.upper.tolist() == other.upper.tolist()


@given(DATA)
@settings(max_examples=40, deadline=None)
def test_a_higher_level_gives_a_wider_interval(data):
    narrow, wide = (compute_kaplan_meier([t for t, _ in data], [e for _, e in data], level=v) for v in (0.8, 0.95))
    assert (wide.lower <= narrow.lower + 1e-12).all()
    assert (wide.upper >= narrow.upper - 1e-12).all()


def test_impossible_input():
    for times in ([-1.0], [nan], [float("inf")]):
        with pytest.raises(ValueError, match=r"^times must be finite and not negative$"):
            compute_kaplan_meier(times, [True])
    with pytest.raises(ValueError, match=r"^no subject$"):
        compute_kaplan_meier([], [])
    with pytest.raises(ValueError, match=r"^need one event flag for each time"):
        compute_kaplan_meier([1, 2], [True])
    with pytest.raises(ValueError, match=r"^an event flag is true or false$"):
        compute_kaplan_meier([1], [2])
    with pytest.raises(ValueError, match=r"^the level must lie between 0 and 1, found 95$"):
        compute_kaplan_meier([1], [True], level=95)
    with pytest.raises(ValueError, match=r"^times of several studies are a table"):
        compute_kaplan_meier_curves([1], [True])
    with pytest.raises(ValueError, match=r"^times of one study are a single row$"):
        compute_kaplan_meier([[1]], [[True]])

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.inference.survival.bounds import NoBounds, compute_survival_bounds
from costim.inference.survival.scenarios import FollowUp
from tests.inference.truth import numbers, read_truth


def flags(text):
    return [v == 1 for v in numbers(text)]


def curve(times, events, *, level=0.95):
    """What the program computes when every time and every censoring is known: bounds that meet."""
    subjects = [FollowUp(t, t, bool(e)) for t, e in zip(times, events, strict=True)]
    found = compute_survival_bounds(subjects, level=level)
    assert not isinstance(found, NoBounds)
    assert found.n_scenarios == 1
    assert found.survival_lower.tolist() == found.survival_upper.tolist()
    assert found.at_risk_lower.tolist() == found.at_risk_upper.tolist()
    assert found.median[0] == found.median[1]
    return found


@pytest.mark.oracle
@pytest.mark.parametrize(
    "row", read_truth("kaplan_meier_survival-3.5-3.csv"), ids=lambda r: f"{r['case']}@{float(r['time']):g}"
)
def test_estimate_equals_survfit(row):
    found = curve(numbers(row["times"]), flags(row["events"]))
    position = found.times.index(float(row["time"]))
    assert found.at_risk_lower[position] == int(row["at_risk"])
    assert found.survival_lower[position] == pytest.approx(float(row["survival"]), abs=1e-8)


@pytest.mark.oracle
@pytest.mark.parametrize(
    "row",
    read_truth("beta_product_moments-base-4.2.2.csv"),
    ids=lambda r: f"{r['case']}@{float(r['time']):g}-{r['level']}",
)
def test_limits_equal_the_definition_worked_in_r(row):
    found = curve(numbers(row["times"]), flags(row["events"]), level=float(row["level"]))
    position = found.times.index(float(row["time"]))
    assert found.lower[position] == pytest.approx(float(row["lower"]), abs=1e-8)
    assert found.upper[position] == pytest.approx(float(row["upper"]), abs=1e-8)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=30), st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=60, deadline=None)
def test_without_censoring_the_limits_are_clopper_pearson(times, level):
    found = curve(times, [True] * len(times), level=level)
    for k, time in enumerate(found.times):
        exact = compute_clopper_pearson(sum(t > time for t in times), len(times), level=level)
        assert found.survival_lower[k] == pytest.approx(exact.estimate, abs=1e-12)
        assert found.lower[k] == pytest.approx(exact.lower, abs=1e-10)
        assert found.upper[k] == pytest.approx(exact.upper, abs=1e-10)


def test_no_event_still_has_an_interval():
    """Six patients, none with an event, three still at risk: programs that rest on Greenwood print [1, 1]."""
    found = curve([1, 2, 3, 9, 9, 9], [False] * 6)
    assert (found.survival_lower[2], round(found.lower[2], 3), found.upper[2]) == (1, 0.292, 1)


def test_event_before_censoring_at_the_same_time():
    found = curve([5, 5], [True, False])
    assert (found.at_risk_lower.tolist(), found.survival_lower.tolist()) == ([2], [0.5])


def test_survival_between_times_and_median():
    found = compute_survival_bounds([FollowUp(t, t, True) for t in (2, 4, 6, 8)], [0, 3.9, 100])
    survival = dict(zip(found.times, found.survival_lower, strict=True))
    assert [survival[t] for t in (0, 2, 3.9, 4, 100)] == [1, 0.75, 0.75, 0.5, 0]
    assert found.median == (4, 4)
    assert curve([2, 4], [False, True]).median == (4, 4)
    assert curve([2, 4], [False, False]).median == (inf, inf)


@pytest.mark.parametrize(("rate", "end"), [(0.05, 30), (0.2, 12)])
def test_beta_product_coverage(rate, end):
    """400 seeded samples of ten with uniform censoring; the procedure is meant to cover at least 95 %.

    Three standard errors are 0.033: fewer than 91.7 % would be a fault.
    """
    generator = np.random.default_rng(20130924)
    time = 5.0
    hits = 0
    for _ in range(400):
        event, censoring = generator.exponential(1 / rate, 10), generator.uniform(0, end, 10)
        found = curve(np.minimum(event, censoring), (event <= censoring).tolist())
        position = int(np.searchsorted(found.times, time, side="right")) - 1
        if position < 0:
            lower, upper = compute_clopper_pearson(10, 10).lower, 1.0  # nobody gone yet
        else:
            lower, upper = found.lower[position], found.upper[position]
        hits += lower <= np.exp(-rate * time) <= upper
    assert hits / 400 >= 0.917


def test_impossible_input():
    with pytest.raises(ValueError, match=r"^no subject$"):
        compute_survival_bounds([])
    for time in (-1.0, inf, nan):
        with pytest.raises(ValueError, match=r"^a time must lie in a range from 0 upwards"):
            FollowUp(time, time, True)

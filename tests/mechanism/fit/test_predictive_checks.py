"""Prediction errors and visual predictive checks of data that come, or do not come, from the model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.mechanism.fit.npde import compute_npde, judge_npde
from costim.mechanism.fit.vpc import compute_vpc

MIX = np.array([[1.0, 0.0, 0.0], [0.8, 0.5, 0.0], [0.6, 0.4, 0.3]])


def errors(shift: float = 0.0, stretch: float = 1.0, limit: float | None = None, patients: int = 150) -> np.ndarray:
    """Errors of patients with three correlated readings each."""
    random = np.random.default_rng(5)
    found = []
    for patient in range(patients):
        simulated = random.normal(size=(1000, 3)) @ MIX.T + 2
        observed = stretch * (random.normal(size=3) @ MIX.T) + 2 + shift
        if limit is not None:
            observed[observed < limit] = -np.inf
        limits = None if limit is None else np.full(3, limit)
        found.append(compute_npde(observed, simulated, limits, seed=patient))
    return np.concatenate(found)


def test_errors_of_the_true_model_are_standard_normal_and_uncorrelated():
    found = errors()
    judged = judge_npde(found)
    assert judged.p > 0.05
    assert judged.n == 450
    correlation = np.corrcoef(found.reshape(-1, 3), rowvar=False)
    assert np.abs(correlation[np.triu_indices(3, 1)]).max() < 3 / np.sqrt(150)


def test_readings_below_a_limit_do_not_make_the_true_model_wrong():
    assert judge_npde(errors(limit=1.5)).p > 0.05  # a third of the readings


@pytest.mark.parametrize(("wrong", "field"), [({"shift": 0.4}, "mean_p"), ({"stretch": 1.5}, "variance_p")])
def test_a_wrong_model_is_found_by_the_test_that_asks_for_it(wrong, field):
    judged = judge_npde(errors(**wrong))
    assert getattr(judged, field) < 1e-3
    assert judged.p < 3e-3


def test_errors_are_the_same_for_the_same_seed_and_refuse_few_simulations():
    random = np.random.default_rng(0)
    simulated, observed = random.normal(size=(200, 2)), np.zeros(2)
    limits = np.array([0.5, np.nan])
    first = compute_npde(observed, simulated, limits, seed=3)
    np.testing.assert_array_equal(first, compute_npde(observed, simulated, limits, seed=3))
    with pytest.raises(ValueError, match="too few"):
        compute_npde(observed, simulated[:20], seed=1)
    with pytest.raises(ValueError, match="belong together"):
        compute_npde(np.zeros(3), simulated, seed=1)


def test_vpc_by_hand():
    days = np.array([0.0, 0.0, 0.0, 10.0, 10.0, 12.0])
    observed = np.array([1.0, 2.0, 3.0, 10.0, 20.0, 30.0])
    simulated = np.array([observed, observed + 1, observed + 2])
    found = compute_vpc(days, observed, simulated, np.array([0, 5, 15]), quantiles=(0.0, 0.5, 1.0), level=0.9)
    np.testing.assert_array_equal(found.days, [0, 10])
    np.testing.assert_array_equal(found.readings, [3, 3])
    np.testing.assert_array_equal(found.observed, [[1, 10], [2, 20], [3, 30]])
    np.testing.assert_array_equal(found.expected[1], [[2, 11], [3, 21], [4, 31]])
    assert found.outside == 0


def test_readings_below_a_limit_are_shares_and_give_no_number():
    days = np.zeros(4)
    observed = np.array([0.0, 0.0, 8.0, 9.0])
    limit = np.array([5.0, 5.0, np.nan, np.nan])
    simulated = np.tile([1.0, 6.0, 7.0, 8.0], (100, 1))
    found = compute_vpc(days, observed, simulated, np.array([-1, 1]), censored_below=limit, quantiles=(0.2, 0.9))
    assert np.isnan(found.observed[0, 0]) and found.observed[1, 0] == 9
    assert found.below_observed[0] == 0.5
    np.testing.assert_array_equal(found.below_expected[:, 0], 0.25)


def test_correction_takes_out_what_doses_explain():
    random = np.random.default_rng(8)
    dose = np.repeat([1.0, 10.0, 100.0], 40)
    simulated = dose * np.exp(0.1 * random.normal(size=(300, 120)))
    observed = dose * np.exp(0.1 * random.normal(size=120))
    plain, corrected = (
        compute_vpc(np.zeros(120), observed, simulated, np.array([-1, 1]), predicted=by, level=0.999)
        for by in (None, dose)
    )
    assert plain.observed[2, 0] / plain.observed[0, 0] > 50
    assert corrected.observed[2, 0] / corrected.observed[0, 0] == pytest.approx(np.exp(0.2 * 1.2816), rel=0.1)
    assert corrected.outside == 0


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(1.8, 3.0))
def test_a_model_that_is_wrong_by_much_lies_outside(seed, factor):
    random = np.random.default_rng(seed)
    days = np.repeat([0.0, 30.0], 50)
    simulated = np.exp(0.2 * random.normal(size=(200, 100)))
    observed = factor * np.exp(0.2 * random.normal(size=100))
    assert compute_vpc(days, observed, simulated, np.array([0, 15, 40])).outside == 1


def test_vpc_refuses_shapes_and_edges():
    with pytest.raises(ValueError, match="belong together"):
        compute_vpc(np.zeros(2), np.zeros(3), np.zeros((4, 3)), np.array([0, 1]))
    with pytest.raises(ValueError, match="ascend"):
        compute_vpc(np.zeros(2), np.zeros(2), np.zeros((4, 2)), np.array([1, 0]))
    with pytest.raises(ValueError, match="no reading"):
        compute_vpc(np.full(2, 9.0), np.zeros(2), np.zeros((4, 2)), np.array([0, 1]))

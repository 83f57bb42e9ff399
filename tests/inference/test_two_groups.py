"""Scores and permutation test of two groups: against SciPy, against counting out, and the level they keep."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.two_groups.permutation import compute_permutation_p
from costim.inference.two_groups.scores import compute_log_rank_scores, compute_mid_ranks

FOLLOW_UP = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=4, max_size=12)


def _hypergeometric_variance(times, events, first):
    """Of observed minus expected events of the first group, summed over distinct times of events."""
    variance = 0.0
    group = np.arange(len(times)) < first
    for time in np.unique(times[events]):
        at_risk, own = (times >= time).sum(), ((times >= time) & group).sum()
        died = ((times == time) & events).sum()
        if at_risk > 1:
            variance += died * own / at_risk * (1 - own / at_risk) * (at_risk - died) / (at_risk - 1)
    return variance


@pytest.mark.oracle
def test_log_rank_scores_give_the_statistic_of_scipy():
    from scipy.stats import CensoredData, logrank

    rng = np.random.default_rng(5)
    for _ in range(50):
        n, first = 14, 6
        times, events = rng.integers(1, 9, n).astype(float), rng.random(n) < 0.7
        events[0] = True
        scores = compute_log_rank_scores(times[None], events[None])[0]
        x, y = (
            CensoredData(uncensored=t[e], right=t[~e])
            for t, e in ((times[:first], events[:first]), (times[first:], events[first:]))
        )
        found = scores[:first].sum() / np.sqrt(_hypergeometric_variance(times, events, first))
        assert found == pytest.approx(logrank(x, y).statistic, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(FOLLOW_UP)
def test_scores_add_up_to_zero_and_are_those_of_each_study_alone(patients):
    times = np.array([[t for t, _ in patients], [2.0 * t for t, _ in patients]], dtype=float)
    events = np.array([[e for _, e in patients]] * 2)
    scores = compute_log_rank_scores(times, events)
    assert np.allclose(scores.sum(axis=1), 0)
    assert np.allclose(scores[0], scores[1])  # only the order of times matters
    assert np.array_equal(scores[:1], compute_log_rank_scores(times[:1], events[:1]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=3, max_size=8), st.data())
def test_all_splits_are_counted_where_they_are_few(values, data):
    first = data.draw(st.integers(1, len(values) - 1))
    scores = compute_mid_ranks(np.array([values], dtype=float))[0]
    centre = scores.mean()
    observed = abs((scores[:first] - centre).sum())
    splits = [abs((scores[list(chosen)] - centre).sum()) for chosen in combinations(range(len(values)), first)]
    expected = np.mean([s >= observed - 1e-9 for s in splits])
    assert compute_permutation_p(scores[None], first)[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.oracle
def test_rank_sum_agrees_with_scipy_where_every_split_is_counted():
    from scipy.stats import mannwhitneyu

    rng = np.random.default_rng(11)
    for _ in range(20):
        values = rng.normal(size=10)  # without ties the exact distribution of both is the same
        ours = compute_permutation_p(compute_mid_ranks(values[None]), 4)[0]
        assert ours == pytest.approx(mannwhitneyu(values[:4], values[4:], method="exact").pvalue, abs=1e-12)


def test_drawn_splits_keep_the_level():
    rng = np.random.default_rng(3)
    times = rng.exponential(size=(3000, 20))
    ends = rng.uniform(0.3, 2, size=times.shape)
    scores = compute_log_rank_scores(np.minimum(times, ends), times <= ends)
    share = (compute_permutation_p(scores, 10, draws=999, seed=2) <= 0.05).mean()
    assert share == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 3000) ** 0.5)


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="at least one patient"):
        compute_permutation_p(np.zeros((1, 3)), 3)
    with pytest.raises(ValueError, match="finite"):
        compute_permutation_p(np.array([[1.0, np.nan, 0.0]]), 1)

"""Probability that the next study's lower limit of relapse-free patients exceeds a known share."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.binary.proportion import compute_clopper_pearson
from costim.inference.planning.binomial import chance_of_each
from costim.inference.planning.relapse import (
    RelapseModel,
    compute_relapse_power,
    compute_relapse_size,
    draw_follow_up,
    limit_exceeds,
)
from costim.inference.survival.beta_product import compute_beta_product_limits

MODEL = RelapseModel(12, 0.8, 12, 12)


def plain_lower(times, relapsed, horizon, level):
    """The lower limit at the horizon by the beta product procedure, one time after the other."""
    order = sorted(range(len(times)), key=lambda i: (times[i], not relapsed[i]))
    n = len(order)
    at_risk = np.arange(n, 0, -1)
    events = np.array([int(relapsed[i]) for i in order])
    kept = [k for k, i in enumerate(order) if times[i] <= horizon]
    remaining = n - len(kept)
    if not kept:
        # Nobody has left: no event, all at risk.
        return compute_clopper_pearson(n, n, level=level).lower
    # Those censored before the horizon leave the last risk set without an event.
    rest = np.array([remaining] * len(kept))
    lower, _ = compute_beta_product_limits(at_risk[kept], events[kept], rest, level=level)
    return float(lower[-1])


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 8).map(float), st.booleans()), min_size=1, max_size=9),
    st.sampled_from([2.0, 4.5, 8.0]),
    st.floats(0.05, 0.95),
    st.sampled_from([0.8, 0.95]),
)
def test_the_decision_is_that_of_the_limit(patients, horizon, reference, level):
    times, relapsed = [t for t, _ in patients], [e for _, e in patients]
    lower = plain_lower(times, relapsed, horizon, level)
    if abs(lower - reference) > 1e-9:
        got = limit_exceeds(np.array([times]), np.array([relapsed]), horizon, reference, level)
        assert bool(got[0]) == (lower > reference)


@pytest.mark.parametrize("n", [5, 10, 14, 20, 33])
@pytest.mark.parametrize("reference", [0.4, 0.6])
def test_without_censoring_it_is_exact_binomial(n, reference):
    model = RelapseModel(12, 0.8, 0, 12.5)
    lowers = np.array([compute_clopper_pearson(k, n).lower for k in range(n + 1)])
    exact = float(chance_of_each(n, 0.8)[lowers > reference].sum())
    found = compute_relapse_power(model, reference, n, repetitions=6000, seed=11)
    assert found.power == pytest.approx(exact, abs=4.5 * max(found.standard_error, 0.0005))


def test_drawn_times_follow_the_model():
    for shape in (0.7, 1.0, 2.5):
        model = RelapseModel(12, 0.7, 0, 1000, shape=shape)
        times, relapsed = draw_follow_up(model, 20_000, 3, 1)
        for t in (3, 12, 20):
            assert (times > t).mean() == pytest.approx(0.7 ** ((t / 12) ** shape), abs=0.006)
    lossy = RelapseModel(12, 0.999999, 0, 1000, lost=0.3)
    times, relapsed = draw_follow_up(lossy, 20_000, 2, 1)
    assert ((times <= 12) & ~relapsed).mean() == pytest.approx(0.3, abs=0.01)
    times, _ = draw_follow_up(RelapseModel(12, 0.999999, 6, 8), 20_000, 2, 1)
    assert (times.min(), times.max()) == (pytest.approx(8, abs=0.1), pytest.approx(14, abs=0.1))


def test_losses_and_short_follow_up_cost_power():
    full = compute_relapse_power(MODEL, 0.5, 25, repetitions=4000)
    lossy = compute_relapse_power(RelapseModel(12, 0.8, 12, 12, lost=0.4), 0.5, 25, repetitions=4000)
    short = compute_relapse_power(RelapseModel(12, 0.8, 20, 2), 0.5, 25, repetitions=4000)
    assert full.power > lossy.power + 0.05
    assert full.power > short.power + 0.05


def test_the_smallest_size():
    found = compute_relapse_size(MODEL, 0.5, repetitions=3000, seed=4)
    assert found.smallest.power >= 0.8
    assert all(t.power < 0.8 for t in found.tried if t.n < found.smallest.n)
    assert found == compute_relapse_size(MODEL, 0.5, repetitions=3000, seed=4)
    assert compute_relapse_size(MODEL, 0.79, repetitions=200, largest=30).smallest is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"free": 1.0}, "between 0 and 1"),
        ({"horizon": 0.0}, "above zero"),
        ({"lost": 1.0}, "below 1"),
        ({"follow_up": -1.0}, "must not be negative"),
        ({"accrual": 2.0, "follow_up": 10.0}, "nobody is observed"),
    ],
)
def test_wrong_models_are_refused_in_words(change, words):
    fields = {"horizon": 12.0, "free": 0.8, "accrual": 12.0, "follow_up": 12.0} | change
    with pytest.raises(ValueError, match=words):
        RelapseModel(**fields)


def test_wrong_questions_are_refused_in_words():
    with pytest.raises(ValueError, match="must be above the reference"):
        compute_relapse_size(MODEL, 0.8)
    with pytest.raises(ValueError, match="reference share"):
        compute_relapse_power(MODEL, 1.0, 5)
    with pytest.raises(ValueError, match="level"):
        compute_relapse_power(MODEL, 0.5, 5, level=1.0)
    with pytest.raises(ValueError, match="needs patients"):
        compute_relapse_power(MODEL, 0.5, 0)

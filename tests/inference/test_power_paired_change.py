"""Power of the exact signed-rank test: the fast test is the real one, and simulation meets exact enumeration."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.paired.signed_rank import compute_signed_rank
from costim.inference.planning.change_models import ChangeModel, draw_changes
from costim.inference.planning.paired_change import compute_change_power, compute_change_size, rejects

NORMAL = ChangeModel("normal", -4, 6)


@settings(max_examples=60)
@given(
    st.integers(1, 9).flatmap(
        lambda n: st.lists(st.lists(st.integers(-6, 6), min_size=n, max_size=n), min_size=1, max_size=6)
    ),
    st.sampled_from([0.05, 0.0625, 0.1, 0.5]),
    st.sampled_from(["pratt", "wilcoxon"]),
    st.sampled_from([None, 0.5]),
)
def test_many_at_once_decide_as_one_at_a_time(rows, alpha, zeros, resolution):
    changes = np.array(rows) * 0.5
    scale = float(np.abs(changes).max())
    ps = [compute_signed_rank(row, zeros=zeros, resolution=resolution, scale=scale).p for row in changes]
    got = rejects(changes, alpha=alpha, zeros=zeros, resolution=resolution)
    assert got.tolist() == [p <= alpha for p in ps]


@pytest.mark.parametrize("n", [6, 10, 15, 20])
def test_untied_changes_too(n):
    changes = np.random.default_rng(n).normal(-0.6, 1, (60, n))
    ps = [compute_signed_rank(row, scale=float(np.abs(changes).max())).p for row in changes]
    got = rejects(changes)
    assert got.tolist() == [p <= 0.05 for p in ps]
    assert 0 < got.mean() < 1


@pytest.mark.parametrize(
    ("values", "n", "alpha"),
    [
        ((-4, 0, 2), 6, 0.0625),
        ((-8, -4, -4, 1), 6, 0.05),
        ((-2, -2, -2), 6, 0.05),
        ((0, 0), 7, 0.05),
        ((-6, 3, 0, -1), 5, 0.1),
        ((1, 2), 6, 0.05),
        ((-1, 1), 8, 0.05),
        ((-3, -2, 0, 4), 6, 0.2),
        ((-5, 5, 0), 7, 0.05),
        ((-10, -1, 0), 7, 0.05),
    ],
)
def test_simulated_power_is_the_exact_power_within_its_error(values, n, alpha):
    every = np.array(list(product(values, repeat=n)), dtype=float)
    exact = float(rejects(every, alpha=alpha).mean())
    found = compute_change_power(ChangeModel("resampled", changes=values), n, alpha=alpha, repetitions=8000, seed=3)
    assert found.power == pytest.approx(exact, abs=4.5 * max(found.standard_error, (exact * (1 - exact) / 8000) ** 0.5))
    assert found.standard_error == pytest.approx((found.power * (1 - found.power) / 8000) ** 0.5)


def test_too_few_patients_have_no_power_and_certain_changes_have_all():
    assert compute_change_power(NORMAL, 5).power == 0
    assert compute_change_power(ChangeModel("resampled", changes=(-1, -2)), 6).power == 1
    assert compute_change_power(ChangeModel("resampled", changes=(0, 0)), 20, repetitions=50).power == 0


def test_the_smallest_size_and_its_neighbours():
    found = compute_change_size(NORMAL, repetitions=2000, seed=5)
    assert found.smallest.power >= 0.8
    assert found.smallest.n == next(t.n for t in found.tried if t.power >= 0.8)
    below = [t for t in found.tried if t.n == found.smallest.n - 1]
    assert below and below[0].power < 0.8
    assert found.steady.n >= found.smallest.n
    assert compute_change_power(NORMAL, found.smallest.n, repetitions=2000, seed=5) == found.smallest
    # The normal approximation with the efficiency of the test (3 / pi) gives 19.7.
    assert 18 <= found.smallest.n <= 23


def test_out_of_reach_is_said():
    found = compute_change_size(ChangeModel("normal", -0.1, 10), largest=20, repetitions=300)
    assert found.smallest is None
    assert [t.n for t in found.tried] == [20]
    with pytest.raises(ValueError, match="at least 6 patients"):
        compute_change_size(NORMAL, largest=5)


def test_same_seed_same_numbers_and_watch_is_told():
    seen = []
    first = compute_change_size(NORMAL, repetitions=500, seed=2, watch=seen.append)
    assert first == compute_change_size(NORMAL, repetitions=500, seed=2)
    assert sorted(seen) == [t.n for t in first.tried]


@pytest.mark.parametrize("shape", ["normal", "skewed"])
@pytest.mark.parametrize("mean", [-4.0, 4.0])
def test_drawn_changes_have_the_moments_they_say(shape, mean):
    drawn = draw_changes(ChangeModel(shape, mean, 6), 40_000, 5, 1)
    assert drawn.mean() == pytest.approx(mean, abs=0.1)
    assert drawn.std() == pytest.approx(6, rel=0.04)
    skew = ((drawn - drawn.mean()) ** 3).mean() / drawn.std() ** 3
    assert (skew * np.sign(mean) > 2) == (shape == "skewed")
    smaller = draw_changes(ChangeModel(shape, mean, 6), 40_000, 3, 1)
    assert np.array_equal(drawn[:, :3], smaller)


def test_steps_make_ties_and_zeros():
    drawn = draw_changes(ChangeModel("normal", -2, 3, step=2), 500, 8, 1)
    assert set(np.unique(drawn / 2 % 1)) == {0.0}
    assert (drawn == 0).any()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"shape": "flat"}, "are 'normal', 'skewed' or 'resampled'"),
        ({"shape": "normal", "sd": 0.0}, "SD above zero"),
        ({"shape": "resampled", "changes": (1.0,)}, "at least two"),
        ({"shape": "normal", "step": -1.0}, "step of the instrument"),
    ],
)
def test_wrong_models_are_refused_in_words(fields, words):
    with pytest.raises(ValueError, match=words):
        ChangeModel(**fields)
    with pytest.raises(ValueError, match="needs patients"):
        compute_change_power(NORMAL, 0)

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from costim.inference.other_causes.within_sd import compute_within_sd
from tests.inference.truth import numbers, read_truth

ROWS = read_truth("within_sd_stats-4.2.2.csv")
groups = st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=5), min_size=1, max_size=6)


@pytest.mark.oracle
@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["case"])
def test_equals_the_residual_of_an_analysis_of_variance(row):
    found = compute_within_sd([numbers(group) for group in row["groups"].split("|")])
    assert found.df == int(row["df"])
    for name in ("estimate", "lower", "upper"):
        assert getattr(found, name) == pytest.approx(float(row[name]), rel=1e-8), name


def test_the_truth_has_at_least_ten_cases():
    assert len(ROWS) >= 10


@given(groups)
@settings(max_examples=60, deadline=None)
def test_of_pairs_it_is_the_root_mean_square_difference_over_root_two(drawn):
    pairs = [g[:2] for g in drawn if len(g) > 1]
    found = compute_within_sd(pairs)
    if not pairs:
        assert (found.estimate, found.df, found.lower) == (None, 0, None)
        return
    assert found.estimate == pytest.approx(np.sqrt(np.mean([(a - b) ** 2 / 2 for a, b in pairs])))


@given(groups, st.integers(-50, 50), st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_shift_of_a_patient_scale_order_and_single_readings_do_not_matter(drawn, shift, factor):
    one = compute_within_sd(drawn)
    assume(one.estimate)
    moved = compute_within_sd([[factor * v + shift * i for v in reversed(g)] for i, g in enumerate(drawn)] + [[3]])
    assert (moved.n, moved.df) == (one.n, one.df)
    assert moved.estimate == pytest.approx(factor * one.estimate)
    assert compute_within_sd(drawn[::-1]).upper == pytest.approx(one.upper)
    wider = compute_within_sd(drawn, level=0.99)
    assert wider.lower < one.lower < one.estimate < one.upper < wider.upper


def test_nothing_repeated_is_none_and_no_spread_is_zero_without_limits():
    assert compute_within_sd([]).estimate is None
    assert compute_within_sd([[1], [2]]).estimate is None
    same = compute_within_sd([[0.1, 0.1, 0.1], [7, 7]])
    assert (same.estimate, same.lower, same.upper, same.df) == (0, None, None, 3)


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match=r"^readings must be finite numbers$"):
        compute_within_sd([[1, float("inf")]])
    with pytest.raises(ValueError, match=r"^the level must lie between 0 and 1, found 0$"):
        compute_within_sd([[1, 2]], level=0)

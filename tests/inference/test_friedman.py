from itertools import permutations, product
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.repeated import friedman
from costim.inference.repeated.friedman import compute_friedman
from tests.inference.truth import read_truth

TRUTH = read_truth("friedman_stats-4.2.2.csv")
few_patients = st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=4)


def readings(text):
    return np.array([[float(word) for word in row.split()] for row in text.split(";")])


@pytest.mark.oracle
@pytest.mark.parametrize("row", TRUTH, ids=lambda r: r["case"])
def test_statistic_and_exact_p_equal_r(row):
    found = compute_friedman(readings(row["values"]))
    if row["statistic"] != "NA":
        assert found.statistic == pytest.approx(float(row["statistic"]), rel=1e-12)
    if row["p_exact"] != "NA":
        assert (found.method, found.p) == ("exact", pytest.approx(float(row["p_exact"]), rel=1e-10))


def p_by_enumeration(values):
    """All orders of all patients, one after the other; mid-ranks by comparison."""
    ranks = [[sum(w < v for w in row) + (sum(w == v for w in row) + 1) / 2 for v in row] for row in values]
    observed = sum(sum(column) ** 2 for column in zip(*ranks, strict=True))
    orders = list(product(*[list(permutations(row)) for row in ranks]))
    reached = [sum(sum(c) ** 2 for c in zip(*rows, strict=True)) for rows in orders]
    extreme = [r for r in reached if r >= observed - 1e-9]
    return len(extreme) / len(orders), sum(r >= max(reached) - 1e-9 for r in reached) / len(orders)


@given(few_patients)
@settings(max_examples=60, deadline=None)
def test_p_and_the_smallest_p_equal_enumeration(values):
    found = compute_friedman(values)
    assert (found.p, found.p_min) == pytest.approx(p_by_enumeration(values), rel=1e-10)


@given(few_patients, st.permutations(range(3)), st.permutations(range(4)), st.sampled_from([-3.0, 0.5, 2.0]))
@settings(max_examples=60, deadline=None)
def test_order_of_visits_and_patients_scale_sign_and_shifts_of_patients_do_not_matter(values, visits, order, factor):
    reference = compute_friedman(values)
    rows = [i for i in order if i < len(values)]
    moved = factor * np.array(values, dtype=float)[rows][:, visits] + np.arange(len(rows))[:, None]
    found = compute_friedman(moved)
    assert (found.p, found.p_min) == pytest.approx((reference.p, reference.p_min), rel=1e-12)
    assert found.statistic == (None if reference.statistic is None else pytest.approx(reference.statistic, rel=1e-12))


@given(st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=1, max_size=9))
@settings(max_examples=60, deadline=None)
def test_two_visits_are_the_sign_test(values):
    from scipy.stats import binomtest

    falls, rises = sum(a > b for a, b in values), sum(a < b for a, b in values)
    expected = binomtest(falls, falls + rises).pvalue if falls + rises else 1.0
    assert compute_friedman(values).p == pytest.approx(expected, rel=1e-12)


def test_untied_smallest_p_is_one_order_for_all_patients():
    values = np.random.default_rng(1).normal(size=(7, 4))
    assert compute_friedman(values).p_min == pytest.approx(factorial(4) ** -6.0, rel=1e-12)
    falling = np.arange(7)[:, None] - np.arange(4.0)
    assert compute_friedman(falling).p == pytest.approx(factorial(4) ** -6.0, rel=1e-12)


def test_drawn_orders_agree_with_the_count_and_are_repeatable(monkeypatch):
    values = np.random.default_rng(8).normal(size=(9, 4)) - 0.3 * np.arange(4)
    exact = compute_friedman(values)
    monkeypatch.setattr(friedman, "MOST_ROWS", 100)
    drawn, again, other = (compute_friedman(values, seed=s) for s in (1, 1, 2))
    assert (drawn.method, drawn.draws, drawn.seed, drawn.p_min) == ("permutation", 99_999, 1, 1e-5)
    assert drawn == again
    assert drawn.p != other.p
    assert abs(drawn.p - exact.p) < 5 * (exact.p * (1 - exact.p) / 99_999) ** 0.5
    assert drawn.p >= drawn.p_min


def test_seven_visits_are_drawn():
    assert compute_friedman(np.random.default_rng(1).normal(size=(5, 7))).method == "permutation"


def test_patients_without_some_visit_are_left_out_and_counted():
    values = np.array([[3.0, 2.0, 1.0], [np.nan, 2.0, 1.0], [6.0, 5.0, 5.0], [np.nan, np.nan, np.nan]])
    found = compute_friedman(values)
    assert (found.n, found.n_incomplete) == (2, 1)
    assert found.p == compute_friedman(values[[0, 2]]).p


def test_nothing_to_rank():
    nobody = compute_friedman(np.full((3, 3), np.nan))
    assert (nobody.n, nobody.p, nobody.p_min, nobody.statistic, nobody.mean_ranks) == (0, None, None, None, ())
    equal = compute_friedman(np.ones((4, 3)))
    assert (equal.p, equal.p_min, equal.statistic, equal.has_ties) == (1.0, 1.0, None, True)
    one = compute_friedman([[3.0, 1.0, 2.0]])
    assert (one.p, one.p_min) == (1.0, 1.0)


def test_readings_are_rounded_to_the_step_of_the_instrument_before_they_are_ranked():
    noisy = [[0.1 + 0.2, 0.3, 0.5], [0.7, 0.1 * 7, 0.2]]
    assert compute_friedman(noisy) == compute_friedman([[0.3, 0.3, 0.5], [0.7, 0.7, 0.2]])
    assert compute_friedman([[1.1, 1.4, 3.0]], resolution=1.0).has_ties


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="two or more visits"):
        compute_friedman([[1.0], [2.0]])
    with pytest.raises(ValueError, match="finite numbers, or NaN"):
        compute_friedman([[1.0, np.inf]])

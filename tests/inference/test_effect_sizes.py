from math import exp, gamma, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.paired.effect_sizes import (
    compute_rank_biserial,
    compute_small_sample_factor,
    compute_standardized_change,
)
from costim.inference.paired.geometric_mean_ratio import compute_geometric_mean_ratio
from costim.inference.paired.sign_flip import compute_sign_flip
from tests.inference.truth import numbers, read_truth

TRUTH = read_truth("effect_sizes_effectsize-0.8.3.csv")
readings = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=12)


def equals(found, printed):
    return found is None if printed == "NA" else found == pytest.approx(float(printed), rel=1e-8)


@pytest.mark.oracle
@pytest.mark.parametrize("row", TRUTH, ids=lambda r: r["case"])
def test_standardized_changes_equal_r(row):
    found = compute_standardized_change(numbers(row["before"]), numbers(row["after"]))
    for name in ("d_z", "g_z", "d_av", "g_av"):
        assert equals(getattr(found, name), row[name]), name


@pytest.mark.oracle
@pytest.mark.parametrize("zeros", ["pratt", "wilcoxon"])
@pytest.mark.parametrize("row", TRUTH, ids=lambda r: r["case"])
def test_rank_biserial_equals_r(row, zeros):
    differences = np.array(numbers(row["after"])) - np.array(numbers(row["before"]))
    assert equals(compute_rank_biserial(differences, zeros=zeros), row[f"rank_biserial_{zeros}"])


def test_the_rule_for_zeros_changes_the_rank_biserial():
    """The specification's es_rb_zeros: 0.689 becomes 0.639; here by hand, for a rise of 1 and falls of 2 and 3.

    Wilcoxon: ranks 1, 2, 3. Pratt with two zeros: ranks 3, 4, 5.
    """
    changes = [0, 0, 1, -2, -3]
    assert compute_rank_biserial(changes, zeros="wilcoxon") == pytest.approx((1 - 5) / 6)
    assert compute_rank_biserial(changes, zeros="pratt") == pytest.approx((3 - 9) / 12)


def test_printed_relations_of_the_denominators():
    """Ten pairs: g_av 1.281 belongs to d_av 1.401, and g_z 1.853 to d_z 2.027."""
    factor = compute_small_sample_factor(9)
    assert round(1.401 * factor, 2) == 1.28
    assert round(2.027 * factor, 2) == 1.85
    assert factor == pytest.approx(gamma(4.5) / (sqrt(4.5) * gamma(4)), rel=1e-12)
    # Hedges' approximation is not used, but must be near.
    assert factor == pytest.approx(1 - 3 / (4 * 9 - 1), abs=1e-3)


def test_the_factor_is_one_for_many_and_absent_for_one_degree():
    assert compute_small_sample_factor(1) is None
    assert compute_small_sample_factor(10**6) == pytest.approx(1, abs=1e-6)


def test_pairs_without_spread_have_no_standardized_change():
    equal = compute_standardized_change([10, 12, 14], [5, 7, 9])
    assert (equal.d_z, equal.g_z) == (None, None)
    assert equal.d_av == pytest.approx(-5 / 2)
    noisy = compute_standardized_change([0.3, 1.05, 0.84], [0.1, 0.85, 0.64])
    assert noisy.d_z is None
    flat = compute_standardized_change([4, 4, 4], [2, 2, 2])
    assert (flat.d_z, flat.d_av) == (None, None)
    assert compute_rank_biserial([0, 0]) is None
    assert compute_rank_biserial([]) is None


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_pairs(n):
    found = compute_standardized_change([5] * n, [3] * n)
    assert (found.n, found.d_z, found.g_z, found.d_av, found.g_av) == (n, None, None, None, None)


@given(readings, st.integers(1, 9), st.integers(-20, 20))
@settings(max_examples=60, deadline=None)
def test_sizes_ignore_shift_and_scale_and_turn_with_the_sign(pairs, factor, shift):
    before, after = np.array(pairs, dtype=float).T
    reference = compute_standardized_change(before, after)
    moved = compute_standardized_change(factor * before + shift, factor * after + shift)
    swapped = compute_standardized_change(after, before)
    for name in ("d_z", "g_z", "d_av", "g_av"):
        one = getattr(reference, name)
        if one is None:
            assert getattr(moved, name) is None
            continue
        assert getattr(moved, name) == pytest.approx(one, rel=1e-9)
        assert getattr(swapped, name) == pytest.approx(-one, rel=1e-9)
    biserial = compute_rank_biserial(after - before)
    if biserial is not None:
        assert -1 <= biserial <= 1
        assert compute_rank_biserial(before - after) == -biserial


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [([1, 2], [1], "one length"), ([1, float("nan")], [1, 2], "finite numbers")],
)
def test_readings_that_do_not_pair_are_refused(before, after, message):
    with pytest.raises(ValueError, match=message):
        compute_standardized_change(before, after)


def test_ratio_of_geometric_means_by_hand():
    """Every titre halves or quarters: mean log2 ratio -1.5; all six fall, so p is 2/64 and both limits exist."""
    found = compute_geometric_mean_ratio([80, 160, 40, 320, 20, 640], [40, 80, 20, 80, 5, 160])
    assert found.estimate == pytest.approx((2**-1.5, 2**-1.5), rel=1e-10)
    assert (found.lower, found.upper) == pytest.approx((1 / 4, 1 / 2), rel=1e-10)
    assert (found.p, found.p_min) == (2 / 64, 2 / 64)


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=1, max_size=9), st.integers(2, 9))
@settings(max_examples=40, deadline=None)
def test_ratio_is_the_sign_flip_result_of_the_logarithms_in_any_unit(pairs, factor):
    before, after = np.array(pairs, dtype=float).T
    found = compute_geometric_mean_ratio(factor * before, factor * after)
    logs = compute_sign_flip([log(a) - log(b) for b, a in pairs], resolution=1e-12)
    assert found.p == logs.p
    assert found.estimate == pytest.approx((exp(logs.estimate),) * 2, rel=1e-9)
    turned = compute_geometric_mean_ratio(after, before)
    assert turned.estimate == pytest.approx(tuple(1 / e for e in found.estimate))
    assert (found.lower is None) == (turned.upper is None)
    if found.lower is not None:
        assert (turned.lower, turned.upper) == pytest.approx((1 / found.upper, 1 / found.lower))


def test_ratio_of_ranges_is_bounded():
    found = compute_geometric_mean_ratio([8] * 6, [2] * 6, after_upper=[2, 2, 2, 2, 2, 4])
    assert found.estimate == pytest.approx((0.25, 0.25 * 2 ** (1 / 6)))
    assert (found.lower, found.upper) == pytest.approx((0.25, 0.5))
    assert found.p == 2 / 64


@pytest.mark.parametrize(("before", "after"), [([0], [1]), ([1], [-2]), ([1], [float("inf")]), ([], []), ([1, 2], [3])])
def test_ratios_that_cannot_be_taken_are_refused(before, after):
    with pytest.raises(ValueError, match=r"^a ratio needs "):
        compute_geometric_mean_ratio(before, after)

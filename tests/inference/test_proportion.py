from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.binary.proportion import compute_clopper_pearson, compute_wilson
from costim.inference.paired.sign_test import compute_sign_test
from costim.inference.survival.beyond import compute_proportion_beyond
from tests.inference.truth import read_truth


@pytest.mark.oracle
@pytest.mark.parametrize(
    "row", read_truth("proportion_stats-4.2.2.csv"), ids=lambda r: f"{r['count']}of{r['n']}@{r['level']}"
)
def test_limits_and_sign_test_equal_r(row):
    count, n, level = int(row["count"]), int(row["n"]), float(row["level"])
    exact, wilson = compute_clopper_pearson(count, n, level=level), compute_wilson(count, n, level=level)
    assert exact.lower == pytest.approx(float(row["exact_lower"]), abs=1e-8)
    assert exact.upper == pytest.approx(float(row["exact_upper"]), abs=1e-8)
    assert wilson.lower == pytest.approx(float(row["wilson_lower"]), abs=1e-8)
    assert wilson.upper == pytest.approx(float(row["wilson_upper"]), abs=1e-8)
    assert compute_sign_test(count, n - count).p == pytest.approx(float(row["sign_p"]), abs=1e-8)


@pytest.mark.parametrize(("count", "low", "high"), [(10, 0.692, 1), (5, 0.187, 0.813), (8, 0.444, 0.975)])
def test_known_intervals_of_ten(count, low, high):
    found = compute_clopper_pearson(count, 10)
    assert (round(found.lower, 3), round(found.upper, 3)) == (low, high)


@given(st.integers(1, 25), st.floats(0.01, 0.99))
@settings(max_examples=60, deadline=None)
def test_exact_interval_covers_at_least_its_level(n, share):
    """Coverage summed over all outcomes, no simulation."""
    covered = 0.0
    for k in range(n + 1):
        found = compute_clopper_pearson(k, n)
        if found.lower <= share <= found.upper:
            covered += comb(n, k) * share**k * (1 - share) ** (n - k)
    assert covered >= 0.95 - 1e-9


@given(st.integers(1, 60), st.data(), st.sampled_from([compute_clopper_pearson, compute_wilson]))
@settings(max_examples=60, deadline=None)
def test_limits_enclose_mirror_and_widen(n, data, compute):
    count = data.draw(st.integers(0, n))
    found, other = compute(count, n), compute(n - count, n)
    assert 0 <= found.lower <= found.estimate <= found.upper <= 1
    assert found.lower == pytest.approx(1 - other.upper, abs=1e-12)
    assert compute(count, n, level=0.99).upper >= found.upper


@pytest.mark.parametrize("compute", [compute_clopper_pearson, compute_wilson])
def test_impossible_counts_and_levels(compute):
    with pytest.raises(ValueError, match=r"^a proportion needs 0 <= count <= n and n >= 1, found 4 of 3$"):
        compute(4, 3)
    with pytest.raises(ValueError, match=r"^the level must lie between 0 and 1, found 1$"):
        compute(1, 3, level=1)


def test_sign_test_leaves_zeros_out_but_counts_them_in_the_smallest_p():
    found = compute_sign_test(10, 0)
    assert (found.p, found.p_min) == (0.001953125, 0.001953125)
    found = compute_sign_test(5, 0, 2)
    assert (found.n_nonzero, found.p, found.p_min) == (5, 0.0625, 2.0**-6)
    assert compute_sign_test(0, 0, 3).p == 1
    with pytest.raises(ValueError, match=r"^counts must not be negative$"):
        compute_sign_test(-1, 3)


def test_beyond_counts_what_is_certain_and_leaves_the_rest_open():
    found = compute_proportion_beyond([(13, 13), (12, 12), (0, 12), (10, 20), (5, float("inf"))], 12)
    assert (found.yes, found.undecided, found.n) == (1, 2, 5)
    assert (found.least.estimate, found.most.estimate) == (0.2, 0.6)
    with pytest.raises(ValueError, match=r"^a range must not end below its beginning$"):
        compute_proportion_beyond([(3, 2)], 1)

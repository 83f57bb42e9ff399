"""Every interval of a share, and the tests of a stated share that belong to them."""

from math import comb, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.binary.benchmark import compute_benchmark_test
from costim.inference.binary.blaker import compute_blaker_p
from costim.inference.binary.mid_p import compute_mid_p_value
from costim.inference.binary.proportion import INTERVALS
from costim.inference.binary.rule_of_three import compute_rule_of_three
from tests.inference.truth import read_truth

TRUTH = read_truth("shares_base-4.2.2.csv")
NAMES = sorted(INTERVALS)


def limits(name, count, n, level=0.95):
    found = INTERVALS[name](count, n, level=level)
    return found.lower, found.upper


@pytest.mark.oracle
@pytest.mark.parametrize("row", TRUTH, ids=lambda r: f"{r['count']}of{r['n']}@{r['level']}")
@pytest.mark.parametrize("name", ["jeffreys", "mid_p", "blaker"])
def test_limits_equal_r(name, row):
    found = limits(name, int(row["count"]), int(row["n"]), float(row["level"]))
    assert found == pytest.approx((float(row[f"{name}_lower"]), float(row[f"{name}_upper"])), rel=1e-9, abs=1e-14)


@pytest.mark.oracle
@pytest.mark.parametrize("row", TRUTH, ids=lambda r: f"{r['count']}of{r['n']}@{r['share']}")
def test_tests_of_a_stated_share_equal_r(row):
    asked = int(row["count"]), int(row["n"]), float(row["share"])
    assert compute_benchmark_test(*asked).p == pytest.approx(float(row["p"]), rel=1e-9)
    assert compute_mid_p_value(*asked) == pytest.approx(float(row["mid_p"]), rel=1e-9)
    assert compute_blaker_p(*asked) == pytest.approx(float(row["blaker_p"]), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "count", "n", "lower", "upper"),
    [
        ("clopper_pearson", 10, 10, 0.692, 1),
        ("blaker", 10, 10, 0.717, 1),
        ("mid_p", 10, 10, 0.741, 1),
        ("blaker", 0, 10, 0, 0.283),
        ("wilson", 10, 10, 0.722, 1),
        ("jeffreys", 0, 3, 0, 0.536),
        ("clopper_pearson", 0, 3, 0, 0.708),
        ("clopper_pearson", 1, 1, 0.025, 1),
        ("blaker", 1, 1, 0.05, 1),
        ("mid_p", 1, 1, 0.05, 1),
    ],
)
def test_known_limits(name, count, n, lower, upper):
    assert limits(name, count, n) == pytest.approx((lower, upper), abs=5e-4)


def test_blaker_of_none_of_ten_is_not_the_limit_of_small_p_values():
    assert round(limits("blaker", 0, 10)[1], 4) == 0.2829


@given(st.integers(1, 60), st.data(), st.sampled_from(NAMES), st.floats(0.5, 0.99))
@settings(max_examples=80, deadline=None)
def test_limits_enclose_mirror_and_widen(n, data, name, level):
    count = data.draw(st.integers(0, n))
    found, other = INTERVALS[name](count, n, level=level), INTERVALS[name](n - count, n, level=level)
    wider = INTERVALS[name](count, n, level=(1 + level) / 2)
    assert 0 <= found.lower <= found.estimate <= found.upper <= 1
    assert found.lower == pytest.approx(1 - other.upper, abs=1e-12)
    assert wider.lower <= found.lower + 1e-12
    assert wider.upper >= found.upper - 1e-12


@given(st.integers(1, 40), st.data(), st.sampled_from(NAMES))
@settings(max_examples=80, deadline=None)
def test_one_more_counted_moves_both_limits_up(n, data, name):
    count = data.draw(st.integers(0, n - 1))
    fewer, more = limits(name, count, n), limits(name, count + 1, n)
    assert fewer[0] <= more[0]
    assert fewer[1] <= more[1]


@given(st.integers(1, 40), st.data(), st.floats(0.01, 0.99), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
@settings(max_examples=100, deadline=None)
def test_a_share_is_inside_exactly_when_its_p_is_above(n, data, share, level):
    count = data.draw(st.integers(0, n))
    inner = limits("clopper_pearson", count, n, level)
    assert (inner[0] < share < inner[1]) == (compute_benchmark_test(count, n, share).p > 1 - level)
    middle = limits("mid_p", count, n, level)
    assert (middle[0] < share < middle[1]) == (compute_mid_p_value(count, n, share) > 1 - level)
    blaker = INTERVALS["blaker"](count, n, level=level)
    kept = blaker.lower <= share <= blaker.upper and not any(a <= share <= b for a, b in blaker.gaps)
    assert kept == (compute_blaker_p(count, n, share) > 1 - level)


def test_gaps_of_blaker_are_found_where_a_grid_finds_them():
    """One of 31 is kept up to 0.1606, rejected for a while, and kept again."""
    found = INTERVALS["blaker"](1, 31)
    assert len(found.gaps) == 1
    grid = np.linspace(0.15, 0.18, 3001)
    rejected = [p for p in grid if p < found.upper and compute_blaker_p(1, 31, p) <= 0.05]
    assert (min(rejected), max(rejected)) == pytest.approx(found.gaps[0], abs=2e-5)
    mirrored = INTERVALS["blaker"](30, 31).gaps[0]
    assert mirrored == pytest.approx((1 - found.gaps[0][1], 1 - found.gaps[0][0]))
    assert all(INTERVALS["blaker"](k, 10).gaps == () for k in range(11))


@given(st.integers(1, 30), st.floats(0.01, 0.99), st.sampled_from(["clopper_pearson", "blaker"]))
@settings(max_examples=60, deadline=None)
def test_exact_intervals_cover_at_least_their_level(n, share, name):
    """Coverage summed over all outcomes, no simulation."""
    chances = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    inside = [lower <= share <= upper for lower, upper in (limits(name, k, n) for k in range(n + 1))]
    assert sum(c for c, held in zip(chances, inside, strict=True) if held) >= 0.95 - 1e-9


@given(st.integers(1, 80), st.data())
@settings(max_examples=60, deadline=None)
def test_blaker_and_mid_p_lie_inside_clopper_pearson(n, data):
    count = data.draw(st.integers(0, n))
    outer = limits("clopper_pearson", count, n)
    for name in ("blaker", "mid_p"):
        inner = limits(name, count, n)
        assert outer[0] <= inner[0] + 1e-12
        assert inner[1] <= outer[1] + 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_impossible_counts_and_levels(name):
    with pytest.raises(ValueError, match=r"^a proportion needs 0 <= count <= n and n >= 1, found 4 of 3$"):
        INTERVALS[name](4, 3)
    with pytest.raises(ValueError, match=r"^a proportion needs 0 <= count <= n and n >= 1, found 0 of 0$"):
        INTERVALS[name](0, 0)
    with pytest.raises(ValueError, match=r"^a proportion needs whole numbers, found 1\.5 of 3$"):
        INTERVALS[name](1.5, 3)
    with pytest.raises(ValueError, match=r"^a proportion needs 0 <= count <= n and n >= 1, found nan of 3$"):
        INTERVALS[name](float("nan"), 3)
    with pytest.raises(ValueError, match=r"^the level must lie between 0 and 1, found 1$"):
        INTERVALS[name](1, 3, level=1)


@pytest.mark.parametrize("compute", [compute_benchmark_test, compute_mid_p_value, compute_blaker_p])
def test_impossible_shares(compute):
    with pytest.raises(ValueError, match=r"must lie between 0 and 1, found 1\.2$"):
        compute(1, 3, 1.2)


def test_rule_of_three_is_exact_and_names_the_approximation():
    found = compute_rule_of_three(10)
    assert found.upper == pytest.approx(0.2588656)
    assert (1 - found.upper) ** 10 == pytest.approx(0.05)
    assert found.approximation == pytest.approx(-log(0.05) / 10)
    assert round(found.approximation, 1) == 0.3
    assert compute_rule_of_three(1).upper == pytest.approx(0.95)
    assert compute_rule_of_three(2).approximation > 1
    with pytest.raises(ValueError, match=r"^the rule of three needs a whole number of at least 1 subject, found 0$"):
        compute_rule_of_three(0)


@given(st.integers(1, 500), st.floats(0.51, 0.999))
@settings(max_examples=60, deadline=None)
def test_rule_of_three_is_the_one_sided_limit_of_clopper_pearson(n, level):
    found = compute_rule_of_three(n, level=level)
    assert found.upper == pytest.approx(limits("clopper_pearson", 0, n, 2 * level - 1)[1])
    assert found.upper < found.approximation


def test_benchmark_of_eight_in_ten():
    """P(X >= 8) with a share of 0.3 is 0.00159; ten of ten would give twice 0.3 to the tenth."""
    found = compute_benchmark_test(8, 10, 0.3)
    assert found.p == pytest.approx(2 * sum(comb(10, k) * 0.3**k * 0.7 ** (10 - k) for k in (8, 9, 10)))
    assert found.p_min == pytest.approx(2 * 0.3**10)
    assert compute_benchmark_test(1, 1, 0.4).p == pytest.approx(0.8)
    assert compute_benchmark_test(0, 1, 0.4).p == 1


@given(st.integers(1, 30), st.floats(0.02, 0.98))
@settings(max_examples=60, deadline=None)
def test_the_smallest_p_of_a_benchmark_is_the_smallest_over_all_counts(n, share):
    found = [compute_benchmark_test(k, n, share) for k in range(n + 1)]
    assert min(f.p for f in found) == pytest.approx(found[0].p_min, rel=1e-9)

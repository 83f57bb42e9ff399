"""Expected widths of intervals, and the patients they need."""

import math

import numpy as np
import pytest

from costim.inference.paired.hodges_lehmann import compute_hodges_lehmann
from costim.inference.planning.precision import (
    compute_mean_precision,
    compute_share_precision,
    compute_shift_precision,
    expect_mean_width,
    expect_share_width,
    expect_shift_width,
)
from tests.inference.truth import numbers, read_truth

ROWS = read_truth("planning_base-4.2.2.csv")


@pytest.mark.oracle
def test_expected_widths_are_those_of_r():
    shares = [r for r in ROWS if r["what"] == "share_width"]
    means = [r for r in ROWS if r["what"] == "mean_width"]
    assert len(shares) >= 10
    assert len(means) >= 10
    for row in shares:
        share, n = numbers(row["case"])
        assert expect_share_width(int(n), share) == pytest.approx(float(row["numbers"]), rel=1e-9)
    for row in means:
        n, level = numbers(row["case"])
        assert expect_mean_width(int(n), 3, level=level) == pytest.approx(float(row["numbers"]), rel=1e-9)


@pytest.mark.parametrize("n", [6, 9, 14])
def test_the_shift_width_is_that_of_the_real_interval(n):
    mean, error = expect_shift_width(n, 2.0, repetitions=400, seed=3)
    values = np.random.default_rng([3, n]).normal(0, 2.0, (400, n))
    real = [compute_hodges_lehmann(row) for row in values[:60]]
    widths = [r.upper - r.lower for r in real]
    own, _ = expect_shift_width(n, 2.0, repetitions=60, seed=3)
    assert own == pytest.approx(np.mean(widths), rel=1e-6)
    assert abs(mean - own) < 6 * error * math.sqrt(400 / 60)


def test_too_few_patients_have_no_bounded_interval():
    assert expect_shift_width(5, 1.0) == (math.inf, 0.0)
    assert expect_mean_width(1, 1.0) == math.inf
    assert expect_share_width(1, 0.5) == pytest.approx(0.975)


def test_the_smallest_size_and_the_one_below():
    share = compute_share_precision(0.5, 0.4)
    assert expect_share_width(share.n, 0.5) == share.expected_width <= 0.4 < expect_share_width(share.n - 1, 0.5)
    mean = compute_mean_precision(6, 6)
    assert expect_mean_width(mean.n, 6) <= 6 < expect_mean_width(mean.n - 1, 6)
    shift = compute_shift_precision(6, 6, repetitions=500)
    assert shift.expected_width <= 6
    assert abs(shift.n - mean.n) <= 3
    assert shift.standard_error > 0
    assert compute_shift_precision(6, 0.1, repetitions=20).n is None


def test_expected_widths_of_shares_fall_so_that_none_below_is_overlooked():
    for share in (0.05, 0.3, 0.5):
        widths = [expect_share_width(n, share) for n in range(1, 150)]
        for wanted in (0.6, 0.35, 0.2):
            n = compute_share_precision(share, wanted).n
            first = next((k for k, w in enumerate(widths, start=1) if w <= wanted), None)
            assert n == first or (first is None and n >= 150)


def test_scale_of_the_unit():
    assert compute_mean_precision(6, 3).n == compute_mean_precision(60, 30).n
    assert expect_mean_width(8, 10) == pytest.approx(10 * expect_mean_width(8, 1))


def test_wrong_questions_are_refused_in_words():
    with pytest.raises(ValueError, match="between 0 and 1"):
        compute_share_precision(0.5, 1.5)
    with pytest.raises(ValueError, match="share lies"):
        compute_share_precision(1.5, 0.5)
    with pytest.raises(ValueError, match="standard deviation"):
        compute_mean_precision(0, 1)
    with pytest.raises(ValueError, match="width"):
        compute_mean_precision(1, 0)
    with pytest.raises(ValueError, match="at least one patient"):
        expect_share_width(0, 0.5)
    with pytest.raises(ValueError, match="level"):
        expect_mean_width(4, 1.0, level=2)
    with pytest.raises(ValueError, match="repetitions"):
        expect_shift_width(8, 1.0, repetitions=1)

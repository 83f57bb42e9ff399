from itertools import pairwise
from statistics import median
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.paired.hodges_lehmann import compute_hodges_lehmann
from costim.inference.paired.signed_rank import compute_signed_rank
from tests.inference.truth import numbers, read_truth

tied = st.lists(st.integers(-7, 7), min_size=6, max_size=10)


@pytest.mark.oracle
@pytest.mark.parametrize("row", read_truth("hodges_lehmann_stats-4.2.2.csv"), ids=lambda r: r["case"])
def test_untied_data_equal_r(row):
    found = compute_hodges_lehmann(numbers(row["differences"]))
    assert found.estimate == pytest.approx(float(row["estimate"]), abs=1e-8)
    assert found.lower == pytest.approx(float(row["lower"]), abs=1e-8)
    assert found.upper == pytest.approx(float(row["upper"]), abs=1e-8)


@pytest.mark.oracle
@pytest.mark.parametrize("row", read_truth("hodges_lehmann_coin-1.4-2.csv"), ids=lambda r: f"{r['case']}-{r['zeros']}")
def test_inversion_of_the_test_of_coin(row):
    found = compute_hodges_lehmann(numbers(row["differences"]), zeros=row["zeros"])
    assert found.estimate == pytest.approx(float(row["estimate"]), abs=1e-8)
    for limit, is_open, name in (
        (found.lower, found.lower_open, "lower"),
        (found.upper, found.upper_open, "upper"),
    ):
        assert (limit is None) == (row[name] == "NA")
        if limit is not None:
            assert limit == pytest.approx(float(row[name]), abs=1e-8)
            assert is_open == (row[f"{name}_open"] == "1")


@given(tied)
@settings(max_examples=60, deadline=None)
def test_estimate_is_the_median_of_walsh_averages(differences):
    walsh = [(a + b) / 2 for i, a in enumerate(differences) for b in differences[i:]]
    assert compute_hodges_lehmann(differences).estimate == median(walsh)


@pytest.mark.parametrize("zeros", ["pratt", "wilcoxon"])
@given(differences=tied, level=st.sampled_from([0.8, 0.9, 0.95]))
@settings(max_examples=40, deadline=None)
def test_interval_is_the_hull_of_what_the_test_accepts(zeros, differences, level):
    """Every candidate is tried here; the limits must be the outermost accepted ones, open when themselves rejected."""
    found = compute_hodges_lehmann(differences, level=level, zeros=zeros)

    def p(shift):
        return compute_signed_rank([d - shift for d in differences], zeros=zeros).p

    alpha = 1 - level
    if p(min(differences) - 1) > alpha:
        assert found.lower is None
        assert found.upper is None
        return
    walsh = sorted({(a + b) / 2 for i, a in enumerate(differences) for b in differences[i:]})
    gaps = [(a + b) / 2 for a, b in pairwise(walsh)]
    accepted = [x for x in (*walsh, *gaps) if p(x) > alpha]
    first, last = min(accepted), max(accepted)
    low = first if first in walsh else max(w for w in walsh if w < first)
    high = last if last in walsh else min(w for w in walsh if w > last)
    assert (found.lower, found.lower_open) == (low, first not in walsh)
    assert (found.upper, found.upper_open) == (high, last not in walsh)


@given(tied, st.integers(-40, 40), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_shift_scale_and_mirror(differences, shift, factor):
    reference = compute_hodges_lehmann(differences)
    moved = compute_hodges_lehmann([factor * d + shift for d in differences])
    mirrored = compute_hodges_lehmann([-d for d in differences])
    assert moved.estimate == factor * reference.estimate + shift
    assert mirrored.estimate == -reference.estimate
    if reference.lower is not None:
        assert (moved.lower, moved.upper) == (factor * reference.lower + shift, factor * reference.upper + shift)
        assert (mirrored.lower, mirrored.upper) == (-reference.upper, -reference.lower)
        assert (mirrored.lower_open, mirrored.upper_open) == (reference.upper_open, reference.lower_open)


@pytest.mark.parametrize("zeros", ["pratt", "wilcoxon"])
@given(differences=tied)
@settings(max_examples=40, deadline=None)
def test_limits_move_outwards_with_the_level(zeros, differences):
    found = [compute_hodges_lehmann(differences, level=level, zeros=zeros) for level in (0.7, 0.8, 0.9, 0.95)]
    lowers = [-np.inf if f.lower is None else f.lower for f in found]
    uppers = [np.inf if f.upper is None else f.upper for f in found]
    assert lowers == sorted(lowers, reverse=True)
    assert uppers == sorted(uppers)


@given(tied)
@settings(max_examples=60, deadline=None)
def test_p_and_interval_agree_about_zero(differences):
    found = compute_hodges_lehmann(differences)
    p = compute_signed_rank(differences).p
    if found.lower is None or p <= 0.05:
        return  # a rejected zero may still lie inside the hull of the accepted shifts
    assert found.lower <= 0 <= found.upper
    assert not (found.lower == 0 and found.lower_open)
    assert not (found.upper == 0 and found.upper_open)


def test_an_interval_may_end_open_at_zero_while_p_is_small():
    """Lattice data: zero itself is rejected, every shift just above it is not."""
    differences = [0, 0, 0, 7, 7, 7, 7, 14, 14, 0]
    found = compute_hodges_lehmann(differences)
    assert compute_signed_rank(differences).p == 0.03125
    assert found.lower == 0
    assert found.lower_open


def test_whole_numbers_that_meet_the_printed_figures():
    """Data found by search, not the original ones: p 0.033 with (0, 7], open at zero; and -9 with [-12, -6]."""
    ties = [-3, -3, 3, 3, 3, 4, 5, 7, 9, 10]
    found = compute_hodges_lehmann(ties, resolution=1)
    assert round(compute_signed_rank(ties).p, 3) == 0.033
    assert (found.lower, found.lower_open, found.upper, found.upper_open) == (0, True, 7, False)
    falls = [-16, -14, -12, -10, -10, -10, -8, -5, -4, -2]
    found = compute_hodges_lehmann(falls, resolution=1)
    assert round(compute_signed_rank(falls).p, 6) == 0.001953
    assert (found.estimate, found.lower, found.upper) == (-9, -12, -6)


def test_five_pairs_reach_no_95_percent_interval():
    found = compute_hodges_lehmann([-1, -2, -3, -4, -5])
    assert (found.estimate, found.lower, found.upper) == (-3, None, None)
    assert compute_hodges_lehmann([-1, -2, -3, -4, -5], level=0.9).lower == -5


def limit_by_scanning(differences, zeros, alpha):
    """Every shift at which p can change, one after the other from below, by the test itself."""
    walsh = sorted({(a + b) / 2 for i, a in enumerate(differences) for b in differences[i:]})
    candidates = [walsh[0] - 1, *(c for a, b in pairwise(walsh) for c in (a, (a + b) / 2)), walsh[-1]]
    for shift in candidates:
        if compute_signed_rank([d - shift for d in differences], zeros=zeros, resolution=1 / 4).p > alpha:
            return None if shift < walsh[0] else max(w for w in walsh if w <= shift)
    raise AssertionError


@pytest.mark.parametrize("zeros", ["pratt", "wilcoxon"])
@pytest.mark.parametrize("kind", ["few sizes", "many sizes"])
def test_bounds_of_p_decide_as_p_itself_does(kind, zeros):
    """Forty changes: the quick bounds settle most shifts, and the limits are those of trying every one."""
    generator = np.random.default_rng(20070101)
    differences = generator.integers(-4, 6, 40) if kind == "few sizes" else generator.integers(-900, 1500, 40)
    differences = differences.tolist()
    found = compute_hodges_lehmann(differences, zeros=zeros)
    assert found.lower == limit_by_scanning(differences, zeros, 0.05)
    assert found.upper == -limit_by_scanning([-d for d in differences], zeros, 0.05)


def test_five_hundred_changes_take_no_longer_than_a_blink():
    """Twelve seconds when each shift was tried; the bound here is generous, the figure is in `make bench`."""
    differences = np.random.default_rng(3).normal(1, 6, 500)
    started = process_time()
    found = compute_hodges_lehmann(differences)
    assert process_time() - started < 3
    # The normal approximation of the rank of the limit is good at this size.
    i, j = np.triu_indices(500)
    walsh = np.sort(differences[i] + differences[j]) / 2
    rank = round(500 * 501 / 4 - 1.959964 * (500 * 501 * 1001 / 24) ** 0.5)
    assert found.lower == pytest.approx(walsh[rank], abs=0.005)
    assert found.upper == pytest.approx(walsh[-rank], abs=0.005)


@pytest.mark.parametrize(("n", "heavy"), [(6, False), (10, False), (10, True)])
def test_coverage_is_at_least_nominal(n, heavy):
    """400 seeded samples; three standard errors of 0.95 are 0.033, so fewer than 91.7 % would be a fault."""
    generator = np.random.default_rng(11 + n + heavy)
    hits = 0
    for _ in range(400):
        sample = np.round(generator.standard_t(3, n) if heavy else generator.normal(0, 4, n)) + 2
        found = compute_hodges_lehmann(sample, resolution=1)
        inside_low = found.lower is None or found.lower < 2 or (found.lower == 2 and not found.lower_open)
        inside_high = found.upper is None or found.upper > 2 or (found.upper == 2 and not found.upper_open)
        hits += inside_low and inside_high
    assert hits / 400 >= 0.917


def test_empty_and_impossible_level():
    assert compute_hodges_lehmann([]).estimate is None
    with pytest.raises(ValueError, match=r"^the level must lie between 0 and 1, found 95$"):
        compute_hodges_lehmann([1.0], level=95)

"""Non-overlap of one patient's readings: by hand, by brute force, over ranges."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.shrinkage.non_overlap import compute_non_overlap, compute_non_overlap_bounds, compute_tau_u


def plain_nap(before, after):
    score = sum(1.0 if a < b else 0.5 if a == b else 0.0 for b, a in product(before, after))
    return score / (len(before) * len(after))


@pytest.mark.parametrize(
    ("before", "after", "better", "worse", "tied"),
    [
        ([20, 20, 26, 25, 22, 23], [28, 25, 24, 27, 30, 30, 29], 3, 38, 1),
        ([5, 5, 5], [5, 5], 0, 0, 6),
        ([0, 0, 0], [0], 0, 0, 3),
        ([3, 2, 1], [0], 3, 0, 0),
        ([3, 2, 1], [4, 5], 0, 6, 0),
        ([12, 10, 14], [12, 6, 4], 7, 1, 1),
        ([1, 2, 3, 4], [2.5], 2, 2, 0),
        ([8, 8, 4], [8, 0], 3, 1, 2),
        ([10, 10, 10], [9], 3, 0, 0),
        ([-1, 0, 1], [0, 0, 0], 3, 3, 3),
    ],
)
def test_by_hand(before, after, better, worse, tied):
    found = compute_non_overlap(before, after)
    assert (found.better, found.worse, found.tied) == (better, worse, tied)
    assert found.nap == pytest.approx(plain_nap(before, after), rel=1e-12)
    assert found.tau == pytest.approx(2 * found.nap - 1, abs=1e-12)
    up = compute_non_overlap(before, after, downwards=False)
    assert up.nap == pytest.approx(1 - found.nap, abs=1e-12)


def test_tau_u_takes_off_the_trend_before():
    # S between phases 38 - 3 = 35; the six readings before: 10 pairs up, 5 down or level -> S = 4 by counting.
    before, after = [20, 20, 26, 25, 22, 23], [28, 25, 24, 27, 30, 30, 29]
    signs = [(y > x) - (y < x) for i, x in enumerate(before) for y in before[i + 1 :]]
    assert sum(signs) == 4
    assert compute_tau_u(before, after, downwards=False) == pytest.approx((35 - 4) / 42)
    assert compute_tau_u([3, 2, 1], [0]) == pytest.approx((3 - 3) / 3)
    assert compute_tau_u([3, 2], [0]) is None


@pytest.mark.parametrize(("before", "after"), [([], []), ([1, 2], [0]), ([1, 2, 3], [])])
def test_too_few_readings_give_nothing(before, after):
    assert compute_non_overlap(before, after) is None
    spans = [[[x, x] for x in readings] for readings in (before, after)]
    assert compute_non_overlap_bounds(*spans) is None


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="finite"):
        compute_non_overlap([1, 2, float("nan")], [1])
    with pytest.raises(ValueError, match="lower end"):
        compute_non_overlap_bounds([[2, 1], [1, 1], [1, 1]], [[0, 0]])


def test_open_ends_and_equal_infinities():
    inf = float("inf")
    found = compute_non_overlap_bounds([[5, inf], [4, 4], [3, 3]], [[2, inf]])
    assert (found.nap_lower, found.nap_upper) == (0.0, 1.0)


SPAN = st.tuples(st.integers(0, 4), st.integers(0, 2)).map(lambda s: (s[0], s[0] + s[1]))


@settings(max_examples=60)
@given(st.lists(SPAN, min_size=3, max_size=4), st.lists(SPAN, min_size=1, max_size=3), st.booleans())
def test_bounds_are_reached_and_enclose_every_completion(before, after, downwards):
    found = compute_non_overlap_bounds(before, after, downwards=downwards)
    choices = [range(low, high + 1) for low, high in (*before, *after)]
    m = len(before)
    naps = [compute_non_overlap(c[:m], c[m:], downwards=downwards).nap for c in product(*choices)]
    assert (found.nap_lower, found.nap_upper) == pytest.approx((min(naps), max(naps)), abs=1e-12)


@settings(max_examples=60)
@given(st.lists(st.integers(-5, 5), min_size=3, max_size=6), st.lists(st.integers(-5, 5), min_size=1, max_size=6))
def test_only_the_order_of_values_counts(before, after):
    found = compute_non_overlap(before, after)
    assert found == compute_non_overlap(before[::-1], after[::-1])
    assert found == compute_non_overlap([3 * b + 7 for b in before], [3 * a + 7 for a in after])
    assert found.nap == pytest.approx(plain_nap(before, after), rel=1e-12)
    mirrored = compute_non_overlap([-b for b in before], [-a for a in after], downwards=False)
    assert mirrored.nap == found.nap

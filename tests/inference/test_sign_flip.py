"""Sign flips of the mean, by listing, counting and drawing; the definition is retried with exact fractions."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.paired import subset_means
from costim.inference.paired.sign_flip import DRAWS, compute_sign_flip
from costim.inference.paired.sign_flip_ranged import compute_sign_flip_bounds
from costim.inference.paired.subset_means import count_subsets, draw_subsets, enumerate_subsets
from tests.inference.truth import numbers, read_truth

whole = st.lists(st.integers(-9, 9), min_size=1, max_size=9)
LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.9375, 0.95, 0.98])


def p_by_flipping(differences, shift=0):
    """Every sign pattern of the differences less the shift, in fractions."""
    moved = [Fraction(d) - shift for d in differences]
    observed = abs(sum(moved))
    patterns = list(product([-1, 1], repeat=len(moved)))
    extreme = sum(abs(sum(s * m for s, m in zip(p, moved, strict=True))) >= observed for p in patterns)
    return extreme / len(patterns)


@pytest.mark.oracle
@pytest.mark.parametrize("row", read_truth("sign_flip_exactRankTests-0.8-35.csv"), ids=lambda r: r["case"])
def test_p_and_limits_equal_r(row):
    differences = numbers(row["differences"])
    for resolution in (None, 1):
        found = compute_sign_flip(differences, resolution=resolution)
        assert found.p == pytest.approx(float(row["p"]), rel=1e-8)
        assert found.estimate == pytest.approx(float(row["mean"]), rel=1e-8)
        for limit, name in ((found.lower, "lower"), (found.upper, "upper")):
            assert (limit is None) == (row[name] == "NA")
            if limit is not None:
                assert limit == pytest.approx(float(row[name]), rel=1e-8)


@given(whole)
@settings(max_examples=60, deadline=None)
def test_p_is_the_share_of_sign_patterns(differences):
    assert compute_sign_flip(differences, resolution=1).p == p_by_flipping(differences)


@given(whole, LEVELS, st.fractions(-10, 10, max_denominator=12))
@settings(max_examples=100, deadline=None)
def test_a_shift_is_inside_if_and_only_if_it_is_not_rejected(differences, level, shift):
    found = compute_sign_flip(differences, level=level, resolution=1)
    inside = (found.lower is None or shift >= Fraction(found.lower).limit_denominator(9)) and (
        found.upper is None or shift <= Fraction(found.upper).limit_denominator(9)
    )
    assert inside == (p_by_flipping(differences, shift) > 1 - level)


@given(whole, LEVELS)
@settings(max_examples=60, deadline=None)
def test_limits_are_inside_and_what_lies_just_beyond_is_not(differences, level):
    found = compute_sign_flip(differences, level=level, resolution=1)
    for limit, outwards in ((found.lower, -1), (found.upper, 1)):
        if limit is None:
            assert p_by_flipping(differences, outwards * 10**6) > 1 - level
            continue
        exact = Fraction(limit).limit_denominator(9)
        assert float(exact) == limit
        assert p_by_flipping(differences, exact) > 1 - level
        assert p_by_flipping(differences, exact + outwards * Fraction(1, 1000)) <= 1 - level


@given(whole, st.permutations(range(9)), st.integers(1, 40), st.integers(-30, 30))
@settings(max_examples=60, deadline=None)
def test_order_sign_scale_and_shift(differences, order, factor, shift):
    reference = compute_sign_flip(differences, resolution=1)
    shuffled = [differences[i] for i in order if i < len(differences)]
    assert compute_sign_flip(shuffled, resolution=1) == reference
    mirrored = compute_sign_flip([-factor * d for d in differences], resolution=1)
    assert (mirrored.p, mirrored.estimate) == (reference.p, pytest.approx(-factor * reference.estimate))
    moved = compute_sign_flip([d + shift for d in differences], resolution=1)
    assert (reference.lower is None) == (moved.lower is None) == (mirrored.upper is None)
    if reference.lower is not None:
        assert (mirrored.lower, mirrored.upper) == pytest.approx((-factor * reference.upper, -factor * reference.lower))
        assert (moved.lower, moved.upper) == pytest.approx((reference.lower + shift, reference.upper + shift))


@given(whole)
@settings(max_examples=40, deadline=None)
def test_limits_move_outwards_with_the_level(differences):
    found = [compute_sign_flip(differences, level=level, resolution=1) for level in (0.7, 0.8, 0.9, 0.95)]
    lowers = [-np.inf if f.lower is None else f.lower for f in found]
    uppers = [np.inf if f.upper is None else f.upper for f in found]
    assert lowers == sorted(lowers, reverse=True)
    assert uppers == sorted(uppers)


@given(whole)
@settings(max_examples=40, deadline=None)
def test_counting_equals_listing(differences):
    units = np.array(differences, dtype=np.int64)
    listed, counted = enumerate_subsets(units), count_subsets(units)
    for alpha in (0.02, 0.05, 0.2, 0.5):
        pairs = [means.smallest_accepted(alpha) for means in (listed, counted)]
        first, second = (None if p is None else Fraction(*p) for p in pairs)
        assert first == second
    if sum(differences) > 0:
        assert counted.p_at_zero() == listed.p_at_zero()


def test_thirty_whole_changes_are_counted_and_agree_with_two_halves_listed():
    """All 2^30 patterns without listing them: sums of the first half against sorted sums of the second."""
    differences = np.random.default_rng(8).integers(-6, 10, 30)
    found = compute_sign_flip(differences, resolution=1)
    assert (found.way, found.seed) == ("counted", None)
    sizes = np.abs(differences)
    first, second = np.zeros(1, dtype=int), np.zeros(1, dtype=int)
    for a, b in zip(sizes[:15], sizes[15:], strict=True):
        first, second = np.concatenate([first, first + a]), np.concatenate([second, second + b])
    observed, total = int(sizes[differences > 0].sum()), int(sizes.sum())
    tail = min(observed, total - observed)
    listed = np.searchsorted(np.sort(second), tail - first, side="right").sum()
    assert found.p == pytest.approx(2 * listed / 2**30, rel=1e-12)


def test_drawn_patterns_are_seeded_and_near_the_counted_p(monkeypatch):
    differences = np.random.default_rng(8).integers(-6, 10, 30)
    exact = compute_sign_flip(differences, resolution=1)
    monkeypatch.setattr(subset_means, "LARGEST_TABLE", 0)
    drawn = compute_sign_flip(differences, resolution=1, seed=5)
    assert (drawn.way, drawn.seed, drawn.draws, drawn.p_min) == ("drawn", 5, DRAWS, 1 / (DRAWS + 1))
    # Four standard errors of a drawn share.
    assert abs(drawn.p - exact.p) < 4 * (exact.p * (1 - exact.p) / DRAWS) ** 0.5
    assert (drawn.lower, drawn.upper) == pytest.approx((exact.lower, exact.upper), abs=0.03)
    assert compute_sign_flip(differences, resolution=1, seed=5) == drawn
    assert compute_sign_flip(differences, resolution=1, seed=6).p != drawn.p


@given(st.lists(st.integers(-50, 60), min_size=5, max_size=9), st.integers(-20, 20), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_p_and_interval_of_drawn_patterns_agree(differences, shift, seed):
    """Drawing may be few: the interval is still exactly what the test of the same draws does not reject."""
    units = np.array(differences, dtype=np.int64)
    means = draw_subsets(units, 199, seed)
    lowest = means.smallest_accepted(0.05)
    n = units.size
    if Fraction(int(units.sum()), n) <= shift:
        return
    moved = draw_subsets(units - shift, 199, seed)
    p = moved.p_at_zero()
    # (b + 1) / (m + 1), from the definition: patterns as extreme as the one observed, on either side.
    chosen = np.random.default_rng(seed).integers(0, 2, (199, n), dtype=np.int8)
    flipped = np.abs(((1 - 2 * chosen.astype(int)) * (units - shift)).sum(axis=1))
    assert p == pytest.approx((1 + (flipped >= abs(int((units - shift).sum()))).sum()) / 200)
    assert (lowest is None or Fraction(*lowest) <= shift) == (p > 0.05)


SPANS = st.lists(st.tuples(st.integers(-8, 8), st.integers(0, 3)), min_size=1, max_size=7)


@given(SPANS, LEVELS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_every_completion_is_enclosed_and_the_extremes_are_reached(spans, level, rng):
    lows, highs = [a for a, _ in spans], [a + w for a, w in spans]
    found = compute_sign_flip_bounds(lows, highs, level=level, resolution=1)
    assert found.lower == compute_sign_flip(lows, level=level, resolution=1).lower
    assert found.upper == compute_sign_flip(highs, level=level, resolution=1).upper
    for _ in range(10):
        one = compute_sign_flip([rng.randint(a, b) for a, b in zip(lows, highs, strict=True)], level=level)
        assert one.p <= found.p
        assert found.estimate[0] - 1e-9 <= one.estimate <= found.estimate[1] + 1e-9
        assert found.lower is None or found.lower <= one.lower + 1e-9
        assert found.upper is None or one.upper <= found.upper + 1e-9


def test_an_open_end_leaves_only_that_side_without_limit():
    found = compute_sign_flip_bounds([-np.inf, -9, -8, -7, -6, -5], [-10, -9, -8, -7, -6, -5])
    assert (found.estimate, found.lower, found.upper) == ((None, -7.5), None, -5)
    assert found.p == found.p_min == 0.03125


def test_small_and_degenerate_samples():
    empty = compute_sign_flip([])
    assert (empty.n, empty.estimate, empty.lower, empty.upper, empty.p, empty.p_min) == (0, None, None, None, 1, 1)
    single = compute_sign_flip([-4])
    assert (single.estimate, single.lower, single.p, single.p_min) == (-4, None, 1, 1)
    assert compute_sign_flip([0, 0, 0, 0]).p == 1
    five = compute_sign_flip([-1, -2, -3, -4, -5])
    assert (five.p, five.lower) == (0.0625, None)  # 2 of 32 patterns: 95 % is out of reach
    equal = compute_sign_flip([-5] * 7)
    assert (equal.lower, equal.upper, equal.p) == (-5, -5, 2 / 128)


def test_float_noise_makes_no_pattern_less_extreme():
    """Differences of 0.2 made of floats: the pattern observed equals others exactly, and p must count them."""
    noisy = np.array([0.3, 1.05, 0.84, 0.7, 2.2]) - np.array([0.1, 0.84, 0.63, 0.9, 2.0])
    assert compute_sign_flip(noisy).p == compute_sign_flip([20, 21, 21, -20, 20]).p


@pytest.mark.parametrize(
    ("differences", "level", "message"),
    [
        ([1, float("inf")], 0.95, r"^values to be ranked must be finite numbers$"),
        ([1], 1.5, r"^the level must lie between 0 and 1, found 1.5$"),
    ],
)
def test_what_cannot_be_asked_is_refused(differences, level, message):
    with pytest.raises(ValueError, match=message):
        compute_sign_flip(differences, level=level)


@pytest.mark.parametrize(("lower", "upper"), [([], []), ([2], [1]), ([float("nan")], [1])])
def test_impossible_ranges_are_refused(lower, upper):
    with pytest.raises(ValueError, match=r"^every change needs a lower end"):
        compute_sign_flip_bounds(lower, upper)

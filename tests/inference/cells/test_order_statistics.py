from itertools import combinations
from math import comb, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.cells.order_statistics import compute_quantile, compute_quantile_ranks

cells = st.lists(st.integers(-50, 50), min_size=1, max_size=40)


def test_fewer_than_six_cells_have_no_limits_of_their_median():
    for n in range(6):
        found = compute_quantile(np.arange(n, dtype=float))
        assert (found.lower, found.upper) == (None, None)
    six = compute_quantile([5, 1, 4, 2, 6, 3])
    assert (six.lower, six.estimate, six.upper) == (1, 3.5, 6)


def test_the_lower_limit_of_the_tenth_percentile_stays_open_up_to_thirty_five_cells():
    assert compute_quantile_ranks(35, 0.1).lower is None
    assert compute_quantile_ranks(36, 0.1).lower == 1
    assert compute_quantile_ranks(35, 0.9).upper is None
    assert compute_quantile_ranks(36, 0.9).upper == 36
    assert compute_quantile_ranks(12, 0.1).upper is not None


def test_no_cell_gives_no_number():
    found = compute_quantile([])
    assert (found.estimate, found.lower, found.upper) == (None, None, None)


@given(n=st.integers(1, 300), quantile=st.floats(0.02, 0.98), level=st.sampled_from([0.9, 0.95, 0.99]))
@settings(max_examples=100)
def test_each_side_misses_at_most_half_of_the_error_and_the_next_rank_would_miss_more(n, quantile, level):
    found = compute_quantile_ranks(n, quantile, level=level)
    tail = (1 - level) / 2

    def below(r, share):
        """P(fewer than r of n cells), from the definition."""
        return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(r))

    lower, from_top = found.lower or 0, 0 if found.upper is None else n + 1 - found.upper
    for rank, share in ((lower, quantile), (from_top, 1 - quantile)):
        assert below(rank, share) <= tail * (1 + 1e-9)
        assert below(rank + 1, share) > tail * (1 - 1e-9)


@given(cells, st.sampled_from([0.1, 0.5, 0.9]), st.integers(0, 3), st.sampled_from([0.7, 0.95]))
@settings(max_examples=100)
def test_limits_hold_those_of_the_true_cells_whichever_are_false(values, quantile, false, level):
    """Every way to take out as many cells as may be false, or fewer."""
    values = values[:9]
    outer = compute_quantile(values, quantile, level=level, false_cells=false)
    for left_out in range(min(false, len(values)) + 1):
        for kept in combinations(values, len(values) - left_out):
            inner = compute_quantile(kept, quantile, level=level)
            assert (-inf if outer.lower is None else outer.lower) <= (-inf if inner.lower is None else inner.lower)
            assert (inf if outer.upper is None else outer.upper) >= (inf if inner.upper is None else inner.upper)


@given(cells, st.floats(0.1, 5), st.floats(-10, 10))
@settings(max_examples=50)
def test_limits_follow_a_change_of_scale_and_stand_around_the_estimate(values, factor, shift):
    plain = compute_quantile(values)
    moved = compute_quantile(factor * np.array(values) + shift)
    for name in ("estimate", "lower", "upper"):
        one, other = getattr(plain, name), getattr(moved, name)
        assert (one is None) == (other is None)
        if one is not None:
            assert other == pytest.approx(factor * one + shift, abs=1e-9)
    if plain.lower is not None:
        assert plain.lower <= plain.estimate <= plain.upper


def test_what_is_no_level_is_refused():
    with pytest.raises(ValueError, match="finite"):
        compute_quantile([1.0, float("nan")])
    with pytest.raises(ValueError, match="between 0 and 1, found 1"):
        compute_quantile([1.0], 1.0)
    with pytest.raises(ValueError, match="not negative, found 5 of which -1"):
        compute_quantile_ranks(5, 0.5, false_cells=-1)

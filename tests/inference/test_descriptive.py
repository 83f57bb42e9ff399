import statistics
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.descriptive import compute_descriptive, compute_descriptive_bounds
from costim.inference.lattice import is_on_lattice, round_to_lattice
from costim.inference.other_causes.tipping import compute_tipping_shift

ranges = st.lists(st.tuples(st.integers(-5, 5), st.sampled_from([0, 0, 1, 3, 6])), min_size=1, max_size=7).map(
    lambda rows: [(low, low + width) for low, width in rows]
)


def test_nine_recovered_durations():
    found = compute_descriptive([22, 18, 23, 29, 7, 7, 14, 11, 10])
    assert (round(found.mean, 2), found.median, round(found.sd, 2)) == (15.67, 14, 7.78)
    assert (found.minimum, found.maximum) == (7, 29)


def test_one_value_has_no_sd():
    assert compute_descriptive([4.0]).sd is None
    assert compute_descriptive_bounds([(1, 4)]).sd is None


@given(ranges, st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None)
def test_every_choice_lies_within_and_the_ends_are_reached(intervals, seed):
    bounds = compute_descriptive_bounds(intervals)
    generator = np.random.default_rng(seed)
    for _ in range(20):
        values = [generator.uniform(low, high) for low, high in intervals]
        found = compute_descriptive(values)
        for name in ("mean", "median", "minimum", "maximum", "sd"):
            value, range_ = getattr(found, name), getattr(bounds, name)
            if value is not None:
                assert range_.lower - 1e-9 <= value <= range_.upper + 1e-9
    lows, highs = [low for low, _ in intervals], [high for _, high in intervals]
    assert (bounds.mean.lower, bounds.mean.upper) == pytest.approx((statistics.fmean(lows), statistics.fmean(highs)))


@given(ranges)
@settings(max_examples=40, deadline=None)
def test_smallest_sd_is_the_smallest_of_a_fine_search(intervals):
    bounds = compute_descriptive_bounds(intervals)
    if bounds.sd is None:
        return
    searched = min(
        statistics.stdev([min(max(c, low), high) for low, high in intervals]) for c in np.linspace(-5, 11, 321).tolist()
    )
    assert bounds.sd.lower <= searched + 1e-12
    assert bounds.sd.lower >= searched - 0.05


def test_open_ends_bound_what_they_can():
    bounds = compute_descriptive_bounds([(-inf, 2), (1, 1), (3, 3)])
    assert (bounds.median.lower, bounds.median.upper) == (1, 2)
    assert (bounds.mean.lower, bounds.mean.upper) == (-inf, 2)
    assert bounds.sd.upper == inf


@pytest.mark.parametrize("compute", [compute_descriptive, compute_descriptive_bounds])
def test_nothing_to_describe(compute):
    with pytest.raises(ValueError, match=r"^no value to describe$"):
        compute([])


@pytest.mark.parametrize(("value", "n"), [(0.1, 3), (0.1, 6), (0.7, 3), (1.1, 7), (33.3, 10)])
def test_equal_values_have_no_spread_at_all(value, n):
    found = compute_descriptive([value] * n)
    assert (found.mean, found.sd) == (value, 0)
    bounds = compute_descriptive_bounds([(value, value)] * (n - 1) + [(value, value + 1)])
    assert bounds.sd.lower == 0


@pytest.mark.parametrize("value", [float("nan"), inf, -inf])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match=r"^values to be described must be finite numbers$"):
        compute_descriptive([1.0, value])


def test_impossible_ranges_are_refused():
    with pytest.raises(ValueError, match=r"^a range must not end below its beginning$"):
        compute_descriptive_bounds([(3, 1)])
    with pytest.raises(ValueError, match=r"^both ends of a range must be numbers$"):
        compute_descriptive_bounds([(1, 2), (float("nan"), 3)])


@pytest.mark.parametrize(
    ("lower", "upper", "shift"),
    [(-12, -6, -6), (2, 9, 2), (-3, 4, 0), (0, 7, 0), (None, -2, -2), (1, None, 1), (None, None, None), (None, 3, 0)],
)
def test_tipping_shift_is_the_limit_nearest_to_zero(lower, upper, shift):
    assert compute_tipping_shift(lower, upper) == shift


def test_lattice_gives_back_clean_decimals():
    lattice = round_to_lattice([0.84 - 1.05, 0.3], resolution=0.01)
    assert lattice.units.tolist() == [-21, 30]
    assert lattice.value(-21) == -0.21
    assert lattice.value(3 * 30, 3) == 0.3
    assert is_on_lattice([0.1 + 0.2, 1.05], 0.01)
    assert not is_on_lattice([12.5], 1)

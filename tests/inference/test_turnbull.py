from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.binary.proportion import compute_clopper_pearson
from costim.inference.survival.kaplan_meier import compute_kaplan_meier
from costim.inference.survival.turnbull import compute_turnbull
from costim.inference.survival.undecided import compute_undecided_limits
from tests.inference.truth import numbers, read_truth

CREEPING = "exact_and_ranges"
"""Where the gradient of an interval without mass is as large as the others, survfit stops before it is there."""


def likelihood(low, high, survival):
    """Sum of log(S(lower) - S(upper)); an exact time takes the fall at that time."""
    total = 0.0
    for a, b in zip(low, high, strict=True):
        before = survival(np.nextafter(a, -inf)) if a == b else survival(a)
        total += np.log(before - (0.0 if b == inf else survival(b)))
    return total


@pytest.mark.oracle
@pytest.mark.parametrize(
    "row", read_truth("turnbull_survival-3.5-3.csv"), ids=lambda r: f"{r['case']}@{float(r['time']):g}"
)
def test_estimate_equals_survfit_with_interval2(row):
    found = compute_turnbull(numbers(row["lower"]), numbers(row["upper"]))
    least, most = found.survival_at(float(row["time"]))
    tolerance = 5e-3 if row["case"] == CREEPING else 5e-4  # it stops when no mass changes by more than 5e-5
    assert least - tolerance <= float(row["survival"]) <= most + tolerance


def self_consistency(low, high, rounds=20_000):
    """Turnbull's own iteration on every gap between the ends, not only the innermost ones, written down plainly."""
    ends = sorted({*low, *(b for b in high if b < inf)})
    cells = [(-inf, ends[0])] if -inf in low else []
    for k, t in enumerate(ends):
        cells.append((t, t))
        cells.append((t, ends[k + 1] if k + 1 < len(ends) else inf))

    def inside(cell, a, b):
        """Is the cell (point, or open gap) part of (a, b]?"""
        if a == b:
            return cell == (a, a)
        return (cell[0] > a if cell[0] == cell[1] else cell[0] >= a) and cell[1] <= b

    holds = np.array([[inside(c, a, b) for c in cells] for a, b in zip(low, high, strict=True)], dtype=float)
    mass = np.full(len(cells), 1 / len(cells))
    for _ in range(rounds):
        mass = mass * (holds / (holds @ mass)[:, None]).mean(axis=0)
    return lambda t: 1 - sum(m for c, m in zip(cells, mass, strict=True) if c[1] <= t)


@pytest.mark.parametrize(
    "low, high",
    [
        ([0, 90, 90, 180, 180, 180, 270, 90, 0, 360], [90, 180, 180, 270, 270, inf, 360, inf, 180, inf]),
        ([2, 3, 4, 6, 8], [5, 3, 7, 6, inf]),
        ([0, 0, 28, 28, 84, 84, 168, 0, 28], [84, 168, 84, 336, 168, 336, inf, 336, inf]),
    ],
)
def test_estimate_equals_plain_self_consistency(low, high):
    found, plain = compute_turnbull(low, high), self_consistency(low, high)
    for t in sorted({b for b in high if b < inf}):
        least, most = found.survival_at(t)
        tolerance = 1e-4 if low[0] == 2 else 1e-9  # the second case creeps
        assert least - tolerance <= plain(t) <= most + tolerance
    assert likelihood(low, high, lambda t: found.survival_at(t)[1]) >= likelihood(low, high, plain) - 1e-9


def test_visits_that_share_a_day_share_no_mass():
    """Treated as closed, (90, 180] and (180, 270] would meet on day 180 and put everything there."""
    found = compute_turnbull([90, 180], [180, 270])
    assert found.survival_at(180) == pytest.approx((0.5, 0.5))
    assert (found.left.tolist(), found.right.tolist()) == ([90, 180], [180, 270])
    closed = compute_turnbull([90 - 1e-6, 180 - 1e-6], [180, 270])
    assert closed.survival_at(180) == pytest.approx((0, 0), abs=1e-9)


def test_a_self_consistent_distribution_that_is_not_the_likeliest():
    """Half the mass at each end of these six ranges is a fixed point of self-consistency; a third each is likelier.

    After Gentleman & Geyer 1994, who show that the iteration can stop short of the maximum.
    """
    low, high = [0, 1, 1, 0, 0, 2], [1, 3, 3, 2, 2, 3]
    found = compute_turnbull(low, high)
    assert found.mass == pytest.approx([1 / 3] * 3, abs=1e-10)
    halves = likelihood(low, high, lambda t: {0: 1, 1: 0.5, 2: 0.5, 3: 0}[t])
    assert likelihood(low, high, lambda t: found.survival_at(t)[1]) > halves + 0.3


def test_inside_an_innermost_interval_there_are_only_bounds():
    found = compute_turnbull([0, 0, 5], [5, 5, inf])
    assert found.survival_at(0) == (1, 1)
    assert found.survival_at(3) == pytest.approx((1 / 3, 1))
    assert found.survival_at(5) == pytest.approx((1 / 3, 1 / 3))
    assert found.survival_at(9) == pytest.approx((0, 1 / 3))
    assert found.median == (0, 5)
    assert compute_turnbull([0, 5, 5], [5, inf, inf]).median == (5, inf)


@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from([0, 1, 2, 4, inf])), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_no_other_distribution_is_likelier(data):
    """Conditions of Gentleman & Geyer: no interval pulls harder than n, those with mass pull with n exactly."""
    low = np.array([a for a, _ in data], dtype=float)
    high = np.array([a + w for a, w in data])
    found = compute_turnbull(low, high)
    assert found.mass.sum() == pytest.approx(1, abs=1e-12)
    exact = low == high
    holds = np.array(
        [
            [
                (b >= right) and (a < left or (a == left and (e if left == right else not e)))
                for left, right in zip(found.left, found.right, strict=True)
            ]
            for a, b, e in zip(low, high, exact, strict=True)
        ],
        dtype=float,
    )
    pull = (holds / (holds @ found.mass)[:, None]).sum(axis=0)
    assert (pull <= len(data) * (1 + 1e-6)).all()
    assert pull[found.mass > 1e-6] == pytest.approx(len(data), rel=1e-5)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=14))
@settings(max_examples=60, deadline=None)
def test_of_exact_times_it_is_the_kaplan_meier_estimate(data):
    curve = compute_kaplan_meier([t for t, _ in data], [e for _, e in data])
    found = compute_turnbull([t for t, _ in data], [t if e else inf for t, e in data])
    for t, s, left in zip(curve.times, curve.survival, curve.at_risk - curve.events - curve.censored, strict=True):
        least, most = found.survival_at(t)
        assert most == pytest.approx(s, abs=1e-8)
        assert least == pytest.approx(s, abs=1e-8) or left == 0


@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from([1, 2, 4, inf])), min_size=1, max_size=9))
@settings(max_examples=40, deadline=None)
def test_order_and_unit_of_time_do_not_matter(data):
    one = compute_turnbull([a for a, _ in data], [a + w for a, w in data])
    other = compute_turnbull([a * 7 for a, _ in reversed(data)], [(a + w) * 7 for a, w in reversed(data)])
    assert (one.left * 7).tolist() == other.left.tolist()
    assert other.survival == pytest.approx(one.survival, abs=1e-6)


def test_left_censored_and_impossible_input():
    assert compute_turnbull([-inf, 3], [0, 7]).survival_at(0) == pytest.approx((0.5, 0.5))
    with pytest.raises(ValueError, match=r"^need as many lower as upper ends"):
        compute_turnbull([], [])
    with pytest.raises(ValueError, match=r"^need as many lower as upper ends"):
        compute_turnbull([1], [2, 3])
    with pytest.raises(ValueError, match=r"^a range must not end below its beginning$"):
        compute_turnbull([3], [2])
    for low, high in ((nan, 1), (1, nan), (inf, inf), (-inf, -inf)):
        with pytest.raises(ValueError, match=r"^the lower end of a range is a number or minus infinity"):
            compute_turnbull([low], [high])


def test_limits_over_the_undecided_by_hand():
    """At day 180: two of five certainly later, one perhaps."""
    spans = [(0, 90), (90, 180), (90, 270), (180, 270), (180, inf)]
    found = compute_undecided_limits(spans, 180)
    assert (found.yes, found.undecided) == (2, 1)
    assert found.least.lower == compute_clopper_pearson(2, 5).lower
    assert found.most.upper == compute_clopper_pearson(3, 5).upper
    assert compute_undecided_limits([(180, 180)], 180).yes == 0
    with pytest.raises(ValueError, match=r"^no subject$"):
        compute_undecided_limits([], 180)


@given(
    st.lists(st.tuples(st.integers(0, 8), st.sampled_from([1, 2, 4, inf])), min_size=1, max_size=12), st.integers(0, 12)
)
@settings(max_examples=60, deadline=None)
def test_the_estimate_lies_within_the_limits(data, time):
    low, high = [float(a) for a, _ in data], [float(a + w) for a, w in data]
    least, most = compute_turnbull(low, high).survival_at(time)
    limits = compute_undecided_limits(list(zip(low, high, strict=True)), time)
    assert limits.least.lower <= least + 1e-9
    assert most <= limits.most.upper + 1e-9

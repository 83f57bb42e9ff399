from itertools import pairwise

import numpy as np
import pytest
from bench.calibration.families.other_causes import many_mee_chua
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from costim.inference.other_causes.mee_chua import compute_mee_chua, compute_tipping_means
from tests.inference.truth import numbers, read_truth

ROWS = read_truth("mee_chua_stats-4.2.2.csv")
CASES = {row["case"]: row for row in ROWS}
readings = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=4, max_size=12)


@pytest.mark.oracle
@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['case']} {r['mu']}")
def test_intercept_error_interval_and_p_equal_lm(row):
    found = compute_mee_chua(numbers(row["before"]), numbers(row["after"]), long_run_mean=float(row["mu"]))
    for name in ("estimate", "se", "lower", "upper", "p"):
        assert getattr(found, name) == pytest.approx(float(row[name]), rel=1e-9, abs=1e-10), name
    assert found.df == found.n - 2


@pytest.mark.oracle
@pytest.mark.parametrize("row", CASES.values(), ids=CASES)
def test_tipping_means_equal_a_root_search_on_the_intervals_of_lm(row):
    found = compute_tipping_means(numbers(row["before"]), numbers(row["after"]))
    assert found.holds_zero == (row["below"] == "holds")
    for side in ("below", "above"):
        if row[side] == "none":
            assert getattr(found, side) is None
        elif row[side] != "holds":
            assert getattr(found, side) == pytest.approx(float(row[side]), rel=1e-9)


def test_the_truth_has_at_least_ten_cases():
    assert len(CASES) >= 10


def test_the_estimate_is_linear_in_the_assumed_mean_and_the_change_itself_at_the_mean_baseline():
    """As in the printed sweep -6.74, -7.50, -8.25 at 10, 14 and 18: equal steps."""
    x, y = [17, 15, 13, 29, 26], [10, 12, 4, 13, 11]
    steps = [compute_mee_chua(x, y, long_run_mean=mu).estimate for mu in (10, 14, 18)]
    assert steps[2] - steps[1] == pytest.approx(steps[1] - steps[0])
    assert compute_mee_chua(x, y, long_run_mean=20).estimate == pytest.approx(-10)


@given(readings, st.floats(-20, 60))
@settings(max_examples=60, deadline=None)
def test_shift_scale_order_and_mirror(pairs, mu):
    x, y = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    assume(np.ptp(x) > 0)
    one = compute_mee_chua(x, y, long_run_mean=mu)
    assume(one.se is not None and one.se > 1e-6)
    moved = compute_mee_chua(3 * x[::-1] + 7, 3 * y[::-1] + 7, long_run_mean=3 * mu + 7)
    mirrored = compute_mee_chua(-x, -y, long_run_mean=-mu)
    assert moved.estimate == pytest.approx(3 * one.estimate, abs=1e-7)
    assert (moved.lower, moved.upper) == (
        pytest.approx(3 * one.lower, abs=1e-6),
        pytest.approx(3 * one.upper, abs=1e-6),
    )
    assert (mirrored.lower, mirrored.upper) == (pytest.approx(-one.upper), pytest.approx(-one.lower))
    assert mirrored.p == pytest.approx(one.p)


@given(readings, st.floats(-20, 60), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
@settings(max_examples=60, deadline=None)
def test_zero_is_inside_exactly_when_p_exceeds_alpha_and_limits_widen_with_the_level(pairs, mu, level):
    x, y = zip(*pairs, strict=True)
    found = compute_mee_chua(x, y, long_run_mean=mu, level=level)
    assume(found.p is not None and abs(found.p - (1 - level)) > 1e-9)
    assert (found.lower <= 0 <= found.upper) == (found.p > 1 - level)
    wider = compute_mee_chua(x, y, long_run_mean=mu, level=(1 + level) / 2)
    assert wider.lower < found.lower
    assert wider.upper > found.upper


@given(readings)
@settings(max_examples=80, deadline=None)
def test_between_neighbouring_tipping_means_the_verdict_is_one_and_at_them_it_turns(pairs):
    x, y = zip(*pairs, strict=True)
    found = compute_tipping_means(x, y)
    assume(not found.reason)
    for mean in found.roots:
        at = compute_mee_chua(x, y, long_run_mean=mean)
        assert min(abs(at.lower), abs(at.upper)) == pytest.approx(0, abs=1e-5 * max(1, abs(at.estimate), at.se))
    ends = [-1e4, *found.roots, 1e4]
    for low, high in pairwise(ends):
        inner = np.linspace(low, high, 7)[1:-1] if high - low > 1e-3 else []
        verdicts = {
            (r.p > 0.05) for r in (compute_mee_chua(x, y, long_run_mean=m) for m in inner) if abs(r.p - 0.05) > 1e-6
        }
        assert len(verdicts) <= 1
    if found.below is not None:
        assert found.below == max(m for m in found.roots if m < found.mean_before)
    if found.above is not None:
        assert found.above == min(m for m in found.roots if m > found.mean_before)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ([], [], "too_few_pairs"),
        ([1], [2], "too_few_pairs"),
        ([1, 2], [2, 5], "too_few_pairs"),
        ([7, 7, 7, 7], [1, 2, 3, 4], "equal_baselines"),
    ],
)
def test_what_cannot_be_fitted_has_no_number(before, after, reason):
    found = compute_mee_chua(before, after, long_run_mean=5)
    assert (found.reason, found.estimate, found.se, found.lower, found.p) == (reason, None, None, None, None)
    assert compute_tipping_means(before, after).roots == ()
    assert compute_tipping_means(before, after).reason == reason


def test_points_on_a_line_have_an_estimate_and_no_error():
    found = compute_mee_chua([0.1, 0.2, 0.3, 0.7], [0.3, 0.5, 0.7, 1.5], long_run_mean=0.4)
    assert found.reason == "no_residual_spread"
    assert found.estimate == pytest.approx(0.5)
    assert (found.se, found.lower, found.upper, found.p) == (None, None, None, None)
    assert compute_tipping_means([1, 2, 3], [0, 0, 0]).reason == "no_residual_spread"


def test_a_mean_outside_the_baselines_is_said():
    x, y = [3, 5, 9], [2, 5, 4]
    verdicts = [compute_mee_chua(x, y, long_run_mean=m).extrapolated for m in (2.9, 3, 6, 9, 9.1)]
    assert verdicts == [True, False, False, False, True]


@pytest.mark.parametrize(
    ("before", "after", "mean", "level", "message"),
    [
        ([1, 2, 3], [1, 2], 1, 0.95, "every patient needs one reading before and one after"),
        ([1, 2, float("nan")], [1, 2, 3], 1, 0.95, "readings must be finite numbers"),
        ([1, 2, 3], [1, 2, 4], float("inf"), 0.95, "the assumed mean must be a finite number"),
        ([1, 2, 3], [1, 2, 4], 1, 95, "the level must lie between 0 and 1, found 95"),
    ],
)
def test_wrong_input_is_refused(before, after, mean, level, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        compute_mee_chua(before, after, long_run_mean=mean, level=level)


def test_the_twin_of_the_simulation_gives_the_same():
    rng = np.random.default_rng(5)
    x, y = rng.integers(0, 30, (40, 7)).astype(float), rng.integers(0, 30, (40, 7)).astype(float)
    x[0], y[1] = 4, 0  # equal baselines; points on a line
    estimates, halves = many_mee_chua(x, y, 8.0)
    for row, (estimate, half) in enumerate(zip(estimates, halves, strict=True)):
        found = compute_mee_chua(x[row], y[row], long_run_mean=8)
        if found.lower is None:
            assert not np.isfinite(half)
            continue
        assert estimate == pytest.approx(found.estimate)
        assert estimate - half == pytest.approx(found.lower)

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from costim.inference.other_causes.grid import compute_readable_grid
from costim.inference.other_causes.tipping_line import compute_net_of_steroid, compute_tipping_steroid_effect
from costim.inference.paired.signed_rank import compute_signed_rank
from tests.inference.truth import numbers, read_truth

ROWS = read_truth("steroid_coin-1.4-2.csv")
CASES = {row["case"]: row for row in ROWS}
STEP = 0.0005
"""Step of the grid that the oracle tried."""
dosed = st.lists(
    st.tuples(st.integers(-20, 10), st.sampled_from([-40, -20, -10, -7.5, -5, -2.5, 0, 5])), min_size=6, max_size=9
)

fallen = st.lists(
    st.tuples(st.integers(-20, -1), st.sampled_from([-40, -20, -10, -7.5, -5, -2.5, 0, 5])), min_size=7, max_size=9
)


@pytest.mark.oracle
@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['case']} {r['per_mg']}")
def test_p_equals_coin(row):
    found = compute_net_of_steroid(numbers(row["changes"]), numbers(row["doses"]), per_mg=float(row["per_mg"]))
    assert found.p == pytest.approx(float(row["p"]), rel=1e-9)


@pytest.mark.oracle
@pytest.mark.parametrize("row", CASES.values(), ids=CASES)
def test_the_tipping_effects_are_those_a_fine_grid_of_tests_by_coin_finds(row):
    found = compute_tipping_steroid_effect(numbers(row["changes"]), numbers(row["doses"]))
    if row["positive"] == "holds":
        assert (found.reason, found.positive, found.negative) == ("holds_zero", 0, 0)
        return
    for side in ("positive", "negative"):
        own, tried = getattr(found, side), row[side]
        if row["case"] == "six_equal" and side == "positive":
            assert own == 0.5  # one single effect explains every change to the last mg; no grid meets it
        elif tried == "none":
            assert own is None
        else:
            assert 0 <= abs(float(tried)) - abs(own) <= STEP + 1e-12


def test_the_truth_has_at_least_ten_cases():
    assert len(CASES) >= 10


@given(fallen)
@settings(max_examples=60, deadline=None)
def test_no_effect_nearer_to_zero_explains_the_change_and_a_little_further_one_does(pairs):
    d, c = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    found = compute_tipping_steroid_effect(d, c)
    assume(found.reason == "")
    for tip, is_open in ((found.positive, found.positive_open), (found.negative, found.negative_open)):
        end = tip if tip is not None else 9.0 if tip is found.positive else -9.0
        for k in np.linspace(0, end, 23)[:-1]:
            assert compute_signed_rank(d - k * c, scale=100).p <= 0.05
        if tip is not None:
            there = compute_signed_rank(d - tip * c, scale=100).p
            assert (there <= 0.05) == is_open
            if is_open:
                beyond = compute_signed_rank(d - tip * (1 + 1e-7) * c, scale=1).p if tip else 1
                assert beyond > 0.05


@given(dosed, st.floats(-1, 1))
@settings(max_examples=60, deadline=None)
def test_mirror_order_scale_and_the_line_is_the_limit_nearest_to_zero(pairs, k):
    d, c = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    one = compute_net_of_steroid(d, c, per_mg=k)
    mirrored = compute_net_of_steroid(-d[::-1], c[::-1], per_mg=-k)
    assert mirrored.p == pytest.approx(one.p)
    assert mirrored.estimate == pytest.approx(-one.estimate, abs=1e-6)
    assert (mirrored.lower, mirrored.upper) == (
        pytest.approx(-one.upper, abs=1e-6),
        pytest.approx(-one.lower, abs=1e-6),
    )
    if one.lower <= 0 <= one.upper:
        assert one.natural_course == 0
    else:
        assert one.natural_course in (one.lower, one.upper)
        assert abs(one.natural_course) == min(abs(one.lower), abs(one.upper))
        assert one.p <= 0.05
    tip, other = compute_tipping_steroid_effect(d, c), compute_tipping_steroid_effect(d, -c)
    if tip.reason == "" and tip.positive is not None:
        assert other.negative == pytest.approx(-tip.positive)
        halved = compute_tipping_steroid_effect(d, 2 * c)
        assert halved.positive == pytest.approx(tip.positive / 2)


def test_the_companion_cohort():
    """Only a steroid that raised SLEDAI by 0.40 points per mg would explain the fall; none that lowers it does."""
    d, c = [-10, -3, -10, -20, -26, -16, -16, -31], [-17.5, -6.5, -15, -50.5, -58, -25, -43, -37.5]
    found = compute_tipping_steroid_effect(d, c)
    assert found.negative is None
    assert found.positive == pytest.approx(20 / 50.5)
    assert found.positive_open


@pytest.mark.parametrize(
    ("changes", "doses", "reason"),
    [
        ([], [], "level_unreachable"),
        ([-3], [-5], "level_unreachable"),
        ([-3, -4, -5, -6, -7], [-5, -5, -5, -5, -5], "level_unreachable"),
        ([-3, -4, -5, -6, -7, -8], [0] * 6, "no_dose_change"),
        ([0] * 7, [-5] * 7, "holds_zero"),
    ],
)
def test_what_cannot_be_had_has_a_reason(changes, doses, reason):
    found = compute_tipping_steroid_effect(changes, doses)
    assert found.reason == reason
    assert found.positive == (0 if reason == "holds_zero" else None)


def test_few_patients_have_no_line():
    found = compute_net_of_steroid([-3, -4], [-5, -5], per_mg=0.2)
    assert (found.estimate, found.lower, found.upper, found.natural_course) == (-2.5, None, None, None)
    assert compute_net_of_steroid([], [], per_mg=0.2).estimate is None


@pytest.mark.parametrize(
    ("changes", "doses", "per_mg", "message"),
    [
        ([1, 2], [1], 0, "every patient needs a change of the reading and a change of the dose"),
        ([1, 2], [1, float("nan")], 0, "changes must be finite numbers"),
        ([1, 2], [1, 2], float("inf"), "the assumed effect must be a finite number"),
    ],
)
def test_wrong_input_is_refused(changes, doses, per_mg, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        compute_net_of_steroid(changes, doses, per_mg=per_mg)


def test_grids_read_well():
    assert compute_readable_grid(-0.3, 0.3, most_steps=6) == (-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3)
    assert compute_readable_grid(0, 35)[:3] == (0, 2, 4)
    assert compute_readable_grid(0, 35)[-2:] == (34, 35)
    assert compute_readable_grid(2, 2) == (2,)
    with pytest.raises(ValueError, match=r"^the ends must be finite and in order, found 3 and 2$"):
        compute_readable_grid(3, 2)
    with pytest.raises(ValueError, match=r"^at least one step is needed, found 0$"):
        compute_readable_grid(1, 2, most_steps=0)


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
@settings(max_examples=80, deadline=None)
def test_a_grid_has_both_ends_and_ten_to_twenty_six_points(low, width):
    high = low + width
    assume(high > low)
    grid = compute_readable_grid(low, high)
    assert (grid[0], grid[-1]) == (low, high)
    assert list(grid) == sorted(set(grid))
    assert 10 <= len(grid) <= 27

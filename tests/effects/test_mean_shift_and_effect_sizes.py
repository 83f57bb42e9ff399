"""Rows of the mean change by sign flips, of the ratio of geometric means and of the effect sizes."""

from itertools import product
from math import sqrt

import pytest

from costim.effects.estimate import estimate
from costim.inference.paired.effect_sizes import compute_rank_biserial, compute_standardized_change
from costim.inference.paired.sign_flip import compute_sign_flip
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, pair, reading

SLEDAI = {"parameter": "sledai.total", "kind": "paired_change", "contrast": "change"}
DOSE = SLEDAI | {"parameter": "steroid.prednisone_equivalent"}
DNA = SLEDAI | {"parameter": "lab.anti_dsdna", "scale": "ratio"}
BEFORE, AFTER = [14, 7, 14, 24, 26, 4, 20], [4, 4, 4, 4, 0, 12, 4]


def effects(*rows, endpoint=SLEDAI, **plan):
    return estimate(make_plan(endpoint, **plan), frame(*rows), NO_PUBLISHED)


def cohort(code="sledai.total"):
    return [pair(i, code, b, a) for i, (b, a) in enumerate(zip(BEFORE, AFTER, strict=True))]


def test_mean_shift_row():
    row = one(effects(*cohort(), reading(99, "sledai.total", "before", 3)), "mean_shift")
    expected = compute_sign_flip([a - b for b, a in zip(BEFORE, AFTER, strict=True)], resolution=1)
    assert (row.variant, row.unit, row.n, row.n_missing, row.level) == ("sign_flip", "points", 7, 1, 0.95)
    assert (row.estimate, row.lower, row.upper) == (expected.estimate, expected.lower, expected.upper)
    assert (row.p, row.p_min, row.seed, row.flags) == (expected.p, 2 / 2**7, None, ())
    assert len(row.measurements) == 14


def test_smallest_p_is_said_beside_it():
    found = effects(*(pair(i, "sledai.total", 10 + i, 3) for i in range(8)))
    for method in ("signed_rank", "sign_test", "mean_shift"):
        row = one(found, method)
        assert row.p == row.p_min == 2 / 2**8
        assert "p_at_floor" in row.flags
    assert "p_at_floor" not in one(found, "tipping_shift").flags


def test_a_limit_open_at_zero_is_said():
    changes = [-3, -3, 3, 3, 3, 4, 5, 7, 9, 10]
    row = one(effects(*(pair(i, "sledai.total", 5, 5 + c) for i, c in enumerate(changes))), "signed_rank")
    assert (row.lower, row.lower_open) == (0, True)
    assert {"limit_open", "limit_open_at_zero"} <= set(row.flags)
    elsewhere = one(effects(*(pair(i, "sledai.total", 5, 9 + c) for i, c in enumerate(changes))), "signed_rank")
    assert elsewhere.lower_open
    assert "limit_open_at_zero" not in elsewhere.flags


def test_equal_changes_have_a_point_for_an_interval_and_say_so():
    found = effects(*(pair(i, "sledai.total", 10, 6) for i in range(7)))
    for method in ("signed_rank", "mean_shift"):
        row = one(found, method)
        assert (row.estimate, row.lower, row.upper) == (-4, -4, -4)
        assert "all_changes_equal" in row.flags
    assert "no_spread" in one(found, "d_z").flags
    assert "no_spread" in one(found, "g_av").flags


def test_many_fine_changes_are_drawn_with_the_seed_of_the_study():
    rows = [pair(i, "lab.anti_dsdna", 100 + 7.123456 * i, 90 + 6.987654 * i - i % 3) for i in range(25)]
    rows[0] = pair(0, "lab.anti_dsdna", 812345.678912, 0.000001)
    row = one(effects(*rows, endpoint=DNA, study={"seed": 77}), "mean_shift")
    assert row.seed == 77
    assert "sign_patterns_drawn" in row.flags
    assert row.p_min == 1e-5
    again = one(effects(*rows, endpoint=DNA, study={"seed": 77}), "mean_shift")
    assert again == row


def test_ranges_give_the_bounds_of_every_completion():
    rows = cohort()[:6]
    found = effects(*rows, pair(9, "sledai.total", (5, 11), 5))
    each = [one(effects(*rows, pair(9, "sledai.total", v, 5)), "mean_shift") for v in range(5, 12)]
    row = one(found, "mean_shift")
    assert row.estimate is None
    assert row.estimate_lower == pytest.approx(min(e.estimate for e in each))
    assert row.estimate_upper == pytest.approx(max(e.estimate for e in each))
    assert (row.lower, row.upper) == (min(e.lower for e in each), max(e.upper for e in each))
    assert row.p == max(e.p for e in each)
    assert {"bounds_over_unknowns", "largest_p"} <= set(row.flags)
    for method in ("rank_biserial", "g_av", "d_z"):
        bounds = one(found, method)
        values = [one(effects(*rows, pair(9, "sledai.total", v, 5)), method).estimate for v in range(5, 12)]
        assert (bounds.estimate, bounds.estimate_lower, bounds.estimate_upper) == (None, min(values), max(values))


def test_a_range_without_steps_bounds_the_mean_and_gives_no_effect_size():
    code = "steroid.prednisone_equivalent"
    found = effects(*(pair(i, code, 30 + i, 5) for i in range(6)), pair(9, code, (10, 20), 5), endpoint=DOSE)
    row = one(found, "mean_shift")
    assert (row.estimate_lower, row.estimate_upper) == (
        pytest.approx(-(25 + 26 + 27 + 28 + 29 + 30 + 15) / 7),
        pytest.approx(-(25 + 26 + 27 + 28 + 29 + 30 + 5) / 7),
    )
    assert row.p == 2 / 2**7
    for method in ("rank_biserial", "g_av", "d_z"):
        row = one(found, method)
        assert (row.n, row.estimate, row.estimate_lower, row.flags) == (7, None, None, ("needs_exact_readings",))


def test_effect_sizes_are_those_of_the_readings():
    found = effects(*cohort())
    sizes = compute_standardized_change(BEFORE, AFTER)
    assert one(found, "g_av").estimate == sizes.g_av
    assert one(found, "d_z").estimate == sizes.d_z
    biserial = one(found, "rank_biserial")
    assert biserial.estimate == compute_rank_biserial([a - b for b, a in zip(BEFORE, AFTER, strict=True)])
    assert biserial.variant == "pratt"
    for method in ("g_av", "d_z", "rank_biserial"):
        row = one(found, method)
        assert (row.unit, row.lower, row.upper, row.p, row.n) == ("", None, None, None, 7)


def test_zeros_follow_the_rule_of_the_plan():
    rows = [pair(i, "sledai.total", d, 4) for i, d in enumerate([4, 4, 3, 6, 7])]
    found = {z: one(effects(*rows, variants={"zeros": z}), "rank_biserial") for z in ("pratt", "wilcoxon")}
    assert found["pratt"].estimate == pytest.approx((3 - 9) / 12)
    assert found["wilcoxon"].estimate == pytest.approx((1 - 5) / 6)
    assert all(row.variant == zeros and "zeros_present" in row.flags for zeros, row in found.items())


def test_two_pairs_have_no_spread_to_divide_by():
    found = effects(pair(1, "sledai.total", 9, 4), pair(2, "sledai.total", 8, 2))
    for method in ("g_av", "d_z"):
        assert one(found, method).flags == ("few_for_spread",)
        assert one(found, method).estimate is None


def test_ratio_only_where_the_endpoint_asks_for_one():
    rows = [pair(i, "lab.anti_dsdna", 2**i, 2 ** (i - 1 - i % 2)) for i in range(1, 7)]
    assert find(effects(*rows, endpoint=DNA | {"scale": "difference"}), "geometric_mean_ratio") == []
    row = one(effects(*rows, endpoint=DNA), "geometric_mean_ratio")
    assert (row.estimate, row.lower, row.upper) == pytest.approx((2**-1.5, 0.25, 0.5))
    assert (row.p, row.p_min, row.unit, row.variant, row.n) == (2 / 64, 2 / 64, "", "sign_flip", 6)
    assert "p_at_floor" in row.flags


@pytest.mark.parametrize("after", [0, None])
def test_no_ratio_of_a_zero_or_of_a_result_below_a_limit(after):
    code = "lab.anti_dsdna"
    last = (
        pair(9, code, 30, 0)
        if after == 0
        else [reading(9, code, "before", 30), reading(9, code, "after", lower=0.0, upper=5.0, relation="<")]
    )
    found = effects(*(pair(i, code, 20 * i, 10 * i) for i in range(1, 8)), last, endpoint=DNA)
    row = one(found, "geometric_mean_ratio")
    assert (row.n, row.estimate, row.estimate_lower, row.lower, row.p) == (8, None, None, None, None)
    assert row.flags == ("not_positive",)
    assert one(found, "mean_shift").p is not None


def test_ratio_of_ranges_above_zero_encloses_every_completion():
    code = "lab.anti_dsdna"
    exact = [pair(i, code, 20 * i, 10 * i + i % 3) for i in range(1, 7)]
    row = one(effects(*exact, pair(9, code, (30, 60), (10, 20)), endpoint=DNA), "geometric_mean_ratio")
    each = [
        one(effects(*exact, pair(9, code, b, a), endpoint=DNA), "geometric_mean_ratio")
        for b, a in product((30, 45, 60), (10, 15, 20))
    ]
    assert row.estimate_lower == pytest.approx(min(e.estimate for e in each))
    assert row.estimate_upper == pytest.approx(max(e.estimate for e in each))
    assert row.lower == pytest.approx(min(e.lower for e in each))
    assert row.upper == pytest.approx(max(e.upper for e in each))
    assert row.p == max(e.p for e in each)


def test_no_pairs_are_rows_without_numbers():
    found = effects(reading(1, "lab.anti_dsdna", "before", 4), endpoint=DNA)
    for method in ("mean_shift", "geometric_mean_ratio", "rank_biserial", "g_av", "d_z"):
        row = one(found, method)
        assert (row.n, row.n_missing, row.estimate, row.p, row.flags) == (0, 1, None, None, ("no_pairs",))


def test_undecided_directions_give_the_largest_p_of_the_sign_test():
    """Eight falls and two changes that may go either way: the largest p has both among the rises."""
    rows = [pair(i, "sledai.total", 10, 3) for i in range(8)]
    rows += [pair(i, "sledai.total", (3, 9), 5) for i in (8, 9)]
    row = one(effects(*rows), "sign_test")
    assert row.p == pytest.approx(2 * (1 + 10 + 45) / 2**10)
    assert "largest_p" in row.flags


def test_one_pair():
    found = effects(pair(1, "lab.anti_dsdna", 40, 10), endpoint=DNA)
    ratio = one(found, "geometric_mean_ratio")
    assert ratio.estimate == pytest.approx(0.25)
    assert (ratio.lower, ratio.upper, ratio.p) == (None, None, 1)
    assert {"few_pairs", "level_unreachable"} <= set(ratio.flags)
    assert one(found, "rank_biserial").estimate == -1


def test_denominators_by_hand():
    """Falls of 1, 2 and 3 from 4, 6, 8: mean -2, SD of the changes 1; variances 4 before and 1 after."""
    found = effects(*(pair(i, "sledai.total", b, a) for i, (b, a) in enumerate([(4, 3), (6, 4), (8, 5)])))
    assert one(found, "d_z").estimate == pytest.approx(-2)
    factor = sqrt(1 / 3.141592653589793)  # J(2) = G(1) / (1 * G(1/2))
    assert one(found, "g_av").estimate == pytest.approx(-2 / sqrt(2.5) * factor)

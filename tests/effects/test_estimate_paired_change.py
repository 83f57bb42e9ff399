import pytest

from costim.effects.changes import find_changes
from costim.effects.estimate import estimate
from costim.effects.evidence import build_evidence
from costim.effects.pairs import find_pairs
from costim.inference.paired.signed_rank import compute_signed_rank
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, pair, reading

SLEDAI = {"parameter": "sledai.total", "kind": "paired_change", "contrast": "change"}


def effects(*rows, endpoint=SLEDAI, **plan):
    return estimate(make_plan(endpoint, **plan), frame(*rows), NO_PUBLISHED)


def test_tiny_table_in_expected_rows_out():
    rows = [pair(i, "sledai.total", before, after) for i, (before, after) in enumerate([(10, 4), (8, 8), (6, 2)])]
    found = effects(*rows, reading(9, "sledai.total", "before", 30))
    mean = one(found, "mean", parameter="sledai.total", stratum="change")
    assert (mean.estimate, mean.n, mean.n_missing, mean.unit) == (pytest.approx(-10 / 3), 3, 1, "points")
    assert len(mean.measurements) == 6
    before = one(found, "mean", parameter="sledai.total", stratum="baseline")
    assert (before.estimate, len(before.measurements)) == (8, 3)
    everyone = one(found, "mean", parameter="sledai.total", stratum="baseline_all")
    assert (everyone.estimate, everyone.n, everyone.n_missing) == (13.5, 4, 0)
    assert find(found, "mean", parameter="sledai.total", stratum="post_all") == []
    test = one(found, "signed_rank")
    assert (test.variant, test.estimate, test.p, test.p_min, test.count) == ("pratt", -3.5, 0.5, 0.25, 2)
    assert (test.lower, test.upper) == (None, None)
    assert set(test.flags) == {"few_pairs", "level_unreachable", "zeros_present"}
    sign = one(found, "sign_test")
    assert (sign.count, sign.denominator, sign.p, sign.p_min) == (2, 2, 0.5, 0.25)
    share = one(found, "proportion", variant="clopper_pearson")
    assert (share.stratum, share.count, share.denominator) == ("improved", 2, 3)
    assert one(found, "tipping_shift").estimate is None


def test_better_means_lower_or_higher_by_the_registry():
    up = effects(pair(1, "scale.gcs", 3, 14), endpoint=SLEDAI | {"parameter": "scale.gcs"})
    down = effects(pair(1, "sledai.total", 3, 14))
    assert [one(found, "sign_test").count for found in (up, down)] == [1, 0]
    assert [one(found, "signed_rank").statistic for found in (up, down)] == [1, 0]
    assert one(up, "signed_rank").estimate == one(down, "signed_rank").estimate == 11


def test_without_a_direction_decreases_are_counted():
    found = effects(pair(1, "bcell.count", 90, 3), endpoint=SLEDAI | {"parameter": "bcell.count"})
    assert one(found, "sign_test").stratum == "decreased"
    assert one(found, "proportion", variant="clopper_pearson").stratum == "decreased"


def test_tipping_shift_is_the_limit_nearest_to_zero():
    rows = [pair(i, "sledai.total", 20 + i, 8) for i in range(8)]
    found = effects(*rows)
    test = one(found, "signed_rank")
    assert test.upper < 0
    assert one(found, "tipping_shift").estimate == test.upper


def test_zeros_follow_the_variant_of_the_plan():
    rows = [pair(i, "sledai.total", d, 0) for i, d in enumerate([0, 0, 3, 1, 2, 2, 4, 5])]
    rows.append(pair(20, "sledai.total", 0, 3))
    for zeros in ("pratt", "wilcoxon"):
        test = one(effects(*rows, variants={"zeros": zeros}), "signed_rank")
        assert test.variant == zeros
        assert test.p == compute_signed_rank([0, 0, -3, -1, -2, -2, -4, -5, 3], zeros=zeros).p
    assert one(effects(*rows), "signed_rank").p != one(effects(*rows, variants={"zeros": "wilcoxon"}), "signed_rank").p


def test_no_pairs_is_a_row_with_a_flag_and_no_number():
    found = effects(reading(1, "sledai.total", "before", 4), reading(2, "sledai.total", "after", 4))
    for method in ("signed_rank", "sign_test", "tipping_shift"):
        row = one(found, method)
        assert (row.n, row.n_missing, row.estimate, row.p, "no_pairs" in row.flags) == (0, 2, None, None, True)


def test_no_contrast_is_a_row_with_a_flag():
    found = effects(pair(1, "sledai.total", 3, 2), endpoint=SLEDAI | {"contrast": None}, contrasts=())
    assert one(found, "signed_rank").flags == ("no_contrast",)


def test_ambiguous_subjects_are_left_out_and_flagged():
    twice = [reading(1, "sledai.total", "after", v, item=i) for i, v in (("a", 3), ("b", 4))]
    found = effects(reading(1, "sledai.total", "before", 9), twice, pair(2, "sledai.total", 8, 1))
    test = one(found, "signed_rank")
    assert (test.n, test.n_missing) == (1, 1)
    assert "ambiguous_reading" in test.flags


def test_units_that_differ_are_never_subtracted_or_pooled():
    mixed = [
        reading(1, "lab.c3", "before", 90, unit="mg/dL"),
        reading(1, "lab.c3", "after", 0.9, unit="g/L"),
        pair(2, "lab.c3", 80, 100, unit="mg/dL"),
    ]
    table = frame(*mixed)
    plan = make_plan()
    changes = find_changes(
        "lab.c3", find_pairs(build_evidence(plan, table, "as_recorded"), "lab.c3", plan.contrasts[0])
    )
    assert [row.subject for row in changes.rows if row.subject == "1"] == []
    assert "units_differ" in changes.flags


def test_readings_finer_than_the_step_of_the_instrument_are_not_rounded():
    rows = [pair(1, "sledai.total", 10.4, 10), pair(2, "sledai.total", 3, 2)]
    test = one(effects(*rows), "signed_rank")
    assert (test.count, test.estimate) == (2, -0.7)
    assert "finer_than_resolution" in test.flags


def test_differences_are_those_of_the_typed_decimals():
    found = effects(pair(1, "lab.csf_igg_index", 1.05, 0.84), endpoint=SLEDAI | {"parameter": "lab.csf_igg_index"})
    assert one(found, "mean", stratum="change").estimate == -0.21


def test_a_range_on_the_steps_of_the_instrument_is_completed_exhaustively():
    """GCS 7-11 to 15 and 3 to 14: every completion improves, so p is the same; the shift is bounded."""
    found = effects(
        pair(1, "scale.gcs", (7, 11), 15), pair(2, "scale.gcs", 3, 14), endpoint=SLEDAI | {"parameter": "scale.gcs"}
    )
    test = one(found, "signed_rank")
    assert (test.estimate, test.estimate_lower, test.estimate_upper, test.p) == (None, 7.5, 9.5, 0.5)
    assert "largest_p" not in test.flags
    assert "bounds_over_unknowns" in test.flags
    assert one(found, "mean", stratum="change").estimate_lower == 7.5


def test_completions_that_disagree_give_the_union_and_the_largest_p():
    rows = [pair(i, "sledai.total", 5 + 2 * i, 2) for i in range(6)]
    found = effects(*rows, pair(9, "sledai.total", (0, 9), 5))
    one_by_one = [effects(*rows, pair(9, "sledai.total", v, 5)) for v in range(10)]
    tests = [one(e, "signed_rank") for e in one_by_one]
    test = one(found, "signed_rank")
    assert test.p == max(t.p for t in tests)
    assert "largest_p" in test.flags
    assert (test.lower, test.upper) == (min(t.lower for t in tests), max(t.upper for t in tests))
    assert (test.estimate_lower, test.estimate_upper) == (
        min(t.estimate for t in tests),
        max(t.estimate for t in tests),
    )
    sign = one(found, "sign_test")
    assert (sign.count, sign.p) == (None, max(one(e, "sign_test").p for e in one_by_one))
    share = one(found, "proportion", variant="clopper_pearson")
    assert (share.estimate_lower, share.estimate_upper) == (6 / 7, 1)


def test_a_range_without_known_steps_encloses_shift_interval_and_p():
    endpoint = SLEDAI | {"parameter": "steroid.prednisone_equivalent"}
    rows = [pair(i, "steroid.prednisone_equivalent", 30 + i, 5) for i in range(6)]
    test = one(effects(*rows, pair(9, "steroid.prednisone_equivalent", (10, 20), 5), endpoint=endpoint), "signed_rank")
    # All seven doses fall, wherever in its range the vague one lay. By hand: with n = 7 the rank sums 0, 1 and 2 are
    # rejected (2, 4 and 6 of 128): the third smallest mean of the lower ends and the third largest of the upper ones.
    assert (test.p, test.p_min) == (2 / 2**7, 2 / 2**7)
    assert (test.estimate, test.estimate_lower, test.estimate_upper) == (None, -27.0, -27.0)
    assert (test.lower, test.upper) == (-29.0, -15.5)
    assert {"bounds_over_unknowns", "largest_p", "enclosed_by_extremes"} <= set(test.flags)


def test_a_value_below_a_limit_reaches_down_to_the_end_of_the_scale():
    below = reading(1, "steroid.prednisone_equivalent", "after", upper=5.0, relation="<")
    found = effects(
        reading(1, "steroid.prednisone_equivalent", "before", 20),
        below,
        endpoint=SLEDAI | {"parameter": "steroid.prednisone_equivalent"},
    )
    change = one(found, "mean", stratum="change")
    assert (change.estimate_lower, change.estimate_upper) == (-20, -15)


def test_holm_within_a_family_only():
    strong = [pair(i, "sledai.total", 20 + i, 2) for i in range(8)]
    weak = [pair(i, "scale.bilag_total", 10 + i, 9) for i in range(8)]
    alone = [pair(i, "scale.gcs", 3, 9 + i % 3) for i in range(8)]
    plan = make_plan(
        SLEDAI | {"family": "activity"},
        SLEDAI | {"parameter": "scale.bilag_total", "family": "activity"},
        SLEDAI | {"parameter": "scale.gcs"},
        SLEDAI | {"parameter": "scale.sds", "family": "activity"},
    )
    found = estimate(plan, frame(*strong, *weak, *alone), NO_PUBLISHED)
    rows = {e.parameter: e for e in find(found, "signed_rank")}
    assert rows["sledai.total"].p_adjusted == 2 * rows["sledai.total"].p
    assert rows["scale.gcs"].p_adjusted is None
    assert (rows["scale.sds"].p, rows["scale.sds"].p_adjusted) == (None, None)
    assert rows["sledai.total"].family == "activity"


def test_one_pair_has_no_sd_and_says_so():
    sd = one(effects(pair(1, "sledai.total", 9, 4)), "sd", stratum="change")
    assert (sd.estimate, sd.flags) == (None, ("single_value",))
    ranged = one(effects(pair(1, "sledai.total", (7, 9), 4)), "sd", stratum="change")
    assert (ranged.estimate, ranged.flags) == (None, ("single_value",))


@pytest.mark.parametrize("method", ["mean", "signed_rank", "sign_test", "proportion", "tipping_shift", "sd"])
def test_a_row_without_a_number_has_a_flag(method):
    tables = [
        [pair(1, "sledai.total", 9, 4)],
        [pair(1, "sledai.total", (3, 9), (2, 8)), pair(2, "sledai.total", 4, 4)],
        [reading(1, "sledai.total", "before", 9)],
    ]
    rows = [row for rows in tables for row in find(effects(*rows), method, parameter="sledai.total")]
    assert rows
    assert all(row.flags for row in rows if row.estimate is None and row.p is None)


def test_noise_of_binary_fractions_is_no_direction():
    """0.1 + 0.2 before and 0.3 after: no change, whichever statistic looks at it."""
    rows = [pair(s, "steroid.prednisone_equivalent", 0.1 + 0.2, 0.3, unit="mg") for s in range(3)]
    rows += [pair(s, "steroid.prednisone_equivalent", 20, 5, unit="mg") for s in range(3, 9)]
    plan = make_plan({"parameter": "steroid.prednisone_equivalent", "kind": "paired_change"})
    effects = estimate(plan, frame(*rows), NO_PUBLISHED)
    share = one(effects, "proportion", variant="clopper_pearson")
    assert (share.count, share.denominator) == (6, 9)
    assert one(effects, "sign_test").denominator == 6
    assert one(effects, "signed_rank").count == 6
    assert one(effects, "maximum", stratum="change").estimate == 0


def test_a_result_below_the_limit_of_the_assay_is_never_taken_as_the_limit():
    """Anti-dsDNA 40 before, <0.5 after: the fall lies between 39.5 and 40 IU/mL; nothing is put on a log scale."""
    code = "lab.anti_dsdna"
    rows = [
        reading(1, code, "before", 40),
        reading(1, code, "after", lower=0.0, upper=0.5, relation="<"),
        *(pair(s, code, 10 * s, 5 * s) for s in range(2, 8)),
    ]
    found = effects(*rows, endpoint=SLEDAI | {"parameter": code})
    lowest = one(found, "minimum", stratum="change")
    assert (lowest.estimate, lowest.estimate_lower, lowest.estimate_upper) == (None, -40, -39.5)
    least = one(found, "minimum", stratum="post")
    assert (least.estimate, least.estimate_lower, least.estimate_upper) == (None, 0, 0.5)
    assert one(found, "maximum", stratum="change").estimate == -10
    test = one(found, "signed_rank")
    assert (test.estimate, test.p) == (-25, 0.015625)
    assert "bounds_over_unknowns" in test.flags


def test_both_readings_below_the_limit_leave_the_direction_open():
    code = "lab.anti_dsdna"
    below = {"lower": 0.0, "upper": 0.5, "relation": "<"}
    rows = [reading(1, code, visit, **below) for visit in ("before", "after")]
    found = effects(*rows, pair(2, code, 8, 2), endpoint=SLEDAI | {"parameter": code})
    share = one(found, "proportion", variant="clopper_pearson")
    assert (share.count, share.estimate_lower, share.estimate_upper) == (None, 0.5, 1)
    assert one(found, "median", stratum="change").estimate is None

"""Rows about regression to the mean, test-retest noise and steroids."""

import pytest

from costim.effects.estimate import estimate
from costim.effects.estimate_paired_change import build_question
from costim.effects.evidence import build_evidence
from costim.effects.paired.retest import within_sd_of
from costim.inference.other_causes.mee_chua import compute_mee_chua, compute_tipping_means
from costim.registry.flags import flag_meanings
from costim.registry.plan_assumptions import OtherCauses
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, pair, reading

SLEDAI = {"parameter": "sledai.total", "kind": "paired_change", "contrast": "change"}
BEFORE = [10, 3, 10, 20, 28, 9, 18, 16, 13, 35]
AFTER = [0, 0, 0, 0, 2, 17, 2, 0, 10, 4]
DOSES = [(22.5, 5), (12.5, 6), (25, 10), (60, 9.5), (60, 2), (30, 7.5), (30, 5), (50, 7), (20, 12.5), (40, 2.5)]
COHORT = [pair(i, "sledai.total", b, a) for i, (b, a) in enumerate(zip(BEFORE, AFTER, strict=True))]
DOSE = "steroid.prednisone_equivalent"
VISITS = [{"name": "screening", "day": -28}, {"name": "before", "day": 0}, {"name": "after", "day": 28}]


def plan_of(endpoint=SLEDAI, visits=VISITS, contrasts=None, **assumed):
    plan = make_plan(endpoint, visits=visits, **({} if contrasts is None else {"contrasts": contrasts}))
    if not assumed:
        return plan
    causes = OtherCauses(**{"parameter": endpoint["parameter"], "basis": "assumed for the test"} | assumed)
    return plan.model_copy(update={"other_causes": (causes,)})


def effects(*rows, endpoint=SLEDAI, visits=VISITS, contrasts=None, **assumed):
    found = estimate(plan_of(endpoint, visits, contrasts, **assumed), frame(*rows), NO_PUBLISHED)
    assert {flag for e in found for flag in e.flags} <= flag_meanings().keys()
    return found


def dosed(*subjects):
    return [pair(i, DOSE, *DOSES[i], variant="gc_bet_075") for i in subjects]


def test_the_sweep_runs_from_the_natural_limit_to_the_largest_baseline():
    found = effects(*COHORT)
    bounds = find(found, "change_net_of_regression", variant="any_regression")
    assert [e.at for e in bounds] == [*range(0, 35, 2), 35]
    at = next(e for e in bounds if e.at == 12)
    assert (at.estimate, at.estimate_lower, at.estimate_upper, at.lower, at.upper) == (None, -14, -8, -21.5, -2)
    assert (at.n, at.n_missing, at.unit, at.level, len(at.measurements)) == (10, 0, "points", 0.95, 20)
    assert set(at.flags) == {"bounds_over_unknowns", "any_degree_of_regression", "largest_p"}
    tip = one(found, "tipping_long_run_mean")
    assert (tip.variant, tip.stratum, tip.estimate, tip.flags) == ("any_regression", "below", 8.5, ())


def test_the_line_gives_limits_only_where_the_plan_says_how_patients_were_chosen():
    silent = find(effects(*COHORT), "change_net_of_regression", variant="mee_chua")
    assert {(e.lower, e.upper, e.p, e.se, "limits_not_offered" in e.flags) for e in silent} == {(None,) * 4 + (True,)}
    found = effects(*COHORT, selected_above=2)
    line = find(found, "change_net_of_regression", variant="mee_chua")
    assert [e.estimate for e in line] == [e.estimate for e in silent]
    for row in line:
        truth = compute_mee_chua(BEFORE, AFTER, long_run_mean=row.at)
        assert (row.estimate, row.se, row.df, row.lower, row.upper, row.p) == (
            truth.estimate, truth.se, 8, truth.lower, truth.upper, truth.p,
        )  # fmt: skip
        assert ("extrapolated" in row.flags) == (row.at < 3)
    tip = one(found, "tipping_long_run_mean", variant="mee_chua")
    assert tip.estimate == compute_tipping_means(BEFORE, AFTER).below
    assert tip.stratum == "below"


def test_the_plan_names_the_range_of_means():
    found = effects(*COHORT, long_run_mean=[4, 6])
    assert [e.at for e in find(found, "change_net_of_regression", variant="any_regression")][:3] == [4, 4.1, 4.2]
    assert find(found, "change_net_of_regression", variant="mee_chua", at=6.0)[0].lower is not None


def test_where_low_is_worse_the_mean_lies_above():
    rows = [pair(i, "scale.gcs", 3 + i % 3, 13 + i % 2) for i in range(8)]
    found = effects(*rows, endpoint=SLEDAI | {"parameter": "scale.gcs"})
    sweep = [e.at for e in find(found, "change_net_of_regression", variant="any_regression")]
    assert (sweep[0], sweep[-1]) == (3, 15)
    assert one(found, "tipping_long_run_mean").stratum == "above"


def test_a_tipping_mean_that_the_scale_does_not_have_is_said():
    """Everybody fell to zero, so that no mean of the scale explains the change; the limit would be below zero."""
    rows = [pair(i, "sledai.total", 20 + i, 0) for i in range(8)]
    tip = one(effects(*rows), "tipping_long_run_mean")
    assert (tip.estimate, "outside_scale" in tip.flags) == (0, False)
    rows = [pair(i, "lab.csf_igg_index", 2 + i / 10, (0.0, 0.1)) for i in range(8)]
    assert (
        one(effects(*rows, endpoint=SLEDAI | {"parameter": "lab.csf_igg_index"}), "tipping_long_run_mean").estimate > 0
    )


def test_readings_within_ranges_give_bounds_and_no_line():
    rows = [pair(i, "sledai.total", b, (a, a + 3)) for i, (b, a) in enumerate(zip(BEFORE, AFTER, strict=True))]
    found = effects(*rows, selected_above=2)
    line = one(found, "change_net_of_regression", variant="mee_chua")
    assert (line.at, line.n, line.estimate, "ranges_not_taken" in line.flags) == (None, 10, None, True)
    assert one(found, "tipping_long_run_mean").estimate > 8.5


@pytest.mark.parametrize(
    ("rows", "flag"),
    [
        ([pair(1, "sledai.total", 9, 3), pair(2, "sledai.total", 8, 3)], "too_few_for_line"),
        ([pair(i, "sledai.total", 9, i) for i in range(4)], "equal_baselines"),
    ],
)
def test_too_little_for_a_line_is_a_row_with_a_flag(rows, flag):
    found = effects(*rows)
    line = one(found, "change_net_of_regression", variant="mee_chua")
    assert (line.at, line.estimate, flag in line.flags) == (None, None, True)
    assert "level_unreachable" in one(found, "tipping_long_run_mean").flags


def test_points_on_a_line_have_no_limits():
    rows = [pair(i, "sledai.total", 8 + i, 2) for i in range(4)]
    line = find(effects(*rows, selected_above=2), "change_net_of_regression", variant="mee_chua")
    assert {(e.lower, "no_spread" in e.flags) for e in line} == {(None, True)}


def test_no_pairs_is_one_row_without_a_number():
    found = effects(reading(1, "sledai.total", "before", 4))
    row = one(found, "change_net_of_regression")
    assert (row.at, row.n, row.estimate_lower, "no_pairs" in row.flags) == (None, 0, None, True)
    assert find(found, "tipping_long_run_mean") == []


def test_unchanged_patients_have_nothing_to_explain():
    rows = [pair(i, "sledai.total", 5 + i, 5 + i) for i in range(8)]
    assert "interval_holds_zero" in one(effects(*rows), "tipping_long_run_mean").flags


def test_expected_regression_needs_every_number_of_the_plan():
    stated = {"within_sd": 3, "between_sd": 4, "population_mean": 10}
    row = one(effects(*COHORT, **stated, selected_above=12), "expected_regression")
    assert (row.variant, row.at, round(row.estimate, 2), row.unit) == ("barnett", 1, -1.92, "points")
    assert (row.text, row.flags) == ("assumed for the test", ("rests_on_assumption",))
    twice = one(effects(*COHORT, **stated, selected_above=12, baselines=2), "expected_regression")
    assert (twice.at, round(twice.estimate, 2)) == (2, -1.09)
    low = one(effects(*COHORT, **stated, selected_below=8), "expected_regression")
    assert round(low.estimate, 2) == 1.92
    both = one(effects(*COHORT, **stated, selected_above=12, selected_below=8), "expected_regression")
    assert (both.estimate, both.flags) == (None, ("nothing_selected",))
    for left_out in stated:
        assumed = {k: v for k, v in stated.items() if k != left_out} | {"selected_above": 12}
        assert find(effects(*COHORT, **assumed), "expected_regression") == []
    assert find(effects(*COHORT, **stated), "expected_regression") == []


REPEATED = [
    reading(0, "sledai.total", "screening", 12, day=-28),
    reading(1, "sledai.total", "screening", 5, day=-28),
    reading(2, "sledai.total", "screening", (8, 9), day=-28),
]


def test_the_noise_is_that_of_readings_before_the_first_infusion():
    found = effects(*COHORT, *REPEATED)
    row = one(found, "test_retest_sd")
    assert (row.variant, row.n, row.n_missing, row.denominator, row.df) == ("", 2, 8, 4, 2)
    assert row.estimate == pytest.approx(2**0.5)
    assert (row.lower, row.upper, len(row.measurements)) == (None, None, 4)
    assert "ranges_left_out" in row.flags


def question_of(*rows, **fields):
    plan = plan_of(**fields)
    return build_question(plan.endpoints[0], plan.contrasts[0], build_evidence(plan, frame(*rows), "as_recorded"))


def test_what_was_stated_goes_before_what_was_measured_and_nothing_is_invented():
    assert within_sd_of(question_of(*COHORT)) is None
    own = within_sd_of(question_of(*COHORT, *REPEATED))
    assert (own.source, own.value, own.df, len(own.measurements)) == ("study", pytest.approx(2**0.5), 2, 4)
    stated = within_sd_of(question_of(*COHORT, *REPEATED, within_sd=2.5, within_sd_df=30))
    assert (stated.source, stated.value, stated.df, stated.basis) == ("stated", 2.5, 30, "assumed for the test")
    rows = find(effects(*COHORT, *REPEATED, within_sd=2.5), "test_retest_sd")
    assert [(e.variant, e.n, e.estimate, e.df) for e in rows] == [
        ("", 2, pytest.approx(2**0.5), 2), ("stated", 0, 2.5, None)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("extra", "counted"),
    [
        ({"visit": "screening", "day": -28}, True),
        ({"visit": "screening"}, True),  # its planned day
        ({"visit": "before", "timepoint": "pre", "day": 0}, True),
        ({"visit": "before", "timepoint": "post", "day": 0}, False),
        ({"visit": "after", "day": 28}, False),
        ({"visit": "other"}, False),  # nobody knows when
    ],
)
def test_which_readings_count_as_before(extra, counted):
    second = reading(1, "sledai.total", value=14, **extra)
    rows = [reading(1, "sledai.total", "before", 10, day=0), second]
    own = within_sd_of(question_of(*rows))
    assert (own is not None) == counted


def test_baseline_visits_without_days_count_and_those_that_are_also_later_do_not():
    visits = [{"name": "first"}, {"name": "second"}, {"name": "after"}, {"name": "late"}]
    early = {
        "name": "change",
        "baseline": {"visits": ["first", "second"], "pick": "last"},
        "post": {"visits": ["after"]},
    }
    rows = [reading(1, "sledai.total", "first", 10), reading(1, "sledai.total", "second", 14)]
    assert within_sd_of(question_of(*rows, visits=visits, contrasts=[early])).value == pytest.approx(8**0.5)
    between = {"name": "x", "baseline": {"visits": ["first"]}, "post": {"visits": ["second"]}}
    assert within_sd_of(question_of(*rows, visits=visits, contrasts=[early, between])) is None


def test_equal_repeated_readings_are_no_noise_to_divide_by():
    rows = [*COHORT, reading(0, "sledai.total", "screening", 10, day=-28)]
    row = one(effects(*rows), "test_retest_sd")
    assert (row.estimate, "no_spread" in row.flags) == (0, True)
    assert within_sd_of(question_of(*rows)) is None


def test_two_kinds_of_reading_at_one_visit_are_no_repetition():
    rows = [reading(1, "sledai.total", "screening", v, item=i) for i, v in (("a", 3), ("b", 7))]
    assert within_sd_of(question_of(*rows)) is None


def test_doses_give_the_effect_of_the_steroid_that_would_explain_the_change():
    found = effects(*COHORT, *dosed(0, 1, 2, 3, 4, 6, 7, 9))
    falls, rises = find(found, "tipping_steroid_effect")
    assert (falls.stratum, falls.estimate, "no_such_steroid_effect" in falls.flags) == (
        "falls with the dose",
        None,
        True,
    )
    assert (rises.stratum, rises.estimate, rises.unit) == (
        "rises with the dose",
        pytest.approx(20 / 50.5),
        "points per mg",
    )
    assert (rises.n, rises.n_missing, rises.count, rises.denominator, len(rises.measurements)) == (8, 2, 8, 10, 32)
    assert {"doses_missing", "limit_open"} <= set(rises.flags)
    assert find(found, "change_net_of_steroid") == []


def test_the_stated_range_gives_the_change_net_of_each_effect_and_the_tipping_line():
    found = effects(*COHORT, *dosed(*range(10)), steroid_per_mg=[-0.2, 0.4])
    net, line = find(found, "change_net_of_steroid"), find(found, "tipping_natural_course")
    assert [e.at for e in net] == [e.at for e in line]
    assert (net[0].at, net[-1].at) == (-0.2, 0.4)
    none = next(e for e in net if e.at == 0)
    plain = one(found, "signed_rank")
    assert (none.estimate, none.lower, none.upper, none.p) == (plain.estimate, plain.lower, plain.upper, plain.p)
    assert next(e for e in line if e.at == 0).estimate == one(found, "tipping_shift").estimate
    assert (net[0].text, net[0].variant) == ("assumed for the test", "")
    assert all(e.p is None and e.lower is None for e in line)


def test_a_range_without_doses_is_a_row_that_says_so():
    row = one(effects(*COHORT, steroid_per_mg=[0, 1]), "change_net_of_steroid")
    assert (row.n, row.count, row.denominator, row.estimate) == (0, 0, 10, None)
    assert "doses_missing" in row.flags


def test_readings_without_an_upper_end_are_not_called_too_few():
    rows = [pair(i, "lab.anti_dsdna", (100 + i, None), (50 + i, None)) for i in range(7)]
    found = effects(*rows, endpoint=SLEDAI | {"parameter": "lab.anti_dsdna"})
    for row in (find(found, "change_net_of_regression", variant="any_regression")[0], one(found, "signed_rank")):
        assert (row.lower, row.upper, row.n) == (None, None, 7)
        assert "level_unreachable" not in row.flags
    few = effects(*rows[:4], endpoint=SLEDAI | {"parameter": "lab.anti_dsdna"})
    for row in (find(few, "change_net_of_regression", variant="any_regression")[0], one(few, "signed_rank")):
        assert "level_unreachable" in row.flags


def test_doses_within_ranges_give_bounds():
    rows = [pair(i, DOSE, *DOSES[i], variant="gc_bet_075") for i in range(10) if i != 2]
    rows.append(pair(2, DOSE, 25, (0, 20), variant="gc_bet_075"))
    found = effects(*COHORT, *rows, steroid_per_mg=[0, 0.2])
    net = find(found, "change_net_of_steroid", at=0.2)[0]
    assert net.estimate_lower < net.estimate_upper
    assert {"bounds_over_unknowns", "largest_p"} <= set(net.flags)
    assert "ranges_not_taken" in one(found, "tipping_steroid_effect").flags


def test_a_dose_by_another_table_or_in_another_unit_is_not_used():
    other = [pair(i, DOSE, 20, 5, variant="gc_bet_060") for i in range(10)]
    assert find(effects(*COHORT, *other), "tipping_steroid_effect") == []
    grams = [pair(i, DOSE, 0.02, 0.005, variant="gc_bet_075", unit="g") for i in range(10)]
    row = one(effects(*COHORT, *grams, steroid_per_mg=[0, 1]), "change_net_of_steroid")
    assert (row.n, "units_differ" in row.flags) == (0, True)


def test_few_patients_doses_that_stay_and_nothing_to_explain():
    few = one(effects(*COHORT[:4], *dosed(*range(4))), "tipping_steroid_effect")
    assert (few.estimate, "level_unreachable" in few.flags) == (None, True)
    same = [pair(i, DOSE, 10, 10, variant="gc_bet_075") for i in range(10)]
    assert "no_dose_change" in one(effects(*COHORT, *same), "tipping_steroid_effect").flags
    still = [pair(i, "sledai.total", 5 + i, 5 + i) for i in range(8)]
    row = one(effects(*still, *dosed(*range(8))), "tipping_steroid_effect")
    assert (row.estimate, "interval_holds_zero" in row.flags) == (0, True)


def test_a_dose_is_not_explained_by_itself():
    found = effects(*dosed(*range(10)), endpoint=SLEDAI | {"parameter": DOSE}, steroid_per_mg=[0, 1])
    assert find(found, "change_net_of_steroid") == find(found, "tipping_steroid_effect") == []

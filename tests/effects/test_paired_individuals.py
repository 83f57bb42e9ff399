"""Rows about single patients: reliable change, shrunken change, non-overlap."""

import math

import pytest

from costim.effects.estimate import estimate
from costim.inference.shrinkage.hierarchical_normal import compute_hierarchical_normal
from costim.inference.shrinkage.normal_prior import choose_priors
from costim.registry.catalogue import methods
from costim.registry.flags import flag_meanings
from costim.registry.plan_assumptions import OtherCauses
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, pair, reading

SLEDAI = {"parameter": "sledai.total", "kind": "paired_change", "contrast": "change"}
CAUSES = {"parameter": "sledai.total", "within_sd": 2.0, "basis": "invented"}
CHANGES = {"p1": -8, "p2": -5, "p3": 0, "p4": 6}


def effects(*rows, causes=CAUSES, **plan):
    made = make_plan(SLEDAI, **plan)
    if causes is not None:
        made = made.model_copy(update={"other_causes": (OtherCauses.model_validate(causes),)})
    return estimate(made, frame(*rows), NO_PUBLISHED)


def patients(changes=CHANGES):
    return [pair(name, "sledai.total", 12, 12 + d) for name, d in changes.items()]


def test_without_a_test_retest_sd_there_is_no_row():
    found = effects(*patients(), causes=None)
    assert not find(found, "reliable_change")
    assert not find(found, "shrunken_change")
    assert not find(found, "non_overlap")


def test_reliable_change_of_each_patient():
    found = effects(*patients())
    limit = 1.959963984540054 * 2 * math.sqrt(2)
    for name, d in CHANGES.items():
        row = one(found, "reliable_change", stratum=name)
        assert (row.estimate, row.n, row.unit, row.level) == (d, 1, "points", 0.95)
        assert (row.lower, row.upper) == pytest.approx((d - limit, d + limit))
        assert row.statistic == pytest.approx(d / (2 * math.sqrt(2)))
        assert row.se == pytest.approx(2 * math.sqrt(2))
        assert row.text == ("beyond noise" if abs(d) > limit else "within noise")
        assert len(row.measurements) == 2
    assert [one(found, "reliable_change", stratum=n).text for n in CHANGES] == [
        "beyond noise",
        "within noise",
        "within noise",
        "beyond noise",
    ]


def test_few_degrees_of_freedom_widen_the_limits_and_are_said():
    found = effects(*patients(), causes=CAUSES | {"within_sd_df": 3})
    row = one(found, "reliable_change", stratum="p1")
    assert row.upper - row.estimate == pytest.approx(3.182446305 * 2 * math.sqrt(2), rel=1e-8)
    assert (row.df, row.text) == (3, "within noise")
    assert "noise_from_few" in row.flags
    averaged = effects(*patients(), causes=CAUSES | {"baselines": 4})
    assert one(averaged, "reliable_change", stratum="p1").se == pytest.approx(2 * math.sqrt(1.25))


def test_repeated_readings_alone_ask_for_no_rows_of_single_patients():
    early = [{"name": "early", "day": -30}, {"name": "before", "day": 0}, {"name": "after", "day": 28}]
    rows = [reading(name, "sledai.total", "early", 13) for name in CHANGES]
    found = effects(*patients(), *rows, causes=None, visits=early)
    assert one(found, "test_retest_sd").estimate > 0
    assert not find(found, "reliable_change")
    assert not find(found, "shrunken_change")
    other = effects(*patients(), *rows, causes={"parameter": "lab.c3", "within_sd": 2.0, "basis": "x"}, visits=early)
    assert not find(other, "reliable_change")
    assert not find(other, "shrunken_change")


def test_the_studys_own_repeated_readings_give_the_noise():
    early = [{"name": "early", "day": -30}, {"name": "before", "day": 0}, {"name": "after", "day": 28}]
    rows = [reading(name, "sledai.total", "early", 12 + e) for name, e in zip(CHANGES, (2, -2, 2, -2), strict=True)]
    found = effects(*patients(), *rows, causes={"parameter": "sledai.total", "basis": "invented"}, visits=early)
    # Differences of 2 between two readings: SD sqrt(2) with four degrees of freedom; noise of a change 2.
    row = one(found, "reliable_change", stratum="p1")
    assert (row.se, row.df) == (pytest.approx(2.0), 4)
    assert "noise_from_few" in row.flags
    assert len(row.measurements) == 2 + 8 - 1  # the baseline is one of the eight


def test_ranges_have_a_verdict_only_when_every_value_has_the_same():
    rows = [pair("p1", "sledai.total", 12, (0, 3)), pair("p2", "sledai.total", 12, (4, 9)), *patients({"p3": -2})]
    found = effects(*rows)
    sure, open_, exact = (one(found, "reliable_change", stratum=name) for name in ("p1", "p2", "p3"))
    assert (sure.text, sure.estimate, sure.estimate_lower, sure.estimate_upper) == ("beyond noise", None, -12, -9)
    assert (open_.text, open_.statistic) == ("", None)
    assert open_.lower == pytest.approx(-8 - 5.543615297)
    assert open_.upper == pytest.approx(-3 + 5.543615297)
    assert "bounds_over_unknowns" in open_.flags
    assert exact.text == "within noise"
    for row in find(found, "shrunken_change"):
        assert (row.estimate, row.lower) == (None, None)
        assert "ranges_not_taken" in row.flags


def test_a_patient_without_both_readings_says_so():
    found = effects(*patients(), reading("p5", "sledai.total", "before", 20))
    rows = find(found, "reliable_change", stratum="p5") + find(found, "shrunken_change", stratum="p5")
    assert len(rows) == 3
    for row in rows:
        assert (row.n, row.n_missing, row.estimate, row.text if row.method == "reliable_change" else "") == (
            0,
            1,
            None,
            "",
        )
        assert "no_change_of_patient" in row.flags
    nobody = effects(reading("p5", "sledai.total", "before", 20))
    assert [r.estimate for r in find(nobody, "shrunken_change")] == [None] * 6
    assert {r.n for r in find(nobody, "reliable_change")} == {0}


def test_shrunken_changes_are_those_of_the_core_under_each_prior():
    found = effects(*patients(), causes=CAUSES | {"worthwhile": -4, "within_sd_df": 8})
    noise = 2 * math.sqrt(2)
    priors = choose_priors(noise, -4)
    assert len(find(found, "shrunken_change")) == 3 * (2 + 4)
    for prior in priors:
        core = compute_hierarchical_normal(list(CHANGES.values()), noise, prior, noise_df=8)
        mean = one(found, "shrunken_change", variant=prior.name, stratum="mean")
        assert (mean.estimate, mean.lower, mean.upper) == (core.mean.estimate, core.mean.lower, core.mean.upper)
        assert (mean.n, len(mean.measurements)) == (4, 8)
        spread = one(found, "shrunken_change", variant=prior.name, stratum="between_sd")
        assert spread.upper == core.between_sd.upper
        for name, posterior in zip(CHANGES, core.patients, strict=True):
            row = one(found, "shrunken_change", variant=prior.name, stratum=name)
            assert (row.estimate, row.lower, row.upper) == (posterior.estimate, posterior.lower, posterior.upper)
    texts = {r.variant: r.text for r in find(found, "shrunken_change")}
    assert texts["weak"] == "every mean equally likely; SD between patients half-Cauchy, scale 28.3"
    assert texts["enthusiastic"] == "mean -4 (SD 2.43); SD between patients half-Cauchy, scale 28.3"


def test_nobody_is_enthusiastic_without_a_worthwhile_change_and_two_patients_are_few():
    found = effects(*patients({"p1": -8, "p2": -2}))
    assert {r.variant for r in find(found, "shrunken_change")} == {"weak", "sceptical"}
    assert all("prior_decides" in r.flags for r in find(found, "shrunken_change"))


LONG = [
    {"name": "w1", "day": -60},
    {"name": "w2", "day": -30},
    {"name": "before", "day": 0},
    {"name": "m1", "day": 14},
    {"name": "after", "day": 28},
    {"name": "late", "day": 90},
]


def several(name, *values):
    visits = [v["name"] for v in LONG]
    return [reading(name, "sledai.total", v, x) for v, x in zip(visits, values, strict=True) if x is not None]


def test_non_overlap_with_three_readings_before():
    rows = [several("p1", 12, 10, 14, 10, 4, 30), several("p2", 12, None, 14, 8, 4, 0)]
    found = effects(*rows, causes=None, visits=LONG)
    row = one(found, "non_overlap")
    # 10 and 4 after against 12, 10, 14; day 90 lies past the contrast.
    assert (row.stratum, row.variant, row.count, row.denominator) == ("p1", "nap", 3, 2)
    assert row.estimate == pytest.approx((2 + 0.5 + 3) / 6)
    assert (row.lower, row.upper, row.unit, row.n) == (None, None, "", 1)
    assert len(row.measurements) == 5


def test_non_overlap_of_ranges_and_without_a_later_reading():
    rows = [several("p1", 12, 10, 14, None, (9, 11), None), several("p2", 5, 6, 7, None, None, 1)]
    found = effects(*rows, causes=None, visits=LONG)
    ranged, none = one(found, "non_overlap", stratum="p1"), one(found, "non_overlap", stratum="p2")
    assert (ranged.estimate_lower, ranged.estimate_upper) == (pytest.approx(2 / 3), 1.0)
    assert "bounds_over_unknowns" in ranged.flags
    assert (none.estimate, none.denominator) == (None, 0)
    assert "no_reading_after" in none.flags


def test_words_exist_for_every_row():
    found = effects(*patients({"p1": -8}), several("p2", 12, 10, 14, None, 4, None), visits=LONG,
                    causes=CAUSES | {"worthwhile": -4, "within_sd_df": 2})  # fmt: skip
    rows = [r for m in ("reliable_change", "shrunken_change", "non_overlap") for r in find(found, m)]
    assert rows
    known = methods()
    assert {r.method for r in rows} | {r.variant for r in rows if r.variant} <= known.keys()
    assert {f for r in rows for f in r.flags} <= flag_meanings().keys()
    for code in ("reliable_change", "shrunken_change", "non_overlap"):
        assert known[code].sentence
        assert known[code].assumption

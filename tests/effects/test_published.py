import polars as pl
import pytest

from costim.effects.published import Printed, compare_one, compare_published, read_number, round_half_up
from costim.registry.effects import Effect


def printed(value, field="estimate", n=10, **fields):
    names = {"unit": "", "parameter": "p", "contrast": "", "effect_method": "mean", "stratum": "", "implied_test": ""}
    return Printed(result_id="r1", value=value, field=field, n=n, **(names | fields))


def effect(method="mean", n=10, **fields):
    return Effect(parameter="p", method=method, n=n, **fields)


@pytest.mark.parametrize(
    ("value", "estimate", "verdict"),
    [
        ("16.2", 16.199999999999999, "reproduced"),
        ("16.2", 16.25, "contradicted"),
        ("16.3", 16.25, "reproduced"),
        ("0.15", 0.145, "reproduced"),
        ("-0.15", -0.145, "reproduced"),
        ("−3", -3.4, "reproduced"),
        ("<0.05", 0.0497, "reproduced"),
        ("P < 0.01", 0.0497, "contradicted"),
        (">= 5", 5.0, "reproduced"),
        ("decreased", 5.0, "not recomputable"),
    ],
)
def test_rounding_half_up_to_the_printed_decimals_decides(value, estimate, verdict):
    row = compare_one(printed(value), [effect(estimate=estimate)])
    assert (row.text, row.estimate) == (verdict, estimate)


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        ("5", 4.9, 5.2, "reproduced"),
        ("5", 4.0, 5.2, "not recomputable"),
        ("5", 6.0, 7.0, "contradicted"),
        ("<5", 1.0, 4.0, "reproduced"),
        ("<5", 1.0, 6.0, "not recomputable"),
        ("<5", 5.0, 6.0, "contradicted"),
        (">5", 1.0, None, "not recomputable"),
        (">5", 1.0, 2.0, "contradicted"),
    ],
)
def test_bounds_decide_only_when_they_leave_no_choice(value, low, high, verdict):
    row = compare_one(printed(value), [effect(estimate_lower=low, estimate_upper=high)])
    assert (row.text, row.estimate_lower, row.estimate_upper) == (verdict, low, high)


def test_fewer_subjects_than_printed_can_reproduce_but_not_contradict():
    row = compare_one(printed("14"), [effect(n=9, estimate=14.0)])
    assert (row.text, row.flags) == ("reproduced", ("fewer_subjects_than_published",))
    row = compare_one(printed("4"), [effect(n=9, estimate=7.0)])
    assert row.text == "not recomputable"
    assert {"fewer_subjects_than_published", "not_recomputable"} <= set(row.flags)


def test_blank_parameter_is_not_recomputable():
    row = compare_one(printed("4", parameter=""), [effect(estimate=4.0)])
    assert (row.text, row.n, row.flags) == ("not recomputable", 0, ("not_recomputable",))


def test_an_effect_that_was_not_estimated_and_one_that_is_not_unique():
    assert compare_one(printed("4"), []).flags == ("not_recomputable", "no_such_effect")
    both = [effect(stratum=s, estimate=4.0) for s in ("baseline", "post")]
    assert compare_one(printed("4"), both).flags == ("not_recomputable", "effect_ambiguous")
    assert compare_one(printed("4", stratum="post"), both).text == "reproduced"


def test_a_stratum_may_name_the_time_and_the_exact_variant_goes_first():
    shares = [
        effect("proportion_beyond", at=t, variant=v, estimate=e, count=c, lower=low)
        for t, v, e, c, low in [
            (12.0, "wilson", 0.5, 5, 0.24),
            (12.0, "clopper_pearson", 0.5, 5, 0.187),
            (24.0, "clopper_pearson", 0.1, 1, 0.003),
        ]
    ]
    wanted = {"effect_method": "proportion_beyond", "stratum": "12"}
    assert compare_one(printed("5", "count", **wanted), shares).text == "reproduced"
    assert compare_one(printed("0.19", "lower", **wanted), shares).text == "reproduced"
    assert compare_one(printed("50", unit="%", **wanted), shares).text == "reproduced"


def test_bounds_of_a_count():
    row = effect("proportion_beyond", at=12.0, estimate_lower=0.5, estimate_upper=0.6, denominator=10)
    found = compare_one(printed("5", "count", effect_method="proportion_beyond"), [row])
    assert (found.text, found.estimate_lower, found.estimate_upper) == ("not recomputable", 5, 6)


def test_words():
    row = effect("category_count", text="improved")
    assert compare_one(printed("Improved", "text", effect_method="category_count"), [row]).text == "reproduced"
    assert compare_one(printed("worse", "text", effect_method="category_count"), [row]).text == "contradicted"


def test_implied_sign_test_of_a_printed_count():
    table = pl.DataFrame(
        {"result_id": ["r02", "r03"], "value": ["10", "decreased"], "n": [10, 10], "implied_test": ["sign_test"] * 2}
    )
    rows = {r.parameter: r for r in compare_published(table, [], "as_recorded") if r.method.startswith("sign")}
    good = rows["published.r02"]
    assert (good.p, good.p_min, good.count, good.denominator) == (0.001953125, 0.001953125, 10, 10)
    assert good.flags == ("from_published_count",)
    bad = rows["published.r03"]
    assert (bad.p, bad.flags) == (None, ("from_published_count", "not_recomputable"))


def test_rounding_of_halves():
    like = read_number("0.1").value
    assert [str(round_half_up(v, like)) for v in (0.25, 0.35, -0.25, 2.449999)] == ["0.3", "0.4", "-0.3", "2.4"]
    assert read_number("7 to 11") is None

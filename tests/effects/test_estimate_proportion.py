"""What stands beside a share: other limits by name, the one-sided limit at none or all, a share from elsewhere."""

import pytest

from costim.effects.estimate import estimate
from costim.inference.binary.blaker import compute_blaker
from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from tests.effects.tables import CONTRAST, NO_PUBLISHED, find, frame, make_plan, one, pair, reading

RESPONSE = {"parameter": "scale.clinical_response", "kind": "proportion", "contrast": "change", "categories": ["MCR"]}
ABOVE = {"parameter": "sledai.total", "kind": "proportion", "contrast": "change", "above": 5}


def effects(endpoint, *rows, **plan):
    return estimate(make_plan(endpoint, **plan), frame(*rows), NO_PUBLISHED)


def responses(yes, no, *, missing=0):
    words = ["MCR"] * yes + ["none"] * no
    rows = [reading(i, "scale.clinical_response", "after", word) for i, word in enumerate(words)]
    return rows + [reading(90 + i, "subject.sex", value="F") for i in range(missing)]


@pytest.mark.parametrize(
    ("named", "variants"),
    [
        ("clopper_pearson", {"clopper_pearson"}),
        ("blaker", {"clopper_pearson", "blaker"}),
        ("wilson", {"clopper_pearson", "wilson"}),
        ("mid_p", {"clopper_pearson", "mid_p"}),
        ("jeffreys", {"clopper_pearson", "jeffreys"}),
    ],
)
def test_exact_limits_always_and_the_named_ones_beside(named, variants):
    found = effects(RESPONSE, *responses(8, 2), variants={"share_interval": named})
    assert {r.variant for r in find(found, "proportion")} == variants
    paired = effects(
        {"parameter": "sledai.total", "kind": "paired_change", "contrast": "change"},
        *(pair(i, "sledai.total", 10 + i, 4) for i in range(4)),
        variants={"share_interval": named},
    )
    assert {r.variant for r in find(paired, "proportion")} == variants


def test_limits_by_name_are_those_of_the_core():
    found = effects(RESPONSE, *responses(3, 7), variants={"share_interval": "blaker"})
    row, core = one(found, "proportion", variant="blaker"), compute_blaker(3, 10)
    assert (row.count, row.denominator, row.estimate, row.lower, row.upper) == (3, 10, 0.3, core.lower, core.upper)
    assert "hull_of_gaps" not in row.flags


def test_a_set_with_gaps_is_printed_as_its_hull_and_says_so():
    found = effects(RESPONSE, *responses(1, 30), variants={"share_interval": "blaker"})
    assert "hull_of_gaps" in one(found, "proportion", variant="blaker").flags
    assert "hull_of_gaps" not in one(found, "proportion", variant="clopper_pearson").flags


def test_nobody_and_everybody_have_a_one_sided_limit():
    nobody = one(effects(RESPONSE, *responses(0, 10)), "rule_of_three")
    assert (nobody.count, nobody.denominator, nobody.estimate, nobody.lower) == (0, 10, 0, None)
    assert nobody.upper == pytest.approx(1 - 0.05**0.1)
    everybody = one(effects(RESPONSE, *responses(10, 0, missing=2)), "rule_of_three")
    assert (everybody.count, everybody.estimate, everybody.upper, everybody.n_missing) == (10, 1, None, 2)
    assert everybody.lower == pytest.approx(0.05**0.1)
    assert find(effects(RESPONSE, *responses(9, 1)), "rule_of_three") == []
    assert find(effects(RESPONSE, *responses(0, 0, missing=3)), "rule_of_three") == []


def test_an_undecided_subject_leaves_no_rule_of_three():
    rows = [reading(1, "sledai.total", "after", 3), reading(2, "sledai.total", "after", (4, 8))]
    assert find(effects(ABOVE, *rows), "rule_of_three") == []


def benchmark(share, **fields):
    return {"parameter": "scale.clinical_response", "share": share, "basis": "a registry"} | fields


def test_a_share_known_from_elsewhere():
    found = effects(RESPONSE, *responses(8, 2, missing=1), benchmarks=[benchmark(0.3)])
    row = one(found, "benchmark_test")
    assert (row.at, row.count, row.denominator, row.estimate, row.n, row.n_missing) == (0.3, 8, 10, 0.8, 10, 1)
    assert row.p == pytest.approx(2 * 0.00159038640)
    assert row.p_min == pytest.approx(2 * 0.3**10)
    assert row.stratum == "MCR"
    assert "few_subjects" not in row.flags


@pytest.mark.parametrize("share", [0.3, 0.44, 0.4440, 0.9, 0.975, 0.99])
def test_the_benchmark_lies_outside_the_exact_limits_exactly_when_p_is_small(share):
    found = effects(RESPONSE, *responses(8, 2), benchmarks=[benchmark(share)])
    limits = one(found, "proportion")
    assert (limits.lower < share < limits.upper) == (one(found, "benchmark_test").p > 0.05)


def test_benchmarks_of_another_parameter_or_contrast_are_not_tested():
    other = {"name": "later", "baseline": {"visits": ["before"]}, "post": {"visits": ["after"]}}
    found = effects(
        RESPONSE,
        *responses(2, 1),
        contrasts=[CONTRAST, other],
        benchmarks=[
            benchmark(0.3, contrast="later"),
            benchmark(0.2, contrast="change"),
            benchmark(0.4, parameter="x.y"),
        ],
    )
    assert [r.at for r in find(found, "benchmark_test")] == [0.2]


def test_a_benchmark_without_data_and_with_too_few_or_undecided_subjects():
    nothing = one(effects(RESPONSE, *responses(0, 0, missing=2), benchmarks=[benchmark(0.3)]), "benchmark_test")
    assert (nothing.n, nothing.p, nothing.flags) == (0, None, ("no_data",))
    few = one(effects(RESPONSE, *responses(2, 0), benchmarks=[benchmark(0.3)]), "benchmark_test")
    assert few.p == few.p_min == pytest.approx(0.18)
    assert "few_subjects" in few.flags
    rows = [reading(i, "sledai.total", "after", 8) for i in range(5)] + [reading(9, "sledai.total", "after", (4, 8))]
    vague = one(effects(ABOVE, *rows, benchmarks=[benchmark(0.3, parameter="sledai.total")]), "benchmark_test")
    assert (vague.count, vague.estimate_lower, vague.estimate_upper) == (None, pytest.approx(5 / 6), 1)
    # Five of six is the less extreme of the two completions.
    assert vague.p == pytest.approx(2 * (6 * 0.3**5 * 0.7 + 0.3**6))
    assert {"bounds_over_unknowns", "largest_p"} <= set(vague.flags)


def test_bounds_contain_every_completion():
    rows = [reading(i, "sledai.total", "after", 8) for i in range(3)] + [reading(9, "sledai.total", "after", (4, 8))]
    row = one(effects(ABOVE, *rows, reading(7, "sledai.total", "after", 2)), "proportion")
    for count in (3, 4):
        inner = compute_clopper_pearson(count, 5)
        assert row.lower <= inner.lower
        assert inner.upper <= row.upper
        assert row.estimate_lower <= inner.estimate <= row.estimate_upper


def test_a_hoped_for_share_gives_three_priors_side_by_side():
    found = effects(RESPONSE, *responses(8, 2, missing=1), benchmarks=[benchmark(0.3, hoped=0.6, worth=10)])
    rows = {row.variant: row for row in find(found, "shrunken_share")}
    assert list(rows) == ["weak_share", "sceptical_share", "enthusiastic_share"]
    assert [row.text for row in rows.values()] == ["Beta(0.5, 0.5)", "Beta(3, 7)", "Beta(6, 4)"]
    sceptical = rows["sceptical_share"]  # Beta(11, 9)
    assert (sceptical.at, sceptical.count, sceptical.n, sceptical.n_missing) == (0.3, 8, 10, 1)
    by_r = (0.5516992, 0.3349978, 0.7555253, 0.9894588)  # qbeta(c(.5, .025, .975), 11, 9), 1 - pbeta(.3, 11, 9)
    numbers = (sceptical.estimate, sceptical.lower, sceptical.upper, sceptical.statistic)
    assert numbers == pytest.approx(by_r, abs=6e-8)
    assert rows["weak_share"].estimate > rows["enthusiastic_share"].estimate > sceptical.estimate


def test_without_a_hope_there_is_no_prior_and_undecided_subjects_give_bounds():
    assert find(effects(RESPONSE, *responses(8, 2), benchmarks=[benchmark(0.3)]), "shrunken_share") == []
    rows = [reading(1, "sledai.total", "after", 3), reading(2, "sledai.total", "after", (4, 8))]
    of_sledai = [{"parameter": "sledai.total", "share": 0.3, "hoped": 0.5, "basis": "x"}]
    row = find(effects(ABOVE, *rows, benchmarks=of_sledai), "shrunken_share")[0]
    assert row.estimate is None and row.statistic is None
    assert row.lower < row.estimate_lower < row.estimate_upper < row.upper
    assert "bounds_over_unknowns" in row.flags
    nobody = find(
        effects(RESPONSE, *responses(0, 0, missing=2), benchmarks=[benchmark(0.3, hoped=0.6)]), "shrunken_share"
    )
    assert all(r.n == 0 and r.estimate is None and r.lower is None for r in nobody)

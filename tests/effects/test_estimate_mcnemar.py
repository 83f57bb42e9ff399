from itertools import product

import pytest

from costim.effects.estimate import estimate
from costim.inference.binary.mcnemar import compute_mcnemar
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, pair, reading

CODE = "scale.clinical_response"
NAMED = {"parameter": CODE, "kind": "proportion", "contrast": "change", "categories": ["MCR"]}
ABOVE = {"parameter": "sledai.total", "kind": "proportion", "contrast": "change", "above": 5}


def effects(endpoint, *rows, **plan):
    return estimate(make_plan(endpoint, **plan), frame(*rows), NO_PUBLISHED)


def turned(*words):
    """Subjects by what they were before and after: y or n."""
    name = {"y": "MCR", "n": "none"}
    return [pair(i, CODE, name[word[0]], name[word[1]]) for i, word in enumerate(words)]


def test_those_that_turned_into_the_categories():
    found = effects(NAMED, *turned("ny", "ny", "ny", "ny", "ny", "ny", "yn", "yy", "nn", "nn"))
    row = one(found, "mcnemar")
    core = compute_mcnemar(6, 1, 10)
    assert (row.variant, row.text, row.stratum, row.n, row.n_missing) == ("exact", "into", "MCR", 10, 0)
    assert (row.count, row.denominator, row.p, row.p_min) == (6, 7, 0.125, 2.0**-9)
    assert (row.estimate, row.lower, row.upper) == (6, core.lower, core.upper)
    assert len(row.measurements) == 20
    assert row.flags == ()


def test_mid_p_only_where_the_plan_names_it():
    rows = turned("ny", "ny", "ny", "ny", "ny", "ny", "yn")
    found = effects(NAMED, *rows, variants={"share_interval": "mid_p"})
    assert [(r.variant, r.p) for r in find(found, "mcnemar")] == [("exact", 0.125), ("mid_p", 0.0703125)]
    assert one(found, "mcnemar", variant="mid_p").upper < one(found, "mcnemar", variant="exact").upper


def test_nobody_turned_back_and_nobody_turned():
    row = one(effects(NAMED, *turned("ny", "ny", "ny", "yy")), "mcnemar")
    assert (row.estimate, row.upper, row.flags) == (None, None, ("few_pairs", "no_upper_limit"))
    assert row.lower > 0
    row = one(effects(NAMED, *turned("yy", "nn", "nn", "nn", "nn", "nn")), "mcnemar")
    assert (row.count, row.denominator, row.p, row.estimate) == (0, 0, 1, None)
    assert (row.lower, row.upper, row.flags) == (None, None, ("nobody_turned",))


def test_better_is_out_of_the_range_above_where_more_is_worse():
    row = one(effects(ABOVE, pair(1, "sledai.total", 9, 2), pair(2, "sledai.total", 9, 3)), "mcnemar")
    assert (row.text, row.count, row.denominator) == ("out of", 2, 2)
    cells = ABOVE | {"parameter": "bcell.count", "above": 10}
    row = one(effects(cells, pair(1, "bcell.count", 200, 2)), "mcnemar")
    assert (row.text, row.count, row.denominator) == ("into", 0, 1)


def test_only_pairs_count_and_without_any_reading_before_there_is_no_row():
    after_only = reading(8, CODE, "after", "MCR")
    row = one(effects(NAMED, *turned("ny", "yn"), after_only), "mcnemar")
    assert (row.n, row.n_missing) == (2, 1)
    assert find(effects(NAMED, after_only), "mcnemar") == []
    before_only = one(effects(NAMED, reading(1, CODE, "before", "none"), reading(2, CODE, "after", "MCR")), "mcnemar")
    assert (before_only.n, before_only.p, before_only.flags) == (0, None, ("no_pairs",))
    no_contrast = {k: v for k, v in NAMED.items() if k != "contrast"}
    assert find(effects(no_contrast, *turned("ny")), "mcnemar") == []


def test_undecided_answers_give_what_holds_for_every_completion():
    certain = [pair(i, "sledai.total", 12, 2) for i in range(6)] + [pair(6, "sledai.total", 2, 12)]
    vague = [
        pair(7, "sledai.total", 12, (4, 8)),
        pair(8, "sledai.total", (4, 8), 2),
        pair(9, "sledai.total", (4, 8), 12),
    ]
    row = one(effects(ABOVE, *certain, *vague), "mcnemar")
    completions = [
        compute_mcnemar(6 + (first <= 5) + (second > 5), 1 + (third <= 5), 10)
        for first, second, third in product((4, 6, 8), repeat=3)
    ]
    assert (row.count, row.estimate, row.denominator) == (None, None, None)
    assert row.p == max(c.p for c in completions)
    assert row.lower == pytest.approx(min(c.lower for c in completions))
    assert row.upper == pytest.approx(max(c.upper for c in completions))
    ratios = [c.odds_ratio for c in completions]
    assert (row.estimate_lower, row.estimate_upper) == (min(ratios), max(ratios))
    assert {"bounds_over_unknowns", "largest_p"} <= set(row.flags)


def test_where_perhaps_nobody_turned_there_is_no_ratio():
    row = one(effects(ABOVE, pair(1, "sledai.total", 12, (4, 8))), "mcnemar")
    assert (row.p, row.estimate_lower, row.lower, row.upper) == (1, None, None, None)
    assert {"nobody_turned", "bounds_over_unknowns"} <= set(row.flags)

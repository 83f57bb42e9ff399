"""Brief Psychiatric Rating Scale: codings, percent fall, improvement, severity."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures import bprs
from costim.measures.bounds import UNBOUNDED, between, known
from costim.measures.bprs_change import percent_fall
from costim.measures.codings import codings, limits_of, possible_codings
from costim.measures.facts import NO_FACTS, Facts, Visit
from costim.measures.overlap import contains
from costim.measures.result import Result
from costim.measures.score import score
from costim.registry.measure_catalogue import measures

RANGES = [("bprs18_1_7", 18, 126), ("bprs18_0_6", 0, 108), ("bprs16_1_7", 16, 112), ("bprs16_0_6", 0, 96)]
SCALES = [scale for scale, *_ in RANGES]


def of(**totals: int) -> Facts:
    return Facts({name: known(total) for name, total in totals.items()})


def fall(baseline: Facts, now: Facts, variant: str = "", code: str = "bprs_change") -> Result:
    return score(code, Visit(now, baseline=baseline), variant)


def percent(result: Result) -> Decimal:
    assert result.value is not None
    return round(result.value, 1)


def test_w25_fall_on_0_to_6() -> None:
    for variant in ("floor_corrected", "naive"):
        found = fall(of(bprs18_0_6=26), of(bprs18_0_6=7), variant)
        assert found.bounds == known(Fraction(1900, 26))
        assert (percent(found), found.variant) == (Decimal("73.1"), variant)


def test_w25_fall_on_1_to_7() -> None:
    assert percent(fall(of(bprs18_1_7=44), of(bprs18_1_7=25), "naive")) == Decimal("43.2")
    assert percent(fall(of(bprs18_1_7=44), of(bprs18_1_7=25), "floor_corrected")) == Decimal("73.1")


def test_w25_coding_of_the_seed_is_inferred() -> None:
    found = fall(of(bprs=26), of(bprs=7))
    assert percent(found) == Decimal("73.1")
    assert found.flags == ("coding_inferred",)


def test_totals_that_fit_both_codings_give_the_bounds_of_both() -> None:
    found = fall(of(bprs=44), of(bprs=25))
    assert found.flags == ("coding_not_stated",)
    readings = [(19, 44), (19, 44 - 18), (19, 44 - 16)]
    assert found.bounds == between(
        min(Fraction(100 * a, b) for a, b in readings), max(Fraction(100 * a, b) for a, b in readings)
    )
    assert fall(of(bprs=44), of(bprs=25), "naive").bounds == known(Fraction(1900, 44))


def test_two_codings_of_the_same_items_are_compared() -> None:
    assert percent(fall(of(bprs18_1_7=44), of(bprs18_0_6=7))) == Decimal("73.1")


def test_another_number_of_items_is_not_compared() -> None:
    found = fall(of(bprs18_1_7=44), of(bprs16_1_7=25))
    assert (found.bounds, found.flags, found.complete) == (UNBOUNDED, ("codings_contradict",), False)


def test_a_rise_is_negative_and_a_baseline_at_the_floor_has_no_percentage() -> None:
    assert fall(of(bprs18_0_6=20), of(bprs18_0_6=25)).value == -25
    found = fall(of(bprs18_1_7=18), of(bprs18_1_7=30))
    assert (found.value, found.flags) == (None, ("baseline_at_floor",))


def test_nothing_is_said_without_both_totals() -> None:
    now = score("bprs_change", Visit(of(bprs=26)))
    assert (now.value, now.lower, now.missing, now.complete) == (None, None, (), False)
    assert "no_baseline_assessment" in now.flags
    entry = score("bprs_change", Visit(NO_FACTS, baseline=of(bprs=26)))
    assert (entry.value, entry.lower, entry.missing) == (None, None, ("bprs",))


def test_a_coding_that_is_not_certain_is_what_a_percentage_lacks() -> None:
    found = fall(of(bprs=44), of(bprs=25))
    assert found.value is None
    assert "baseline.bprs18_1_7" in found.missing
    assert "bprs" not in found.missing
    assert fall(of(bprs18_1_7=44), Facts({"bprs18_1_7": between(25, 30)})).missing == ("bprs18_1_7",)


@given(st.integers(18, 126), st.integers(18, 126))
@settings(max_examples=80)
def test_the_corrected_fall_does_not_depend_on_the_coding(before: int, now: int) -> None:
    one = fall(of(bprs18_1_7=before), of(bprs18_1_7=now))
    other = fall(of(bprs18_0_6=before - 18), of(bprs18_0_6=now - 18))
    assert one.bounds == other.bounds
    open_coding = fall(of(bprs=before), of(bprs=now)).bounds
    if one.bounds.value is not None:
        assert contains(open_coding, one.bounds.value)


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=60)
def test_a_fall_known_within_bounds_holds_every_completion(before: int, now: int, more: int) -> None:
    bounds = percent_fall(known(before), between(min(now, more), max(now, more)))
    assert contains(bounds, Fraction(100 * (before - now), before))


@pytest.mark.parametrize(
    ("scale", "total", "expected"),
    [
        ("bprs", 7, ("0-6",)),
        ("bprs", 15, ("0-6",)),
        ("bprs", 16, ("0-6", "1-7")),
        ("bprs", 108, ("0-6", "1-7")),
        ("bprs", 109, ("1-7",)),
        ("bprs", 126, ("1-7",)),
        ("sds", 58, ("raw", "index")),
        ("sds", 24, ("raw",)),
        ("sds", 81, ("index",)),
        ("gcs", 8, ()),
    ],
)
def test_possible_codings(scale: str, total: int, expected: tuple[str, ...]) -> None:
    assert possible_codings(scale, [known(total)]) == expected


def test_one_impossible_total_settles_the_coding_of_all() -> None:
    assert possible_codings("bprs", [known(26)]) == ("0-6", "1-7")
    assert possible_codings("bprs", [known(26), known(7)]) == ("0-6",)


@pytest.mark.parametrize(("scale", "floor", "top"), RANGES)
def test_ranges_of_the_codings(scale: str, floor: int, top: int) -> None:
    fact = measures()["bprs"].facts[scale]
    assert limits_of(scale) == (Fraction(floor), Fraction(top))
    assert (fact.minimum, fact.maximum) == (Decimal(floor), Decimal(top))
    assert top - floor == 6 * bprs.items(scale)
    assert set(codings()["bprs"]) == set(SCALES)


@given(st.sampled_from(SCALES), st.sampled_from(SCALES), st.integers(0, 96))
@settings(max_examples=60)
def test_codings_of_the_same_items_round_trip(scale: str, to: str, above: int) -> None:
    total = known(bprs.floor(scale) + above)
    there = bprs.recode(total, scale, to)
    if bprs.items(scale) != bprs.items(to):
        assert there is None
    else:
        assert there is not None
        assert bprs.recode(there, to, scale) == total


def test_total_on_another_coding() -> None:
    def total(variant: str, **totals: int) -> Result:
        return score("bprs", Visit(of(**totals)), variant)

    assert total("bprs18_1_7", bprs18_0_6=26).value == 44
    assert total("bprs16_0_6", bprs16_1_7=23).value == 7
    other = total("bprs18_1_7", bprs16_1_7=23)
    assert (other.bounds, other.missing) == (between(18, 126), ("bprs18_1_7",))
    only_one = total("bprs18_0_6", bprs=120)
    assert (only_one.bounds, only_one.decided_by) == (known(102), ("bprs",))
    assert only_one.flags == ("coding_inferred", "unverified_rule")
    undeclared = total("bprs18_0_6", bprs=110)
    assert (undeclared.bounds, undeclared.flags) == (between(0, 108), ("coding_inferred", "unverified_rule"))


def test_a_number_beside_a_declared_total_is_the_same_number() -> None:
    found = score("bprs", Visit(of(bprs18_1_7=44, bprs=26)))
    assert (found.bounds, "inconsistent_total" in found.flags) == (known(44), True)
    assert "inconsistent_total" not in score("bprs", Visit(of(bprs18_1_7=44, bprs=44))).flags
    twice = score("bprs", Visit(of(bprs18_1_7=44, bprs18_0_6=26)))
    assert (twice.bounds, twice.flags) == (known(44), ("unverified_rule",))
    assert "codings_contradict" in score("bprs", Visit(of(bprs18_1_7=44, bprs18_0_6=25))).flags


@pytest.mark.parametrize(("wanted", "points"), [("bprs18_1_7", 40), ("bprs16_1_7", 38), ("bprs16_0_6", 22)])
def test_of_two_declared_totals_that_on_the_coding_wanted_counts(wanted: str, points: int) -> None:
    found = score("bprs", Visit(of(bprs18_1_7=40, bprs16_1_7=38)), wanted)
    assert (found.bounds, found.missing, found.flags) == (known(points), (), ("unverified_rule",))


@pytest.mark.parametrize(("week", "minimal", "much"), [(1, "0.24", "0.44"), (2, "0.27", "0.53"), (4, "0.30", "0.58")])
def test_improvement_at_its_thresholds(week: int, minimal: str, much: str) -> None:
    def outcome(share: Fraction) -> str:
        baseline = Facts({"bprs18_0_6": known(100)})
        now = Facts({"bprs18_0_6": between(100 - 100 * share, 100 - 100 * share)})
        return fall(baseline, now, f"leucht_week{week}", "bprs_improvement").state

    step = Fraction(1, 100)
    expected = {Fraction(minimal): "minimal", Fraction(much): "much"}
    for at, name in expected.items():
        assert outcome(at) == name
        assert outcome(at - step) == ("less_than_minimal" if name == "minimal" else "minimal")


def test_improvement_says_what_its_thresholds_rest_on() -> None:
    found = fall(of(bprs18_1_7=44), of(bprs18_1_7=25), "leucht_week4", "bprs_improvement")
    assert (found.state, found.evidence) == ("much", "C")
    assert found.flags == ("threshold_other_disease", "floor_not_stated", "depends_on_floor")
    naive = fall(of(bprs18_1_7=44), of(bprs18_1_7=25), "leucht_week4+naive", "bprs_improvement")
    assert (naive.state, naive.variant) == ("minimal", "leucht_week4+naive")
    same = fall(of(bprs18_0_6=26), of(bprs18_0_6=7), "leucht_week4", "bprs_improvement")
    assert "depends_on_floor" not in same.flags


@pytest.mark.parametrize(
    ("total", "state"),
    [
        (30, "below_mild"),
        (31, "mild"),
        (40, "mild"),
        (41, "moderate"),
        (52, "moderate"),
        (53, "marked"),
    ],
)
def test_severity_at_its_thresholds(total: int, state: str) -> None:
    found = score("bprs_severity", Visit(of(bprs18_1_7=total)))
    assert (found.state, found.flags) == (state, ("threshold_other_disease", "unverified_rule"))
    other = score("bprs_severity", Visit(of(bprs18_0_6=total)), "leucht_bprs18_0_6")
    assert other.state == state


def test_severity_of_a_total_without_its_coding_stays_open() -> None:
    found = score("bprs_severity", Visit(of(bprs=44)))
    assert not found.complete
    assert {"moderate", "marked"} <= set(found.possible)


def test_totals_declared_on_two_codings_of_the_same_items_narrow_each_other() -> None:
    both = Facts({"bprs16_0_6": between(0, 5), "bprs16_1_7": between(18, 30)})
    found = bprs.total(both, "bprs16_0_6")
    assert found.bounds == between(2, 5)
    assert "codings_contradict" not in found.flags
    apart = Facts({"bprs16_0_6": between(0, 5), "bprs16_1_7": between(28, 30)})
    assert "codings_contradict" in bprs.total(apart, "bprs16_0_6").flags

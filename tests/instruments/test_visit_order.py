"""Visits in time: the order of the settings, of the days, and what cannot be put in order."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from costim.instruments.rows import Reading, between, point
from costim.instruments.visit_order import baseline_visit, named_baseline, ordered_visits, visit_before
from tests.instruments.builders import make_plan

DECLARED = ("a", "b", "c", "d")


def day(number: int | None) -> Reading:
    return Reading(missing="not_reported") if number is None else point(Decimal(number))


def days(**numbers: int | None) -> dict[str, Reading]:
    return {name: day(number) for name, number in numbers.items()}


def test_known_days_overrule_the_settings() -> None:
    assert ordered_visits(days(a=30, b=0, c=60), DECLARED) == ("b", "a", "c")


def test_visits_without_day_stand_where_the_settings_put_them() -> None:
    assert ordered_visits(days(c=60, a=0, b=None), DECLARED) == ("a", "b", "c")


def test_visits_of_one_day_keep_the_order_of_the_settings() -> None:
    assert ordered_visits(days(b=0, a=0, c=-5), DECLARED) == ("c", "a", "b")


def test_no_order_when_days_contradict_the_settings_and_one_is_unknown() -> None:
    assert ordered_visits(days(a=30, b=0, c=None), DECLARED) is None


def test_overlapping_days_keep_the_order_of_the_settings() -> None:
    overlapping = {"b": between(Decimal(0), Decimal(20)), "a": between(Decimal(10), Decimal(30))}
    assert ordered_visits(overlapping, DECLARED) == ("a", "b")


@given(st.dictionaries(st.sampled_from(DECLARED), st.integers(-10, 10), min_size=1), st.randoms())
@settings(max_examples=60, deadline=None)
def test_known_days_rise_whatever_the_order_of_the_rows(numbers: dict[str, int], random: object) -> None:
    names = list(numbers)
    random.shuffle(names)  # type: ignore[attr-defined]  # hypothesis gives a Random
    order = ordered_visits({name: day(numbers[name]) for name in names}, DECLARED)
    assert order is not None
    assert [numbers[name] for name in order] == sorted(numbers.values())
    assert order == ordered_visits({name: day(numbers[name]) for name in sorted(names)}, DECLARED)


def _contrasts(*baselines: dict[str, object]) -> dict[str, object]:
    contrasts = [{"name": f"c{i}", "baseline": b, "post": {"visits": ["d"]}} for i, b in enumerate(baselines)]
    return {"visits": [{"name": name} for name in DECLARED], "contrasts": contrasts}


def test_the_baseline_that_every_contrast_names() -> None:
    a, b = {"visits": ["a"]}, {"visits": ["b"]}
    assert named_baseline(make_plan(more=_contrasts(a, a))) == "a"
    assert named_baseline(make_plan(more=_contrasts(a, b))) == ""
    assert named_baseline(make_plan(more=_contrasts({"visits": ["a", "b"], "pick": "last"}))) == ""
    assert named_baseline(make_plan(more=_contrasts({"visits": ["a"], "from_day": -3}))) == ""
    assert named_baseline(make_plan()) == ""


def test_without_a_name_the_last_assessed_visit_before_treatment() -> None:
    when = days(a=-20, b=0, c=28)
    order = ("a", "b", "c")
    assert baseline_visit(order, when, ["a", "b", "c"], "") == "b"
    assert baseline_visit(order, when, ["a", "c"], "") == "a"
    assert baseline_visit(order, when, ["c"], "") == ""
    assert baseline_visit(order, when, ["a", "b"], "c") == ""
    assert baseline_visit(order, days(a=None, b=None, c=28), ["a", "b"], "") == ""


def test_the_visit_before_is_one_that_was_assessed() -> None:
    assert visit_before(("a", "b", "c"), "c", ["a", "c"]) == "a"
    assert visit_before(("a", "b", "c"), "a", ["a", "c"]) == ""

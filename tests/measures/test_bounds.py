"""Exact numbers within bounds, against the numbers that lie between them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from costim.measures.bounds import UNBOUNDED, Bounds, Relation, between, exact, known, to_decimal
from costim.measures.truth import Truth, truth_of

QUICK = settings(max_examples=100)
RELATIONS: dict[Relation, tuple[Truth, Truth, Truth]] = {
    "<": (Truth.YES, Truth.NO, Truth.NO),
    "<=": (Truth.YES, Truth.YES, Truth.NO),
    ">": (Truth.NO, Truth.NO, Truth.YES),
    ">=": (Truth.NO, Truth.YES, Truth.YES),
}
"""Relation -> its truth for a number below, at and above the limit."""
GRID = [Fraction(n, 4) for n in range(-12, 13)]


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    ends = sorted(draw(st.lists(st.integers(-2, 2), min_size=2, max_size=2)))
    lower, upper = (draw(st.sampled_from((None, Fraction(end)))) for end in ends)
    distinct = lower is None or upper is None or lower < upper
    opens = (draw(st.booleans()) and distinct and end is not None for end in (lower, upper))
    return Bounds(lower, upper, *opens)


def inside(limits: Bounds, number: Fraction) -> bool:
    above = limits.lower is None or limits.lower < number or (limits.lower == number and not limits.lower_open)
    below = limits.upper is None or number < limits.upper or (limits.upper == number and not limits.upper_open)
    return above and below


@pytest.mark.parametrize("relation", RELATIONS)
def test_inequalities_are_literal(relation: Relation) -> None:
    limit = Decimal("0.3")
    answers = tuple(known(number).compare(relation, limit) for number in ("0.29", "0.30", "0.31"))
    assert answers == RELATIONS[relation]


@QUICK
@given(number=bounds(), limit=st.integers(-3, 3), relation=st.sampled_from(list(RELATIONS)))
def test_a_comparison_holds_when_it_holds_for_every_number(number: Bounds, limit: int, relation: Relation) -> None:
    # Quarters tell open from closed ends at whole numbers; a range that is not bounded reaches beyond the limits asked.
    possible = [n for n in GRID if inside(number, n)]
    if number.lower is None:
        possible.append(Fraction(-9))
    if number.upper is None:
        possible.append(Fraction(9))
    answers = {known(n).compare(relation, limit) for n in possible}
    expected = answers.pop() if len(answers) == 1 else Truth.UNKNOWN
    assert number.compare(relation, limit) is expected


@QUICK
@given(one=bounds(), other=bounds())
def test_sum_and_difference_contain_those_of_every_pair(one: Bounds, other: Bounds) -> None:
    for a, b in product(GRID[::2], repeat=2):
        if inside(one, a) and inside(other, b):
            assert inside(one.plus(other), a + b)
            assert inside(one.minus(other), a - b)


@QUICK
@given(one=bounds(), factor=st.sampled_from([Fraction(-2), Fraction(0), Fraction(1, 3), Fraction(5)]))
def test_a_multiple_contains_that_of_every_number(one: Bounds, factor: Fraction) -> None:
    for number in GRID:
        if inside(one, number):
            assert inside(one.times(factor), number * factor)
    if factor:
        assert one.times(factor).times(1 / factor) == one


@QUICK
@given(one=bounds(), limits=st.tuples(st.integers(-3, 3), st.integers(-3, 3)))
def test_a_natural_range_loses_no_number_inside_it(one: Bounds, limits: tuple[int, int]) -> None:
    low, high = min(limits), max(limits)
    narrowed = one.within(low, high)
    for number in GRID:
        if inside(one, number) and low <= number <= high:
            assert inside(narrowed, number)
        if inside(narrowed, number):
            assert inside(one, number)


def test_a_range_that_contradicts_the_number_is_left_out() -> None:
    assert known(5).within(0, 3) == known(5)
    assert Bounds(None, Fraction(0), upper_open=True).within(0, None) == Bounds(None, Fraction(0), upper_open=True)
    assert Bounds(None, Fraction(5), upper_open=True).within(0) == Bounds(Fraction(0), Fraction(5), upper_open=True)


def test_bounds_without_any_number_between_them_are_refused() -> None:
    with pytest.raises(ValueError, match="the lower bound 2 is above the upper bound 1"):
        between(2, 1)
    with pytest.raises(ValueError, match="no number lies between 1 and 1 when one of them is excluded"):
        Bounds(Fraction(1), Fraction(1), upper_open=True)


def test_a_value_is_known_only_where_both_bounds_are_one_number() -> None:
    assert known("0.1").value == Fraction(1, 10)
    assert between(1, 2).value is None
    assert UNBOUNDED.value is None
    assert UNBOUNDED.unknown
    assert not between(1, None).unknown


@QUICK
@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**6), max_value=10**6))
def test_decimals_come_back_exactly(number: Decimal) -> None:
    assert to_decimal(exact(number)) == number
    assert exact(str(number)) == exact(number)


def test_binary_floats_are_refused() -> None:
    assert exact("0.3") == Fraction(3, 10) != Fraction(0.3)
    with pytest.raises(TypeError, match="a float is not exact: give a Decimal, an int, a Fraction or a text"):
        exact(0.3)  # type: ignore[arg-type]


def test_a_number_that_does_not_terminate_is_rounded_to_28_digits() -> None:
    assert to_decimal(Fraction(25, 3)) == Decimal("8.333333333333333333333333333")


@QUICK
@given(one=bounds(), two=bounds(), limit=st.integers(-2, 2), relation=st.sampled_from(list(RELATIONS)))
def test_narrower_bounds_never_reopen_a_comparison(one: Bounds, two: Bounds, limit: int, relation: Relation) -> None:
    narrower = one.within(two.lower, two.upper)
    assume(narrower != one)
    decided = one.compare(relation, limit)
    assert decided in (Truth.UNKNOWN, narrower.compare(relation, limit))


def test_a_decided_truth() -> None:
    assert (truth_of(True), truth_of(False)) == (Truth.YES, Truth.NO)

"""Products, quotients, overlaps and whole numbers within bounds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import UNBOUNDED, Bounds, between, known
from costim.measures.overlap import contains, hull, overlap, with_typed
from costim.measures.products import product, quotient
from costim.measures.result import Quantity
from costim.measures.whole import whole

NUMBERS = st.integers(0, 40).map(lambda n: Fraction(n, 4))


@st.composite
def readings(draw: st.DrawFn) -> tuple[Bounds, Fraction]:
    """Bounds of a number at least 0, some open, some unbounded, and a number within them."""
    low, number, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    lower = draw(st.sampled_from([low, None]))
    upper = draw(st.sampled_from([high, None]))
    lower_open = lower is not None and lower < number and draw(st.booleans())
    upper_open = upper is not None and upper > number and draw(st.booleans())
    return Bounds(lower, upper, lower_open, upper_open), number


@given(readings(), readings())
@settings(max_examples=100)
def test_products_and_quotients_hold_every_completion(
    one: tuple[Bounds, Fraction], other: tuple[Bounds, Fraction]
) -> None:
    (a, x), (b, y) = one, other
    assert contains(product(a, b), x * y)
    assert product(a, b) == product(b, a)
    if y:
        assert contains(quotient(a, b), x / y)


def test_products_are_exact() -> None:
    assert product(known("0.5"), known(60)) == known(30)
    assert product(between(2, 3), between(5, 7)) == between(10, 21)
    assert product(UNBOUNDED, known(0)) == known(0)
    assert product(UNBOUNDED, known(2)) == Bounds(Fraction(0))
    assert product(Bounds(Fraction(2), None, lower_open=True), known(3)) == Bounds(Fraction(6), None, lower_open=True)
    open_zero = Bounds(Fraction(0), Fraction(1), lower_open=True)
    assert product(open_zero, between(0, 1)) == between(0, 1)
    assert product(open_zero, open_zero) == open_zero


def test_quotients_are_exact() -> None:
    assert quotient(known(7), known(26)) == known(Fraction(7, 26))
    assert quotient(between(1, 2), between(4, 5)) == between("0.2", "0.5")
    assert quotient(known(1), between(0, 2)) == Bounds(Fraction(1, 2))
    assert quotient(known(1), Bounds(Fraction(2), None)) == Bounds(Fraction(0), Fraction(1, 2), lower_open=True)
    assert quotient(known(1), known(0)) == UNBOUNDED


@given(readings(), readings())
@settings(max_examples=100)
def test_an_overlap_holds_what_both_allow(one: tuple[Bounds, Fraction], other: tuple[Bounds, Fraction]) -> None:
    (a, x), (b, y) = one, other
    both = overlap(a, b)
    around = hull([a, b])
    for number in (x, y):
        assert contains(around, number)
        inside = both is not None and contains(both, number)
        assert inside == (contains(a, number) and contains(b, number))


def test_a_hull_needs_a_reading() -> None:
    with pytest.raises(ValueError, match="no reading"):
        hull([])


@pytest.mark.parametrize(
    ("computed", "typed", "bounds", "flags"),
    [
        (known(5), UNBOUNDED, known(5), ()),
        (known(5), known(5), known(5), ()),
        (between(3, 8), known(5), known(5), ()),
        (between(3, 8), known(9), between(3, 8), ("apart",)),
        (between(3, 8), between(7, 9), between(7, 8), ()),
        (known(Fraction(25, 3)), known("8.3"), known(Fraction(25, 3)), ("contradicts_by_rounding",)),
        (known(Fraction(25, 3)), known("8.4"), known(Fraction(25, 3)), ("apart",)),
        (known(Fraction(25, 3)), known("8"), known(Fraction(25, 3)), ("contradicts_by_rounding",)),
        (known(Fraction(25, 3)), between(10, 12), known(Fraction(25, 3)), ("apart",)),
    ],
)
def test_a_typed_number_beside_a_computed_one(
    computed: Bounds, typed: Bounds, bounds: Bounds, flags: tuple[str, ...]
) -> None:
    found = with_typed(Quantity(bounds=computed, missing=("part",)), typed, "typed", "apart")
    assert (found.bounds, found.flags) == (bounds, flags)
    assert ("typed" in found.decided_by) is (bounds != computed)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (Bounds(Fraction(8), None, lower_open=True), Bounds(Fraction(9))),
        (Bounds(None, Fraction(9), upper_open=True), Bounds(None, Fraction(8))),
        (between("7.5", "11.5"), between(8, 11)),
        (known(7), known(7)),
        (known("7.5"), known("7.5")),
        (UNBOUNDED, UNBOUNDED),
    ],
)
def test_whole_numbers(bounds: Bounds, expected: Bounds) -> None:
    assert whole(bounds) == expected

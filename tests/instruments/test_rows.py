"""Cells as rules take them, and numbers of rules as rows take them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from costim.instruments.rows import Reading, absent, between, point, to_bounds, to_reading
from costim.measures.bounds import UNBOUNDED, Bounds, known


@pytest.mark.parametrize(
    ("reading", "bounds"),
    [
        (point(Decimal("0.3")), known("0.3")),
        (between(Decimal(7), Decimal(11)), Bounds(Fraction(7), Fraction(11))),
        (Reading(None, None, Decimal("0.5"), "<"), Bounds(None, Fraction(1, 2), upper_open=True)),
        (Reading(None, Decimal(0), Decimal("0.5"), "<"), Bounds(Fraction(0), Fraction(1, 2), upper_open=True)),
        (Reading(None, None, Decimal(5), "<="), Bounds(None, Fraction(5))),
        (Reading(None, Decimal(5), None, ">"), Bounds(Fraction(5), None, lower_open=True)),
        (Reading(None, Decimal(5), None, ">="), Bounds(Fraction(5))),
    ],
)
def test_cells_become_bounds_and_come_back(reading: Reading, bounds: Bounds) -> None:
    assert to_bounds(reading) == bounds
    assert to_reading(bounds) == reading


def test_a_cell_without_number_bounds_nothing() -> None:
    assert to_bounds(absent("not_done")) == UNBOUNDED
    assert to_reading(UNBOUNDED, "not_done") == absent("not_done")


def test_both_ends_left_out_is_a_range() -> None:
    found = to_reading(Bounds(Fraction(1), Fraction(2), lower_open=True, upper_open=True))
    assert found == Reading(None, Decimal(1), Decimal(2), "range")


def test_a_fraction_is_rounded_to_28_digits() -> None:
    assert to_reading(known(Fraction(25, 3))).value == Decimal(25) / Decimal(3)

"""Exact numbers known within bounds, and their comparison with a limit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from costim.measures.truth import Truth, negated

Exact = int | Decimal | Fraction | str
Relation = Literal["<", "<=", ">", ">="]


def exact(number: Exact) -> Fraction:
    """The exact number: `"0.3"` and `Decimal("0.3")` are three tenths. Binary floats are refused by the type checker.

    Raises:
        TypeError: a float; 0.3 as a float is not three tenths. Give `"0.3"` or `Decimal("0.3")`.
    """
    if isinstance(number, Fraction):
        return number
    if isinstance(number, float):
        raise TypeError("a float is not exact: give a Decimal, an int, a Fraction or a text")
    return _fraction(number)


@lru_cache(maxsize=4096)
def _fraction(number: int | Decimal | str) -> Fraction:
    """Kept, because the same few limits of the catalogue are compared with every number."""
    return Fraction(number)


def to_decimal(number: Fraction) -> Decimal:
    """The decimal number: exact where it terminates within 28 significant digits, else rounded to 28."""
    return Decimal(number.numerator) / Decimal(number.denominator)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number known to lie between two bounds; None means that nothing bounds it on that side.

    An open bound is not itself possible: a result `<0.5` is `Bounds(None, Fraction(1, 2), upper_open=True)`.
    """

    lower: Fraction | None = None
    upper: Fraction | None = None
    lower_open: bool = False
    upper_open: bool = False

    def __post_init__(self) -> None:
        """Refuse bounds that no number lies between.

        Raises:
            ValueError: the lower bound is above the upper one, or both are the same number and that is excluded.
        """
        if self.lower is None or self.upper is None or self.lower < self.upper:
            return
        if self.lower > self.upper:
            raise ValueError(f"the lower bound {self.lower} is above the upper bound {self.upper}")
        if self.lower_open or self.upper_open:
            raise ValueError(f"no number lies between {self.lower} and {self.upper} when one of them is excluded")

    @property
    def value(self) -> Fraction | None:
        """The number, when it is known exactly."""
        return self.lower if self.lower is not None and self.lower == self.upper else None

    @property
    def unknown(self) -> bool:
        """Is nothing known about the number?"""
        return self.lower is None and self.upper is None

    def below(self, limit: Exact) -> Truth:
        """Is the number `<` the limit? Inequalities are literal: equality is no."""
        edge = exact(limit)
        if self.upper is not None and (self.upper < edge or (self.upper == edge and self.upper_open)):
            return Truth.YES
        if self.lower is not None and self.lower >= edge:
            return Truth.NO
        return Truth.UNKNOWN

    def at_most(self, limit: Exact) -> Truth:
        """Is the number `<=` the limit? Equality is yes."""
        edge = exact(limit)
        if self.upper is not None and self.upper <= edge:
            return Truth.YES
        if self.lower is not None and (self.lower > edge or (self.lower == edge and self.lower_open)):
            return Truth.NO
        return Truth.UNKNOWN

    def at_least(self, limit: Exact) -> Truth:
        """Is the number `>=` the limit?"""
        return negated(self.below(limit))

    def above(self, limit: Exact) -> Truth:
        """Is the number `>` the limit?"""
        return negated(self.at_most(limit))

    def compare(self, relation: Relation, limit: Exact) -> Truth:
        """Does the number stand in this relation to the limit?"""
        return {"<": self.below, "<=": self.at_most, ">": self.above, ">=": self.at_least}[relation](limit)

    def plus(self, other: Bounds) -> Bounds:
        """Sum of two numbers that are known independently of each other."""
        lower = None if self.lower is None or other.lower is None else self.lower + other.lower
        upper = None if self.upper is None or other.upper is None else self.upper + other.upper
        # Without a bound there is nothing to be open: equal knowledge is an equal value.
        lower_open = lower is not None and (self.lower_open or other.lower_open)
        upper_open = upper is not None and (self.upper_open or other.upper_open)
        return Bounds(lower, upper, lower_open, upper_open)

    def minus(self, other: Bounds) -> Bounds:
        """Difference of two numbers that are known independently of each other."""
        return self.plus(other.times(-1))

    def times(self, factor: Exact) -> Bounds:
        """The number times a constant; a negative constant turns the bounds round."""
        by = exact(factor)
        lower = None if self.lower is None else self.lower * by
        upper = None if self.upper is None else self.upper * by
        if by == 0:
            return known(0)
        if by < 0:
            return Bounds(upper, lower, self.upper_open, self.lower_open)
        return Bounds(lower, upper, self.lower_open, self.upper_open)

    def within(self, minimum: Exact | None = None, maximum: Exact | None = None) -> Bounds:
        """The same number, which cannot lie outside a natural range: a count `<5` is at least 0.

        A limit that contradicts the bounds is left out.
        """
        lower, upper = self.lower, self.upper
        lower_open, upper_open = self.lower_open, self.upper_open
        least = None if minimum is None else exact(minimum)
        most = None if maximum is None else exact(maximum)
        if least is not None and (lower is None or lower < least) and self.at_least(least) is not Truth.NO:
            lower, lower_open = least, False
        if most is not None and (upper is None or upper > most) and self.at_most(most) is not Truth.NO:
            upper, upper_open = most, False
        return Bounds(lower, upper, lower_open, upper_open)


UNBOUNDED = Bounds()
"""Nothing is known about the number."""


def known(number: Exact) -> Bounds:
    """An exactly known number."""
    value = exact(number)
    return Bounds(value, value)


def between(lower: Exact | None, upper: Exact | None) -> Bounds:
    """A number between two bounds, both possible.

    Raises:
        ValueError: the lower bound is above the upper one.
    """
    low, high = (None if end is None else exact(end) for end in (lower, upper))
    return Bounds(low, high)

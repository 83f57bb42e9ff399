"""Whole numbers: points and counts known within bounds."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from costim.measures.bounds import Bounds


def whole(bounds: Bounds) -> Bounds:
    """The same bounds, closed at whole numbers: above 8 is at least 9.

    Bounds that hold no whole number are left as they are.
    """
    lower = upper = None
    if bounds.lower is not None:
        lower = floor(bounds.lower) + 1 if bounds.lower_open else ceil(bounds.lower)
    if bounds.upper is not None:
        upper = ceil(bounds.upper) - 1 if bounds.upper_open else floor(bounds.upper)
    if lower is not None and upper is not None and lower > upper:
        return bounds
    return Bounds(None if lower is None else Fraction(lower), None if upper is None else Fraction(upper))

"""Two statements about one number: what both allow, and whether they contradict each other."""

from __future__ import annotations

from fractions import Fraction

from costim.measures.bounds import Bounds, known, to_decimal


def contains(bounds: Bounds, number: Fraction) -> bool:
    """Is the number one of those the bounds allow?"""
    above = bounds.lower is None or bounds.lower < number or (bounds.lower == number and not bounds.lower_open)
    below = bounds.upper is None or bounds.upper > number or (bounds.upper == number and not bounds.upper_open)
    return above and below


def overlap(one: Bounds, other: Bounds) -> Bounds | None:
    """The numbers that both allow; None when they contradict each other."""
    for limit, sides in ((one, other), (other, one)):
        if limit.value is not None:
            return limit if contains(sides, limit.value) else None
    lower, lower_open = _tighter(one, other, upper=False)
    upper, upper_open = _tighter(one, other, upper=True)
    if lower is not None and upper is not None and (lower > upper or (lower == upper and (lower_open or upper_open))):
        return None
    return Bounds(lower, upper, lower_open, upper_open)


def _tighter(one: Bounds, other: Bounds, *, upper: bool) -> tuple[Fraction | None, bool]:
    ends = [(b.upper, b.upper_open) if upper else (b.lower, b.lower_open) for b in (one, other)]
    stated = [(end, is_open) for end, is_open in ends if end is not None]
    if not stated:
        return None, False
    edge = min(e for e, _ in stated) if upper else max(e for e, _ in stated)
    return edge, any(is_open for end, is_open in stated if end == edge)


def agrees_as_printed(computed: Fraction, typed: Bounds) -> bool:
    """May a typed number be the computed one, as far as its last printed place goes? Both 8.3 and 8 may be 25/3."""
    if typed.value is None:
        return overlap(known(computed), typed) is not None
    exponent = to_decimal(typed.value).normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return abs(typed.value - computed) <= Fraction(1, 2 * 10**places)

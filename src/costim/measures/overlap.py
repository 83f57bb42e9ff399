"""Several statements about one number: what all allow, what any allows, and whether they contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from costim.measures.bounds import Bounds, to_decimal
from costim.measures.result import Quantity, distinct


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


def hull(readings: Iterable[Bounds]) -> Bounds:
    """The narrowest bounds around several readings of one number, one of which is right.

    Raises:
        ValueError: there is no reading at all.
    """
    found = list(readings)
    if not found:
        raise ValueError("there is no reading to put bounds around")
    lower, upper = (_outer(found, upper=side) for side in (False, True))
    return Bounds(lower[0], upper[0], lower[1], upper[1])


def _outer(readings: Sequence[Bounds], *, upper: bool) -> tuple[Fraction | None, bool]:
    ends = [(b.upper, b.upper_open) if upper else (b.lower, b.lower_open) for b in readings]
    stated = [(end, is_open) for end, is_open in ends if end is not None]
    if len(stated) < len(ends):
        return None, False
    edge = max(e for e, _ in stated) if upper else min(e for e, _ in stated)
    return edge, all(is_open for end, is_open in stated if end == edge)


def with_typed(computed: Quantity, typed: Bounds, name: str, flag: str) -> Quantity:
    """A number that was computed from its parts, beside the same number as the source types it.

    The typed number stands in where no part is known and narrows bounds that it agrees with. Where the two contradict
    each other the parts count.

    Args:
        computed: from the parts.
        typed: as the source states it.
        name: the fact that holds the typed number.
        flag: raised when the two contradict each other; `contradicts_by_rounding` when they agree after rounding to
            the last printed place.
    """
    if typed.unknown:
        return computed
    both = overlap(computed.bounds, typed)
    if both is None:
        said = "contradicts_by_rounding" if _agrees_as_printed(computed.bounds, typed) else flag
        return replace(computed, flags=distinct(computed.flags, (said,)))
    if computed.bounds.value is not None:
        return computed
    return replace(
        computed,
        bounds=both,
        missing=() if both.value is not None else computed.missing,
        decided_by=(*computed.decided_by, name),
    )


def _agrees_as_printed(computed: Bounds, typed: Bounds) -> bool:
    """May a typed number be the computed one, as far as its last printed place goes? Both 8.3 and 8 may be 25/3."""
    if typed.value is None:
        return False
    exponent = to_decimal(typed.value).normalize().as_tuple().exponent
    half = Fraction(1, 2 * 10 ** max(0, -exponent if isinstance(exponent, int) else 0))
    return overlap(computed, Bounds(typed.value - half, typed.value + half)) is not None

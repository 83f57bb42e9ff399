"""Products and quotients of exact numbers that cannot be negative: doses, weights, concentrations."""

from __future__ import annotations

from fractions import Fraction

from costim.measures.bounds import Bounds


def product(a: Bounds, b: Bounds) -> Bounds:
    """Product of two numbers, each at least 0, known independently of each other.

    Args:
        a: a number; where nothing bounds it from below, 0 does.
        b: likewise.
    """
    one, other = a.within(0, None), b.within(0, None)
    lower = (one.lower or Fraction(0)) * (other.lower or Fraction(0))
    # An open end that is multiplied by an end of 0 is 0 either way, so the closed end of 0 reaches it.
    lower_open = (one.lower_open or other.lower_open) and not _zero_reached(one, other)
    if one.upper is None or other.upper is None:
        zero = Fraction(0)
        return Bounds(zero, zero) if zero in (one.upper, other.upper) else Bounds(lower, None, lower_open)
    upper = one.upper * other.upper
    return Bounds(lower, upper, lower_open, (one.upper_open or other.upper_open) and upper != 0)


def _zero_reached(one: Bounds, other: Bounds) -> bool:
    return any(entry.lower == 0 and not entry.lower_open for entry in (one, other))


def quotient(above: Bounds, below: Bounds) -> Bounds:
    """Quotient of two numbers, each at least 0, known independently of each other.

    Args:
        above: the dividend.
        below: the divisor; it is not 0, or the quotient has no meaning.

    Returns:
        Bounds; unbounded above when the divisor may come arbitrarily close to 0. Nothing at all is known of a
        quotient whose divisor is 0.
    """
    least, most = below.within(0, None).lower, below.upper
    if most == 0:
        return Bounds()
    inverse = Bounds(
        Fraction(0) if most is None else 1 / most,
        None if not least else 1 / least,
        most is None or below.upper_open,
        below.lower_open,
    )
    return product(above, inverse)

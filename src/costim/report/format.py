"""How numbers look in print: one `NumberStyle` per house style, rounding half up, a true minus sign, words for nothing.

Rounding is decimal and half up (the J Rheumatol asks for it; Python's `round` goes half to even). A half goes away from
zero on both sides, so that a change and its mirror image read alike: 0.5 is 1 and -0.5 is -1. A number that is not
zero is never printed as zero, and a share that is not all is never printed as all: decimals are added until it differs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Literal

MINUS = "\N{MINUS SIGN}"
NOT_ESTIMATED = "not estimated"
_SUPERSCRIPT = str.maketrans("-0123456789", "\N{SUPERSCRIPT MINUS}⁰¹²³⁴⁵⁶⁷⁸⁹")
_ALPHA = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """Number style of a journal; see the attributes for what differs between houses."""

    name: str
    p_letter: Literal["p", "P"]
    spaced: bool
    """Spaces round `=` and `<`."""
    p_rule: Literal["exact", "aim", "jama"]
    """`exact`: three significant digits; `aim`: three decimals from .001 to .20, two above; `jama`: two decimals, three
    below .01, no zero before the point. The last two print `<0.001` below that."""
    whole_percent_below: int
    """Percentages have no decimals when the denominator is smaller than this, one otherwise."""
    interval_comma: bool = False
    """A comma between the name of an interval and its limits: `95% CI, 1 to 2`."""


STYLES: MappingProxyType[str, NumberStyle] = MappingProxyType(
    {
        "ard": NumberStyle("ard", "p", False, "exact", 100),
        "jrheum": NumberStyle("jrheum", "p", True, "exact", 100),
        "aim": NumberStyle("aim", "P", True, "aim", 200, interval_comma=True),
        "jama": NumberStyle("jama", "P", True, "jama", 100, interval_comma=True),
    }
)

MISSING = MappingProxyType(
    {
        "not_done": "not done",
        "not_reported": "not reported",
        "not_recovered": "not recovered",
        "blank": "left blank",
        "not_recorded": "not recorded",
        "below_lod": "below the limit of detection",
        "below_lloq": "below the limit of quantification",
    }
)


def missing_words(reason: str) -> str:
    """The reason of a missing value in words; never blank."""
    return MISSING.get(reason, reason.replace("_", " ") or "not recorded")


def _decimal(value: float) -> Decimal:
    """The number as a reader would write it: twelve significant digits take off the noise of binary arithmetic."""
    return Decimal(f"{value:.12g}")


def _written(number: Decimal) -> str:
    text = format(number, "f")
    if number == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def fixed(value: float, decimals: int) -> str:
    """A number with so many decimals, half up; more when it would otherwise read as zero.

    Raises:
        ValueError: the value is not finite.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be printed as a number")
    exact = _decimal(value)
    if exact != 0 and exact.adjusted() < -8:
        return scientific(value)
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    while exact != 0 and rounded == 0:
        decimals += 1
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return _written(rounded)


def scientific(value: float) -> str:
    """Three significant digits and a power of ten, for very small and very large numbers."""
    exact = _decimal(value)
    power = exact.adjusted()
    mantissa = exact.scaleb(-power).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if abs(mantissa) >= 10:
        power += 1
        mantissa = (mantissa / 10).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{_written(mantissa)} × 10{str(power).translate(_SUPERSCRIPT)}"


def significant(value: float, digits: int) -> str:
    """A number with so many significant digits, half up."""
    exact = _decimal(value)
    if exact == 0:
        return "0"
    return fixed(value, max(0, digits - 1 - exact.adjusted()))


def plain(value: float) -> str:
    """A number as it was written down: no zeros added, at most six significant digits after a point."""
    exact = _decimal(value)
    if exact == exact.to_integral_value():
        large = abs(exact) >= Decimal(10) ** 7 and len(exact.normalize().as_tuple().digits) <= 3
        return scientific(value) if large else _written(exact.quantize(Decimal(1)))
    text = significant(value, 6)
    return text.rstrip("0").rstrip(".") if "." in text and "×" not in text else text


def decimals_of(value: float) -> int:
    """Decimals a number was written with."""
    exponent = _decimal(value).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def fine(value: float, decimals: int) -> str:
    """As `fixed`, with one more decimal when the number is exact there (medians and midpoints fall between steps)."""
    return fixed(value, decimals + 1 if decimals_of(value) == decimals + 1 else decimals)


def share(value: float) -> str:
    """A proportion or probability to three decimals; 0 and 1 only when exactly so."""
    if value in (0.0, 1.0):
        return plain(value)
    decimals = 3
    while fixed(value, decimals).rstrip("0") == "1.":
        decimals += 1
    return fixed(value, decimals)


def percent(style: NumberStyle, fraction: float, denominator: int) -> str:
    """A share as a percentage: whole numbers below the denominator at which the house allows decimals."""
    decimals = 0 if denominator < style.whole_percent_below else 1
    hundred = float(_decimal(fraction) * 100)
    while 99 < hundred < 100 and Decimal(fixed(hundred, decimals)) == 100:
        decimals += 1
    return f"{fixed(hundred, decimals)}%"


def level(value: float) -> str:
    """A confidence level: `95%`."""
    return f"{plain(float(_decimal(value) * 100))}%"


def p_value(style: NumberStyle, p: float) -> str:
    """A p-value without its letter: `0.00195`, `<0.001` (house rule), never `0.000`.

    Raises:
        ValueError: not a probability.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"{p} is not a p-value")
    if style.p_rule == "exact":
        return _exact_p(p)
    if p < 0.001:
        return "<0.001" if style.p_rule == "aim" else "<.001"
    if style.p_rule == "aim":
        return fixed(p, 3 if p <= 0.2 else 2)
    return _jama_p(p)


def _exact_p(p: float) -> str:
    if p == 0:
        return "0"
    if p < 0.0001:
        return scientific(p)
    text = significant(min(p, 1.0), 3)
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def _jama_p(p: float) -> str:
    if p > 0.99:
        return ">.99"
    decimals = 2 if p >= 0.01 else 3
    while (_decimal(p) < _ALPHA) != (Decimal(fixed(p, decimals)) < _ALPHA):
        decimals += 1
    return fixed(p, decimals).lstrip("0")


def p_phrase(style: NumberStyle, p: float) -> str:
    """A p-value with its letter: `p = 0.00195`, `P < 0.001`."""
    text = p_value(style, p)
    space = " " if style.spaced else ""
    if text[0] in "<>":
        return f"{style.p_letter}{space}{text[0]}{space}{text[1:]}"
    return f"{style.p_letter}{space}={space}{text}"


def interval(
    lower: float | None,
    upper: float | None,
    show: Callable[[float], str],
    *,
    lower_open: bool = False,
    upper_open: bool = False,
) -> str:
    """An interval as `a to b`; a limit that is not part of it reads `above a` or `below b`; an absent one in words."""
    low = None if lower is None or math.isinf(lower) else show(lower)
    high = None if upper is None or math.isinf(upper) else show(upper)
    if low is None and high is None:
        return "no limit in either direction"
    left = "no lower limit" if low is None else f"above {low}" if lower_open else low
    right = "no upper limit" if high is None else f"below {high}" if upper_open else high
    return f"{left} to {right}"


def bounds(lower: float | None, upper: float | None, show: Callable[[float], str]) -> str:
    """What is known of a number: `7 to 11`, `at least 11`, `at most 12`, or that nothing is."""
    low = None if lower is None or math.isinf(lower) else show(lower)
    high = None if upper is None or math.isinf(upper) else show(upper)
    if low is not None and high is not None:
        return low if low == high else f"{low} to {high}"
    if low is not None:
        return f"at least {low}"
    return NOT_ESTIMATED if high is None else f"at most {high}"


_UNITS = MappingProxyType({"m2": "m²", "mg/m2": "mg/m²", "cells/uL": "cells/µL", "ug": "µg"})


def unit_text(unit: str) -> str:
    """A unit as printed; registry units stay ASCII."""
    return _UNITS.get(unit, unit)


_DATE = re.compile(r"\b(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d{2})(?:[T ]\d{2}:\d{2}\S*)?")


def hide_dates(text: str) -> str:
    """Calendar dates of an input cell are not repeated in a report; the address of the cell says where they stand."""
    return _DATE.sub("[calendar date, not shown]", text)

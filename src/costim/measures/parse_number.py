"""Numbers as they are written -> exact bounds: `0.8`, `"7-11"`, `"<0.5"`, with a unit, within the range of the fact."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from operator import index
from typing import Any

from costim.measures.bounds import Bounds
from costim.measures.problems import Collector, Words
from costim.registry.measure_catalogue import Fact
from costim.registry.units import find_unit, suggest_unit, units

NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
"""A number as text."""
_NUMBER = re.compile(NUMBER)
_RANGE = re.compile(rf"({NUMBER})\s*(?:-|–|to|\.\.)\s*({NUMBER})")
_LIMIT = re.compile(rf"(<=|>=|<|>|≤|≥)\s*({NUMBER})")
_MOST_DIGITS = 30
"""Longest number, and largest power of ten, that is read: nothing measured needs more."""
_FORMS = 'a number, a range such as "7-11", or a limit such as "<0.5"'
RANGE_KEYS = ("lower", "upper", "lower_open", "upper_open")


def read_bounds(raw: Any, faults: Collector, part: str = "") -> Bounds | None:
    """A number, range or limit; None when it cannot be read (the problem is then noted).

    Args:
        raw: an int, Decimal, Fraction, a text, or an object with `lower` and `upper`.
        faults: takes what is wrong.
        part: the part of the fact that it is, e.g. `dose`.
    """
    if isinstance(raw, dict):
        return _from_object(raw, faults, part)
    if isinstance(raw, str):
        return _from_text(raw.strip(), faults, part)
    number = read_number(raw, faults, part)
    return None if number is None else Bounds(number, number)


def read_number(raw: Any, faults: Collector, part: str = "") -> Fraction | None:
    """One exact number; binary floats, NaN, infinity and endless numbers are refused."""
    if isinstance(raw, float) and isfinite(raw):
        written = repr(float(raw))  # a float of numpy calls itself otherwise
        action = f'write Decimal("{written}") or "{written}"'
        faults.add("not_exact", Words(f"the binary float {written}"), "an exact number", action, part)
        return None
    if not isinstance(raw, int) and hasattr(type(raw), "__index__"):
        raw = index(raw)  # a whole number of numpy, say
    if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        raw = Decimal(raw.strip())
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | Fraction):
        faults.add("wrong_type", raw, _FORMS, "write the number, or leave it away when it is not known", part)
        return None
    if isinstance(raw, float) or (isinstance(raw, Decimal) and not raw.is_finite()):
        faults.add("not_a_number", raw, _FORMS, "leave it away when it is not known", part)
        return None
    if _too_long(raw):
        expected = f"at most {_MOST_DIGITS} digits, and no larger or smaller power of ten"
        faults.add("too_large", raw, expected, "look for a slip of the key or of the unit", part)
        return None
    return Fraction(raw)


def _too_long(number: int | Decimal | Fraction) -> bool:
    if isinstance(number, Decimal):
        long = len(number.as_tuple().digits) > _MOST_DIGITS
        return long or (bool(number) and abs(number.adjusted()) > _MOST_DIGITS)
    top = 10**_MOST_DIGITS
    return bool(abs(number.numerator) > top or number.denominator > top)


def _from_text(text: str, faults: Collector, part: str) -> Bounds | None:
    if _NUMBER.fullmatch(text):
        number = read_number(Decimal(text), faults, part)
        return None if number is None else Bounds(number, number)
    if found := _RANGE.fullmatch(text):
        lower, upper = (read_number(Decimal(end), faults, part) for end in found.groups())
        return None if lower is None or upper is None else _ordered((lower, upper), (False, False), text, faults, part)
    if found := _LIMIT.fullmatch(text):
        return _limit(found[1], read_number(Decimal(found[2]), faults, part))
    action = "write the number without unit or words, or leave it away when it is not known"
    if re.fullmatch(r"[<>=≤≥]*\s*[0-9]+,[0-9]+", text):
        point, none = text.replace(",", "."), text.replace(",", "")
        grouped = re.search(r"[1-9][0-9]{0,2},[0-9]{3}$", text)
        action = f"write {point}0 or {none}" if grouped else f"write a point, not a comma: {point}"
    faults.add("wrong_type", text, _FORMS, action, part)
    return None


def _limit(sign: str, end: Fraction | None) -> Bounds | None:
    if end is None:
        return None
    if sign in ("<", "<=", "≤"):
        return Bounds(None, end, upper_open=sign == "<")
    return Bounds(end, None, lower_open=sign == ">")


def _from_object(raw: dict[str, Any], faults: Collector, part: str) -> Bounds | None:
    strange = [key for key in raw if key not in RANGE_KEYS]
    ends = [None if raw.get(key) is None else read_number(raw[key], faults, part or key) for key in RANGE_KEYS[:2]]
    opens = [raw.get(key, False) for key in RANGE_KEYS[2:]]
    if strange or not all(isinstance(o, bool) for o in opens) or all(raw.get(k) is None for k in RANGE_KEYS[:2]):
        expected = "an object with lower, upper or both (and lower_open, upper_open: true or false)"
        faults.add("wrong_type", raw, expected, 'write {"lower": 7, "upper": 11}', part)
        return None
    if any(end is None and raw.get(key) is not None for end, key in zip(ends, RANGE_KEYS, strict=False)):
        return None
    return _ordered((ends[0], ends[1]), (opens[0], opens[1]), raw, faults, part)


def _ordered(
    ends: tuple[Fraction | None, Fraction | None], opens: tuple[bool, bool], raw: Any, faults: Collector, part: str
) -> Bounds | None:
    lower, upper = ends
    if lower is None or upper is None or lower < upper or (lower == upper and not any(opens)):
        return Bounds(lower, upper, opens[0] and lower is not None, opens[1] and upper is not None)
    faults.add("wrong_range", raw, "a lower end below the upper end", "exchange the two ends, or correct one", part)
    return None


_CALENDAR = ("months", "years")
"""Units without exact factor to another; the others are in `units.csv`. Points and dilutions need no unit."""


def needs_unit(fact: Fact) -> bool:
    """Could the number be meant in another unit, so that it must name its own?"""
    return fact.unit in _CALENDAR or (bool(fact.unit) and find_unit(fact.unit) is not None)


def convert_unit(bounds: Bounds, unit: Any, fact: Fact, faults: Collector) -> Bounds | None:
    """The same quantity in the unit of the fact, exactly; None when there is no unit or no factor."""
    wanted = fact.unit
    if unit is None and not needs_unit(fact):
        return bounds
    if unit is None:
        action = f'write {{"value": ..., "unit": "{wanted}"}}; in a table: {fact.name} [{wanted}]'
        faults.add("unit_missing", Words("a number without unit"), f"a number in {wanted} or a unit like it", action)
        return None
    if not isinstance(unit, str) or not unit.strip():
        faults.add("wrong_type", unit, f"a unit such as {wanted}", f"write the unit, e.g. {wanted}", "unit")
        return None
    if unit.strip().casefold().removesuffix("s") == wanted.casefold().removesuffix("s"):
        return bounds
    given, target = find_unit(unit), find_unit(wanted)
    if given is None or target is None or given.dimension != target.dimension:
        guess = suggest_unit(unit, wanted)
        known = sorted({u.name for u in units().values() if target is not None and u.dimension == target.dimension})
        action = f"write the number in {wanted}{f'; {guess}' if guess else ''}"
        faults.add("unit_mismatch", unit, f"one of {', '.join(known)}" if known else wanted, action, "unit")
        return None
    return bounds.times(Fraction(given.factor) / Fraction(target.factor))


def in_range(bounds: Bounds, fact: Fact, raw: Any, faults: Collector) -> Bounds | None:
    """The bounds, closed by the range of the fact; None when any number they name lies outside it."""
    low, high = fact.minimum, fact.maximum
    whole = fact.kind == "count"
    ends = [end for end in (bounds.lower, bounds.upper) if end is not None]
    if whole:
        closed = read_whole(bounds, raw, faults)
        if closed is None:
            return None
        bounds = closed
        ends = [end for end in (bounds.lower, bounds.upper) if end is not None]
    outside = [e for e in ends if (low is not None and e < low) or (high is not None and e > high)]
    empty = (bounds.upper_open and bounds.upper == low) or (bounds.lower_open and bounds.lower == high)
    if outside or (empty and ends):
        negative = bool(outside) and low == 0 and min(outside) < 0
        code = "negative_count" if negative and whole else "out_of_range"
        action = "correct the number" + (f", or its unit: it is read in {fact.unit}" if fact.unit else "")
        faults.add(code, raw, range_words(fact), action)
        return None
    return bounds.within(low, high)


def read_whole(bounds: Bounds, raw: Any, faults: Collector, part: str = "") -> Bounds | None:
    """A whole number; open ends are closed: more than 5 is at least 6."""
    lower, upper = bounds.lower, bounds.upper
    fine = all(end is None or end.denominator == 1 for end in (lower, upper))
    if lower is not None and bounds.lower_open:
        lower += 1
    if upper is not None and bounds.upper_open:
        upper -= 1
    if not fine or (lower is not None and upper is not None and lower > upper):
        faults.add("not_whole", raw, "a whole number", "write the whole number", part)
        return None
    return Bounds(lower, upper)


def range_words(fact: Fact) -> str:
    """`from 0 to 300 kg`, `at least 0`."""
    low, high, unit = fact.minimum, fact.maximum, f" {fact.unit}" if fact.unit else ""
    kind = "a whole number " if fact.kind == "count" else ""
    if low is not None and high is not None:
        return f"{kind}from {low} to {high}{unit}"
    if low is not None:
        return f"{kind}at least {low}{unit}"
    return f"{kind}at most {high}{unit}" if high is not None else f"{kind or 'a number'}{unit}"

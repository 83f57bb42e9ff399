"""A printed number as a real number of the sheet: the value of the row, shown with the decimals of the report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from costim.report.document import Inlines, Num

_FIXED = re.compile(r"(?P<sign>[-−]?)(?P<whole>\d*)(?:\.(?P<decimals>\d+))?(?P<percent>%?)")
_POWER = re.compile(r"(?P<sign>[-−]?)(?P<digits>\d+(?:\.(?P<decimals>\d+))?) × 10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_BEYOND = re.compile(r"(?P<side>[<>])(?P<limit>\d*\.?\d+)")
_PLAIN = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")
_P_FIELDS = frozenset({"p", "p_min", "p_adjusted"})


@dataclass(frozen=True, slots=True)
class SheetNumber:
    """A number and the Excel format that shows it as printed."""

    value: float
    shown: str


def lone_number(inlines: Inlines) -> Num | None:
    """The number of a cell that holds nothing else."""
    parts = [part for part in inlines if not (isinstance(part, str) and not part.strip())]
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Num) else None


def sheet_number(text: str, field: str, value: object) -> SheetNumber | None:
    """The value with a format that prints `text`; None when the text shows anything else than that one value.

    Args:
        text: As printed in the report.
        field: Column of the row.
        value: What stands in that column.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    exact = Decimal(f"{value:.12g}")
    if not exact.is_finite():
        return None
    if found := _FIXED.fullmatch(text):
        return _fixed(found, exact, value)
    if found := _POWER.fullmatch(text):
        decimals = len(found["decimals"] or "")
        power = int(found["power"].translate(_PLAIN))
        printed = Decimal(f"{found['sign']}{found['digits']}".translate(_PLAIN)).scaleb(power)
        close = abs(printed - exact) <= Decimal("0.5").scaleb(power - decimals)
        return SheetNumber(value, f"0.{'0' * decimals}E+00" if decimals else "0E+00") if close else None
    if field in _P_FIELDS and (found := _BEYOND.fullmatch(text)):
        limit = Decimal(found["limit"])
        true = exact < limit if found["side"] == "<" else exact > limit
        return SheetNumber(value, f'[{found["side"]}{limit}]"{text}";General') if true else None
    return None


def _fixed(found: re.Match[str], exact: Decimal, value: float) -> SheetNumber | None:
    decimals = len(found["decimals"] or "")
    if not (found["whole"] or found["decimals"]):
        return None
    sign = "-" if found["sign"] else ""
    printed = Decimal(f"{sign}{found['whole'] or '0'}.{found['decimals'] or '0'}")
    wanted = exact * 100 if found["percent"] else exact
    if abs(printed - wanted) > Decimal("0.5").scaleb(-decimals):
        return None
    point = f".{'0' * decimals}" if decimals else ""
    return SheetNumber(value, f"{'0' if found['whole'] else ''}{point}{found['percent']}")

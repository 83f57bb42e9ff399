"""Text of one cell -> typed value, and back.

A cell is blank, a missing word, or a value of its kind. Numbers take a point or a comma as decimal sign; a comma (or,
in a file that uses decimal commas, a point) followed by exactly three digits could also be a thousands separator and is
refused. Arithmetic on texts is decimal: `0.3` is read as the number nearest to 0.3 and is printed as `0.3` again.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from costim.registry.tables import MISSING_WORDS

Relation = Literal["=", "range", "<", "<=", ">", ">="]
Missing = Literal["blank", "not_done", "not_reported", "not_recovered"]

_SIGN = "[+\\-\u2212]?"
_NUMBER = rf"{_SIGN}(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)(?:[eE][+\-\u2212]?[0-9]{{1,3}})?"
_ONE = re.compile(rf"({_NUMBER})")
_RANGE = re.compile(rf"({_NUMBER})\s*(?:[-\u2010-\u2015\u2212]|\bto\b)\s*({_NUMBER})", re.IGNORECASE)
_LIMIT = re.compile(rf"(<=|>=|<|>|\u2264|\u2265)\s*({_NUMBER})")
_LARGEST = 1e18
"""No reading is larger; beyond it squares and sums of readings leave what a computer holds."""
_GROUPED = re.compile(rf"{_SIGN}[1-9][0-9]{{0,2}}(?:[ ,.'\u2019][0-9]{{3}})+(?:[.,][0-9]+)?")
_MONTHS = "jan|feb|m[aä]r|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez"
_DATE_LIKE = re.compile(
    rf"[0-9]{{1,4}}[-./ ]+(?:{_MONTHS})[a-z]*\.?|(?:{_MONTHS})[a-z]*[-./ ]+[0-9]{{1,4}}"
    r"|[0-9]{1,4}([-./])[0-9]{1,2}\1[0-9]{1,4}(?:[ T][0-9:.]+)?",
    re.IGNORECASE,
)
_SHEET_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
_EDGES = " \t\r\n\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff\u3000"
_SPACES = str.maketrans("\u00a0\u2007\u202f", "   ")
_SYMBOLS: dict[str, Relation] = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "\u2264": "<=", "\u2265": ">="}
_WORDS = {**MISSING_WORDS, **{reason: reason for reason in MISSING_WORDS.values()}}
FORMAT_AS_TEXT = "Excel may have turned 7-11 into a date: format the column as text, then type the value again"


class CellProblem(Exception):  # noqa: N818  # a message for the user, not a fault of the program
    """A cell that cannot be read: code, what was expected, what to do."""

    def __init__(self, code: str, expected: str, action: str) -> None:
        super().__init__(expected)
        self.code, self.expected, self.action = code, expected, action


@dataclass(frozen=True, slots=True)
class Interval:
    """A number, a range or a limit. `value` is None unless exact; a bound that is None is unbounded."""

    value: float | None
    lower: float | None
    upper: float | None
    relation: Relation
    comma: bool = False
    """Was a decimal comma read?"""


def clean(text: str) -> str:
    """Text without blanks and invisible characters at its ends, with ordinary spaces, in composed form (NFC).

    Raises:
        CellProblem: the text holds control characters, which no document can carry.
    """
    trimmed = text.strip(_EDGES).translate(_SPACES)
    if not trimmed.isascii():
        trimmed = unicodedata.normalize("NFC", trimmed).strip(_EDGES)
    if not trimmed.isprintable() and any(_is_control(c) for c in trimmed):
        raise CellProblem(
            "control_character",
            "text without control characters",
            "delete the invisible character from the cell, or type the cell again",
        )
    return trimmed


def _is_control(c: str) -> bool:
    return (unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t") or ord(c) & 0xFFFE == 0xFFFE


def missing_reason(text: str) -> Missing | None:
    """`blank` or the reason a missing word stands for, in any case; None when the text is a value."""
    if not text:
        return "blank"
    if len(text) > 20:
        return None
    return _WORDS.get(" ".join(text.casefold().split()))  # type: ignore[return-value]  # values are the reasons


def refuse_sheet_error(text: str) -> None:
    """Raise CellProblem for an error value of a spreadsheet such as `#REF!`."""
    if text.startswith("#") and text.upper() in _SHEET_ERRORS:
        raise CellProblem("error_cell", "a value", "the spreadsheet could not compute this cell: type the value itself")


def looks_like_date(text: str) -> bool:
    """Is the text what a spreadsheet makes of a range: `7-Nov`, `2007-11-07`?"""
    return _DATE_LIKE.fullmatch(text) is not None


def _text_in_number(text: str, expected: str) -> CellProblem:
    if looks_like_date(text):
        return CellProblem("excel_date", expected, FORMAT_AS_TEXT)
    if _GROUPED.fullmatch(text):
        return CellProblem(
            "ambiguous_thousands", expected, "write the number without thousands separator, e.g. 1234 or 1.234"
        )
    return CellProblem(
        "text_in_number",
        expected,
        "write the number alone and put words in the note column; "
        "if there is no value, write not done, not reported or not recovered, or leave the cell blank",
    )


def _to_float(text: str, expected: str, decimal_comma: bool) -> float:
    if _GROUPED.fullmatch(text) and ("," in text or (decimal_comma and "." in text)):
        raise _text_in_number(text, expected)
    number = float(text.replace(",", ".").replace("\u2212", "-"))
    if abs(number) > _LARGEST:
        raise CellProblem("value_out_of_range", "a number of at most 1e18 in size", "correct the number")
    return number + 0.0  # -0.0 becomes 0.0


def parse_number(text: str, *, decimal_comma: bool = False, expected: str = "a number") -> float:
    """A decimal number.

    Args:
        text: cleaned text, not blank.
        decimal_comma: the file uses decimal commas, so that `1.234` is ambiguous.
        expected: words for the message.

    Raises:
        CellProblem: the text is no number, or could be read in two ways.
    """
    if not _ONE.fullmatch(text):
        raise _text_in_number(text, expected)
    return _to_float(text, expected, decimal_comma)


def parse_interval(text: str, *, decimal_comma: bool = False) -> Interval:
    """A number, a range (`7-11`, `7–11`, `7 to 11`) or a limit (`<0.5`, `≤12`, `>100`).

    A range of one number is that number.

    Raises:
        CellProblem: as `parse_number`; or the range runs downwards.
    """
    expected = "a number, a range such as 7-11, or a limit such as <0.5"
    comma = "," in text
    if _ONE.fullmatch(text):
        number = _to_float(text, expected, decimal_comma)
        return Interval(number, number, number, "=", comma)
    if found := _LIMIT.fullmatch(text):
        relation = _SYMBOLS[found[1]]
        number = _to_float(found[2], expected, decimal_comma)
        below = relation in ("<", "<=")
        return Interval(None, None if below else number, number if below else None, relation, comma)
    if found := _RANGE.fullmatch(text):
        low, high = (_to_float(end, expected, decimal_comma) for end in found.groups())
        if low > high:
            raise CellProblem("range_reversed", "the smaller number first", f"write {found[2]} to {found[1]}")
        if low == high:
            return Interval(low, low, high, "=", comma)
        return Interval(None, low, high, "range", comma)
    raise _text_in_number(text, expected)


def parse_integer(text: str, *, decimal_comma: bool = False) -> int:
    """A whole number (`3`, `3.0`).

    Raises:
        CellProblem: as `parse_number`; or the number is not whole.
    """
    number = parse_number(text, decimal_comma=decimal_comma, expected="a whole number")
    if not number.is_integer() or abs(number) >= 2**53:
        raise CellProblem("not_whole", "a whole number", "correct the number, or put the remark in the note column")
    return int(number)


def render_number(number: float) -> str:
    """The shortest decimal text that is read as the same number; whole numbers without point."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def render_interval(interval: Interval) -> str:
    """The text that `parse_interval` reads as the same interval."""
    if interval.relation == "=" and interval.value is not None:
        return render_number(interval.value)
    if interval.relation == "range" and interval.lower is not None and interval.upper is not None:
        return f"{render_number(interval.lower)} to {render_number(interval.upper)}"
    bound = interval.upper if interval.relation in ("<", "<=") else interval.lower
    return f"{interval.relation}{render_number(bound or 0.0)}"

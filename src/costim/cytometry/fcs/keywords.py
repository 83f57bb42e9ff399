"""Keywords gathered from primary and supplemental TEXT, and read as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from costim.cytometry.fcs.findings import Ledger, shown
from costim.cytometry.fcs.personal import may_be_printed

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})([eE][+-]?[0-9]{1,3})?")
_STRUCTURAL = re.compile(
    r"\$(PAR|TOT|MODE|DATATYPE|BYTEORD|NEXTDATA|(BEGIN|END)(DATA|STEXT)|TIMESTEP|SPILLOVER|COMP|P[0-9]+([BRENSG]|DATATYPE))"
    r"|SPILL"
)
"""Keywords that decide what a number means: two values for one of them cannot be reconciled."""


def gather(pairs: Iterable[tuple[str, str]], ledger: Ledger) -> dict[str, str]:
    """One value per keyword of the primary TEXT. A keyword that decides what numbers mean must not have two values."""
    values: dict[str, str] = {}
    for keyword, value in pairs:
        if keyword not in values:
            values[keyword] = value
        elif values[keyword] != value:
            _conflict(keyword, values[keyword], value, ledger)
        else:
            ledger.note("fcs_keyword_repeated", keyword, "the same value twice", "each keyword once", "read once")
    return values


def add_supplement(values: Mapping[str, str], pairs: Iterable[tuple[str, str]], ledger: Ledger) -> dict[str, str]:
    """Keywords of the primary TEXT with those of the supplement; where both give one, the primary holds."""
    both = dict(values)
    for keyword, value in pairs:
        if both.setdefault(keyword, value) != value:
            found = "another value in the supplemental TEXT"
            ledger.warn("fcs_keyword_repeated", keyword, found, "each keyword once", "the primary TEXT holds")
    return both


def _conflict(keyword: str, first: str, second: str, ledger: Ledger) -> None:
    found = f"{shown(first)} and {shown(second)}" if may_be_printed(keyword) else "two values"
    if _STRUCTURAL.fullmatch(keyword):
        action = "it cannot be known which is right: export the file again, or have the right one written"
        ledger.problem("fcs_keyword_contradicts", keyword, found, "one value", action)
    else:
        ledger.warn("fcs_keyword_repeated", keyword, found, "each keyword once", "the first was read")


def integer(text: str) -> int | None:
    """A whole number, also written 1024.0; None for anything else."""
    if _INTEGER.fullmatch(text.strip(" ")):
        return int(text)
    number = decimal(text)
    return int(number) if number is not None and number.is_integer() and abs(number) < 2**53 else None


def decimal(text: str) -> float | None:
    """A finite number; None for anything else (no `nan`, no `inf`, no comma)."""
    bare = text.strip(" ")
    if not _DECIMAL.fullmatch(bare):
        return None
    number = float(bare)
    return number if abs(number) < float("inf") else None


def offset(values: Mapping[str, str], keyword: str, ledger: Ledger) -> int | None:
    """A place in the file; None where the keyword is missing, blank or no number."""
    text = values.get(keyword, "")
    number = integer(text)
    if text and (number is None or number < 0):
        ledger.warn("fcs_offset_unreadable", keyword, shown(text), "a whole number from 0", "taken as not given")
        return None
    return number

"""The order a reader expects: subject 2 before subject 10."""

from __future__ import annotations

import re

NaturalKey = tuple[tuple[tuple[int, int, str], ...], str]


def natural_key(text: str) -> NaturalKey:
    """Sort key that compares runs of digits as numbers and letters without case.

    Runs of digits are compared by length and then by digit, so no number is too long. The text itself breaks ties
    (`1` before `01`), so that two different texts never compare as equal.
    """
    chunks: list[tuple[int, int, str]] = []
    for part in re.split(r"([0-9]+)", text):
        if part and part[0] in "0123456789":
            digits = part.lstrip("0")
            chunks.append((0, len(digits), digits))
        elif part:
            chunks.append((1, 0, part.casefold()))
    return tuple(chunks), text

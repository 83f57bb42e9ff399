"""Drawings of many small shapes with coordinates no finer than anybody sees."""

from __future__ import annotations

import re

DECIMALS = 2
"""Of a point, that is 1/7200 inch."""
_PLACES = re.compile(r'(?<= )(?:d|x|y)="[^"]*"')
_NUMBER = re.compile(r"-?\d+\.\d{3,}")


def thin_svg(svg: bytes) -> bytes:
    """The drawing with every coordinate of paths and symbols rounded to `DECIMALS`; everything else as it stands."""
    return _PLACES.sub(lambda found: _NUMBER.sub(_rounded, found.group()), svg.decode("utf-8")).encode("utf-8")


def _rounded(found: re.Match[str]) -> str:
    text = f"{float(found.group()):.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text

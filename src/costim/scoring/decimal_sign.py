"""Decimal commas in a table: read where they can be nothing else, and never mistaken for thousands.

As in the tables of a study: a comma before exactly three digits could set thousands apart (`1,250`), and so could a
point in a table that writes decimal commas (`1.250`). Neither is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_COMMA = re.compile(r"(?<![0-9.,])(?<![0-9]\s)(0,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,}))(?![0-9.,])")
_GROUPED = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}\.[0-9]{3}(?![0-9.,])")
_POINT = re.compile(r"[0-9]\.[0-9]")


def with_points(text: str) -> str:
    """The text with a point for every decimal comma: `7,5-11` is `7.5-11`; `1,250` stays."""
    return _COMMA.sub(lambda found: found[1].replace(",", "."), text) if "," in text else text


def in_thousands(cells: Iterable[str], delimiter: str) -> frozenset[str]:
    """Cells in which a point may set thousands apart.

    Args:
        cells: of all columns with numbers.
        delimiter: between the columns; where it is no comma, and no cell shows a decimal point, the table is taken
            for one with decimal commas.
    """
    distinct = {cell.strip() for cell in cells}
    grouped = {cell for cell in distinct if _GROUPED.search(cell)}
    if not grouped:
        return frozenset()
    commas = any("," in cell for cell in distinct)
    points = any(_POINT.search(cell) for cell in distinct - grouped)
    return frozenset(grouped) if commas or (delimiter != "," and not points) else frozenset()

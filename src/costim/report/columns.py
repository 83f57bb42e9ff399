"""How wide the columns of a table need to be, in characters. Nothing may run off the page."""

from __future__ import annotations

import re

from costim.report.document import Grid
from costim.report.outline import plain_text

PORTRAIT_CHARACTERS = 106
"""Characters of table text that fit beside each other on an upright A4 page."""
SIDEWAYS_CHARACTERS = 160
"""The same for a page turned on its side."""
_COMFORTABLE = 34
"""A column wider than this breaks its lines."""
_LONGEST_WORD = 16
_PADDING = 2
_SPACE = re.compile(r"\s+")


def longest_word(text: str) -> int:
    """Length of the longest run without white space."""
    return max((len(word) for word in _SPACE.split(text)), default=0)


def _natural_widths(grid: Grid) -> list[int]:
    """Width of each column if no cell broke its lines; a header breaks between words."""
    widths = []
    for i, header in enumerate(grid.header):
        texts = [plain_text(row[i]) for row in grid.rows]
        line = max((len(line) for t in texts for line in t.splitlines()), default=0)
        words = max(longest_word(t) for t in (plain_text(header), *texts))
        widths.append(max(line, min(words, _LONGEST_WORD), 3) + _PADDING)
    return widths


def _comfortable_widths(natural: list[int]) -> list[int]:
    return [min(width, _COMFORTABLE + _PADDING) for width in natural]


def column_widths(grid: Grid, room: int) -> tuple[int, ...]:
    """Wanted width of each column in characters.

    A column is as wide as its longest cell, within what is comfortable to read; what is left of `room` goes to the
    columns that break their lines.
    """
    natural = _natural_widths(grid)
    widths = _comfortable_widths(natural)
    for _ in widths:
        hungry = [i for i, width in enumerate(widths) if width < natural[i]]
        if not hungry or sum(widths) >= room:
            break
        share = max(1, (room - sum(widths)) // len(hungry))
        for i in hungry:
            widths[i] += min(share, natural[i] - widths[i], max(0, room - sum(widths)))
    return tuple(widths)


def is_wide(grid: Grid, characters: int = PORTRAIT_CHARACTERS) -> bool:
    """Whether the table needs a page turned on its side: more than `characters` beside each other."""
    return sum(_comfortable_widths(_natural_widths(grid))) > characters


def is_numeric(grid: Grid, column: int) -> bool:
    """Whether a column is right-aligned and sorted as numbers."""
    return column < len(grid.numeric) and grid.numeric[column]

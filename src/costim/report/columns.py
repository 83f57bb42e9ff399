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


def column_widths(grid: Grid) -> tuple[int, ...]:
    """Wanted width of each column in characters: its longest cell, within what is comfortable to read.

    A header may break its lines between words, so only its longest word counts.
    """
    widths = []
    for i, header in enumerate(grid.header):
        texts = [plain_text(row[i]) for row in grid.rows]
        cell = min(max((len(line) for t in texts for line in t.splitlines()), default=0), _COMFORTABLE)
        words = max(longest_word(t) for t in (plain_text(header), *texts))
        widths.append(max(cell, min(words, _LONGEST_WORD), 3) + _PADDING)
    return tuple(widths)


def column_shares(grid: Grid) -> tuple[float, ...]:
    """Width of each column as a share of the whole, sum 1."""
    widths = column_widths(grid)
    total = sum(widths)
    return tuple(w / total for w in widths)


def is_wide(grid: Grid, characters: int = PORTRAIT_CHARACTERS) -> bool:
    """Whether the table needs a page turned on its side: more than `characters` beside each other."""
    return sum(column_widths(grid)) > characters


def is_numeric(grid: Grid, column: int) -> bool:
    """Whether a column is right-aligned and sorted as numbers."""
    return column < len(grid.numeric) and grid.numeric[column]

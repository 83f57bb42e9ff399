"""How wide the columns of a table need to be, in characters. Nothing may run off the page."""

from __future__ import annotations

import re
from math import ceil

from costim.report.document import Grid
from costim.report.outline import plain_text

PORTRAIT_CHARACTERS = 106
"""Characters of table text that fit beside each other on an upright A4 page."""
SIDEWAYS_CHARACTERS = 160
"""The same for a page turned on its side."""
SMALL_LETTERS = 8 / 7
"""How much more fits beside each other in the smallest letters of a result table (7 instead of 8 points)."""
_LONGEST_WORD = 16
_TALL = 5
"""Lines of the fullest cell above which the page is turned ..."""
_UPRIGHT_LINES = 50
"""... if the table has more lines than an upright page: a shorter one would leave the turned page half empty."""
_SHORT = 16
"""Lines of a table that never breaks across pages."""
_PADDING = 2
_SPACE = re.compile(r"\s+")


def word_width(word: str) -> float:
    """Width in usual letters, rather too much than too little: capitals and letters of other scripts are wider."""
    return sum(letter_width(char) for char in word)


def letter_width(char: str) -> float:
    """Width of one letter as a multiple of the usual one; a mere place to break has none."""
    if char == "\u200b":
        return 0.0
    if char in "MW@%—…" or ord(char) > 0xFF:
        return 2.0
    return 1.5 if char.isupper() or char in "mw" else 1.0


def _longest_word(text: str) -> int:
    return ceil(max((word_width(word) for word in _SPACE.split(text)), default=0))


def _natural_widths(grid: Grid) -> list[int]:
    """Width of each column if no cell broke its lines; a header breaks between words."""
    return [max(_longest_line(grid, i), _word(grid, i), 3) + _PADDING for i in range(len(grid.header))]


def _least_widths(grid: Grid) -> list[int]:
    """Width of each column at which no word breaks."""
    return [max(_word(grid, i), 3) + _PADDING for i in range(len(grid.header))]


def _longest_line(grid: Grid, column: int) -> int:
    return max((len(line) for row in grid.rows for line in plain_text(row[column]).splitlines()), default=0)


def _word(grid: Grid, column: int) -> int:
    """The longest word of a column, up to a length at which words may be broken."""
    return min(max(_longest_word(plain_text(row[column])) for row in (grid.header, *grid.rows)), _LONGEST_WORD)


def column_widths(grid: Grid, room: int) -> tuple[int, ...]:
    """Wanted width of each column in characters, together at most `room` unless the longest words need more.

    Columns are as wide as their longest cell; when that is too wide, each gets its longest word, and what is left in
    proportion to what it lacks.
    """
    natural, least = _natural_widths(grid), _least_widths(grid)
    lacking = sum(natural) - sum(least)
    share = 1.0 if not lacking else min(1.0, max(0.0, (room - sum(least)) / lacking))
    return tuple(low + int((high - low) * share) for low, high in zip(least, natural, strict=True))


def is_wide(grid: Grid, characters: int = PORTRAIT_CHARACTERS) -> bool:
    """Whether the table needs a page turned on its side.

    It does when its words do not fit upright even in small letters, or when its rows would be tall and the table
    longer than an upright page. Long listings stay upright: they are folded to fit.
    """
    widths = column_widths(grid, characters)
    if sum(widths) > characters * SMALL_LETTERS:
        return True
    if grid.kind == "rows":
        return False
    lines = max((n / w for n, w in zip(_natural_widths(grid), widths, strict=True)), default=0)
    return lines > _TALL and sum(_row_lines(grid, widths)) > _UPRIGHT_LINES


def _row_lines(grid: Grid, widths: tuple[int, ...]) -> list[int]:
    """Lines of each body row in columns of these widths."""
    return [
        max(ceil(len(plain_text(cell)) / max(1, width - _PADDING)) for cell, width in zip(row, widths, strict=True))
        for row in grid.rows
    ]


def is_short(grid: Grid, widths: tuple[int, ...]) -> bool:
    """Whether the table is short enough to stay on one page, whatever its width."""
    if len(grid.rows) > _SHORT:
        return False
    return sum(_row_lines(grid, widths)) <= _SHORT and "\n" not in "".join(
        plain_text(cell) for row in grid.rows for cell in row
    )


def is_numeric(grid: Grid, column: int) -> bool:
    """Whether a column is right-aligned and sorted as numbers."""
    return column < len(grid.numeric) and grid.numeric[column]

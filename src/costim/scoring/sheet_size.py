"""The largest type in which a sheet still fits one page of A4 and of US letter.

The page is laid out in the browser that prints it; here its height is estimated from the lengths of its texts, with a
reserve. Tests print every sheet of the catalogue on both papers and count the pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

_SIZES = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
_WIDTH = 538.0
"""Points between the margins of A4, the narrower paper."""
_HEIGHT = 741.0 * 0.97
"""Points between the margins of letter, the shorter paper, less a reserve."""
_LETTER = 0.49
"""Mean width of a letter, as a share of the size of type."""
_LINE = 1.22
_SMALL = 0.86
_CELL = 0.32
"""Padding and rule of a table row."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Texts of one kind, each beginning a line of its own, and the room beside them (in sizes of type)."""

    texts: Sequence[str]
    beside: float = 0.0
    small: float = 0.0
    """Share of small type in the texts."""
    extra: float = 0.0
    """Height that each text needs besides its lines."""
    columns: int = 1


def row(texts: Sequence[str], beside: float, small: float = 0.0, extra: float = 0.0) -> Lines:
    """Rows of a table, one text each."""
    return Lines(texts, beside + 0.7, small, _CELL + extra)


def fitting_size(blocks: Iterable[Lines], fixed: float) -> str:
    """The size of type as CSS.

    Args:
        blocks: everything whose lines may break.
        fixed: height of the rest, in sizes of type.
    """
    known = list(blocks)
    fits = [size for size in _SIZES if size * (fixed + sum(_height(block, size) for block in known)) <= _HEIGHT]
    return f"{fits[0] if fits else _SIZES[-1]:g}pt"


def _height(block: Lines, size: float) -> float:
    room = _WIDTH / size / block.columns - block.beside
    scale = 1 - block.small * (1 - _SMALL)
    lines = [max(1, ceil(len(text) * _LETTER * scale / max(room, 5.0))) for text in block.texts]
    return sum(count * _LINE + block.extra for count in lines) / block.columns

"""Long listings made to fit on upright paper.

Columns that say nothing go, a word that all rows share is said once in a note, and what does not fit is named in the
last column.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from costim.report.columns import PORTRAIT_CHARACTERS, column_widths, is_numeric
from costim.report.document import Block, Document, Grid, Inline, Inlines, Paragraph, Section
from costim.report.outline import plain_text

_NOTHING = frozenset({"", "–"})
_KEPT_SHARE = 0.25
"""Share of the page for columns of their own when others are folded."""


def on_paper(document: Document, left_out: Callable[[Grid], bool]) -> Document:
    """The document with its long listings made to fit, but for those that are left out."""

    def fit(block: Block) -> Block:
        return paper_grid(block) if isinstance(block, Grid) and not left_out(block) else block

    sections = tuple(replace(s, blocks=tuple(fit(block) for block in s.blocks)) for s in document.sections)
    return replace(document, sections=sections)


def turned_pages(section: Section, is_sideways: Callable[[Grid], bool]) -> list[bool]:
    """Which blocks of a section stand on pages turned on their side: wide tables and the words that lead to them."""
    turned = [isinstance(block, Grid) and is_sideways(block) for block in section.blocks]
    for i in reversed(range(len(turned) - 1)):
        leads = isinstance(section.blocks[i], Paragraph) and all(
            isinstance(block, Paragraph) for block in section.blocks[:i]
        )
        turned[i] = turned[i] or (leads and turned[i + 1])
    return turned


def paper_grid(grid: Grid) -> Grid:
    """The grid as it is printed: a result table unchanged, a long listing without empty columns and folded to fit."""
    if grid.kind != "rows" or not grid.rows:
        return grid
    filled = _keep(grid, [i for i in range(len(grid.header)) if _words(grid, i) - _NOTHING])
    if not _is_too_wide(filled):
        return filled
    shorter = _say_once(filled)
    return _fold(shorter) if _is_too_wide(shorter) else shorter


def _is_too_wide(grid: Grid) -> bool:
    return sum(column_widths(grid, 0)) > PORTRAIT_CHARACTERS


def _words(grid: Grid, column: int) -> set[str]:
    return {plain_text(row[column]).strip() for row in grid.rows}


def _say_once(grid: Grid) -> Grid:
    """A column with the same word in every row becomes a note; the first column and numbers stay."""
    same = [
        i
        for i in range(1, len(grid.header))
        if len(grid.rows) > 1 and not is_numeric(grid, i) and len(_words(grid, i)) == 1
    ]
    notes = tuple((*grid.header[i], " in every row: ", *grid.rows[0][i], ".") for i in same)
    shorter = _keep(grid, [i for i in range(len(grid.header)) if i not in same])
    return replace(shorter, notes=(*grid.notes, *notes))


def _keep(grid: Grid, columns: list[int]) -> Grid:
    return replace(
        grid,
        header=tuple(grid.header[i] for i in columns),
        rows=tuple(tuple(row[i] for i in columns) for row in grid.rows),
        numeric=tuple(is_numeric(grid, i) for i in columns),
    )


def _fold(grid: Grid) -> Grid:
    widths = column_widths(grid, 0)
    kept = 1
    while kept < len(widths) and sum(widths[: kept + 1]) <= _KEPT_SHARE * PORTRAIT_CHARACTERS:
        kept += 1
    names = grid.header[kept:]
    return replace(
        grid,
        header=(*grid.header[:kept], ("Further fields",)),
        rows=tuple((*row[:kept], _folded(names, row[kept:])) for row in grid.rows),
        numeric=(*(is_numeric(grid, i) for i in range(kept)), False),
    )


def _folded(names: tuple[Inlines, ...], cells: tuple[Inlines, ...]) -> Inlines:
    """`n 10; Missing 0; p 0.002`: every cell that says something after the name of its column."""
    found: list[Inline] = []
    for name, cell in zip(names, cells, strict=True):
        if plain_text(cell).strip() not in _NOTHING:
            found += [*("; " for _ in found[:1]), *name, " ", *cell]
    return tuple(found)

"""Long listings made to fit on paper: columns that say nothing go, those that do not fit are named in the last one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from costim.report.columns import SIDEWAYS_CHARACTERS, column_widths, is_numeric, is_wide
from costim.report.document import Block, Document, Grid, Inline, Inlines, Paragraph, Section
from costim.report.outline import plain_text

_NOTHING = frozenset({"", "–"})
_KEPT_SHARE = 0.5
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
    filled = [
        i for i in range(len(grid.header)) if any(plain_text(row[i]).strip() not in _NOTHING for row in grid.rows)
    ]
    shorter = _keep(grid, filled)
    return _fold(shorter) if is_wide(shorter, SIDEWAYS_CHARACTERS) else shorter


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
    while kept < len(widths) and sum(widths[: kept + 1]) <= _KEPT_SHARE * SIDEWAYS_CHARACTERS:
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

"""What the paged renderers and the workbook need to know of a document: plain text, running numbers, anchors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from costim.report.characters import legal_text
from costim.report.document import Block, Bullets, Document, FigureRef, Grid, Inline, Inlines, Num, Paragraph

_ROW_ID = re.compile(r"[em][0-9a-f]{10}")
_LINK = re.compile(r"https?://[^\s\"<>\\]+")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A table or figure with its running number, e.g. `Table` and `3`."""

    word: str
    number: int
    block: Grid | FigureRef


def plain_inline(part: Inline) -> str:
    """One inline as legal text."""
    return legal_text(part if isinstance(part, str) else part.text)


def plain_text(inlines: Inlines) -> str:
    """Inlines as one legal text, without their sources."""
    return "".join(plain_inline(part) for part in inlines)


def safe_link(href: str) -> str:
    """The address when it is a web address, else blank: nothing else may become a link."""
    return href if _LINK.fullmatch(href) else ""


def numbered_blocks(document: Document) -> list[Numbered]:
    """Tables and figures in reading order, each kind counted from 1."""
    tables = figures = 0
    found = []
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Grid):
                tables += 1
                found.append(Numbered("Table", tables, block))
            elif isinstance(block, FigureRef):
                figures += 1
                found.append(Numbered("Figure", figures, block))
    return found


def row_anchor(grid: Grid, row: tuple[Inlines, ...]) -> str:
    """Id of the effect or measurement that a row of a long listing describes; blank in other tables."""
    if grid.kind != "rows" or not row:
        return ""
    name = plain_text(row[0]).strip()
    return name if _ROW_ID.fullmatch(name) else ""


def row_anchors(grids: Iterator[Grid] | list[Grid]) -> frozenset[str]:
    """Every row id that the given listings describe."""
    return frozenset(anchor for grid in grids for row in grid.rows if (anchor := row_anchor(grid, row)))


def _block_inlines(block: Grid) -> Iterator[Inline]:
    yield from block.caption
    for row in (block.header, *block.rows):
        for cell in row:
            yield from cell
    for note in block.notes:
        yield from note


def referred_rows(grid: Grid) -> tuple[str, ...]:
    """Ids of the rows behind the numbers of a table, in order of appearance, each once."""
    return tuple(dict.fromkeys(part.ref for part in _block_inlines(grid) if isinstance(part, Num)))


def document_inlines(document: Document) -> Iterator[Inline]:
    """Every inline of the document, in reading order."""
    yield from document.title
    yield from document.subtitle
    for section in document.sections:
        yield from block_inlines(section.blocks)


def block_inlines(blocks: Iterable[Block]) -> Iterator[Inline]:
    """Every inline of some blocks."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.inlines
        elif isinstance(block, Bullets):
            for item in block.items:
                yield from item
        elif isinstance(block, FigureRef):
            yield from block.caption
        else:
            yield from _block_inlines(block)


def cited_rows(blocks: Iterable[Block]) -> frozenset[str]:
    """Ids of the rows that numbers of some blocks name."""
    return frozenset(part.ref for part in block_inlines(blocks) if isinstance(part, Num))

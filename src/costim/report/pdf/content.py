"""The document as plain data for the typst template. Nothing of it is ever read as markup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from costim.report.characters import legal_text
from costim.report.columns import PORTRAIT_CHARACTERS, SIDEWAYS_CHARACTERS, column_widths, is_numeric, is_short, is_wide
from costim.report.document import Block, Bullets, Document, FigureRef, Grid, Inlines, Num, Paragraph, Term
from costim.report.listing import READINGS, sheet_of
from costim.report.outline import (
    Numbered,
    numbered_blocks,
    plain_inline,
    plain_text,
    row_anchor,
    row_anchors,
    safe_link,
)
from costim.report.paper import on_paper, turned_pages
from costim.report.pdf.glyphs import Glyphs, break_words

ROW_LIMIT = 2000
"""A listing longer than this stays in `tables.xlsx`; the effects are always printed, every number leads to them."""
TUBE_LIMIT = 100
"""A listing of more tubes, thresholds or files stays there too."""
_TITLE_CHARACTERS = 90
_SIZE, _SMALL = 8, 7
"""Points of table text, and of long listings."""


def document_data(document: Document, images: Mapping[str, str], glyphs: Glyphs) -> dict[str, Any]:
    """What the template prints.

    Args:
        document: The report.
        images: Name of the image file in the working folder, by figure name.
        glyphs: Says which characters can be printed.
    """
    document = on_paper(document, is_left_out)
    builder = _Builder(document, images, glyphs)
    title = builder.text(plain_text(document.title))
    short = title if len(title) <= _TITLE_CHARACTERS else title[: _TITLE_CHARACTERS - 1].rstrip() + "…"
    return {
        "title": builder.inlines(document.title),
        "plain_title": title,
        "short_title": short,
        "subtitle": builder.inlines(document.subtitle),
        "language": document.language,
        "groups": builder.groups(),
        "code_points": glyphs.replaced,
    }


def is_left_out(grid: Grid) -> bool:
    """Whether a listing is only referred to."""
    if grid.kind != "rows" or grid.id == "effects":
        return False
    of_tubes = grid.id.startswith(("gating-", "acquisition-", "files")) and len(grid.rows) > TUBE_LIMIT
    return grid.id in (READINGS, "cells") or len(grid.rows) > ROW_LIMIT or of_tubes


class _Builder:
    def __init__(self, document: Document, images: Mapping[str, str], glyphs: Glyphs) -> None:
        numbered = numbered_blocks(document)
        self._document = document
        self._images = images
        self._glyphs = glyphs
        self._numbered: Iterator[Numbered] = iter(numbered)
        shown = [n.block for n in numbered if isinstance(n.block, Grid) and not is_left_out(n.block)]
        self._anchors = row_anchors(shown)
        self._placed: set[str] = set()

    def text(self, text: str) -> str:
        return self._glyphs.printable(legal_text(text))

    def inlines(self, inlines: Inlines, room: float = 0, own: str = "") -> list[dict[str, str]]:
        """Inlines as data: a number leads to its row, but not from that row itself (`own`).

        Ids in lists are not links: a thousand of them would double the time. Words longer than `room` characters may be
        broken (0 = never).
        """
        found: list[dict[str, str]] = []
        for part in inlines:
            text = self._glyphs.printable(plain_inline(part))
            data = {"s": break_words(text, room) if room else text}
            if isinstance(part, Num) and part.ref in self._anchors and part.ref != own:
                data["to"] = part.ref
            elif isinstance(part, Term) and safe_link(part.href):
                data["href"] = part.href
            if found and len(data) == len(found[-1]) == 1:
                found[-1] = {"s": found[-1]["s"] + data["s"]}  # fewer pieces are set much faster
            else:
                found.append(data)
        return found

    def groups(self) -> list[dict[str, Any]]:
        """Blocks in order, gathered into runs of upright and sideways pages."""
        found: list[dict[str, Any]] = []
        for section in self._document.sections:
            turned = turned_pages(section, lambda grid: not is_left_out(grid) and is_wide(grid))
            heading = {"kind": "heading", "text": self.text(section.title)}
            blocks = [(turned[0] if turned else False, heading)]
            after = (*section.blocks[1:], None)
            blocks += [
                (side, self._block(b, leads=isinstance(b, Paragraph) and isinstance(n, Grid | FigureRef | Bullets)))
                for side, b, n in zip(turned, section.blocks, after, strict=True)
            ]
            for sideways, data in blocks:
                if not found or found[-1]["sideways"] != sideways:
                    found.append({"sideways": sideways, "blocks": []})
                found[-1]["blocks"].append(data)
        return found

    def _block(self, block: Block, *, leads: bool) -> dict[str, Any]:
        """A block as data; a paragraph that `leads` to a table, figure or list stands on its page."""
        if isinstance(block, Paragraph):
            inlines = self.inlines(block.inlines, room=60)
            return {"kind": "paragraph", "role": block.role, "leads": leads, "inlines": inlines}
        if isinstance(block, Bullets):
            return {"kind": "bullets", "items": [self.inlines(item, room=60) for item in block.items]}
        numbered = next(self._numbered)
        caption = {"label": f"{numbered.word} {numbered.number}", "caption": self.inlines(block.caption, room=60)}
        if isinstance(block, FigureRef):
            return {"kind": "figure", "file": self._images[block.name], "alt": self.text(block.alt)} | caption
        if is_left_out(block):
            return {"kind": "elsewhere", "sheet": self.text(sheet_of(block.id))} | caption
        return self._table(block) | caption

    def _table(self, grid: Grid) -> dict[str, Any]:
        room = SIDEWAYS_CHARACTERS if is_wide(grid) else PORTRAIT_CHARACTERS
        widths = column_widths(grid, room)
        # A table wider than the page shrinks in proportion, first its letters, then its columns.
        shrink = min(1.0, room / sum(widths))
        size = max(5.5, (_SMALL if grid.kind == "rows" else _SIZE) * shrink)
        rooms = [max(2.0, w * shrink * _SIZE / size - 1.5) for w in widths]
        rows = []
        for cells in grid.rows:
            anchor = row_anchor(grid, cells)
            cell_data = [self.inlines(cell, room, anchor) for cell, room in zip(cells, rooms, strict=True)]
            rows.append({"anchor": self._place(anchor), "cells": cell_data})
        return {
            "kind": "table",
            "size": size,
            "widths": list(widths),
            "whole": is_short(grid, widths),
            "right": [is_numeric(grid, i) for i in range(len(widths))],
            "header": [self.inlines(cell, room) for cell, room in zip(grid.header, rooms, strict=True)],
            "rows": rows,
            "notes": [self.inlines(note, room=60) for note in grid.notes],
        }

    def _place(self, anchor: str) -> str:
        """The anchor the first time, blank afterwards: a place in a file has one name."""
        if not anchor or anchor in self._placed:
            return ""
        self._placed.add(anchor)
        return anchor

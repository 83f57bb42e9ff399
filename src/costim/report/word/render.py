"""The document as a Word file: built-in headings, native tables, inline pictures with text alternatives."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.shared import Emu

from costim.report.characters import legal_text
from costim.report.columns import is_wide
from costim.report.document import Block, Bullets, Document, FigureRef, Grid, Paragraph, Section
from costim.report.listing import READINGS, sheet_of
from costim.report.outline import Numbered, numbered_blocks, plain_text, referred_rows, row_anchors
from costim.report.paper import on_paper, turned_pages
from costim.report.word import runs, styles
from costim.report.word.pack import repack
from costim.report.word.tables import table_element

LEFT_OUT = ("measurements", READINGS, "cells")
"""Long listings that Word refers to `tables.xlsx` for: nobody edits them, and they would be hundreds of pages."""
NAMED_ROWS = 12
"""More effect rows than this behind one table are not named below it."""
_BODY = {"text": "Normal", "note": styles.SMALL_PRINT, "warning": styles.WARNING}


def render_docx(document: Document, figures: Mapping[str, Path]) -> bytes:
    """The report as a Word file.

    Args:
        document: The report.
        figures: PNG files by figure name.

    Returns:
        The bytes of the .docx: the same for the same document and pictures.

    Raises:
        KeyError: a figure of the document has no picture.
    """
    document = on_paper(document, _left_out)
    word = docx.Document()
    styles.set_styles(word, document.language)
    styles.set_page(word.sections[0], sideways=False)
    styles.set_footer(word.sections[0])
    styles.set_properties(word, plain_text(document.title), document.language)
    listings = [n.block for n in numbered_blocks(document) if isinstance(n.block, Grid) and not _left_out(n.block)]
    writer = _Writer(word, figures, row_anchors(listings), iter(numbered_blocks(document)))
    writer.paragraph(document.title, "Title")
    if document.subtitle:
        writer.paragraph(document.subtitle, "Subtitle")
    for section in document.sections:
        writer.section(section)
    writer.upright()
    buffer = io.BytesIO()
    word.save(buffer)
    return repack(buffer.getvalue())


def _left_out(grid: Grid) -> bool:
    return grid.kind == "rows" and grid.id in LEFT_OUT


@dataclass
class _Writer:
    """Appends blocks to one Word file and knows which way the current page is turned."""

    word: Any
    figures: Mapping[str, Path]
    anchors: frozenset[str]
    numbered: Any
    bookmarks: count[int] = field(default_factory=lambda: count(1))
    sideways: bool = False

    def section(self, section: Section) -> None:
        """A heading and its blocks; the heading stays on the page of what follows it."""
        turned = turned_pages(section, lambda grid: not _left_out(grid) and is_wide(grid))
        self._turn(sideways=bool(turned) and turned[0])
        self.word.add_heading(legal_text(section.title), level=1)
        after = (*section.blocks[1:], None)
        for sideways, block, following in zip(turned, section.blocks, after, strict=True):
            self._turn(sideways=sideways)
            self._block(block)
            if isinstance(block, Paragraph) and isinstance(following, Grid | FigureRef | Bullets):
                self.word.paragraphs[-1].paragraph_format.keep_with_next = True  # what it leads to stands below it

    def _block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self.paragraph(block.inlines, _BODY[block.role])
        elif isinstance(block, Bullets):
            for item in block.items:
                self.paragraph(item, "List Bullet")
        elif isinstance(block, FigureRef):
            self._figure(block, next(self.numbered))
        else:
            self._grid(block, next(self.numbered))

    def paragraph(self, inlines: Any, style: str) -> Any:
        made = self.word.add_paragraph(style=style)
        runs.add_inlines(made._p, inlines, self.word.part, self.anchors)
        return made

    def upright(self) -> None:
        self._turn(sideways=False)

    def _turn(self, *, sideways: bool) -> None:
        if self.sideways != sideways:
            styles.set_page(self.word.add_section(WD_SECTION.NEW_PAGE), sideways=sideways)
            self.word.paragraphs[-1].style = styles.PAGE_TURN
            self.sideways = sideways

    def _caption(self, numbered: Numbered) -> Any:
        made = self.word.add_paragraph(style="Caption")
        for part in (
            runs.run(f"{numbered.word} ", styles.LABEL_STYLE),
            *runs.field(f"SEQ {numbered.word} \\* ARABIC", str(numbered.number), styles.LABEL_STYLE),
            runs.run(". ", styles.LABEL_STYLE),
        ):
            made._p.append(part)
        runs.add_inlines(made._p, numbered.block.caption, self.word.part, self.anchors)
        return made

    def _grid(self, grid: Grid, numbered: Numbered) -> None:
        if _left_out(grid):
            self._caption(numbered)
            self.paragraph((f"These rows are in the sheet “{sheet_of(grid.id)}” of tables.xlsx.",), styles.SMALL_PRINT)
            return
        self._caption(numbered).paragraph_format.keep_with_next = True
        width = styles.TEXT_HEIGHT if self.sideways else styles.TEXT_WIDTH
        table = table_element(grid, int(width / 635), self.word.part, self.bookmarks, self.anchors)
        self.word.element.body.insert_element_before(table, "w:sectPr")
        for note in grid.notes:
            self.paragraph(note, styles.SMALL_PRINT)
        self._row_ids(grid, numbered.number)

    def _row_ids(self, grid: Grid, number: int) -> None:
        """Small print that names the effect rows behind the numbers; many rows stand in the workbook only."""
        names = referred_rows(grid) if grid.kind == "result" else ()
        last = self.word.add_paragraph(style=styles.SMALL_PRINT)
        last.paragraph_format.space_after = Emu(76200) if names else 0
        if not names:
            return
        effects = [name for name in names if name in self.anchors]
        if len(effects) < len(names) or len(effects) > NAMED_ROWS:
            last._p.append(runs.run(f"Rows behind each line: Table {number} in tables.xlsx."))
            return
        last._p.append(runs.run("Rows: "))
        for i, name in enumerate(effects):
            if i:
                last._p.append(runs.run(", "))
            last._p.append(runs.internal_link(name, name))

    def _figure(self, figure: FigureRef, numbered: Numbered) -> None:
        if figure.name not in self.figures:
            raise KeyError(f"no picture for figure {figure.name!r}")
        made = self.word.add_paragraph()
        made.paragraph_format.keep_with_next = True
        picture = made.add_run().add_picture(io.BytesIO(self.figures[figure.name].read_bytes()))
        limit = (styles.TEXT_WIDTH, int(styles.TEXT_HEIGHT * 0.8))
        scale = min(limit[0] / picture.width, limit[1] / picture.height, 1.0)
        picture.width, picture.height = Emu(int(picture.width * scale)), Emu(int(picture.height * scale))
        properties = picture._inline.docPr
        properties.set("descr", legal_text(figure.alt))
        properties.set("name", legal_text(figure.name))
        self._caption(numbered)

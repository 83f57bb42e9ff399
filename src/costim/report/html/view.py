"""The document as the template sees it: every text already markup, every anchor already decided."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup, escape

from costim.report.document import Block, Bullets, Document, FigureRef, Grid, Inlines, Num, Paragraph, Quote
from costim.report.html.drawing import inline_svg, subject_code
from costim.report.html.inlines import Anchors, render_inlines, row_anchor, row_name
from costim.report.html.pixels import inline_png
from costim.report.html.words import plain_text, visible_text
from costim.report.listing import LISTINGS


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell: `numeric` (a column of numbers), `numeric words` (such a column, no number in it) or blank."""

    words: Markup
    kind: str


@dataclass(frozen=True, slots=True)
class RowView:
    """One body row: its element id and the code of its subject (blank when it has none), its cells."""

    anchor: str
    subject: str
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class GridView:
    """One table."""

    id: str
    caption: Markup
    summary: Markup
    """The caption without links, for the line that folds the table."""
    caption_linked: bool
    label: str
    header: tuple[tuple[Markup, bool], ...]
    """Per column: head and whether the column is numeric."""
    rows: tuple[RowView, ...]
    foot: tuple[RowView, ...]
    """Rows below those of single subjects (a summary of all): they stay below when the table is sorted."""
    notes: tuple[Markup, ...]
    fold: bool
    kind: str = "grid"


@dataclass(frozen=True, slots=True)
class FigureView:
    """One figure."""

    id: str
    drawing: Markup
    caption: Markup
    label: str
    fold: Markup
    """The line behind which it is folded; blank when it is always in sight."""
    kind: str = "figure"


@dataclass(frozen=True, slots=True)
class TextView:
    """A paragraph (role text, note or warning) or a list."""

    items: tuple[Markup, ...]
    kind: str


BlockView = GridView | FigureView | TextView


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section."""

    id: str
    title: Markup
    blocks: tuple[BlockView, ...]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Turns blocks into views; knows the anchors, the figures and the subjects of the study."""

    anchors: Anchors
    figures: Mapping[str, Path | str]
    subjects: Set[str]

    def sections(self, document: Document) -> tuple[SectionView, ...]:
        """All sections in order."""
        return tuple(
            SectionView(s.id, escape(visible_text(s.title)), tuple(map(self._block, s.blocks)))
            for s in document.sections
        )

    def _block(self, block: Block) -> BlockView:
        if isinstance(block, Paragraph):
            return TextView((render_inlines(block.inlines),), block.role)
        if isinstance(block, Bullets):
            return TextView(tuple(render_inlines(item) for item in block.items), "bullets")
        return self._figure(block) if isinstance(block, FigureRef) else self._grid(block)

    def _figure(self, block: FigureRef) -> FigureView:
        if block.name not in self.figures:
            raise ValueError(f"figure {block.name} is placed in the report and was not drawn")
        given = self.figures[block.name]
        title = plain_text(block.caption)
        if isinstance(given, Path) and given.suffix == ".png":
            drawing = inline_png(given.read_bytes(), block.alt)
        else:
            svg = given.read_text("utf-8") if isinstance(given, Path) else given
            drawing = inline_svg(svg, _name_in_ids(block.name), block.alt, title)
        fold = render_inlines(block.fold)
        return FigureView(f"figure-{block.name}", drawing, render_inlines(block.caption), title, fold)

    def _grid(self, block: Grid) -> GridView:
        numeric = block.numeric or (False,) * len(block.header)
        rows = tuple(self._row(row, numeric, block.id in LISTINGS) for row in block.rows)
        last = max((i for i, row in enumerate(rows, start=1) if row.subject), default=len(rows))
        return GridView(
            id=f"table-{block.id}",
            caption=render_inlines(block.caption),
            summary=render_inlines(tuple(Quote(p.text) if isinstance(p, Num) else p for p in block.caption)),
            caption_linked=any(isinstance(part, Num) for part in block.caption),
            label=plain_text(block.caption),
            header=tuple(zip(map(render_inlines, block.header), numeric, strict=True)),
            rows=rows[:last],
            foot=rows[last:],
            notes=tuple(map(render_inlines, block.notes)),
            fold=block.kind == "rows",
        )

    def _row(self, row: tuple[Inlines, ...], numeric: tuple[bool, ...], listing: bool) -> RowView:
        name = row_name(row) if listing else ""
        cells = tuple(
            CellView(render_inlines(cell, self.anchors if listing and i else None), _kind(cell, numeric[i]))
            for i, cell in enumerate(row)
        )
        return RowView(row_anchor(name) if listing else "", "" if listing else self._subject(row[0]), cells)

    def _subject(self, cell: Inlines) -> str:
        """Code of the subject whose row this is: the first cell is one quoted subject id."""
        if len(cell) == 1 and isinstance(cell[0], Quote) and cell[0].text in self.subjects:
            return subject_code(cell[0].text)
        return ""


def _name_in_ids(name: str) -> str:
    """What ids inside a drawing begin with: long names of phenotypes, at every letter, would fill the page."""
    return "f" + sha256(name.encode()).hexdigest()[:6] if "-cyt-" in name else name


def _kind(cell: Inlines, numeric: bool) -> str:
    if not numeric:
        return ""
    return "numeric" if any(isinstance(part, Num) for part in cell) else "numeric words"

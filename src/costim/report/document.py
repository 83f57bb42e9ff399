"""The report as data: sections, paragraphs, tables and figures, before any file format.

Plain strings carry no digit. A number is a `Num` that names the row and field it came from; words of the study are
`Quote`; words of the registries (labels, citations, dates of publication) are `Term`. So every number a reader sees
can be walked back, and every word from an input is escaped by every renderer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Num:
    """A number as printed, and the row it is a field of."""

    text: str
    ref: str
    """effect_id or measurement_id."""
    field: str
    """Column of that row, or several joined by `+` when one printed text shows several (an interval: `lower+upper`)."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words taken from an input file: titles, printed terms, identifiers. Never markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """Words of a registry: labels, flags, method sentences, citations."""

    text: str
    href: str = ""
    """A DOI link, or blank. Renderers make it a link; nothing is fetched."""


Inline = str | Num | Quote | Term
Inlines = tuple[Inline, ...]


def _check_inlines(inlines: Inlines) -> None:
    for part in inlines:
        if isinstance(part, str) and any(c.isdigit() for c in part):
            raise ValueError(f"plain text may not carry digits; use Num, Quote or Term: {part!r}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `role` lets a renderer set it apart."""

    inlines: Inlines
    role: Literal["text", "note", "warning"] = "text"

    def __post_init__(self) -> None:
        _check_inlines(self.inlines)


@dataclass(frozen=True, slots=True)
class Bullets:
    """An unordered list."""

    items: tuple[Inlines, ...]

    def __post_init__(self) -> None:
        for item in self.items:
            _check_inlines(item)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: one header row, body rows, notes below. The first column names the row.

    The grids `effects`, `measurements`, `phenotype-readings` and `cells` are the far end of every `Num`: in them the
    first cell of each row is exactly one `Quote` whose text is the effect id, measurement id or cell id. Renderers make
    it the anchor of the row (in HTML the element id), so that `Num.ref` leads to `effects` or measurements,
    and the cell ids in the last column of these (one `Quote` each) lead to `cells`, which names file, row and column.
    """

    id: str
    caption: Inlines
    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    notes: tuple[Inlines, ...] = ()
    numeric: tuple[bool, ...] = ()
    """Per column: right-aligned and sorted as numbers. Blank = all text."""
    kind: Literal["result", "rows"] = "result"
    """`rows`: a long listing (effects, cells, findings) that a renderer may put last or fold."""

    def __post_init__(self) -> None:
        _check_inlines(self.caption)
        for row in (self.header, *self.rows):
            if len(row) != len(self.header):
                raise ValueError(f"table {self.id}: a row has {len(row)} cells, the header {len(self.header)}")
            for cell in row:
                _check_inlines(cell)
        for note in self.notes:
            _check_inlines(note)


@dataclass(frozen=True, slots=True)
class FigureRef:
    """A figure drawn by the figures room, placed here."""

    name: str
    """File stem under `figures/`."""
    caption: Inlines
    alt: str
    """Text alternative: says what the picture shows, in words and numbers of the effects."""
    formats: tuple[str, ...] = ("svg", "pdf", "png")
    """Endings of its files."""
    fold: Inlines = ()
    """Words of the line behind which a screen may fold the figure; blank = always in sight."""

    def __post_init__(self) -> None:
        _check_inlines(self.caption)
        _check_inlines(self.fold)


Block = Paragraph | Bullets | Grid | FigureRef


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the report. `id` is the anchor."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report."""

    title: Inlines
    subtitle: Inlines
    sections: tuple[Section, ...]
    language: str = "en"

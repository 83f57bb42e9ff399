"""Inline parts of the document as markup: numbers link to their row, words of the study are escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

from markupsafe import Markup, escape

from costim.report.document import Document, Grid, Inlines, Num, Quote, Term
from costim.report.html.words import visible_text
from costim.report.listing import LISTINGS

_ROW_ID = re.compile(r"[em][0-9a-f]{10}")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,9}/\S+)")


@dataclass(frozen=True, slots=True)
class Anchors:
    """Where the rows of the listings stand in the page: id of the row -> element id."""

    by_id: Mapping[str, str]

    @classmethod
    def of(cls, document: Document) -> Anchors:
        """Anchors of every row of the listings."""
        grids = [b for s in document.sections for b in s.blocks if isinstance(b, Grid) and b.id in LISTINGS]
        return cls({name: row_anchor(name) for grid in grids for name in map(row_name, grid.rows)})


def row_name(row: tuple[Inlines, ...]) -> str:
    """Id of a row of a listing: the words of its first cell."""
    return "".join(part if isinstance(part, str) else part.text for part in row[0])


def row_anchor(name: str) -> str:
    """Element id of a row. Ids of effects and measurements stay; cell ids may hold any character and are hashed."""
    return name if _ROW_ID.fullmatch(name) else "c" + sha256(name.encode("utf-8", "replace")).hexdigest()[:10]


def doi_link(href: str) -> str:
    """The https link of a DOI, or blank: nothing else becomes a link."""
    found = _DOI.fullmatch(href.strip())
    return "https://doi.org/" + quote(found.group(1), safe="/:;()._-%") if found else ""


def render_inlines(inlines: Inlines, anchors: Anchors | None = None) -> Markup:
    """Inline parts as markup.

    Args:
        inlines: the parts.
        anchors: given in listings only: words that are the id of another row become a link to it.
    """
    return Markup("").join(_render(part, anchors) for part in inlines)


def _render(part: str | Num | Quote | Term, anchors: Anchors | None) -> Markup:
    if isinstance(part, str):
        return escape(visible_text(part))
    text = visible_text(part.text)
    if isinstance(part, Num):
        return Markup(
            '<a class="num" href="#{ref}" data-ref="{ref}" data-field="{field}" aria-describedby="ui-num">{text}</a>'
        ).format(ref=part.ref, field=part.field, text=text)
    mark = Markup('class="quote" data-quote') if isinstance(part, Quote) else Markup('class="term" data-term')
    target = anchors.by_id.get(part.text) if anchors else None
    if target:
        return Markup('<a {} href="#{}">{}</a>').format(mark, target, text)
    link = doi_link(part.href) if isinstance(part, Term) else ""
    if link:
        return Markup('<a {} href="{}" rel="noopener noreferrer">{}</a>').format(mark, link, text)
    return Markup("<span {}>{}</span>").format(mark, text)

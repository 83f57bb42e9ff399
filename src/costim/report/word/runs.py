"""Inlines to runs of a Word paragraph. Every text goes in as text; nothing is parsed."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from costim.report.document import Inlines, Num, Term
from costim.report.outline import plain_inline, safe_link

_BREAKS = re.compile(r"(\r\n|\r|\n|\t)")


def element(tag: str, children: tuple[Any, ...] = (), **attributes: str | int) -> Any:
    """An XML element of the `w` name space; attributes are in the same one."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    for child in children:
        made.append(child)
    return made


def run(text: str, style: str = "") -> Any:
    """A run that shows exactly this text; line ends become line breaks."""
    made = element("r")
    if style:
        made.append(element("rPr", (element("rStyle", val=style),)))
    for piece in _BREAKS.split(text):
        if piece == "\t":
            made.append(element("tab"))
        elif _BREAKS.fullmatch(piece):
            made.append(element("br"))
        elif piece:
            content = element("t")
            content.text = piece
            content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            made.append(content)
    return made


def internal_link(text: str, anchor: str) -> Any:
    """A run that leads to a bookmark of the same file."""
    return element("hyperlink", (run(text),), anchor=anchor, history=1)


def external_link(part: Any, text: str, href: str) -> Any:
    """A run that leads to a web address; nothing is fetched."""
    made = element("hyperlink", (run(text, "Hyperlink"),), history=1)
    made.set(qn("r:id"), part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    return made


def add_inlines(paragraph: Any, inlines: Inlines, part: Any, anchors: Collection[str] = ()) -> None:
    """Append inlines to a `w:p`.

    Args:
        paragraph: The element.
        inlines: What to print.
        part: The document part, which keeps web addresses.
        anchors: Bookmarks of the file; a number whose row has one leads there.
    """
    for inline in inlines:
        text = plain_inline(inline)
        if isinstance(inline, Num) and inline.ref in anchors:
            paragraph.append(internal_link(text, inline.ref))
        elif isinstance(inline, Term) and safe_link(inline.href):
            paragraph.append(external_link(part, text, inline.href))
        else:
            paragraph.append(run(text))


def field(instruction: str, shown: str, style: str = "") -> list[Any]:
    """Runs of a field (`PAGE`, `SEQ Table`) that shows `shown` until Word updates it."""
    code = element("instrText")
    code.text = f" {instruction} "
    code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    begin, separate, end = (element("fldChar", fldCharType=kind) for kind in ("begin", "separate", "end"))
    pieces = [element("r", (piece,)) for piece in (begin, code, separate, end)]
    return [*pieces[:3], run(shown, style), pieces[3]]


def bookmark(name: str, number: int) -> tuple[Any, Any]:
    """Start and end of a bookmark; `number` is unique in the file."""
    return element("bookmarkStart", id=number, name=name), element("bookmarkEnd", id=number)

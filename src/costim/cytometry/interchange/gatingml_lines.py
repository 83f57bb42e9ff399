"""Lines of a Gating-ML document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from costim.cytometry.interchange.gatingml_xml import DATATYPES, GATING, TRANSFORMS

PREFIXES = {"gating": GATING, "transforms": TRANSFORMS, "data-type": DATATYPES}

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def fits_xml(text: str) -> bool:
    """Can the text stand in an XML 1.0 document?"""
    return not _NOT_XML.search(text)


def element(name: str, attributes: Mapping[str, str] | None = None, inside: Iterable[str] = (), text: str = "") -> str:
    """An element as lines, what is inside indented; `text` instead of inner elements."""
    head = name + "".join(f' {key}="{_escaped(value)}"' for key, value in (attributes or {}).items())
    inner = list(inside)
    if text:
        return f"<{head}>{_escaped(text, quotes=False)}</{name}>"
    if not inner:
        return f"<{head} />"
    lines = [f"  {line}" for part in inner for line in part.split("\n")]
    return "\n".join([f"<{head}>", *lines, f"</{name}>"])


def number(value: float) -> str:
    """The shortest text that reads back as the same double."""
    plain = float(value)
    return str(int(plain)) if plain.is_integer() and abs(plain) < 1e15 else repr(plain)


def _escaped(text: str, *, quotes: bool = True) -> str:
    marks = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    if quotes:
        # A parser makes a blank of each of these unless they are written as numbers.
        marks |= {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
    return re.sub("[" + "".join(marks) + "]", lambda found: marks[found[0]], text)

"""The text of an SBML document to elements, safely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from costim.errors import CostimError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_BYTES = 20_000_000
MOST_DEPTH = 120
CORE = {
    "http://www.sbml.org/sbml/level3/version2/core": (3, 2),
    "http://www.sbml.org/sbml/level3/version1/core": (3, 1),
    "http://www.sbml.org/sbml/level2/version5": (2, 5),
    "http://www.sbml.org/sbml/level2/version4": (2, 4),
}
"""Namespace -> level and version that are read."""


def elements(text: str | bytes, file: str) -> tuple[Element, int, int]:
    """Root, level and version of a document.

    Raises:
        CostimError: too large, nested too deeply, not well-formed, with a document type or entities, or no SBML of
            Level 3 or Level 2 Version 4 or 5.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

    data = text.encode() if isinstance(text, str) else text
    if len(data) > MOST_BYTES:
        raise CostimError(f"{file}: {len(data)} bytes; an SBML document of at most {MOST_BYTES} bytes is read.")
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise CostimError(f"{file}: has a document type or entities; save it without them.") from None
    except (ParseError, ValueError, LookupError) as error:
        raise CostimError(f"{file}: is not well-formed XML ({error}); export the model again.") from None
    if _depth(root) > MOST_DEPTH:
        raise CostimError(f"{file}: elements are nested deeper than {MOST_DEPTH}; simplify its formulas.")
    namespace = root.tag.partition("}")[0].removeprefix("{")
    if root.tag.rpartition("}")[2] != "sbml" or namespace not in CORE:
        raise CostimError(
            f"{file}: found a <{root.tag.rpartition('}')[2]}> of {namespace or 'no namespace'}, expected SBML Level 3 "
            "Version 1 or 2, or Level 2 Version 4 or 5; convert it with the tool that made it."
        )
    return root, *CORE[namespace]


def _depth(root: Element) -> int:
    level, depth = [root], 0
    while level and depth <= MOST_DEPTH:
        level, depth = [child for element in level for child in element], depth + 1
    return depth

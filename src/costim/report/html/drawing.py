"""A drawing of the figures room as inline SVG: nothing but shapes and words, ids unique in the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from costim.report.html.presentation import PROPERTIES, declarations, sheet_declarations
from costim.report.html.words import visible_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SHAPES = frozenset(
    {
        "svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "use",
        "clipPath", "mask", "marker", "symbol", "pattern", "image", "linearGradient", "radialGradient", "stop", "desc",
    }
)  # fmt: skip
_GEOMETRY = frozenset(
    {
        "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "fx", "fy", "d", "points", "width",
        "height", "viewBox", "transform", "rotate", "offset", "preserveAspectRatio", "patternUnits", "patternTransform",
        "patternContentUnits", "gradientUnits", "gradientTransform", "spreadMethod", "clipPathUnits", "maskUnits",
        "maskContentUnits", "markerWidth", "markerHeight", "markerUnits", "refX", "refY", "orient", "textLength",
    }
)  # fmt: skip
_LEFT_OUT = frozenset({"metadata", "title", "style"})
_WORDS = frozenset({"text", "tspan", "desc"})
_SUBJECT = re.compile(r"subject-((?:[0-9a-f]{2})+)--.+")
_EFFECT = re.compile(r"effect-(e[0-9a-f]{10})")
SCALE = 1.3
"""Figures are drawn for paper, with letters of six to seven points; on a screen they are read from further away."""
_URL = re.compile(r"url\(\s*['\"]?(#?)([^'\")]*)['\"]?\s*\)", re.IGNORECASE)


def subject_code(subject: str) -> str:
    """Code of a subject in ids of drawings: the hex of its UTF-8 bytes."""
    return subject.encode("utf-8", "surrogatepass").hex()


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What the walk through one drawing needs to know."""

    name: str
    used: set[str] = field(default_factory=set)

    def fault(self, what: str) -> ValueError:
        return ValueError(f"figure {self.name}: {what} is not allowed in a drawing of the report")

    def new_id(self, given: str) -> str:
        """The id as it stands in the page; ids of subjects already name their figure."""
        clean = re.sub(r"[^\w.:-]", "_", given)
        return clean if _SUBJECT.fullmatch(clean) and f"--{self.name}--" in clean else f"{self.name}--{clean}"


def inline_svg(svg: str, name: str, alt: str, title: str) -> Markup:
    """One drawing as an inline `<svg role="img">`.

    Args:
        svg: text of an SVG file.
        name: name of the figure; goes before every id, so that several drawings share a page.
        alt: text alternative.
        title: the caption in words.

    Raises:
        ValueError: the text is no SVG, or holds a script, an event attribute, foreign markup or an outside reference.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

    drawing = _Drawing(name)
    try:
        root = ElementTree.fromstring(svg)
    except (ParseError, DefusedXmlException) as error:
        raise ValueError(f"figure {name}: not a readable SVG drawing: {error}") from error
    if _local(root.tag) != "svg":
        raise drawing.fault(f"root element <{_local(root.tag)}>")
    attributes = _sheet(root, drawing) | _attributes(root, drawing)
    attributes |= {"role": "img", "aria-label": visible_text(alt), "focusable": "false"}
    attributes = {n: v for n, v in attributes.items() if n != "id"}
    attributes["width"] = _pixels(attributes.get("width", "")) or "640"
    attributes.pop("height", None)
    head = Markup("<title>{}</title>").format(visible_text(title))
    return _open("svg", attributes) + head + Markup("").join(_children(root, drawing)) + Markup("</svg>")


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _pixels(length: str) -> str:
    """A width on the screen in CSS pixels, from `460.8pt`, `12cm` or a bare number; blank when it is none of these."""
    found = re.fullmatch(r"([0-9.]+)(pt|px|in|cm|mm|)", length)
    if not found:
        return ""
    scale = {"pt": 96 / 72, "px": 1.0, "": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}[found.group(2)]
    return str(round(float(found.group(1)) * scale * SCALE))


def _sheet(root: Element, drawing: _Drawing) -> dict[str, str]:
    """Rules for the whole drawing (`*{...}`); a rule for parts of it would reach into the rest of the page."""
    found: dict[str, str] = {}
    for element in root.iter():
        if _local(element.tag) == "style" and (element.text or "").strip():
            rules = sheet_declarations(element.text or "")
            if rules is None:
                raise drawing.fault("a style sheet other than *{...}")
            found |= rules
    return found


def _attributes(element: Element, drawing: _Drawing) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw, value in element.attrib.items():
        name = _local(raw)
        if name.lower().startswith("on"):
            raise drawing.fault(f"the event attribute {name}")
        if name == "href":
            found["href"] = _href(element, value, drawing)
        elif name == "style":
            found |= declarations(value)
        elif name == "id":
            found |= _identity(value, drawing)
        elif name in _GEOMETRY or name in PROPERTIES:
            found[name] = " ".join(value.split())
    return {name: _inner_urls(value, drawing) for name, value in found.items()}


def _identity(given: str, drawing: _Drawing) -> dict[str, str]:
    """Id of an element (the first of that name only), and the subject or effect it shows."""
    new = drawing.new_id(given)
    found = {} if new in drawing.used else {"id": new}
    drawing.used.add(new)
    subject, effect = _SUBJECT.fullmatch(given), _EFFECT.fullmatch(given)
    found |= {"data-subject": subject.group(1)} if subject else {}
    return found | ({"data-effect": effect.group(1)} if effect else {})


def _href(element: Element, value: str, drawing: _Drawing) -> str:
    tag, value = _local(element.tag), "".join(value.split())
    if tag == "image" and value.startswith("data:image/png;base64,"):
        return value
    if tag != "image" and value.startswith("#"):
        return "#" + drawing.new_id(value[1:])
    raise drawing.fault(f"the reference {value[:60]!r} of <{tag}>")


def _inner_urls(value: str, drawing: _Drawing) -> str:
    """`url(#id)` with the id of the page; any other address is refused."""

    def renamed(found: re.Match[str]) -> str:
        if not found.group(1):
            raise drawing.fault(f"the reference {found.group()[:60]!r}")
        return f"url(#{drawing.new_id(found.group(2))})"

    replaced = _URL.sub(renamed, value)
    if "url(" in _URL.sub("", value).lower() or "\\" in value:
        raise drawing.fault(f"the value {value[:60]!r}")
    return replaced


def _children(element: Element, drawing: _Drawing) -> Iterator[Markup]:
    """Inner words and elements of an element, in their order."""
    wordy = _local(element.tag) in _WORDS
    if wordy and element.text:
        yield escape(visible_text(element.text))
    for child in element:
        yield _element(child, drawing)
        if wordy and child.tail:
            yield escape(visible_text(child.tail))


def _element(element: Element, drawing: _Drawing) -> Markup:
    tag = _local(element.tag)
    if tag in _LEFT_OUT:
        return Markup("")
    if tag not in _SHAPES:
        raise drawing.fault(f"the element <{tag}>")
    attributes = _attributes(element, drawing)
    name = Markup("")
    if "data-subject" in attributes:
        subject = bytes.fromhex(attributes["data-subject"]).decode("utf-8", "replace")
        name = Markup("<title>{}</title>").format(visible_text(subject))
    inner = name + Markup("").join(_children(element, drawing))
    return _open(tag, attributes) + inner + Markup("</{}>").format(tag)


def _open(tag: str, attributes: dict[str, str]) -> Markup:
    given = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in attributes.items())
    return Markup("<{}{}>").format(tag, given)

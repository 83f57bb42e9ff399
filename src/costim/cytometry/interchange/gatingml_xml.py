"""The XML of a Gating-ML document: read without entities, with the line of every element, whatever its prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from costim.cytometry.gates.errors import GateError, GateProblem
from costim.registry.findings import Finding

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

BASE = "http://www.isac-net.org/std/Gating-ML/v2.0/"
GATING, TRANSFORMS, DATATYPES = (f"{BASE}{part}" for part in ("gating", "transformations", "datatypes"))
MOST_BYTES = 100_000_000
MOST_DEPTH = 100

_DOUBLE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(slots=True)
class Document:
    """A Gating-ML document, and what was noticed while reading it."""

    file: str
    root: Element
    lines: dict[Element, int]
    names: dict[str, str] = field(default_factory=dict)
    """Ids that stand for names an id cannot have; see `gatingml_custom`."""
    problems: list[GateProblem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def problem(self, element: Element, found: str, expected: str, action: str = "", *, key: str = "") -> None:
        """Note what makes the document unusable."""
        problem = GateProblem(self.name(element), found, expected, action, key, self.file, self.lines.get(element))
        self.problems.append(problem)

    def finding(self, element: Element, code: str, found: str, expected: str, action: str) -> None:
        """Note what is not as the standard has it, but can be read."""
        line, name = self.lines.get(element), self.name(element)
        self.findings.append(
            Finding("warning", code, self.file, row=line, column=name, found=found, expected=expected, action=action)
        )

    def name(self, element: Element) -> str:
        """`RectangleGate b_cells`."""
        own = next((value for key, value in element.attrib.items() if local(key) == "id"), "")
        return f"{local(element.tag)} {self.names.get(own, own)[:60]}".strip()

    def attribute(self, element: Element, namespace: str, name: str) -> str | None:
        """An attribute, which the standard wants with a namespace; without one it is read too, which is a finding."""
        if f"{{{namespace}}}{name}" in element.attrib:
            return element.attrib[f"{{{namespace}}}{name}"]
        if name not in element.attrib:
            return None
        expected, action = "an attribute with the prefix of its namespace", "read as if it had one"
        self.finding(element, "gatingml_nonstandard", f"{name} without a namespace", expected, action)
        return element.attrib[name]

    def required(self, element: Element, namespace: str, name: str) -> str:
        """An attribute that must not be missing or blank; blank, and a problem, where it is."""
        value = self.attribute(element, namespace, name)
        if value is None or not value.strip():
            found = f"no attribute {name}" if value is None else f"a blank attribute {name}"
            self.problem(element, found, f"the attribute {name}", key=name)
            return ""
        return value

    def reference(self, element: Element, name: str, namespace: str = GATING) -> str:
        """An id, required, as the name it stands for."""
        own = self.required(element, namespace, name)
        return self.names.get(own, own)

    def number(self, element: Element, namespace: str, name: str) -> float:
        """A finite number, required; 0, and a problem, where there is none."""
        text = self.required(element, namespace, name)
        value = self.as_number(element, name, text) if text else 0.0
        return 0.0 if value is None else value

    def optional_number(self, element: Element, namespace: str, name: str) -> float | None:
        """A finite number, or None where the attribute is missing; infinity is no bound."""
        text = self.attribute(element, namespace, name)
        if text is None or (name == "min" and text.strip() == "-INF") or (name == "max" and text.strip() == "INF"):
            return None
        return self.as_number(element, name, text)

    def as_number(self, element: Element, key: str, text: str) -> float | None:
        """Text as a finite number of XML Schema; None, and a problem, where it is none."""
        plain = text.strip()
        value = float(plain) if _DOUBLE.fullmatch(plain) else None
        if value is None or not isfinite(value):
            self.problem(element, repr(plain[:60]), "a finite number", key=key)
            return None
        return value

    def flag(self, element: Element, namespace: str, name: str) -> bool:
        """True or false; false where it is missing."""
        text = (self.attribute(element, namespace, name) or "false").strip()
        if text not in {"true", "false", "1", "0"}:
            self.problem(element, repr(text[:60]), "true or false", key=name)
        return text in {"true", "1"}

    def children(self, element: Element, namespace: str, *names: str) -> list[Element]:
        """Children of these names, in order."""
        tags = {f"{{{namespace}}}{name}" for name in names}
        return [child for child in element if child.tag in tags]

    def values(self, element: Element, name: str) -> list[float]:
        """The `value` attributes of children of this name in the gating namespace."""
        return [self.number(child, DATATYPES, "value") for child in self.children(element, GATING, name)]

    def unexpected(self, element: Element, *known: tuple[str, str]) -> Iterator[Element]:
        """Children that are neither known nor custom information."""
        tags = {f"{{{namespace}}}{name}" for namespace, name in known} | {f"{{{DATATYPES}}}custom_info"}
        yield from (child for child in element if isinstance(child.tag, str) and child.tag not in tags)


def local(tag: object) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def open_document(path: Path) -> Document:
    """Read a file.

    Raises:
        GateError: the file cannot be read, is too large, or is no Gating-ML 2.0 document.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        problem = GateProblem(path.name, "a file that cannot be read", "a Gating-ML 2.0 document")
        raise GateError([problem]) from error
    if size > MOST_BYTES:
        raise GateError([GateProblem(path.name, f"{size} bytes", f"a document of at most {MOST_BYTES} bytes")])
    return parse_document(data, path.name)


def parse_document(data: bytes, file: str) -> Document:
    """The bytes of a document to its elements.

    Raises:
        GateError: not well-formed, with a document type or entities, nested too deeply, or another kind of document.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException  # type: ignore[import-untyped]

    lines: dict[Element, int] = {}
    try:
        root = _parse(data, lines)
    except DefusedXmlException as error:
        found = f"a document type or an entity ({type(error).__name__})"
        raise GateError([GateProblem("", found, "a document without either", file=file)]) from None
    except ParseError as error:
        line = getattr(error, "position", (None, None))[0]
        found, action = f"XML that is not well-formed ({error})", "save the gates again"
        raise GateError([GateProblem("", found, "Gating-ML 2.0", action, file=file, line=line)]) from None
    except (ValueError, LookupError) as error:
        raise GateError([GateProblem("", f"text that cannot be read ({error})", "UTF-8", file=file)]) from None
    document = Document(file, root, lines)
    _check_root(document)
    return document


def _parse(data: bytes, lines: dict[Element, int]) -> Element:
    from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

    class Parser(DefusedXMLParser):  # type: ignore[misc]
        """Remembers lines, and how deep it is."""

        depth = 0

        def _start(self, tag: str, attributes: list[str]) -> Element:
            self.depth += 1
            if self.depth > MOST_DEPTH:
                raise ValueError(f"elements nested deeper than {MOST_DEPTH}")
            element: Element = super()._start(tag, attributes)
            lines[element] = self.parser.CurrentLineNumber
            return element

        def _end(self, tag: str) -> Element:
            self.depth -= 1
            element: Element = super()._end(tag)
            return element

    parser = Parser(forbid_dtd=True)
    parser.feed(data)
    root: Element = parser.close()
    return root


def _check_root(document: Document) -> None:
    tag = document.root.tag
    if tag == f"{{{GATING}}}Gating-ML":
        return
    expected = f"the element Gating-ML of the namespace {GATING}"
    if local(tag) == "Workspace":
        document.problem(document.root, "a FlowJo workspace", expected, "name the file .wsp")
    elif local(tag) == "Gating-ML":
        other = tag.removeprefix("{").partition("}")[0] if tag.startswith("{") else "none"
        document.problem(document.root, f"the namespace {other}", expected, "save the gates as Gating-ML 2.0")
    else:
        document.problem(document.root, f"the element {local(tag)[:60]}", expected)
    raise GateError(document.problems)

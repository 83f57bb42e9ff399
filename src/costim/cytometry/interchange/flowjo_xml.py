"""The XML of a FlowJo workspace, read with limits: no entities, no depth or size that could exhaust the machine."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from costim.cytometry.interchange.flowjo_errors import FlowJoError, NotApplicableError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_BYTES = 512 * 1024 * 1024
MOST_DEPTH = 200
MOST_ELEMENTS = 20_000_000

NOT_NEEDED = frozenset({"Graph", "TableEditor", "LayoutEditor", "Experiment", "Cytometers", "Scripts", "TextTraits"})
"""Pictures, layouts and preferences: most of a workspace by size; dropped as soon as they are read."""


def read_root(path: Path) -> Element:
    """Root element of a FlowJo 10 workspace.

    Raises:
        FlowJoError: not a workspace that FlowJo 10 or later wrote, or one beyond the limits.
    """
    _check_head(path)
    root = _parse(path)
    if local(root.tag) != "Workspace":
        raise FlowJoError(
            [f"{path.name}: found the root element <{local(root.tag)}>; expected <Workspace> of FlowJo 10."]
        )
    version, program = root.get("version", ""), root.get("flowJoVersion", "")
    if version.split(".")[0] != "20":
        of = f" of FlowJo {program}" if program else ""
        raise FlowJoError(
            [
                f"{path.name}: found workspace version {version or 'without a number'}{of}; expected 20.0, as FlowJo 10"
                " writes it. Open the workspace in FlowJo 10 and save it as .wsp."
            ]
        )
    return root


def _check_head(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise FlowJoError(
            [f"{path.name}: the file cannot be read ({error.strerror}). Check name and rights."]
        ) from None
    if path.suffix.lower() == ".jo":
        raise FlowJoError(
            [
                f"{path.name}: found a workspace of FlowJo 9 or older (.jo); expected .wsp of FlowJo 10."
                " Open it in FlowJo 10 and save it as .wsp."
            ]
        )
    if head.startswith(b"PK"):
        raise FlowJoError(
            [f"{path.name}: found an archive (.acs, .zip); expected the .wsp inside. Unpack it and give that file."]
        )
    if size == 0:
        raise FlowJoError([f"{path.name}: the file is empty; expected a FlowJo 10 workspace (.wsp)."])
    if size > MOST_BYTES:
        raise FlowJoError([f"{path.name}: found {size} bytes; at most {MOST_BYTES} are read. Split the workspace."])


def _parse(path: Path) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

    try:
        with path.open("rb") as file:
            return _within_limits(path, iterparse(file, events=("start", "end"), forbid_dtd=True))
    except DefusedXmlException as error:
        raise FlowJoError(
            [f"{path.name}: found {type(error).__name__}; a workspace declares neither entities nor a document type."]
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise FlowJoError(
            [f"{path.name}: the XML is broken ({error}); expected a FlowJo 10 workspace. Save it again in FlowJo."]
        ) from None


def _within_limits(path: Path, events: Iterator[tuple[str, Element]]) -> Element:
    root: Element | None = None
    depth = count = 0
    for event, element in events:
        if event == "start":
            root = element if root is None else root
            depth += 1
            count += 1
            if depth > MOST_DEPTH or count > MOST_ELEMENTS:
                limits = f"at most {MOST_ELEMENTS} elements, nested no deeper than {MOST_DEPTH}"
                raise FlowJoError([f"{path.name}: found more than that; expected {limits}, as in what FlowJo writes."])
        else:
            depth -= 1
            if local(element.tag) in NOT_NEEDED:
                element.clear()
    if root is None:
        raise FlowJoError([f"{path.name}: found no XML element; expected a FlowJo 10 workspace."])
    return root


def local(tag: object) -> str:
    """A name without its namespace; blank for what is no element (comments)."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, *names: str) -> list[Element]:
    """Children with one of these names (all of them without a name), in order, whatever their namespace."""
    if element is None:
        return []
    return [child for child in element if local(child.tag) and (not names or local(child.tag) in names)]


def child(element: Element | None, name: str) -> Element | None:
    """The first child of this name."""
    found = children(element, name)
    return found[0] if found else None


def attribute(element: Element | None, *names: str) -> str | None:
    """Value of the first attribute that has one of these names, whatever its namespace."""
    if element is None:
        return None
    for name in names:
        if name in element.attrib:
            return element.attrib[name]
        for key, value in element.attrib.items():
            if local(key) == name:
                return value
    return None


def number(element: Element | None, *names: str) -> float:
    """A finite number; raises `NotApplicableError` naming the attribute when there is none."""
    text = attribute(element, *names)
    value = _float(text)
    if value is None:
        raise NotApplicableError(
            "flowjo_gate_unreadable",
            f"{names[0]} = {text!r}" if text is not None else f"no {names[0]}",
            "a finite number",
            "open and save the workspace in FlowJo",
        )
    return value


def optional_number(element: Element | None, *names: str) -> float | None:
    """A finite number, or None where the attribute is missing; infinities are no bound."""
    text = attribute(element, *names)
    if text is None or text.strip().lower().lstrip("+-") in ("", "inf", "infinity"):
        return None
    return number(element, *names)


def whole(text: str | None) -> int | None:
    """A count as FlowJo stores it; None for -1 (not computed), blank and anything else."""
    value = _float(text)
    return int(value) if value is not None and value >= 0 and value == int(value) else None


def _float(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None and "_" not in text else None
    except ValueError:
        return None
    return value if value is not None and isfinite(value) else None

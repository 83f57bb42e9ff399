"""Gates of a Gating-ML document (section 5 of the standard)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, cast

from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Divider,
    Ellipsoid,
    Gate,
    Operand,
    Polygon,
    Quadrant,
    Quadrants,
    Range,
    Rectangle,
)
from costim.cytometry.interchange.gatingml_xml import DATATYPES, GATING, Document, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

AxisOf = Callable[["Element"], Axis | None]
"""A dimension or divider to the axis it names; None, and problems, where it cannot."""

OPERATIONS = ("and", "or", "not")


def read_gate(document: Document, element: Element, axis_of: AxisOf) -> Gate:
    """One gate; what is wrong with it is noted, and an empty gate of the same name stands for it."""
    before = len(document.problems)
    kind = local(element.tag)
    name = document.reference(element, "id")
    parent = document.attribute(element, GATING, "parent_id") or ""
    parent = document.names.get(parent, parent)
    read, parts = KINDS[kind]
    for child in document.unexpected(element, *((GATING, part) for part in parts)):
        document.problem(element, f"the element {local(child.tag)[:60]!r} inside", f"{', '.join(parts)}")
    gate = read(document, element, name, parent, axis_of)
    return Rectangle(name, parent, ()) if gate is None or len(document.problems) > before else gate


def _rectangle(document: Document, element: Element, name: str, parent: str, axis_of: AxisOf) -> Gate | None:
    ranges = []
    dimensions = document.children(element, GATING, "dimension")
    if not dimensions:
        document.problem(element, "no dimension", "at least one")
    for dimension in dimensions:
        axis = axis_of(dimension)
        low, high = (document.optional_number(dimension, GATING, end) for end in ("min", "max"))
        if low is None and high is None:
            document.problem(element, "a dimension without min and max", "at least one of them")
        if axis is not None:
            ranges.append(Range(axis, low, high))
    return Rectangle(name, parent, tuple(ranges))


def _polygon(document: Document, element: Element, name: str, parent: str, axis_of: AxisOf) -> Gate | None:
    axes = _axes(document, element, axis_of)
    vertices = []
    for vertex in document.children(element, GATING, "vertex"):
        point = document.values(vertex, "coordinate")
        if len(point) == 2:
            vertices.append((point[0], point[1]))
        else:
            document.problem(element, f"a vertex with {len(point)} coordinates", "two", key="vertex")
    if len(axes) != 2:
        document.problem(element, f"{len(axes)} dimensions", "two")
        return None
    x, y = axes
    return None if x is None or y is None else Polygon(name, parent, x, y, tuple(vertices))


def _ellipsoid(document: Document, element: Element, name: str, parent: str, axis_of: AxisOf) -> Gate | None:
    axes = [axis for axis in _axes(document, element, axis_of) if axis is not None]
    mean = _single(document, element, "mean")
    matrix = _single(document, element, "covarianceMatrix")
    distance = _single(document, element, "distanceSquare")
    if mean is None or matrix is None or distance is None:
        return None
    rows = [tuple(document.values(row, "entry")) for row in document.children(matrix, GATING, "row")]
    square = document.number(distance, DATATYPES, "value")
    return Ellipsoid(name, parent, tuple(axes), tuple(document.values(mean, "coordinate")), tuple(rows), square)


def _quadrants(document: Document, element: Element, name: str, parent: str, axis_of: AxisOf) -> Gate | None:
    dividers: dict[str, Divider] = {}
    for part in document.children(element, GATING, "divider"):
        own, axis = document.reference(part, "id"), axis_of(part)
        texts = [child.text or "" for child in document.children(part, GATING, "value")]
        values = [document.as_number(part, "value", text) for text in texts]
        numbers = [value for value in values if value is not None]
        if numbers != sorted(numbers):
            found, action = "divider values out of order", "read in increasing order"
            document.finding(part, "gatingml_nonstandard", found, "values that increase", action)
        if axis is not None:
            dividers[own] = Divider(own, axis, tuple(sorted(numbers)))
    quadrants = []
    for part in document.children(element, GATING, "Quadrant"):
        own = document.reference(part, "id")
        quadrants.append(Quadrant(own, _positions(document, part, dividers)))
    return Quadrants(name, parent, tuple(dividers.values()), tuple(quadrants))


def _positions(document: Document, part: Element, dividers: Mapping[str, Divider]) -> tuple[tuple[str, int], ...]:
    """Location -> number of the interval that holds it; a value belongs to the interval above."""
    found = []
    for position in document.children(part, GATING, "position"):
        divider = document.reference(position, "divider_ref")
        location = document.number(position, GATING, "location")
        if divider in dividers:
            values = [value for value in dividers[divider].values if isinstance(value, float)]
            found.append((divider, bisect_right(values, location)))
        elif divider:
            expected = f"a divider of this gate: {', '.join(dividers) or 'there is none'}"
            document.problem(part, f"the divider {divider!r}", expected, key="divider_ref")
    return tuple(found)


def _boolean(document: Document, element: Element, name: str, parent: str, _axis_of: AxisOf) -> Gate | None:
    operations = document.children(element, GATING, *OPERATIONS)
    if len(operations) != 1:
        document.problem(element, f"{len(operations)} operations", "exactly one of and, or, not")
        return None
    operands = []
    for reference in operations[0]:
        if reference.tag != f"{{{GATING}}}gateReference":
            document.problem(element, f"the operand {local(reference.tag)[:60]!r}", "a gateReference")
            continue
        complement = document.flag(reference, GATING, "use-as-complement")
        operands.append(Operand(document.reference(reference, "ref"), complement))
    operation = cast("Literal['and', 'or', 'not']", local(operations[0].tag))
    return Boolean(name, parent, operation, tuple(operands))


def _axes(document: Document, element: Element, axis_of: AxisOf) -> list[Axis | None]:
    return [axis_of(dimension) for dimension in document.children(element, GATING, "dimension")]


def _single(document: Document, element: Element, name: str) -> Element | None:
    found = document.children(element, GATING, name)
    if len(found) != 1:
        document.problem(element, f"{len(found)} elements {name}", "exactly one")
        return None
    return found[0]


_Reader = Callable[[Document, "Element", str, str, AxisOf], Gate | None]

KINDS: Mapping[str, tuple[_Reader, tuple[str, ...]]] = {
    "RectangleGate": (_rectangle, ("dimension",)),
    "PolygonGate": (_polygon, ("dimension", "vertex")),
    "EllipsoidGate": (_ellipsoid, ("dimension", "mean", "covarianceMatrix", "distanceSquare")),
    "QuadrantGate": (_quadrants, ("divider", "Quadrant")),
    "BooleanGate": (_boolean, OPERATIONS),
}
"""Gate element -> its reader, and the elements inside it."""

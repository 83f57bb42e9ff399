"""One FlowJo gate -> one gate of ours, in the space in which FlowJo drew it."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot, sqrt
from typing import TYPE_CHECKING

from costim.cytometry.gates.check_shapes import shape_problems
from costim.cytometry.gates.model import Axis, Ellipsoid, Polygon, Range, Rectangle
from costim.cytometry.interchange.flowjo_channels import Parameters
from costim.cytometry.interchange.flowjo_errors import NotApplicableError
from costim.cytometry.interchange.flowjo_scales import CHANNELS, Display
from costim.cytometry.interchange.flowjo_xml import attribute, child, children, local, number, optional_number

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Shape = Rectangle | Polygon | Ellipsoid
Point = tuple[float, float]


def read_gate(name: str, parent: str, gate: Element | None, parameters: Parameters) -> tuple[Shape, bool]:
    """The shape of a population, and whether its events are those inside.

    Args:
        name: Population.
        parent: Its parent; blank for all events.
        gate: The `Gate` element, which holds one shape.
        parameters: What the names of the sample's parameters stand for.

    Raises:
        NotApplicableError: a shape, parameter or scale that cannot be applied here.
    """
    shapes = [shape for shape in children(gate) if local(shape.tag).endswith("Gate")] or children(gate)
    if len(shapes) != 1:
        raise _not_supported("no gate" if not shapes else f"{len(shapes)} shapes in one gate")
    shape = shapes[0]
    kind = local(shape.tag)
    _refuse_magnetic(gate, shape)
    make = _SHAPES.get(kind)
    if make is None:
        raise _not_supported(f"a {kind}")
    made: Shape = make(name, parent, shape, parameters)
    problems = list(shape_problems(made))
    if problems:
        raise _unreadable("; ".join(problem.found for problem in problems))
    return made, attribute(shape, "eventsInside") != "0"


def _not_supported(found: str) -> NotApplicableError:
    return NotApplicableError(
        "flowjo_gate_not_supported",
        found,
        "a rectangle, range, polygon, ellipse, quadrant or Boolean gate",
        "draw the population with one of these in FlowJo and save the workspace",
    )


def _refuse_magnetic(gate: Element | None, shape: Element) -> None:
    """A magnetic gate moves with the events of each sample; what stands in the file is where it began."""
    for element in (gate, shape):
        for key, value in element.attrib.items() if element is not None else ():
            if "magnet" in local(key).lower() and value.lower() not in ("", "0", "false", "none"):
                raise _not_supported("a magnetic gate, which FlowJo moves from sample to sample")


def _parameter(dimension: Element) -> str:
    name = attribute(child(dimension, "fcs-dimension"), "name")
    if not name:
        kinds = [local(element.tag) for element in children(dimension)]
        raise NotApplicableError(
            "flowjo_derived_parameter",
            f"a dimension given as {', '.join(kinds) or 'nothing'}",
            "a channel of the file",
            "gate on channels of the file instead",
        )
    return name


def _rectangle(name: str, parent: str, shape: Element, parameters: Parameters) -> Rectangle:
    ranges = []
    for dimension in children(shape, "dimension"):
        lower, upper = optional_number(dimension, "min"), optional_number(dimension, "max")
        axis = parameters.axis(_parameter(dimension), drawn=False)
        if lower is not None or upper is not None:
            ranges.append(Range(axis, lower, upper))
    return Rectangle(name, parent, tuple(ranges))


def _unreadable(found: str) -> NotApplicableError:
    expected = "a gate as FlowJo writes it"
    return NotApplicableError("flowjo_gate_unreadable", found, expected, "draw the gate again in FlowJo and save")


def _two_axes(shape: Element, parameters: Parameters) -> tuple[tuple[str, str], tuple[Axis, Axis]]:
    dimensions = children(shape, "dimension")
    if len(dimensions) != 2:
        raise _unreadable(f"{len(dimensions)} dimensions")
    x, y = (_parameter(dimension) for dimension in dimensions)
    return (x, y), (parameters.axis(x, drawn=True), parameters.axis(y, drawn=True))


def _points(element: Element | None) -> list[Point]:
    points = []
    for vertex in children(element, "vertex"):
        coordinates = [number(coordinate, "value") for coordinate in children(vertex, "coordinate")]
        if len(coordinates) != 2:
            raise _unreadable(f"a vertex with {len(coordinates)} coordinates")
        points.append((coordinates[0], coordinates[1]))
    return points


def _polygon(name: str, parent: str, shape: Element, parameters: Parameters) -> Polygon:
    names, (x, y) = _two_axes(shape, parameters)
    vertices = _points(shape)
    if len(vertices) < 3:
        raise _unreadable(f"a polygon with {len(vertices)} vertices")
    across, up = (parameters.scale(parameter) for parameter in names)
    placed = []
    for a, b in vertices:
        placed.append(
            (
                float(across.scale.apply(a)) if across and across.scale else a,
                float(up.scale.apply(b)) if up and up.scale else b,
            )
        )
    return Polygon(name, parent, x, y, tuple(placed))


def _ellipse(name: str, parent: str, shape: Element, parameters: Parameters) -> Ellipsoid:
    names, axes = _two_axes(shape, parameters)
    displays = [_display(parameter, parameters) for parameter in names]
    foci, edge = _points(child(shape, "foci")), _points(child(shape, "edge"))
    if len(foci) != 2 or len(edge) != 4:
        raise _unreadable(f"an ellipse with {len(foci)} foci and {len(edge)} points on its edge")
    (major, minor), direction = _half_axes(foci, edge)
    centre = [(foci[0][i] + foci[1][i]) / 2 for i in (0, 1)]
    step = [display.step for display in displays]
    mean = tuple(display.low + centre[i] * step[i] for i, display in enumerate(displays))
    (ux, uy) = direction
    in_channels = (
        (major**2 * ux * ux + minor**2 * uy * uy, (major**2 - minor**2) * ux * uy),
        ((major**2 - minor**2) * ux * uy, major**2 * uy * uy + minor**2 * ux * ux),
    )
    covariance = tuple(tuple(in_channels[i][j] * step[i] * step[j] for j in (0, 1)) for i in (0, 1))
    return Ellipsoid(name, parent, axes, mean, covariance, 1.0)


def _display(parameter: str, parameters: Parameters) -> Display:
    scale = parameters.scale(parameter)
    if scale is None or scale.display is None:
        raise NotApplicableError(
            "flowjo_scale_not_supported",
            f"an ellipse on {parameter!r}, for which the workspace gives no range of the display",
            f"the range that display channels 0 to {CHANNELS} stand for",
            "set the scale of the channel in FlowJo and save the workspace",
        )
    return scale.display


def _half_axes(foci: list[Point], edge: list[Point]) -> tuple[tuple[float, float], Point]:
    """Half axes in channels and the direction of the longer one.

    The four points of the edge are ends of the axes, rounded to channels, in pairs; which pair belongs to the longer
    axis is not relied upon. The longer half axis is taken along the line of the foci, the shorter one from it and their
    distance. The attribute `distance` is of no use: in workspaces it is not the sum of the distances to the foci.
    """
    half_focus = hypot(foci[1][0] - foci[0][0], foci[1][1] - foci[0][1]) / 2
    pairs = [((edge[i][0] - edge[i + 1][0]) / 2, (edge[i][1] - edge[i + 1][1]) / 2) for i in (0, 2)]
    longest = max(pairs, key=lambda pair: hypot(*pair))
    along = (foci[1][0] - foci[0][0], foci[1][1] - foci[0][1]) if half_focus > 0 else longest
    length = hypot(*along)
    if not length > 0:
        raise _unreadable("an ellipse without extent")
    direction = (along[0] / length, along[1] / length)
    major = max(abs(pair[0] * direction[0] + pair[1] * direction[1]) for pair in pairs)
    if not major > half_focus:
        raise _unreadable("an ellipse whose foci lie outside of it")
    return (major, sqrt(major**2 - half_focus**2)), direction


_SHAPES: dict[str, Callable[[str, str, Element, Parameters], Shape]] = {
    "RectangleGate": _rectangle,
    "PolygonGate": _polygon,
    "EllipsoidGate": _ellipse,
}

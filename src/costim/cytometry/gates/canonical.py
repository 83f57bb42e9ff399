"""The content of a strategy in one form, whatever the order of its parts and however its numbers are written.

Names are content, but for the name of the strategy. Not content: the order of gates (parents and operands decide it),
of bounds, dividers, quadrants and operands, and the vertex from which a polygon is listed and its direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Bound,
    Ellipsoid,
    Gate,
    Polygon,
    Quadrants,
    Ratio,
    Rectangle,
    Strategy,
    Threshold,
)

if TYPE_CHECKING:
    from costim.cytometry.compensation.matrix import SpilloverMatrix
    from costim.cytometry.transforms.scale import Scale

Content = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Kind of part (`gate`, `transform` ...) -> name -> field -> text, numbers, lists and mappings of them."""


def strategy_content(strategy: Strategy) -> Content:
    """Everything that decides which events are in which population, and what is reported of them."""
    return {
        "gate": {gate.name: gate_content(gate) for gate in strategy.gates},
        "transform": {name: _scale(scale) for name, scale in strategy.transforms.items()},
        "matrix": {name: _matrix(matrix) for name, matrix in strategy.matrices.items()},
        "ratio": {name: _ratio(ratio) for name, ratio in strategy.ratios.items()},
        "threshold": {threshold.name: _threshold(threshold) for threshold in strategy.thresholds},
        "marker": {
            name: {
                "axis": axis_text(marker.axis),
                "populations": sorted(marker.populations),
                "outcome": marker.outcome,
                "threshold": marker.threshold,
            }
            for name, marker in strategy.markers.items()
        },
        "role": {role: {"population": population} for role, population in strategy.roles.items()},
        "subsets of": {whole: {"subsets": sorted(parts)} for whole, parts in strategy.subsets.items()},
    }


def gate_content(gate: Gate) -> dict[str, Any]:
    """One gate, without its name."""
    content: dict[str, Any] = {"kind": type(gate).__name__.lower(), "parent": gate.parent}
    if isinstance(gate, Rectangle):
        sides = [(axis_text(side.axis), [_bound(side.lower), _bound(side.upper)]) for side in gate.ranges]
        content["bounds"] = _by_name(sides)
    elif isinstance(gate, Polygon):
        corners = canonical_vertices(gate.vertices)
        content |= {"x": axis_text(gate.x), "y": axis_text(gate.y), "vertices": [list(corner) for corner in corners]}
    elif isinstance(gate, Ellipsoid):
        content["axes"] = [axis_text(axis) for axis in gate.axes]
        content["mean"] = [number(part) for part in gate.mean]
        content["covariance"] = [[number(part) for part in row] for row in gate.covariance]
        content["distance_square"] = number(gate.distance_square)
    elif isinstance(gate, Quadrants):
        content["dividers"] = {
            divider.name: {"axis": axis_text(divider.axis), "at": [_bound(value) for value in divider.values]}
            for divider in gate.dividers
        }
        content["quadrants"] = {quadrant.name: dict(quadrant.positions) for quadrant in gate.quadrants}
    elif isinstance(gate, Boolean):
        content["operation"] = gate.operation
        content["operands"] = sorted([operand.population, operand.complement] for operand in gate.operands)
    return content


def axis_text(axis: Axis) -> str:
    """`CD19, matrix file, transform fluorescence`: what a reader sees, and different for different axes."""
    matrix = f", matrix {_plain(axis.compensation)}" if axis.compensation else ""
    transform = f", transform {_plain(axis.transform)}" if axis.transform else ""
    return _plain(axis.source) + matrix + transform


def _plain(name: str) -> str:
    """The name, in quotation marks where it holds a comma, which stands between the parts of an axis."""
    return repr(name) if "," in name else name


def canonical_vertices(vertices: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The same closed polygon from its least vertex on, in the direction that reads least."""
    corners = [(number(x), number(y)) for x, y in vertices]
    count = len(corners)
    least = min(corners, default=None)
    turns = [
        tuple(corners[(start + step * i) % count] for i in range(count))
        for start in range(count)
        if corners[start] == least
        for step in (1, -1)
    ]
    return min(turns, default=())


def number(value: float) -> float:
    """A double; minus zero is zero."""
    return float(value) + 0.0


def _bound(bound: Bound) -> float | str | None:
    return bound if bound is None or isinstance(bound, str) else number(bound)


def _by_name(items: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping, sorted; what bears the same name gets a number."""
    found: dict[str, Any] = {}
    for name, value in sorted(items, key=repr):
        key, count = name, 1
        while key in found:
            count += 1
            key = f"{name} ({count})"
        found[key] = value
    return found


def _scale(scale: Scale) -> dict[str, Any]:
    values = {field.name: getattr(scale, field.name) for field in fields(scale)}
    plain = {name: None if value is None else number(value) for name, value in values.items()}
    return {"kind": type(scale).__name__.lower(), **plain}


def _matrix(matrix: SpilloverMatrix) -> dict[str, Any]:
    return {
        "detectors": list(matrix.detectors),
        "fluorochromes": list(matrix.fluorochromes),
        "values": [[number(value) for value in row] for row in matrix.values],
    }


def _ratio(ratio: Ratio) -> dict[str, Any]:
    numbers = {"a": number(ratio.a), "b": number(ratio.b), "c": number(ratio.c)}
    return {"x": axis_text(ratio.x), "y": axis_text(ratio.y), **numbers}


def _threshold(threshold: Threshold) -> dict[str, Any]:
    return {
        "axis": axis_text(threshold.axis),
        "population": threshold.population,
        "sources": list(threshold.sources),
        "quantile": number(threshold.quantile),
        "reference": threshold.reference,
        "value": _bound(threshold.value),
        "search": None if threshold.search is None else [number(end) for end in threshold.search],
    }

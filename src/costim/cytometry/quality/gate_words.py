"""Gates and scales in words, for the checklist: the mathematics of each, in the units it is written in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from costim.cytometry.gates.model import Axis, Boolean, Bound, Ellipsoid, Polygon, Quadrants, Range, Rectangle

if TYPE_CHECKING:
    from costim.cytometry.gates.model import Strategy
    from costim.cytometry.transforms.scale import Scale


def scale_words(scale: Scale) -> str:
    """`Logicle(t=262144, w=0.5, m=4.5, a=0)`."""
    given = [(f.name, getattr(scale, f.name)) for f in fields(scale)]  # every scale is a dataclass
    shown = ", ".join(f"{name}={value:g}" for name, value in given if isinstance(value, int | float))
    return f"{type(scale).__name__}({shown})"


def gate_words(strategy: Strategy) -> Iterator[tuple[str, str, str]]:
    """Population, parent and the words of its gate, quadrants one by one."""
    for gate in strategy.gates:
        if isinstance(gate, Quadrants):
            for quadrant in gate.quadrants:
                yield quadrant.name, gate.parent, _quadrant(gate, dict(quadrant.positions))
        else:
            yield gate.name, gate.parent, _words(gate)


def axis_words(axis: Axis) -> str:
    """`CD19 (compensated, logicle)`."""
    how = ", ".join(p for p in ("compensated" if axis.compensation else "", axis.transform) if p)
    return f"{axis.source} ({how})" if how else axis.source


def _words(gate: Rectangle | Polygon | Ellipsoid | Boolean) -> str:
    if isinstance(gate, Rectangle):
        return " and ".join(_range(r) for r in gate.ranges)
    if isinstance(gate, Polygon):
        corners = " ".join(f"({x:.6g}, {y:.6g})" for x, y in gate.vertices)
        return f"polygon on {axis_words(gate.x)} and {axis_words(gate.y)}: {corners}"
    if isinstance(gate, Ellipsoid):
        mean = ", ".join(f"{m:.6g}" for m in gate.mean)
        matrix = "; ".join(", ".join(f"{c:.6g}" for c in row) for row in gate.covariance)
        on = ", ".join(axis_words(a) for a in gate.axes)
        return f"ellipsoid on {on}: mean {mean}, covariance {matrix}, distance square {gate.distance_square:.6g}"
    named = [f"not {o.population}" if o.complement else o.population for o in gate.operands]
    return f"not {named[0]}" if gate.operation == "not" else f" {gate.operation} ".join(named)


def _range(one: Range) -> str:
    low, high = _bound(one.lower), _bound(one.upper)
    name = axis_words(one.axis)
    if low and high:
        return f"{low} <= {name} < {high}"
    return f"{name} >= {low}" if low else f"{name} < {high}" if high else name


def _bound(bound: Bound) -> str:
    return "" if bound is None else bound if isinstance(bound, str) else f"{bound:.6g}"


def _quadrant(gate: Quadrants, positions: dict[str, int]) -> str:
    parts = []
    for divider in gate.dividers:
        if divider.name in positions:
            place = positions[divider.name]
            low = divider.values[place - 1] if place else None
            high = divider.values[place] if place < len(divider.values) else None
            parts.append(_range(Range(divider.axis, low, high)))
    return " and ".join(parts)

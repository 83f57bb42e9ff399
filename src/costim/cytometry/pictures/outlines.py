"""Outlines of gates on the axes of a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from costim.cytometry.gates.model import (
    Axis,
    Bound,
    Divider,
    Ellipsoid,
    Gate,
    Polygon,
    Quadrant,
    Quadrants,
    Range,
    Rectangle,
    Strategy,
)
from costim.registry.gate_pictures import Line, PictureAxis

_STEPS = 72


@dataclass(frozen=True, slots=True)
class View:
    """Gates that are drawn together: one parent, one pair of axes (or one axis)."""

    parent: str
    x: Axis
    y: Axis | None
    gates: tuple[Gate, ...]


def views(strategy: Strategy) -> tuple[View, ...]:
    """What is drawn of a strategy, in the order of its gates; a Boolean gate has no outline and is left out."""
    found: dict[tuple[str, Axis, Axis | None], list[Gate]] = {}
    for gate in strategy.gates:
        for x, y in _planes(gate):
            turned = (gate.parent, y, x)
            key = turned if y is not None and turned in found else (gate.parent, x, y)
            found.setdefault(key, []).append(gate)
    return tuple(View(*key, tuple(gates)) for key, gates in found.items())


def _planes(gate: Gate) -> Iterator[tuple[Axis, Axis | None]]:
    axes = gate_axes(gate)
    if len(axes) == 1:
        yield axes[0], None
    for i in range(0, len(axes) - 1, 2):
        yield axes[i], axes[i + 1]
    if len(axes) > 1 and len(axes) % 2:
        yield axes[-2], axes[-1]


def gate_axes(gate: Gate) -> tuple[Axis, ...]:
    """Axes of a gate in its order, each once."""
    if isinstance(gate, Rectangle):
        axes: tuple[Axis, ...] = tuple(r.axis for r in gate.ranges)
    elif isinstance(gate, Polygon):
        axes = (gate.x, gate.y)
    elif isinstance(gate, Ellipsoid):
        axes = gate.axes
    elif isinstance(gate, Quadrants):
        axes = tuple(d.axis for d in gate.dividers)
    else:
        axes = ()
    return tuple(dict.fromkeys(axes))


def outlines(gate: Gate, view: View, x: PictureAxis, y: PictureAxis | None) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """Population and outline of each region that a gate makes, cut at the ends of the axes."""
    if isinstance(gate, Quadrants):
        for quadrant in gate.quadrants:
            ranges = _of_quadrant(gate, quadrant)
            yield quadrant.name, _box(ranges, view, x, y)
    elif isinstance(gate, Rectangle):
        yield gate.name, _box(gate.ranges, view, x, y)
    elif isinstance(gate, Polygon):
        turned = gate.x == view.y and gate.y == view.x
        points = tuple((b, a) if turned else (a, b) for a, b in gate.vertices)
        yield gate.name, ((*points, points[0]),)
    elif isinstance(gate, Ellipsoid):
        yield gate.name, (_ellipse(gate, view),)


def bounds_on(gate: Gate, axis: Axis) -> Iterator[float]:
    """Numbers of a gate along one axis, so that the picture shows them."""
    if isinstance(gate, Rectangle):
        yield from _numbers(b for r in gate.ranges if r.axis == axis for b in (r.lower, r.upper))
    elif isinstance(gate, Quadrants):
        yield from _numbers(v for d in gate.dividers if d.axis == axis for v in d.values)
    elif isinstance(gate, Polygon):
        for own, place in ((gate.x, 0), (gate.y, 1)):
            if own == axis:
                yield from (vertex[place] for vertex in gate.vertices)
    elif isinstance(gate, Ellipsoid) and axis in gate.axes:
        k = gate.axes.index(axis)
        half = math.sqrt(gate.covariance[k][k] * gate.distance_square)
        yield from (gate.mean[k] - half, gate.mean[k] + half)


def _numbers(bounds: Iterator[Bound]) -> Iterator[float]:
    return (float(b) for b in bounds if b is not None and not isinstance(b, str) and math.isfinite(b))


def _of_quadrant(gate: Quadrants, quadrant: Quadrant) -> tuple[Range, ...]:
    dividers: dict[str, Divider] = {d.name: d for d in gate.dividers}
    ranges = []
    for name, place in quadrant.positions:
        divider = dividers[name]
        low = divider.values[place - 1] if place else None
        high = divider.values[place] if place < len(divider.values) else None
        ranges.append(Range(divider.axis, low, high))
    return tuple(ranges)


def _box(ranges: tuple[Range, ...], view: View, x: PictureAxis, y: PictureAxis | None) -> tuple[Line, ...]:
    left, right = _ends(ranges, view.x, x)
    if y is None or view.y is None:
        return (((left, 0.0), (left, 1.0)), ((right, 0.0), (right, 1.0)), ((left, 1.0), (right, 1.0)))
    low, high = _ends(ranges, view.y, y)
    return (((left, low), (right, low), (right, high), (left, high), (left, low)),)


def _ends(ranges: tuple[Range, ...], axis: Axis, shown: PictureAxis) -> tuple[float, float]:
    """Ends of a region along an axis; where it has none, those of the axis."""
    low, high = shown.lower, shown.upper
    for one in ranges:
        if one.axis == axis:
            lower = next(_numbers(iter((one.lower,))), -math.inf)
            upper = next(_numbers(iter((one.upper,))), math.inf)
            low, high = max(low, min(lower, shown.upper)), min(high, max(upper, shown.lower))
    return low, high


def _ellipse(gate: Ellipsoid, view: View) -> Line:
    """The outline on two axes; of more dimensions the shadow (its covariance is the part of the whole one)."""
    i, j = gate.axes.index(view.x), gate.axes.index(view.y) if view.y is not None else 0
    part = np.array([[gate.covariance[a][b] for b in (i, j)] for a in (i, j)])
    root = np.linalg.cholesky(part) * math.sqrt(gate.distance_square)
    angles = np.linspace(0, 2 * math.pi, _STEPS + 1)
    circle = np.vstack([np.cos(angles), np.sin(angles)])
    points = (root @ circle).T + np.array([gate.mean[i], gate.mean[j]])
    return tuple((float(a), float(b)) for a, b in points)

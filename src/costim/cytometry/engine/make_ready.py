"""From gates to their tests: bounds moved into linear space, polygons and ellipses into grids."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from costim.cytometry.engine.columns import Columns
from costim.cytometry.engine.grid import Grid, ellipse_grid, polygon_grid
from costim.cytometry.engine.ready import (
    BooleanTest,
    BoxTest,
    Cutter,
    EllipsoidTest,
    PolygonTest,
    QuadrantTest,
    ScaledColumn,
    Side,
    Test,
)
from costim.cytometry.engine.zone import zone_of
from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.inside import precision
from costim.cytometry.gates.model import Axis, Bound, Ellipsoid, Gate, Polygon, Quadrants, Rectangle

MARGIN = 1e-6
"""By this part the box around an ellipsoid is larger than it."""


def make_ready(gate: Gate, columns: Columns, cells: int) -> Test:
    """The test of one gate, for grids of about `cells` cells along each axis.

    Raises:
        GateError: a bound is still the name of a threshold.
        FcsError, CompensationError: the file lacks what the gate looks at.
    """
    if isinstance(gate, Rectangle):
        sides = [
            _side(scaled(side.axis, columns), number(gate, side.lower), number(gate, side.upper))
            for side in gate.ranges
        ]
        return BoxTest(tuple(sides))
    if isinstance(gate, Polygon):
        x, y = scaled(gate.x, columns), scaled(gate.y, columns)
        return PolygonTest((x, y), gate.vertices, polygon_grid(gate.vertices, x.scale, y.scale, cells))
    if isinstance(gate, Ellipsoid):
        return _ellipsoid(gate, [scaled(axis, columns) for axis in gate.axes], cells)
    if isinstance(gate, Quadrants):
        return _quadrants(gate, columns)
    return BooleanTest(gate.operation, tuple((operand.population, operand.complement) for operand in gate.operands))


def scaled(axis: Axis, columns: Columns) -> ScaledColumn:
    """The column of an axis with its scale."""
    return ScaledColumn(columns.of(axis), columns.scale(axis))


def number(gate: Gate, bound: Bound) -> float | None:
    """A bound that is a number or none.

    Raises:
        GateError: it is the name of a threshold.
    """
    if isinstance(bound, str):
        action = "give a number for each threshold of the strategy first"
        raise GateError([GateProblem(f"gate {gate.name}", f"the threshold {bound!r} as a bound", "a number", action)])
    return bound


def _side(axis: ScaledColumn, lower: float | None, upper: float | None) -> Side:
    low = None if lower is None else zone_of(axis.scale, lower)
    high = None if upper is None else zone_of(axis.scale, upper)
    return Side(axis, lower, upper, low, high)


def _quadrants(gate: Quadrants, columns: Columns) -> QuadrantTest:
    cutters = []
    for divider in gate.dividers:
        axis = scaled(divider.axis, columns)
        values = [number(gate, value) for value in divider.values]
        if None in values:
            raise GateError([GateProblem(f"gate {gate.name}", "a divider without a value", "a number")])
        cuts = tuple(value for value in values if value is not None)
        cutters.append(Cutter(divider.name, axis, cuts, tuple(zone_of(axis.scale, value) for value in cuts)))
    return QuadrantTest(tuple(cutters), tuple((one.name, one.positions) for one in gate.quadrants))


def _ellipsoid(gate: Ellipsoid, axes: Sequence[ScaledColumn], cells: int) -> EllipsoidTest:
    sizes = np.linalg.eigvalsh(precision(gate.covariance))
    scales = tuple(axis.scale for axis in axes)
    grid: Grid | None = None
    box: tuple[Side, ...] = ()
    if gate.distance_square > 0 and sizes.min() > sizes.max() * 1e-12:
        if len(axes) == 2:
            grid = ellipse_grid(gate.mean, gate.covariance, gate.distance_square, scales, cells)
        else:
            box = _box(gate, axes)
    return EllipsoidTest(tuple(axes), gate.mean, gate.covariance, gate.distance_square, grid, box)


def _box(gate: Ellipsoid, axes: Sequence[ScaledColumn]) -> tuple[Side, ...]:
    spread = np.linalg.inv(precision(gate.covariance)).diagonal()
    reach = [sqrt(float(one) * gate.distance_square) * (1.0 + MARGIN) for one in spread]
    ends = zip(axes, gate.mean, reach, strict=True)
    return tuple(_side(axis, mean - far, mean + far) for axis, mean, far in ends)

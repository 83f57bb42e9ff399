"""The shape of each gate by itself: vertices, ellipsoids, dividers and quadrants, operands."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from costim.cytometry.gates.check_bounds import turned_bounds
from costim.cytometry.gates.errors import GateProblem
from costim.cytometry.gates.model import Boolean, Ellipsoid, Gate, Polygon, Quadrant, Quadrants, Rectangle
from costim.registry.suggest import did_you_mean, listed

ASYMMETRY = 1e-9
"""Difference of two mirrored covariances, relative to the largest entry, that is taken for rounding."""


def shape_problems(gate: Gate) -> Iterator[GateProblem]:
    """What is wrong with a gate whatever the other gates are."""
    yield from turned_bounds(gate)
    where = f"gate {gate.name}"
    if isinstance(gate, Rectangle) and not gate.ranges:
        yield GateProblem(where, "no bounds", "at least one axis with a bound", key="bounds")
    elif isinstance(gate, Polygon):
        yield from _polygon(where, gate)
    elif isinstance(gate, Ellipsoid):
        yield from _ellipsoid(where, gate)
    elif isinstance(gate, Quadrants):
        yield from _quadrants(where, gate)
    elif isinstance(gate, Boolean):
        yield from _operands(where, gate)


def _polygon(where: str, gate: Polygon) -> Iterator[GateProblem]:
    corners = len(set(gate.vertices))
    if corners < 3:
        yield GateProblem(where, f"{corners} different vertices", "at least 3", key="vertices")
    for index, vertex in enumerate(gate.vertices, start=1):
        if not all(math.isfinite(part) for part in vertex):
            found, expected = f"{vertex[0]}, {vertex[1]}", "two finite numbers"
            yield GateProblem(where, found, expected, key=f"vertices[{index}]")


def _ellipsoid(where: str, gate: Ellipsoid) -> Iterator[GateProblem]:
    size = len(gate.axes)
    if size < 2:
        yield GateProblem(where, f"{size} axes", "at least 2", key="axes")
    if len(gate.mean) != size:
        yield GateProblem(where, f"a list of {len(gate.mean)}", f"{size} numbers, one for each axis", key="mean")
    if not all(math.isfinite(part) for part in gate.mean):
        yield GateProblem(where, "a number that is not finite", "finite numbers", key="mean")
    if not (math.isfinite(gate.distance_square) and gate.distance_square >= 0):
        yield GateProblem(where, f"{gate.distance_square}", "a number of at least 0", key="distance_square")
    yield from _covariance(where, gate.covariance, size)


def _covariance(where: str, rows: tuple[tuple[float, ...], ...], size: int) -> Iterator[GateProblem]:
    if len(rows) != size or any(len(row) != size for row in rows):
        found = f"{len(rows)} rows of {listed(sorted({str(len(row)) for row in rows})) or 'no'} numbers"
        yield GateProblem(where, found, f"{size} rows of {size}, one for each axis", key="covariance")
        return
    matrix = np.asarray(rows, dtype=np.float64)
    if not np.isfinite(matrix).all():
        yield GateProblem(where, "a number that is not finite", "finite numbers", key="covariance")
        return
    largest = float(np.abs(matrix).max(initial=0.0))
    if float(np.abs(matrix - matrix.T).max(initial=0.0)) > ASYMMETRY * largest:
        expected = "the same number on both sides of the diagonal"
        yield GateProblem(where, "a matrix that is not symmetric", expected, key="covariance")
        return
    if not _is_positive_definite(matrix):
        least = float(np.linalg.eigvalsh(matrix)[0]) if size else 0.0
        found = f"a matrix that is not positive definite (smallest eigenvalue {least:.3g})"
        expected = "positive variances, and correlations between -1 and 1"
        yield GateProblem(where, found, expected, key="covariance")


def _is_positive_definite(matrix: np.ndarray) -> bool:
    """By its correlations, so that axes of very different units do not hide a singular matrix."""
    spread = np.sqrt(np.clip(np.diag(matrix), 0.0, None))
    if not (spread > 0.0).all():
        return False
    least = float(np.linalg.eigvalsh(matrix / np.outer(spread, spread)).min(initial=1.0))
    return least > len(spread) * float(np.finfo(np.float64).eps)


def _quadrants(where: str, gate: Quadrants) -> Iterator[GateProblem]:
    if not gate.dividers:
        yield GateProblem(where, "no dividers", "at least one", key="dividers")
    if not gate.quadrants:
        yield GateProblem(where, "no quadrants", "at least one", key="quadrants")
    names = [divider.name for divider in gate.dividers]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield GateProblem(where, f"the divider {name!r} twice", "each divider once", key="dividers")
    intervals = {divider.name: len(divider.values) + 1 for divider in gate.dividers}
    for index, quadrant in enumerate(gate.quadrants, start=1):
        yield from _quadrant(where, f"quadrants[{index}]", quadrant, intervals)


def _quadrant(where: str, key: str, quadrant: Quadrant, intervals: dict[str, int]) -> Iterator[GateProblem]:
    if not quadrant.positions:
        yield GateProblem(where, f"the quadrant {quadrant.name!r} without a divider", "at least one divider", key=key)
    named = [name for name, _ in quadrant.positions]
    for name, place in quadrant.positions:
        if name not in intervals:
            expected = did_you_mean(name, intervals) or f"one of {listed(intervals) or 'no dividers'}"
            yield GateProblem(where, f"the divider {name!r}", expected, key=key)
        elif not 0 <= place < intervals[name]:
            expected = f"an interval from 0 to {intervals[name] - 1}"
            yield GateProblem(where, f"interval {place} of {name!r}", expected, key=key)
    if len(set(named)) < len(named):
        yield GateProblem(where, "one divider twice", "each divider once", key=key)


def _operands(where: str, gate: Boolean) -> Iterator[GateProblem]:
    count = len(gate.operands)
    if gate.operation == "not" and count != 1:
        yield GateProblem(where, f"not of {count} populations", "exactly one", key="operands")
    if gate.operation != "not" and count < 2:
        yield GateProblem(where, f"{gate.operation} of {count} populations", "at least two", key="operands")

"""Is a value inside one gate? Plain arithmetic on arrays, the parent not yet looked at.

The order of the operations is part of the contract: a faster engine that keeps it gives the same bit for every event.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


def in_range(values: Values, lower: float | None, upper: float | None) -> Mask:
    """`lower` <= value < `upper`; NaN is outside, even of a range without bounds.

    Source: GatingML 2.0, section 5.1.2 (the minimum belongs to the gate, the maximum does not).
    """
    inside: Mask = ~np.isnan(values)
    if lower is not None:
        inside &= values >= lower
    if upper is not None:
        inside &= values < upper
    return inside


def in_polygon(x: Values, y: Values, vertices: Sequence[tuple[float, float]]) -> Mask:
    """Inside by the even-odd rule, or on the border.

    A ray to +x is counted where it crosses an edge whose lower end is at or below the point and whose upper end is
    above. Every edge is taken from its lower end (at equal height: its left end), so the answer does not depend on the
    vertex the list starts from, nor on its direction. A point is on the border when the cross product is zero in double
    precision: exact at vertices and on edges parallel to an axis.

    Args:
        x: Values on the first axis, shape (n,).
        y: Values on the second axis, shape (n,).
        vertices: Corners in order; the last is joined to the first. At least 3.

    Returns:
        Shape (n,). Source: GatingML 2.0, polygon gates (the border belongs to the gate; self-crossing by even-odd).
    """
    odd = np.zeros(x.shape, dtype=np.bool_)
    border = np.zeros(x.shape, dtype=np.bool_)
    with np.errstate(invalid="ignore", over="ignore"):
        for (x1, y1), (x2, y2) in edges(vertices):
            cross = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
            odd ^= (y1 <= y) & (y < y2) & (cross > 0.0)
            border |= (cross == 0.0) & (y1 <= y) & (y <= y2) & (min(x1, x2) <= x) & (x <= max(x1, x2))
    return odd | border


def edges(vertices: Sequence[tuple[float, float]]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Edges of a closed polygon, each from its lower end (at equal height: its left end) to the other."""
    closed = zip(vertices, [*vertices[1:], vertices[0]], strict=True)
    return [(a, b) if (a[1], a[0]) <= (b[1], b[0]) else (b, a) for a, b in closed]


def precision(covariance: Sequence[Sequence[float]]) -> Values:
    """Inverse of a covariance matrix, shape (d, d), made symmetric."""
    inverse = np.linalg.inv(np.asarray(covariance, dtype=np.float64))
    symmetric: Values = (inverse + inverse.T) / 2.0
    return symmetric


def in_ellipsoid(
    values: Sequence[Values], mean: Sequence[float], covariance: Sequence[Sequence[float]], distance_square: float
) -> Mask:
    """Squared Mahalanobis distance at most `distance_square`; the surface belongs to the gate.

    Sums run over rows, within each over columns, in order. Source: GatingML 2.0, ellipsoid gates.
    """
    inverse = precision(covariance)
    away = [axis - centre for axis, centre in zip(values, mean, strict=True)]
    total = np.zeros(values[0].shape)
    with np.errstate(invalid="ignore", over="ignore"):
        for i, row in enumerate(away):
            inner = np.zeros(values[0].shape)
            for j, column in enumerate(away):
                inner = inner + inverse[i, j] * column
            total = total + row * inner
        inside: Mask = total <= distance_square
    return inside


def interval_of(values: Values, cuts: Sequence[float]) -> NDArray[np.intp]:
    """Number of the interval of each value, 0 below the first cut; a cut belongs to the interval above. NaN is -1."""
    position = np.searchsorted(np.asarray(cuts, dtype=np.float64), values, side="right")
    return np.where(np.isnan(values), -1, position)

"""Cells of a plane that lie wholly inside or outside of a gate; for the rest the gate itself decides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.engine.axis_cells import AxisCells, Cells, axis_cells
from costim.cytometry.engine.codes import IN, OUT, UNSURE
from costim.cytometry.gates.inside import edges, in_polygon, precision

if TYPE_CHECKING:
    from costim.cytometry.transforms.scale import Scale

Mask = NDArray[np.bool_]
Vertices = tuple[tuple[float, float], ...]
LEAST = 1e-200
"""Area of a polygon's box below which, or beyond whose inverse, its arithmetic leaves the range of doubles."""
CORNERS = 64
"""Corners of the polygons drawn within and around an ellipse."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Codes of the cells of a plane; the last row and column are those of values beyond `FAR`."""

    x: Cells
    y: Cells
    codes: NDArray[np.uint8]


@lru_cache(maxsize=128)
def polygon_grid(vertices: Vertices, x: Scale | None, y: Scale | None, n: int) -> Grid:
    """Grid of a polygon, about n cells along each axis; the same for all files of a study, so kept."""
    return _grid(vertices, vertices, x, y, n)


@lru_cache(maxsize=128)
def ellipse_grid(
    mean: tuple[float, ...],
    covariance: tuple[tuple[float, ...], ...],
    distance_square: float,
    scales: tuple[Scale | None, ...],
    n: int,
) -> Grid:
    """Grid of an ellipse: cells in a polygon within it are inside, cells out of one around it are outside."""
    spread, directions = np.linalg.eigh(np.linalg.inv(precision(covariance)))
    angles = 2.0 * np.pi * np.arange(CORNERS) / CORNERS
    circle = np.stack([np.cos(angles), np.sin(angles)])
    ring = directions @ (np.sqrt(spread * distance_square)[:, None] * circle)
    centre = np.asarray(mean)[:, None]
    # The middle of an edge of the outer polygon touches the ellipse; the margin is far above rounding.
    outer = centre + ring * ((1.0 + 1e-6) / np.cos(np.pi / CORNERS))
    inner = centre + ring * (1.0 - 1e-6)
    return _grid(_corners(inner), _corners(outer), scales[0], scales[1], n)


def _corners(ring: NDArray[np.float64]) -> Vertices:
    return tuple((float(a), float(b)) for a, b in ring.T)


def _grid(inner: Vertices, outer: Vertices, x: Scale | None, y: Scale | None, n: int) -> Grid:
    across = axis_cells(x, min(a for a, _ in outer), max(a for a, _ in outer), n)
    along = axis_cells(y, min(b for _, b in outer), max(b for _, b in outer), n)
    codes = np.full((len(across.low) + 1, len(along.low) + 1), UNSURE, dtype=np.uint8)
    if not LEAST < _extent(outer, 0) * _extent(outer, 1) < 1.0 / LEAST:
        # Products of differences vanish or overflow: nothing is sure.
        return Grid(across.cells, along.cells, codes)
    body = codes[:-1, :-1]
    free, inside = ~_touched(outer, across, along), _middles_inside(outer, across, along)
    body[free & ~inside] = OUT
    if inner is not outer:
        free, inside = ~_touched(inner, across, along), _middles_inside(inner, across, along)
    body[free & inside] = IN
    codes.flags.writeable = False
    return Grid(across.cells, along.cells, codes)


def _extent(vertices: Vertices, side: int) -> float:
    ends = [vertex[side] for vertex in vertices]
    return max(ends) - min(ends)


def _touched(vertices: Vertices, across: AxisCells, along: AxisCells) -> Mask:
    """Cells that some edge of the polygon runs through or near."""
    touched = np.zeros((len(across.low), len(along.low)), dtype=np.bool_)
    padding = 1e-10 * max(abs(b) for _, b in vertices)
    for (x1, y1), (x2, y2) in edges(vertices):
        left = np.maximum(across.low, min(x1, x2))
        right = np.minimum(across.high, max(x1, x2))
        if x1 == x2:
            first, last = np.full(left.shape, y1), np.full(left.shape, y2)
        else:
            with np.errstate(over="ignore", invalid="ignore"):
                first, last = (y1 + (y2 - y1) * ((end - x1) / (x2 - x1)) for end in (left, right))
        low, high = np.minimum(first, last) - padding, np.maximum(first, last) + padding
        met = ~(along.high[None, :] < low[:, None]) & ~(along.low[None, :] > high[:, None])
        touched |= (left <= right)[:, None] & met
    return touched


def _middles_inside(vertices: Vertices, across: AxisCells, along: AxisCells) -> Mask:
    """Is the middle of each cell inside? Cells that no edge meets lie on one side as a whole."""
    middles_x, middles_y = (_middles(axis) for axis in (across, along))
    mesh_x, mesh_y = np.meshgrid(middles_x, middles_y, indexing="ij")
    return in_polygon(mesh_x.ravel(), mesh_y.ravel(), vertices).reshape(mesh_x.shape)


def _middles(axis: AxisCells) -> NDArray[np.float64]:
    finite = np.isfinite(axis.low) & np.isfinite(axis.high)
    low, high = np.where(finite, axis.low, 0.0), np.where(finite, axis.high, 0.0)
    # A cell without an end lies beyond the polygon: its other end speaks for it.
    one = np.where(np.isfinite(axis.low), axis.low, np.where(np.isfinite(axis.high), axis.high, 0.0))
    return np.where(finite, low / 2.0 + high / 2.0, one)

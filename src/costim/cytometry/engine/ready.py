"""Gates made ready for a scan: columns they look at, bounds in linear space, and the plain rule behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.gates.inside import Mask, Values, in_ellipsoid, in_polygon, in_range, interval_of

if TYPE_CHECKING:
    from costim.cytometry.engine.grid import Grid
    from costim.cytometry.engine.zone import Zone
    from costim.cytometry.transforms.scale import Scale


def applied(scale: Scale, linear: Values) -> Values:
    """Scale values; of numbers so large that the scale leaves the range of doubles as `Scale.apply` gives them."""
    with np.errstate(over="ignore", invalid="ignore"):
        return scale.apply(linear)


@dataclass(frozen=True, slots=True)
class ScaledColumn:
    """A column and the scale on which a gate looks at it; None where the gate is linear."""

    column: int
    """Its number."""
    scale: Scale | None

    def exact(self, linear: Values) -> Values:
        """Scale values, as the plain rule sees them."""
        return linear if self.scale is None else applied(self.scale, linear)


@dataclass(frozen=True, slots=True)
class Side:
    """One range of a rectangle; `low` and `high` hold the bounds in linear space."""

    axis: ScaledColumn
    lower: float | None
    upper: float | None
    low: Zone | None
    high: Zone | None


@dataclass(frozen=True, slots=True)
class BoxTest:
    """A rectangle of any number of ranges."""

    sides: tuple[Side, ...]

    def exact(self, linear: Sequence[Values]) -> Mask:
        """The plain rule."""
        masks = [
            in_range(side.axis.exact(x), side.lower, side.upper) for side, x in zip(self.sides, linear, strict=True)
        ]
        return np.asarray(np.logical_and.reduce(masks))


@dataclass(frozen=True, slots=True)
class PolygonTest:
    """A polygon."""

    axes: tuple[ScaledColumn, ScaledColumn]
    vertices: tuple[tuple[float, float], ...]
    grid: Grid

    def exact(self, linear: Sequence[Values]) -> Mask:
        """The plain rule."""
        x, y = (axis.exact(values) for axis, values in zip(self.axes, linear, strict=True))
        return in_polygon(x, y, self.vertices)


@dataclass(frozen=True, slots=True)
class EllipsoidTest:
    """An ellipsoid: by a grid in two dimensions, otherwise by the box around it."""

    axes: tuple[ScaledColumn, ...]
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    distance_square: float
    grid: Grid | None
    box: tuple[Side, ...]

    def exact(self, linear: Sequence[Values]) -> Mask:
        """The plain rule."""
        values = [axis.exact(x) for axis, x in zip(self.axes, linear, strict=True)]
        return in_ellipsoid(values, self.mean, self.covariance, self.distance_square)


@dataclass(frozen=True, slots=True)
class Cutter:
    """A divider of a quadrant gate."""

    name: str
    axis: ScaledColumn
    values: tuple[float, ...]
    zones: tuple[Zone, ...]

    def exact(self, linear: Values) -> NDArray[np.intp]:
        """Number of the interval by the plain rule, -1 for NaN."""
        return interval_of(self.axis.exact(linear), self.values)


@dataclass(frozen=True, slots=True)
class QuadrantTest:
    """Quadrants: for each population the interval it takes of each divider it names."""

    cutters: tuple[Cutter, ...]
    places: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class BooleanTest:
    """Populations joined."""

    operation: Literal["and", "or", "not"]
    operands: tuple[tuple[str, bool], ...]
    """Population, and whether its complement is meant."""


Test = BoxTest | PolygonTest | EllipsoidTest | QuadrantTest | BooleanTest

"""Events that are arrays of the test: channel -> values, transforms of a strategy applied."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.gates.model import Axis, Gate, Polygon, Rectangle, Strategy


class ArrayEvents:
    """What an evaluation needs of events."""

    def __init__(self, channels: Mapping[str, object], strategy: Strategy | None = None) -> None:
        self.channels = {name: np.asarray(values, dtype=np.float64) for name, values in channels.items()}
        self.transforms = strategy.transforms if strategy else {}

    def values(self, axis: Axis) -> NDArray[np.float64]:
        """Values on one axis; compensation and ratios are not looked at."""
        values = self.channels[axis.source]
        return self.transforms[axis.transform].apply(values) if axis.transform else values


def strategy_of(*gates: Gate, **rest: object) -> Strategy:
    """A strategy of these gates."""
    return Strategy("test", tuple(gates), **rest)  # type: ignore[arg-type]


X, Y, Z = Axis("X"), Axis("Y"), Axis("Z")
EVERYTHING = Rectangle("everything", "", ())
SQUARE = Polygon("square", "", X, Y, ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)))

"""The values of the events of one population, for pictures and for looking at single cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.events import Events
from costim.cytometry.gates.evaluate import memberships

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Axis, Strategy


def values_in(file: FcsFile, strategy: Strategy, population: str, axes: Sequence[Axis]) -> NDArray[np.float64]:
    """Values of the events of one population, in the order of the file, shape (k, len(axes)).

    Args:
        file: An opened FCS file.
        strategy: Gates in order, every bound a number.
        population: A population of the strategy; blank for all events.
        axes: What to give; linear where the axis names no transform, otherwise on its scale.
    """
    events = Events(file, strategy)
    inside = memberships(strategy, events)[population] if population else np.ones(file.events, dtype=np.bool_)
    return np.stack([events.values(axis)[inside] for axis in axes], axis=1)

"""One tube with its gates applied, as pictures need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.events import Events
from costim.cytometry.gates.evaluate import memberships

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Axis, Strategy
    from costim.cytometry.tube import Tube

UNNAMED: Mapping[str, str] = MappingProxyType({})
"""No label for any visit."""


@dataclass(frozen=True, slots=True)
class GatedTube:
    """A tube, its file, the strategy as applied to it, and which events are in which population."""

    tube: Tube
    strategy: Strategy
    events: Events
    inside: Mapping[str, NDArray[np.bool_]]
    label: str
    """Visit in the words of the plan and time point, or the name of the tube where there is no study."""

    @property
    def file(self) -> FcsFile:
        """The file of the tube."""
        return self.events.file

    def count(self, population: str) -> int:
        """Events of a population; of all events under the blank name."""
        return int(np.count_nonzero(self.inside[population])) if population else self.file.events

    def values(self, population: str, axis: Axis) -> NDArray[np.float64]:
        """Values of a population on the scale of an axis, in the order of the file."""
        values = self.events.values(axis)
        return values[self.inside[population]] if population else values


def gate_tube(tube: Tube, file: FcsFile, strategy: Strategy, visits: Mapping[str, str]) -> GatedTube:
    """Apply a strategy (every bound a number) to one tube; `visits` has the labels of visits, by name."""
    events = Events(file, strategy)
    parts = (visits.get(tube.visit) or tube.visit, tube.timepoint)
    label = ", ".join(part for part in parts if part) or tube.name
    return GatedTube(tube, strategy, events, memberships(strategy, events), label)

"""One gated tube with what is known of its false events: numbers and limits of each population."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from costim.cytometry.engine.result import Gated
from costim.cytometry.phenotypes.ask import lineage
from costim.cytometry.phenotypes.phenotype import Status
from costim.cytometry.phenotypes.settings import Settings
from costim.inference.cells.contamination import compute_false_cells
from costim.inference.cells.detection import Control, DetectionLimits, compute_detection_limits

ORDER: tuple[Status, ...] = ("ok", "below_lloq", "below_lod")


@dataclass(frozen=True, slots=True)
class FalseEvents:
    """The control that speaks for a population, and the parent events of this tube to which its rate refers.

    `own`: it was counted in the gate of the population itself. Otherwise in that of a larger one, so that the false
    events of the population are at most as many.
    """

    control: Control
    parents: int
    own: bool


@dataclass(frozen=True, slots=True)
class GatedSample:
    """Counts of one tube, the parents of the populations, and the controls."""

    gated: Gated
    parents: Mapping[str, str]
    controls: Mapping[str, Control]
    settings: Settings

    def events(self, population: str) -> int:
        """Events of a population; of the file for the blank name."""
        return self.gated.counts[population] if population else self.gated.events

    def parent_events(self, population: str) -> int:
        """Events of its parent gate."""
        return self.events(self.parents[population])

    def false_events(self, population: str) -> FalseEvents | None:
        """The control of the population, or else of the smallest population around it that has one."""
        for one in lineage(self.parents, population):
            if one in self.controls:
                return FalseEvents(self.controls[one], self.parent_events(one), own=one == population)
        return None

    def false_cells(self, population: str, level: float) -> int:
        """How many events of the population may be false."""
        false = self.false_events(population)
        if false is None:
            return 0
        return min(compute_false_cells(false.parents, false.control, level=level), self.events(population))

    def limits(self, population: str) -> DetectionLimits:
        """Limits of blank, detection and quantification."""
        false = self.false_events(population)
        chosen = self.settings
        return compute_detection_limits(
            0 if false is None else false.parents,
            None if false is None else false.control,
            alpha=chosen.alpha,
            beta=chosen.beta,
            lloq_cv=chosen.lloq_cv,
        )

    def status(self, population: str) -> Status:
        """Where the number of events stands among the limits of the population."""
        limits, events = self.limits(population), self.events(population)
        if events < limits.lod:
            return "below_lod"
        return "below_lloq" if events < limits.lloq else "ok"


def worst(*found: Status) -> Status:
    """The status that allows least."""
    return max(found, key=ORDER.index)

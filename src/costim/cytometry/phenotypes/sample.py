"""One gated tube with what is known of its false events: numbers and limits of each population."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from costim.cytometry.engine.result import Gated
from costim.cytometry.gates.lineage import lineage
from costim.cytometry.phenotypes.phenotype import Status
from costim.cytometry.phenotypes.settings import Settings
from costim.inference.cells.contamination import compute_false_cells
from costim.inference.cells.detection import (
    Control,
    DetectionLimits,
    compute_detection_limits,
    compute_limit_of_detection,
)

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
    _false: dict[str, tuple[FalseEvents, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _limits: dict[str, DetectionLimits] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Found once: every row of a population asks for them."""

    def events(self, population: str) -> int:
        """Events of a population; of the file for the blank name."""
        return self.gated.counts[population] if population else self.gated.events

    def parent_events(self, population: str) -> int:
        """Events of its parent gate."""
        return self.events(self.parents[population])

    def false_events(self, population: str) -> FalseEvents | None:
        """The control of the population, or else of the smallest population around it that has one."""
        found = self.all_false_events(population)
        return found[0] if found else None

    def all_false_events(self, population: str) -> tuple[FalseEvents, ...]:
        """Every control that speaks for the population, outwards: of its own gate and of those around it.

        They count different false events: a cell without CD19 in the gate of B cells, a B cell without CD27 in that of
        memory cells.
        """
        if population not in self._false:
            self._false[population] = tuple(
                FalseEvents(self.controls[one], self.parent_events(one), own=one == population)
                for one in lineage(self.parents, population)
                if one in self.controls
            )
        return self._false[population]

    def false_cells(self, population: str, level: float) -> int:
        """How many events of the population may be false; several controls share the error."""
        return min(_together(self.all_false_events(population), level), self.events(population))

    def false_around(self, population: str, level: float) -> int:
        """How many events of the population may be false by the controls beyond the nearest one."""
        return min(_together(self.all_false_events(population)[1:], level), self.events(population))

    def limits(self, population: str) -> DetectionLimits:
        """Limits of blank, detection and quantification; several controls share alpha, and their limits add up."""
        if population not in self._limits:
            self._limits[population] = self._find_limits(population)
        return self._limits[population]

    def _find_limits(self, population: str) -> DetectionLimits:
        chosen, speaking = self.settings, self.all_false_events(population)
        found = [
            compute_detection_limits(
                false.parents,
                false.control,
                alpha=chosen.alpha / len(speaking),
                beta=chosen.beta,
                lloq_cv=chosen.lloq_cv,
            )
            for false in speaking
        ]
        if not found:
            return compute_detection_limits(0, None, alpha=chosen.alpha, beta=chosen.beta, lloq_cv=chosen.lloq_cv)
        if len(found) == 1:
            return found[0]
        lob = sum(one.lob or 0 for one in found)
        lod = compute_limit_of_detection(lob, beta=chosen.beta)
        return replace(
            found[0],
            lob=lob,
            lod=lod,
            lloq=max(lod, *(one.lloq for one in found)),
            false_events=sum(one.false_events or 0.0 for one in found),
            alpha=chosen.alpha,
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


def _together(speaking: tuple[FalseEvents, ...], level: float) -> int:
    """Upper limit of the false events that several controls foretell; each takes an equal part of the error."""
    if not speaking:
        return 0
    each = 1 - (1 - level) / len(speaking)
    return sum(compute_false_cells(false.parents, false.control, level=each) for false in speaking)

"""What speaks for the false events of which population: control tubes, cells of the sample itself, an assumed rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from costim.cytometry.engine.result import Gated
from costim.cytometry.gates.lineage import lineage
from costim.cytometry.gates.model import Axis, Gate, Quadrants, Rectangle, Strategy
from costim.cytometry.strategies.aliases import common_name
from costim.cytometry.tube import Tube
from costim.inference.cells.detection import Control

Controls = Mapping[str, Control]
"""Population -> false events of its gate."""
NO_CONTROLS: Controls = MappingProxyType({})
ASSUMED_PARENTS = 10**9
"""An assumed rate is taken as if it had been counted on so many events: without an error of its own."""


def positive_markers(strategy: Strategy) -> Mapping[str, frozenset[str]]:
    """Population -> stained markers (in their common name) that its own gate asks to lie above a bound.

    Scatter, time and ratios carry no stain: their axes are linear and uncompensated. Only intervals, boxes and
    quadrants ask for a marker; what a polygon asks of an axis is not read from its outline.
    """
    found: dict[str, frozenset[str]] = {}
    for gate in strategy.gates:
        found |= {name: frozenset(markers) for name, markers in _of_gate(gate)}
    return found


def _of_gate(gate: Gate) -> Iterable[tuple[str, set[str]]]:
    if isinstance(gate, Rectangle):
        yield gate.name, {common_name(r.axis.source) for r in gate.ranges if r.lower is not None and _is_stain(r.axis)}
    elif isinstance(gate, Quadrants):
        axes = {divider.name: common_name(divider.axis.source) for divider in gate.dividers if _is_stain(divider.axis)}
        for quadrant in gate.quadrants:
            yield quadrant.name, {axes[d] for d, place in quadrant.positions if place > 0 and d in axes}


def _is_stain(axis: Axis) -> bool:
    return bool(axis.compensation or axis.transform)


def find_controls(
    strategy: Strategy,
    visit: str,
    gated: Sequence[tuple[Tube, Gated]],
    assumed_per_million: float | None,
    own_cells: Controls = NO_CONTROLS,
) -> dict[str, Control]:
    """Population -> its false events, from the control tubes of one subject and panel.

    A control without a marker (FMO), with an isotype in its place, or unstained, speaks for every population whose own
    gate asks for that marker. Controls of the visit itself go first; where there is none, those of the other visits are
    added up. Where no tube speaks for a population, nor for one around it, what was counted in cells of the sample
    itself stands in; where that is not there either, an assumed rate per million events of its parent, if there is one:
    once on the way down, so that false events are not counted again inside.

    Args:
        strategy: the gates, the same for samples and controls.
        visit: the visit of the sample.
        gated: control tubes and what was found in them.
        assumed_per_million: false events per million of the parent; None = nothing is assumed.
        own_cells: population -> false events counted among cells of the sample that cannot belong to it.
    """
    parents = dict(strategy.populations())
    found = _of_tubes(strategy, visit, gated)

    def is_open(population: str) -> bool:
        return not any(one in found for one in lineage(parents, population))

    found |= {population: control for population, control in own_cells.items() if is_open(population)}
    if assumed_per_million is not None:
        assumed = Control(round(assumed_per_million * ASSUMED_PARENTS / 1e6), ASSUMED_PARENTS, origin="assumed")
        for population, markers in positive_markers(strategy).items():
            if markers and is_open(population):
                found[population] = assumed
    return found


def _of_tubes(strategy: Strategy, visit: str, gated: Sequence[tuple[Tube, Gated]]) -> dict[str, Control]:
    parents = dict(strategy.populations())
    wanted = positive_markers(strategy)
    channels = {common_name(marker.axis.source) for marker in strategy.markers.values()}
    stained = {marker for markers in wanted.values() for marker in markers} | channels
    found: dict[str, Control] = {}
    for population, markers in wanted.items():
        speaking = [(tube, counts) for tube, counts in gated if markers & _missing(tube, stained)]
        here = [entry for entry in speaking if entry[0].visit == visit] or speaking
        control = _added(population, parents[population], [counts for _, counts in here])
        if control is not None:
            found[population] = control
    return found


def _missing(tube: Tube, stained: set[str]) -> set[str]:
    """Markers that a control tube does not show."""
    if tube.stain == "unstained":
        return stained
    return {common_name(tube.marker)} if tube.stain in ("fmo", "isotype") else set()


def _added(population: str, parent: str, counts: Sequence[Gated]) -> Control | None:
    false = sum(found.counts[population] for found in counts)
    whole = sum(found.counts[parent] if parent else found.events for found in counts)
    return Control(false, whole) if whole else None

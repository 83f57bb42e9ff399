"""Whether a strategy can be applied to a file: its channels are there, and its matrix can be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from costim.cytometry.compensation.problem import CompensationError
from costim.cytometry.events import Events
from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.gates.model import Axis, Boolean, Ellipsoid, Polygon, Quadrants, Rectangle, Strategy

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile


def misfits(file: FcsFile, strategy: Strategy) -> Iterator[tuple[str, str, str]]:
    """Code, what was found and what was expected, for everything that keeps the strategy from being applied.

    Args:
        file: an opened FCS file; at most its first event is read.
        strategy: gates, thresholds and markers, resolved or not.
    """
    said: set[str] = set()
    for axis in dict.fromkeys(axes_of(strategy)):
        try:
            Events(file, strategy).values(axis, 0, min(1, file.events))
        except FcsError as error:
            for problem in error.problems:
                if problem.found not in said:
                    said.add(problem.found)
                    yield "channel_not_found", f"{axis.source}: {problem.found}", problem.expected
        except CompensationError as error:
            for fault in error.problems:
                if fault.found not in said:
                    said.add(fault.found)
                    yield "compensation_invalid", f"{fault.where}: {fault.found}", fault.expected


def axes_of(strategy: Strategy) -> Iterator[Axis]:
    """Every axis that gates, ratios, thresholds and markers look at, with repeats; ratios by their two parts."""
    for axis in _all_axes(strategy):
        ratio = strategy.ratios.get(axis.source)
        if ratio is None:
            yield axis
        else:
            yield from (ratio.x, ratio.y)


def _all_axes(strategy: Strategy) -> Iterator[Axis]:
    for gate in strategy.gates:
        match gate:
            case Rectangle():
                yield from (r.axis for r in gate.ranges)
            case Polygon():
                yield from (gate.x, gate.y)
            case Ellipsoid():
                yield from gate.axes
            case Quadrants():
                yield from (d.axis for d in gate.dividers)
            case Boolean():
                pass
    yield from (threshold.axis for threshold in strategy.thresholds)
    yield from (marker.axis for marker in strategy.markers.values())

"""Whether a strategy can be applied to a file: its channels are there, and its matrix can be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from costim.cytometry.compensation.problem import CompensationError
from costim.cytometry.events import Events
from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.gates.model import Strategy
from costim.cytometry.gates.walk import measured_axes

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile


def misfits(file: FcsFile, strategy: Strategy) -> Iterator[tuple[str, str, str]]:
    """Code, what was found and what was expected, for everything that keeps the strategy from being applied.

    Args:
        file: an opened FCS file; at most its first event is read.
        strategy: gates, thresholds and markers, resolved or not.
    """
    said: set[str] = set()
    for axis in dict.fromkeys(measured_axes(strategy)):
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

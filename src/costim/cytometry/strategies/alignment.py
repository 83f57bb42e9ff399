"""Nothing is aligned on what the study asks about: neither a valley nor the population a threshold is sought in."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.gates.check_thresholds import valley_of_outcome
from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import Axis, Strategy, Threshold
from costim.cytometry.gates.walk import axes_of_gate, parts_of
from costim.cytometry.strategies.aliases import common_name
from costim.cytometry.strategies.prune import leading_to

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile

Channels = frozenset[Hashable]
"""What an axis rests on: common names, and places in the files. Two axes that share one look at the same channel."""


def refuse_alignment(strategy: Strategy, files: Sequence[FcsFile]) -> None:
    """Raise where a threshold would follow an outcome marker, whatever names marker, gate and threshold give it.

    Args:
        strategy: As checked (`check_strategy`, which compares names as they are written).
        files: Samples of the panel: `PE-A` and `CD80` are one channel where a file says so.

    Raises:
        GateError: A valley in the density of an outcome marker, or a population gated on one.
    """
    outcomes = {name: _channels(strategy, m.axis, files) for name, m in strategy.markers.items() if m.outcome}
    problems = [
        problem
        for threshold in strategy.thresholds
        for problem in (*_valleys(strategy, threshold, outcomes, files), *_gated(strategy, threshold, outcomes, files))
    ]
    if problems:
        raise GateError(problems)


def _valleys(
    strategy: Strategy, threshold: Threshold, outcomes: dict[str, Channels], files: Sequence[FcsFile]
) -> Iterator[GateProblem]:
    if "valley" in threshold.sources:
        own = _channels(strategy, threshold.axis, files)
        yield from (valley_of_outcome(threshold, marker) for marker, channels in outcomes.items() if own & channels)


def _gated(
    strategy: Strategy, threshold: Threshold, outcomes: dict[str, Channels], files: Sequence[FcsFile]
) -> Iterator[GateProblem]:
    part = leading_to(strategy, (threshold.population, threshold.reference))
    gated_on: dict[str, str] = {}
    for gate in part.gates:
        own = frozenset[Hashable]().union(*(_channels(strategy, axis, files) for _, axis in axes_of_gate(gate)))
        gated_on |= {marker: gate.name for marker, channels in outcomes.items() if own & channels}
    for marker, gate_name in gated_on.items():
        yield GateProblem(
            f"threshold {threshold.name}",
            f"a population gated by {gate_name} on the outcome marker {marker}",
            "a population that the treatment does not define",
            "take a population before that gate",
            key="population",
        )


def _channels(strategy: Strategy, axis: Axis, files: Sequence[FcsFile]) -> Channels:
    found: set[Hashable] = set()
    for part in parts_of(strategy, axis):
        found.add(common_name(part.source))
        for number, file in enumerate(files):
            try:
                found.add((number, file.find(part.source)))
            except FcsError:
                continue  # a channel that is not there, or there twice, is said when it is read
    return frozenset(found)

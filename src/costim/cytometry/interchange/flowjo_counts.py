"""Counts that FlowJo stored beside counts made here: exact, and on the display; and in words why they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from costim.cytometry.gates.evaluate import AxisValues, memberships
from costim.cytometry.gates.model import Boolean, Ellipsoid, Gate, Polygon
from costim.cytometry.interchange.flowjo_bins import binned_counts, binned_range
from costim.cytometry.interchange.flowjo_workspace import WorkspaceSample

NOT_STORED = "FlowJo stored no count"
EXACT = "the stored count is the exact one"
BINNED = "the stored count is that of events sorted into display channels, as FlowJo does for polygons and ellipses"
WITHIN = (
    "FlowJo sorts events into display channels before it applies polygons and ellipses; the stored count lies between"
    " those of the rules considered here, none of which is known to be FlowJo's"
)
NOT_REPRODUCED = (
    "the count of FlowJo cannot be reproduced here: its binning is not published; the exact count is the one to use"
)
OTHER = (
    "the gate and those above it are applied event by event in FlowJo too, so the counts should agree: check that file,"
    " compensation and gain are the same"
)


@dataclass(frozen=True, slots=True)
class CountBeside:
    """Counts of one population of one sample."""

    population: str
    stored: int | None
    """By FlowJo; None where it had not computed it."""
    exact: int
    binned: int
    lowest: int
    """Fewest events over all rules of binning considered."""
    highest: int
    words: str
    """Why they differ, or that they do not."""


def counts_beside(sample: WorkspaceSample, events: AxisValues) -> tuple[CountBeside, ...]:
    """Counts of every population of a sample, in order of its gates.

    Args:
        sample: A sample of a workspace.
        events: Values of the events of its file on the axes of its gates.
    """
    exact = {name: int(inside.sum()) for name, inside in memberships(sample.strategy, events).items()}
    binned = binned_counts(sample.strategy, events, sample.displays)
    ranges = binned_range(sample.strategy, events, sample.displays)
    drawn = _drawn(sample.strategy.gates)
    return tuple(
        CountBeside(
            name,
            sample.counts.get(name),
            exact[name],
            binned[name],
            *ranges[name],
            words=_words(sample.counts.get(name), exact[name], binned[name], ranges[name], rests_on_bins=drawn[name]),
        )
        for name in exact
    )


def _drawn(gates: tuple[Gate, ...]) -> Mapping[str, bool]:
    """Population -> does a polygon or ellipse decide on it, in itself, above it or among its operands?"""
    drawn = {"": False}
    for gate in gates:
        itself = isinstance(gate, Polygon | Ellipsoid)
        operands = gate.operands if isinstance(gate, Boolean) else ()
        drawn[gate.name] = itself or drawn[gate.parent] or any(drawn[operand.population] for operand in operands)
    return drawn


def _words(stored: int | None, exact: int, binned: int, span: tuple[int, int], *, rests_on_bins: bool) -> str:
    if stored is None:
        return NOT_STORED
    if stored == exact:
        return EXACT
    if stored == binned:
        return BINNED
    if not rests_on_bins:
        return OTHER
    return WITHIN if span[0] <= stored <= span[1] else NOT_REPRODUCED

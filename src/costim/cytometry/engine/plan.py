"""The plan of a scan: what is looked at, in which order, and what is read from the file for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from costim.cytometry.engine.columns import Column, Columns
from costim.cytometry.engine.make_ready import make_ready
from costim.cytometry.engine.ready import BoxTest, EllipsoidTest, PolygonTest, QuadrantTest, Test
from costim.cytometry.engine.result import Want
from costim.cytometry.events import LinearSum
from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import Strategy
from costim.cytometry.gates.order import needed_by, population_names

ROOT = ""
"""All events."""


@dataclass(frozen=True, slots=True)
class Step:
    """One gate: the populations it makes of its parent."""

    parent: str
    names: tuple[str, ...]
    test: Test


@dataclass(frozen=True, slots=True)
class Plan:
    """Gates in order, and for every population the columns that its children and its levels need."""

    steps: tuple[Step, ...]
    parents: Mapping[str, str]
    columns: Sequence[Column]
    """What each column is made of, by its number."""
    gate_columns: Mapping[str, tuple[int, ...]]
    """Population -> numbers of the columns that the gates below it look at."""
    want_columns: Mapping[str, tuple[int, ...]]
    """Population -> numbers of the columns of its levels, each once."""
    channels: tuple[int, ...]
    """0-based channels of the file that anything rests on, rising."""
    summed: frozenset[int]
    """Channels that are detectors of a compensated column."""


def make_plan(known: Columns, wants: Sequence[Want], cells: int) -> Plan:
    """Plan of the strategy of these events, without looking at one.

    Args:
        known: Columns of the file and strategy.
        wants: Levels wanted.
        cells: About how many cells along each axis of a grid.

    Raises:
        GateError: populations that do not exist (yet), or bounds that are no numbers.
        FcsError, CompensationError: the file lacks what the gates look at.
    """
    strategy = known.events.strategy
    parents = dict(strategy.populations())
    _check_names(strategy, wants, parents)
    steps = []
    for gate in strategy.gates:
        test = make_ready(gate, known, cells)
        names = tuple(name for name, _ in test.places) if isinstance(test, QuadrantTest) else (gate.name,)
        steps.append(Step(gate.parent, names, test))
    gate_columns: dict[str, dict[int, None]] = {}
    for step in steps:
        gate_columns.setdefault(step.parent, {}).update(dict.fromkeys(columns_of(step.test)))
    want_columns: dict[str, dict[int, None]] = {}
    for want in wants:
        want_columns.setdefault(want.population, {})[known.of(want.axis)] = None
    columns = [column for some in (*gate_columns.values(), *want_columns.values()) for column in some]
    sums = [one for column in columns for one in known.sums_in(column)]
    return Plan(
        steps=tuple(steps),
        parents=parents,
        columns=tuple(known.made),
        gate_columns={name: tuple(some) for name, some in gate_columns.items()},
        want_columns={name: tuple(some) for name, some in want_columns.items()},
        channels=_channels(sums),
        summed=frozenset(_channels(one for one in sums if not one.is_channel)),
    )


def columns_of(test: Test) -> tuple[int, ...]:
    """Columns a test looks at, in the order in which its plain rule takes them."""
    if isinstance(test, BoxTest):
        return tuple(side.axis.column for side in test.sides)
    if isinstance(test, PolygonTest | EllipsoidTest):
        return tuple(axis.column for axis in test.axes)
    if isinstance(test, QuadrantTest):
        return tuple(cutter.axis.column for cutter in test.cutters)
    return ()


def _channels(sums: Iterable[LinearSum]) -> tuple[int, ...]:
    return tuple(sorted({index for one in sums for index in one.indices}))


def _check_names(strategy: Strategy, wants: Sequence[Want], parents: Mapping[str, str]) -> None:
    problems = []
    known = {ROOT}
    for gate in strategy.gates:
        problems += [
            GateProblem(
                f"gate {gate.name}", repr(name), "a population defined before it", "check the order of the gates"
            )
            for name in needed_by(gate)
            if name not in known
        ]
        known.update(population_names(gate))
    problems += [
        GateProblem(f"level {want.name}", f"population {want.population!r}", f"one of {', '.join(parents)}")
        for want in wants
        if want.population not in known
    ]
    if problems:
        raise GateError(problems)

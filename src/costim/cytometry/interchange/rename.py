"""Other names for the populations of a strategy: what came from another program gets the names a study uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import Boolean, Gate, Quadrants, Strategy, StrategySet
from costim.cytometry.gates.order import population_names
from costim.registry.suggest import did_you_mean, listed


def renamed(strategies: StrategySet, names: Mapping[str, str]) -> StrategySet:
    """Strategies with other names of populations; gates, exceptions and everything that names a population follow.

    Args:
        strategies: As read, for example from a FlowJo workspace (`Lymphocytes/CD19+`).
        names: Name of a population or gate -> its new name. Those that are not named keep theirs.

    Raises:
        GateError: a name that no population or gate bears, or two that would bear the same; all of them.
    """
    shared = strategies.shared
    problems = [*_unknown(shared, names), *_same(shared, names)]
    if problems:
        raise GateError(problems)

    def new(name: str) -> str:
        return names.get(name, name)

    return StrategySet(
        _strategy(shared, new),
        MappingProxyType(
            {sample: tuple(_gate(gate, new) for gate in gates) for sample, gates in strategies.exceptions.items()}
        ),
        MappingProxyType({(sample, new(gate)): why for (sample, gate), why in strategies.reasons.items()}),
    )


def _all_names(strategy: Strategy) -> list[str]:
    names = [name for gate in strategy.gates for name in (gate.name, *population_names(gate))]
    return list(dict.fromkeys(names))


def _unknown(strategy: Strategy, names: Mapping[str, str]) -> list[GateProblem]:
    known = _all_names(strategy)
    return [
        GateProblem("new names", repr(name), did_you_mean(name, known) or f"one of {listed(known) or 'no population'}")
        for name in names
        if name not in known
    ]


def _same(strategy: Strategy, names: Mapping[str, str]) -> list[GateProblem]:
    bearers: dict[str, list[str]] = {}
    for name in _all_names(strategy):
        bearers.setdefault(names.get(name, name), []).append(name)
    return [
        GateProblem("new names", f"{new!r} for {listed([repr(name) for name in old])}", "a name for each")
        for new, old in bearers.items()
        if len(old) > 1
    ]


def _gate(gate: Gate, new: Callable[[str], str]) -> Gate:
    parent = new(gate.parent) if gate.parent else ""
    if isinstance(gate, Quadrants):
        quadrants = tuple(replace(quadrant, name=new(quadrant.name)) for quadrant in gate.quadrants)
        return replace(gate, name=new(gate.name), parent=parent, quadrants=quadrants)
    if isinstance(gate, Boolean):
        operands = tuple(replace(operand, population=new(operand.population)) for operand in gate.operands)
        return replace(gate, name=new(gate.name), parent=parent, operands=operands)
    return replace(gate, name=new(gate.name), parent=parent)


def _strategy(strategy: Strategy, new: Callable[[str], str]) -> Strategy:
    def known(name: str) -> str:
        return new(name) if name else ""

    return replace(
        strategy,
        gates=tuple(_gate(gate, new) for gate in strategy.gates),
        thresholds=tuple(
            replace(each, population=known(each.population), reference=known(each.reference))
            for each in strategy.thresholds
        ),
        markers=MappingProxyType(
            {
                name: replace(marker, populations=tuple(new(population) for population in marker.populations))
                for name, marker in strategy.markers.items()
            }
        ),
        roles=MappingProxyType({role: new(population) for role, population in strategy.roles.items()}),
        subsets=MappingProxyType(
            {new(whole): tuple(new(part) for part in parts) for whole, parts in strategy.subsets.items()}
        ),
    )

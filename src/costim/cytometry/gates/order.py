"""Gates in an order in which each can be evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from costim.cytometry.gates.model import Boolean, Gate, Quadrants


def population_names(gate: Gate) -> tuple[str, ...]:
    """Populations a gate gives: its own name, or those of its quadrants."""
    return tuple(quadrant.name for quadrant in gate.quadrants) if isinstance(gate, Quadrants) else (gate.name,)


def needed_by(gate: Gate) -> tuple[str, ...]:
    """Populations a gate looks at: its parent, unless that is all events, and its operands."""
    operands = tuple(operand.population for operand in gate.operands) if isinstance(gate, Boolean) else ()
    return ((gate.parent,) if gate.parent else ()) + operands


def in_order(gates: Iterable[Gate]) -> tuple[Gate, ...]:
    """Each gate after those it names, otherwise as given.

    Gates of a cycle, and those that need them, come last, as given: `check_strategy` names them. A population that does
    not exist holds nothing back.
    """
    waiting = list(gates)
    known = {name for gate in waiting for name in population_names(gate)}
    done: set[str] = set()
    sorted_gates: list[Gate] = []
    while waiting:
        ready = [gate for gate in waiting if all(name in done or name not in known for name in needed_by(gate))]
        if not ready:
            return (*sorted_gates, *waiting)
        first = ready[0]
        sorted_gates.append(first)
        done.update(population_names(first))
        waiting = [gate for gate in waiting if gate is not first]
    return tuple(sorted_gates)


def cycles(gates: Iterable[Gate]) -> Iterator[tuple[Gate, ...]]:
    """Gates that need one another in a ring, each ring once, from the gate that stands first."""
    everything = tuple(gates)
    home = {name: gate for gate in everything for name in population_names(gate)}
    seen: set[frozenset[str]] = set()
    for start in everything:
        ring = _ring_from(start, home)
        names = frozenset(gate.name for gate in ring)
        if ring and names not in seen:
            seen.add(names)
            yield ring


def _ring_from(start: Gate, home: dict[str, Gate]) -> tuple[Gate, ...]:
    """A shortest ring through `start`, or nothing."""
    paths: list[tuple[Gate, ...]] = [(start,)]
    visited: set[str] = set()
    while paths:
        path = paths.pop(0)
        for name in needed_by(path[-1]):
            gate = home.get(name)
            if gate is None:
                continue
            if gate.name == start.name:
                return path
            if gate.name not in visited:
                visited.add(gate.name)
                paths.append((*path, gate))
    return ()

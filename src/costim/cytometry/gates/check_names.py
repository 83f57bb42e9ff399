"""Names that gates, axes, ratios, markers and subsets refer to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from costim.cytometry.gates.errors import GateProblem
from costim.cytometry.gates.model import FROM_FILE, UNCOMPENSATED, Axis, Boolean, Quadrants, Strategy
from costim.cytometry.gates.order import cycles, needed_by, population_names
from costim.cytometry.gates.walk import axes_of
from costim.registry.suggest import did_you_mean, listed

TAKEN_MATRIX_NAMES = {FROM_FILE: "the matrix of the FCS file", "none": "no compensation"}
"""What gates.toml says in place of the name of a matrix."""


def name_problems(strategy: Strategy) -> Iterator[GateProblem]:
    """Names that are blank, given twice, unknown, or that lead in a ring."""
    yield from _unique_names(strategy)
    yield from _gate_references(strategy)
    yield from _order(strategy)
    for where, key, axis in axes_of(strategy):
        yield from _axis(strategy, where, key, axis)
    yield from _ratios(strategy)
    yield from _reported(strategy)


def unknown(where: str, key: str, kind: str, name: str, known: Iterable[str]) -> GateProblem:
    """A name that nothing bears, with the nearest one."""
    names = list(known)
    expected = did_you_mean(name, names) or (f"one of {listed(names)}" if names else f"a {kind}; none is defined")
    return GateProblem(where, f"the {kind} {name!r}", expected, f"correct it, or define the {kind} {name!r}", key=key)


def _unique_names(strategy: Strategy) -> Iterator[GateProblem]:
    names = Counter(name for gate in strategy.gates for name in {gate.name, *population_names(gate)})
    within = Counter(q.name for gate in strategy.gates if isinstance(gate, Quadrants) for q in gate.quadrants)
    names |= within
    for name, count in names.items():
        if not name.strip():
            yield GateProblem("gates", "a gate or quadrant without a name", "a name", key="name")
        elif count > 1:
            yield GateProblem(
                f"gate {name}", f"the name {name!r} {count} times", "each gate and quadrant once", key="name"
            )
    for name, count in Counter(t.name for t in strategy.thresholds).items():
        if count > 1:
            yield GateProblem(
                f"threshold {name}", f"the name {name!r} {count} times", "each threshold once", key="name"
            )


def _gate_references(strategy: Strategy) -> Iterator[GateProblem]:
    known = [name for name, _ in strategy.populations()]
    boxes = {gate.name: gate for gate in strategy.gates if isinstance(gate, Quadrants)}
    for gate in strategy.gates:
        wanted = [("parent", gate.parent)] if gate.parent else []
        if isinstance(gate, Boolean):
            wanted += [(f"operands[{i}]", operand.population) for i, operand in enumerate(gate.operands, start=1)]
        for key, name in wanted:
            if name in known:
                continue
            if name in boxes:
                found = f"{name!r}, which is a quadrant gate and no population"
                expected = f"one of its quadrants: {listed(population_names(boxes[name]))}"
                yield GateProblem(f"gate {gate.name}", found, expected, key=key)
            else:
                yield unknown(f"gate {gate.name}", key, "population", name, known)


def _order(strategy: Strategy) -> Iterator[GateProblem]:
    in_rings: set[str] = set()
    for ring in cycles(strategy.gates):
        in_rings.update(name for gate in ring for name in population_names(gate))
        found = "a ring: " + " needs ".join([gate.name for gate in ring] + [ring[0].name])
        yield GateProblem(f"gate {ring[0].name}", found, "gates that lead back to all events", key="parent")
    known = {name for name, _ in strategy.populations()}
    done: set[str] = set()
    for gate in strategy.gates:
        late = [name for name in needed_by(gate) if name in known - done - in_rings]
        if late and gate.name not in in_rings:
            found = f"{listed(repr(name) for name in late)} defined further down"
            yield GateProblem(
                f"gate {gate.name}", found, "parents and operands first", "sort the gates (order.in_order)"
            )
        done.update(population_names(gate))


def _axis(strategy: Strategy, where: str, key: str, axis: Axis) -> Iterator[GateProblem]:
    if not axis.source.strip():
        yield GateProblem(where, "an axis without a channel", "a channel, a marker or a ratio", key=key)
    if axis.transform and axis.transform not in strategy.transforms:
        yield unknown(where, key, "transform", axis.transform, strategy.transforms)
    if axis.compensation not in (UNCOMPENSATED, FROM_FILE) and axis.compensation not in strategy.matrices:
        yield unknown(where, key, "matrix", axis.compensation, [FROM_FILE, *strategy.matrices])
    if axis.source in strategy.ratios and axis.compensation != UNCOMPENSATED:
        found = f"the compensation {axis.compensation!r} of the ratio {axis.source!r}"
        yield GateProblem(where, found, "compensation at the two channels of the ratio", key=key)


def _ratios(strategy: Strategy) -> Iterator[GateProblem]:
    for name, ratio in strategy.ratios.items():
        for key, axis in (("x", ratio.x), ("y", ratio.y)):
            if axis.source in strategy.ratios:
                yield GateProblem(f"ratio {name}", f"the ratio {axis.source!r}", "a channel", key=key)
    for name, meaning in TAKEN_MATRIX_NAMES.items():
        if name in strategy.matrices:
            found, expected = f"a matrix named {name!r}", f"any other name: it means {meaning}"
            yield GateProblem(f"matrix {name}", found, expected, "give the matrix another name")


def _reported(strategy: Strategy) -> Iterator[GateProblem]:
    known = [name for name, _ in strategy.populations()]
    thresholds = [threshold.name for threshold in strategy.thresholds]
    for name, marker in strategy.markers.items():
        for index, population in enumerate(marker.populations, start=1):
            if population not in known:
                yield unknown(f"marker {name}", f"populations[{index}]", "population", population, known)
        if marker.threshold and marker.threshold not in thresholds:
            yield unknown(f"marker {name}", "threshold", "threshold", marker.threshold, thresholds)
    for whole, parts in strategy.subsets.items():
        for population in (whole, *parts):
            if population not in known:
                yield unknown(f"subsets of {whole}", "", "population", population, known)
        if len(set(parts)) < max(len(parts), 2):
            yield GateProblem(f"subsets of {whole}", listed(parts) or "nothing", "at least two, each once")

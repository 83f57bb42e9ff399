"""Parts of a strategy: the gates that lead to a population, or all that can be had without some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Ellipsoid,
    Gate,
    Marker,
    Polygon,
    Quadrants,
    Rectangle,
    Strategy,
    Threshold,
)
from costim.cytometry.gates.order import needed_by, population_names


def leading_to(strategy: Strategy, populations: Iterable[str]) -> Strategy:
    """The strategy with only the gates that these populations need; thresholds, markers, roles and subsets left out."""
    wanted = {name for name in populations if name}
    kept: list[Gate] = []
    for gate in reversed(strategy.gates):
        if wanted & set(population_names(gate)):
            kept.append(gate)
            wanted |= set(needed_by(gate))
    nothing: MappingProxyType[str, Marker] = MappingProxyType({})
    return replace(
        strategy,
        gates=tuple(reversed(kept)),
        thresholds=(),
        markers=nothing,
        roles=MappingProxyType({}),
        subsets=MappingProxyType({}),
    )


def without(strategy: Strategy, gates: Iterable[str], *, passed_over: Iterable[str] = ()) -> Strategy:
    """The strategy without some gates.

    Args:
        strategy: As it was.
        gates: Names of gates that fall away with all that needs them.
        passed_over: Names of gates that fall away, while what needs them hangs on their parent instead.

    Returns:
        Markers, roles and subsets name only what is left; thresholds that nothing needs any more are gone.
    """
    smaller = _without(_passed_over(strategy, set(passed_over)), set(gates))
    while unsought := _gates_without_number(smaller):
        smaller = _without(smaller, unsought)
    return smaller


def _without(strategy: Strategy, gone: set[str]) -> Strategy:
    kept: list[Gate] = []
    lost: set[str] = set()
    for gate in strategy.gates:
        if gate.name in gone or lost & set(needed_by(gate)):
            lost |= set(population_names(gate))
        else:
            kept.append(gate)
    left = {name for gate in kept for name in population_names(gate)}
    markers = {
        name: replace(marker, populations=tuple(p for p in marker.populations if p in left))
        for name, marker in strategy.markers.items()
    }
    markers = {name: marker for name, marker in markers.items() if marker.populations}
    subsets = {
        whole: parts for whole, parts in strategy.subsets.items() if whole in left and all(p in left for p in parts)
    }
    smaller = replace(
        strategy,
        gates=tuple(kept),
        markers=MappingProxyType(markers),
        roles=MappingProxyType({role: name for role, name in strategy.roles.items() if name in left}),
        subsets=MappingProxyType(subsets),
        thresholds=tuple(_sought_in(threshold, left) for threshold in strategy.thresholds),
    )
    return with_needed_thresholds(smaller)


def _sought_in(threshold: Threshold, left: set[str]) -> Threshold:
    """A threshold with only the sources whose population is left; none of them may be."""
    known = {"", *left}
    sources = threshold.sources
    if threshold.population not in known:
        sources = tuple(s for s in sources if s in ("fixed", "reference"))
    if threshold.reference not in known:
        sources = tuple(s for s in sources if s != "reference")
    return replace(
        threshold,
        sources=sources,
        population=threshold.population if threshold.population in known else "",
        reference=threshold.reference if threshold.reference in known else "",
    )


def _gates_without_number(strategy: Strategy) -> set[str]:
    """Gates that name a threshold which can no longer be found."""
    nowhere = {threshold.name for threshold in strategy.thresholds if not threshold.sources}
    return {gate.name for gate in strategy.gates if nowhere & set(_bounds(gate))}


def with_needed_thresholds(strategy: Strategy) -> Strategy:
    """The strategy without thresholds that nothing names, and without names of thresholds that cannot be found."""
    nowhere = {threshold.name for threshold in strategy.thresholds if not threshold.sources}
    markers = {
        name: replace(marker, threshold="") if marker.threshold in nowhere else marker
        for name, marker in strategy.markers.items()
    }
    smaller = replace(strategy, markers=MappingProxyType(markers))
    needed = thresholds_needed(smaller)
    return replace(smaller, thresholds=tuple(t for t in smaller.thresholds if t.name in needed))


def _passed_over(strategy: Strategy, names: set[str]) -> Strategy:
    """Populations that need a gate of `names` need its parent instead."""
    instead = {gate.name: gate.parent for gate in strategy.gates if gate.name in names}

    def parent_of(name: str) -> str:
        while name in instead:
            name = instead[name]
        return name

    gates: list[Gate] = []
    for gate in strategy.gates:
        if gate.name in instead:
            continue
        moved = replace(gate, parent=parent_of(gate.parent))
        if isinstance(moved, Boolean):
            moved = replace(moved, operands=tuple(o for o in moved.operands if o.population not in instead))
        gates.append(moved)
    markers = {
        name: replace(marker, populations=tuple(p for p in marker.populations if p not in instead))
        for name, marker in strategy.markers.items()
    }
    roles = {role: parent_of(name) for role, name in strategy.roles.items()}
    thresholds = tuple(
        replace(t, population=parent_of(t.population), reference=parent_of(t.reference)) for t in strategy.thresholds
    )
    return replace(
        strategy,
        gates=tuple(gates),
        markers=MappingProxyType(markers),
        roles=MappingProxyType(roles),
        thresholds=thresholds,
    )


def thresholds_needed(strategy: Strategy, own_gates: Iterable[Gate] = ()) -> frozenset[str]:
    """Thresholds that bounds of gates, also of those of single tubes, or markers name."""
    bounds = {bound for gate in (*strategy.gates, *own_gates) for bound in _bounds(gate)}
    return frozenset(bounds | {m.threshold for m in strategy.markers.values() if m.threshold})


def _bounds(gate: Gate) -> Iterator[str]:
    if isinstance(gate, Rectangle):
        yield from (b for r in gate.ranges for b in (r.lower, r.upper) if isinstance(b, str))
    elif isinstance(gate, Quadrants):
        yield from (b for d in gate.dividers for b in d.values if isinstance(b, str))


def with_axes(gate: Gate, names: Mapping[str, str]) -> Gate:
    """A gate whose axes bear other names; those that are not named stay."""

    def axis(old: Axis) -> Axis:
        return replace(old, source=names.get(old.source, old.source))

    if isinstance(gate, Rectangle):
        return replace(gate, ranges=tuple(replace(r, axis=axis(r.axis)) for r in gate.ranges))
    if isinstance(gate, Polygon):
        return replace(gate, x=axis(gate.x), y=axis(gate.y))
    if isinstance(gate, Ellipsoid):
        return replace(gate, axes=tuple(axis(a) for a in gate.axes))
    if isinstance(gate, Quadrants):
        return replace(gate, dividers=tuple(replace(d, axis=axis(d.axis)) for d in gate.dividers))
    return gate

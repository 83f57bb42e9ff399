"""Thresholds: complete, on the axis of the gates that use them, and never in the valley of an outcome marker."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import get_args

from costim.cytometry.gates.check_names import unknown
from costim.cytometry.gates.errors import GateProblem
from costim.cytometry.gates.model import Gate, Source, Strategy, Threshold
from costim.cytometry.gates.order import needed_by, population_names
from costim.cytometry.gates.walk import bounds_of_gate
from costim.registry.suggest import did_you_mean, listed

SOURCES: tuple[str, ...] = get_args(Source)


def threshold_problems(strategy: Strategy) -> Iterator[GateProblem]:
    """What is wrong with thresholds and with bounds that name them."""
    known = [name for name, _ in strategy.populations()]
    for threshold in strategy.thresholds:
        where = f"threshold {threshold.name}"
        yield from _by_itself(where, threshold)
        for key, name in (("population", threshold.population), ("reference", threshold.reference)):
            if name and name not in known:
                yield unknown(where, key, "population", name, known)
    yield from _uses(strategy)
    yield from _outcomes(strategy)
    yield from _rings(strategy)


def _by_itself(where: str, threshold: Threshold) -> Iterator[GateProblem]:
    if not threshold.sources:
        yield GateProblem(where, "no sources", f"one or more of {listed(SOURCES)}", key="sources")
    for name in threshold.sources:
        if name not in SOURCES:
            expected = did_you_mean(name, SOURCES) or f"one of {listed(SOURCES)}"
            yield GateProblem(where, repr(name), expected, key="sources")
    if len(set(threshold.sources)) < len(threshold.sources):
        yield GateProblem(where, listed(threshold.sources), "each source once", key="sources")
    if not 0.0 < threshold.quantile < 1.0:
        yield GateProblem(where, f"{threshold.quantile}", "a share above 0 and below 1", key="quantile")
    if "reference" in threshold.sources and not threshold.reference:
        yield GateProblem(where, "no reference", "the population known not to carry the marker", key="reference")
    if "fixed" in threshold.sources and threshold.value is None:
        yield GateProblem(where, "no value", "the fixed number", key="value")
    if threshold.value is not None and not math.isfinite(threshold.value):
        yield GateProblem(where, f"{threshold.value}", "a finite number", key="value")
    if threshold.search is not None:
        low, high = threshold.search
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            yield GateProblem(where, f"{low} to {high}", "two finite numbers, the smaller first", key="search")


def _uses(strategy: Strategy) -> Iterator[GateProblem]:
    thresholds = {threshold.name: threshold for threshold in strategy.thresholds}
    for gate in strategy.gates:
        for key, axis, bound in bounds_of_gate(gate):
            if not isinstance(bound, str):
                continue
            if bound not in thresholds:
                yield unknown(f"gate {gate.name}", key, "threshold", bound, thresholds)
            elif thresholds[bound].axis != axis:
                other = thresholds[bound].axis
                found = f"the threshold {bound!r} of {other.source!r}, transform {other.transform or 'none'!r}"
                expected = (
                    f"a threshold on the gate's own axis: {axis.source!r}, transform {axis.transform or 'none'!r}"
                )
                action = "give both the same axis, with its compensation and transform"
                yield GateProblem(f"gate {gate.name}", found, expected, action, key=key)


def _outcomes(strategy: Strategy) -> Iterator[GateProblem]:
    """No threshold lies in the valley of what the study asks about: it would move with the answer."""
    asked = {marker.axis.source: name for name, marker in strategy.markers.items() if marker.outcome}
    named = {marker.threshold: name for name, marker in strategy.markers.items() if marker.outcome and marker.threshold}
    for threshold in strategy.thresholds:
        marker = named.get(threshold.name) or asked.get(threshold.axis.source)
        if marker and "valley" in threshold.sources:
            yield valley_of_outcome(threshold, marker)


def valley_of_outcome(threshold: Threshold, marker: str) -> GateProblem:
    """A threshold that would lie in the valley of an outcome marker."""
    found = f"the source 'valley' for the outcome marker {marker!r}"
    expected = "fmo, isotype, reference or fixed: the valley of an outcome moves with the treatment"
    return GateProblem(f"threshold {threshold.name}", found, expected, "remove 'valley'", key="sources")


def _rings(strategy: Strategy) -> Iterator[GateProblem]:
    """A threshold must be known before the population it is found in."""
    home = {name: gate for gate in strategy.gates for name in population_names(gate)}
    thresholds = {threshold.name: threshold for threshold in strategy.thresholds}
    for threshold in strategy.thresholds:
        waiting, seen = [threshold.name], set[str]()
        while waiting:
            current = thresholds[waiting.pop()]
            for name in _thresholds_behind(home, (current.population, current.reference)):
                if name == threshold.name:
                    found = f"a population that depends on {name!r} itself"
                    yield GateProblem(f"threshold {name}", found, "a population gated without it", key="population")
                    waiting = []
                    break
                if name in thresholds and name not in seen:
                    seen.add(name)
                    waiting.append(name)


def _thresholds_behind(home: dict[str, Gate], populations: tuple[str, ...]) -> list[str]:
    """Thresholds named by the gates of populations and of all that they need."""
    waiting, seen, names = [p for p in populations if p], set[str](), list[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in home:
            continue
        seen.add(name)
        names += [bound for _, _, bound in bounds_of_gate(home[name]) if isinstance(bound, str)]
        waiting += needed_by(home[name])
    return names

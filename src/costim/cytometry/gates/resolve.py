"""Numbers in place of named thresholds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import Bound, Divider, Gate, Quadrants, Range, Rectangle, Strategy, Threshold
from costim.registry.suggest import did_you_mean, listed


def resolved(strategy: Strategy, numbers: Mapping[str, float]) -> Strategy:
    """The strategy with a number for each threshold, so that its gates can be evaluated.

    Bounds that name a threshold become its number; the threshold itself stays, with the number as its only source, so
    that what is called positive can be read from the strategy.

    Args:
        strategy: As read.
        numbers: Threshold -> number on the scale of its axis. A threshold that is not named here keeps its fixed value
            where `fixed` is its only source.

    Raises:
        GateError: a threshold that a gate needs has no number, a number is not finite, a name is unknown, or the
            numbers put bounds of a gate in the wrong order.
    """
    known = _fixed(strategy) | {name: float(value) for name, value in numbers.items()}
    problems = [*_odd_numbers(strategy, known)]
    missing: dict[str, str] = {}

    def number(gate: Gate, bound: Bound) -> Bound:
        if not isinstance(bound, str):
            return bound
        if bound not in known:
            missing.setdefault(bound, gate.name)
        return known.get(bound, bound)

    gates = tuple(with_bounds(gate, number) for gate in strategy.gates)
    action = "give a control tube or a fixed value for it"
    problems += [
        GateProblem(f"gate {gate}", f"the threshold {name!r} without a number", "a number", action)
        for name, gate in missing.items()
    ]
    if problems:
        raise GateError(problems)
    _refuse_turned(gates)
    return replace(strategy, gates=gates, thresholds=tuple(_with_number(t, known) for t in strategy.thresholds))


def named_bounds(strategy: Strategy) -> tuple[str, ...]:
    """Thresholds that gates name as bounds, in order of first use."""
    names: dict[str, None] = {}

    def note(_gate: Gate, bound: Bound) -> Bound:
        if isinstance(bound, str):
            names[bound] = None
        return bound

    for gate in strategy.gates:
        with_bounds(gate, note)
    return tuple(names)


def with_bounds(gate: Gate, change: Callable[[Gate, Bound], Bound]) -> Gate:
    """A gate with each of its bounds and divider values replaced; gates of another kind as they are."""
    if isinstance(gate, Rectangle):
        ranges = tuple(Range(r.axis, change(gate, r.lower), change(gate, r.upper)) for r in gate.ranges)
        return replace(gate, ranges=ranges)
    if isinstance(gate, Quadrants):
        dividers = tuple(Divider(d.name, d.axis, tuple(change(gate, v) for v in d.values)) for d in gate.dividers)
        return replace(gate, dividers=dividers)
    return gate


def _fixed(strategy: Strategy) -> dict[str, float]:
    return {t.name: t.value for t in strategy.thresholds if t.sources == ("fixed",) and t.value is not None}


def _with_number(threshold: Threshold, known: Mapping[str, float]) -> Threshold:
    if threshold.name not in known:
        return threshold
    return replace(threshold, sources=("fixed",), value=known[threshold.name])


def _odd_numbers(strategy: Strategy, numbers: Mapping[str, float]) -> list[GateProblem]:
    names = [threshold.name for threshold in strategy.thresholds]
    problems = []
    for name, value in numbers.items():
        if name not in names:
            expected = did_you_mean(name, names) or f"one of {listed(names) or 'no thresholds'}"
            problems.append(GateProblem(f"threshold {name}", "a number for an unknown threshold", expected))
        if not math.isfinite(value):
            problems.append(GateProblem(f"threshold {name}", repr(value), "a finite number"))
    return problems


def _refuse_turned(gates: tuple[Gate, ...]) -> None:
    from costim.cytometry.gates.check_bounds import turned_bounds

    problems = [problem for gate in gates for problem in turned_bounds(gate)]
    if problems:
        raise GateError(problems)

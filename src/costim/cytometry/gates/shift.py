"""Gates a little elsewhere: how far would the answer move had somebody else drawn them?"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import (
    Axis,
    Bound,
    Divider,
    Ellipsoid,
    Gate,
    Polygon,
    Quadrants,
    Range,
    Rectangle,
    Strategy,
    Threshold,
)
from costim.registry.suggest import did_you_mean, listed

if TYPE_CHECKING:
    from costim.cytometry.transforms.scale import Scale


@dataclass(frozen=True, slots=True)
class ShiftRule:
    """What moves, how far, and by which chance.

    `amount` is a distance on the display of a transformed axis, as a part of its length (0.02 of a scale from 0 to 1;
    82 of the 4096 channels of FlowJo's scale). On an axis without a transform `linear` counts instead: part of the
    bound itself (so that a bound of 0 stays), for polygons and ellipsoids part of their extent. With a `seed`, each
    bound draws its own displacement evenly from minus to plus that distance; without one, all move up by the whole.
    """

    amount: float
    linear: float = 0.0
    scale: float = 0.0
    """Polygons and ellipsoids also grow by up to this part (0.05: to 105 %, with a seed between 95 % and 105 %)."""
    gates: tuple[str, ...] | None = None
    """Gates that move; None: all of them."""
    thresholds: tuple[str, ...] | None = None
    """Thresholds that move; None: all of them."""
    seed: int | None = None

    def __post_init__(self) -> None:
        for name in ("amount", "linear", "scale"):
            value = getattr(self, name)
            if not math.isfinite(value):
                raise GateError([GateProblem("shift of gates", f"{name} = {value}", "a finite number")])
        if abs(self.scale) >= 1.0:
            raise GateError([GateProblem("shift of gates", f"scale = {self.scale}", "a number between -1 and 1")])


def shifted(strategy: Strategy, rule: ShiftRule) -> Strategy:
    """The strategy with its gates moved; Boolean gates follow the populations they name.

    Displacements depend on the seed and on the names of gate and bound, not on the order of gates, so a gate moves the
    same way whatever else moves. Bounds of a gate keep their order: where two would meet they move together by the
    displacement of the first. Bounds that name a threshold do not move here; fixed values of thresholds do, as in
    `shifted_numbers`.

    Raises:
        GateError: a gate or threshold of the rule does not exist.
    """
    _check_names(strategy, rule)
    gates = tuple(
        _moved(strategy, rule, gate) if rule.gates is None or gate.name in rule.gates else gate
        for gate in strategy.gates
    )
    values = {t.name: t.value for t in strategy.thresholds if t.value is not None}
    moved = shifted_numbers(strategy, values, rule)
    thresholds = tuple(replace(t, value=moved.get(t.name, t.value)) for t in strategy.thresholds)
    return replace(strategy, gates=gates, thresholds=thresholds)


def shifted_numbers(strategy: Strategy, numbers: Mapping[str, float], rule: ShiftRule) -> dict[str, float]:
    """Numbers that were found for thresholds, moved.

    For `resolved(shifted(strategy, rule), shifted_numbers(strategy, numbers, rule))`. One threshold moves the same way
    in every gate that names it, and for every subject.
    """
    _check_names(strategy, rule)
    found = dict(numbers)
    for threshold in strategy.thresholds:
        if threshold.name in found and (rule.thresholds is None or threshold.name in rule.thresholds):
            found[threshold.name] += _step_of_threshold(strategy, rule, threshold, found[threshold.name])
    return found


def _step_of_threshold(strategy: Strategy, rule: ShiftRule, threshold: Threshold, value: float) -> float:
    part = _draw(rule, "threshold", threshold.name)
    return part * _distance(strategy, rule, threshold.axis, abs(value))


def _check_names(strategy: Strategy, rule: ShiftRule) -> None:
    problems = []
    for kind, asked, known in (
        ("gate", rule.gates, [gate.name for gate in strategy.gates]),
        ("threshold", rule.thresholds, [threshold.name for threshold in strategy.thresholds]),
    ):
        for name in asked or ():
            if name not in known:
                expected = did_you_mean(name, known) or f"one of {listed(known) or f'no {kind}s'}"
                problems.append(GateProblem("shift of gates", f"the {kind} {name!r}", expected))
    if problems:
        raise GateError(problems)


def _moved(strategy: Strategy, rule: ShiftRule, gate: Gate) -> Gate:
    if isinstance(gate, Rectangle):
        ranges = tuple(_moved_range(strategy, rule, gate, place, side) for place, side in enumerate(gate.ranges))
        return replace(gate, ranges=ranges)
    if isinstance(gate, Quadrants):
        dividers = tuple(
            Divider(d.name, d.axis, _moved_together(strategy, rule, (gate.name, d.name), d.axis, d.values))
            for d in gate.dividers
        )
        return replace(gate, dividers=dividers)
    if isinstance(gate, Polygon):
        return _moved_polygon(strategy, rule, gate)
    if isinstance(gate, Ellipsoid):
        return _moved_ellipsoid(strategy, rule, gate)
    return gate


def _moved_range(strategy: Strategy, rule: ShiftRule, gate: Rectangle, place: int, side: Range) -> Range:
    again = sum(other.axis == side.axis for other in gate.ranges[:place])
    key = (gate.name, repr(side.axis), str(again))
    lower, upper = _moved_together(strategy, rule, key, side.axis, (side.lower, side.upper))
    return Range(side.axis, lower, upper)


def _moved_together(
    strategy: Strategy, rule: ShiftRule, key: tuple[str, ...], axis: Axis, bounds: tuple[Bound, ...]
) -> tuple[Bound, ...]:
    """Each bound by its own displacement, or all by that of the first number where their order would be lost."""
    steps = {
        place: _draw(rule, *key, str(place)) * _distance(strategy, rule, axis, abs(bound))
        for place, bound in enumerate(bounds)
        if isinstance(bound, float | int)
    }
    own = [_plus(bound, steps.get(place, 0.0)) for place, bound in enumerate(bounds)]
    if not _increase(own):
        common = next(iter(steps.values()))
        own = [_plus(bound, common) for bound in bounds]
    return tuple(own)


def _plus(bound: Bound, step: float) -> Bound:
    return bound + step if isinstance(bound, float | int) else bound


def _increase(bounds: list[Bound]) -> bool:
    numbers = [bound for bound in bounds if isinstance(bound, float | int)]
    return all(low < high for low, high in pairwise(numbers))


def _moved_polygon(strategy: Strategy, rule: ShiftRule, gate: Polygon) -> Polygon:
    corners = np.asarray(gate.vertices, dtype=np.float64)
    extent = corners.max(axis=0) - corners.min(axis=0)
    step = [
        _draw(rule, gate.name, name) * _distance(strategy, rule, axis, float(size))
        for name, axis, size in zip("xy", (gate.x, gate.y), extent, strict=True)
    ]
    centre = (corners.max(axis=0) + corners.min(axis=0)) / 2.0
    # Written so that a rule that moves nothing changes no bit.
    moved = corners + (corners - centre) * (_growth(rule, gate) - 1.0) + np.asarray(step)
    return replace(gate, vertices=tuple((float(x), float(y)) for x, y in moved))


def _moved_ellipsoid(strategy: Strategy, rule: ShiftRule, gate: Ellipsoid) -> Ellipsoid:
    extent = [2.0 * math.sqrt(gate.distance_square * gate.covariance[i][i]) for i in range(len(gate.axes))]
    mean = tuple(
        centre + _draw(rule, gate.name, str(place)) * _distance(strategy, rule, axis, size)
        for place, (centre, axis, size) in enumerate(zip(gate.mean, gate.axes, extent, strict=True))
    )
    return replace(gate, mean=mean, distance_square=gate.distance_square * _growth(rule, gate) ** 2)


def _growth(rule: ShiftRule, gate: Gate) -> float:
    return 1.0 + rule.scale * _draw(rule, gate.name, "scale")


def _distance(strategy: Strategy, rule: ShiftRule, axis: Axis, size: float) -> float:
    """The whole distance on an axis; `size` is the bound or the extent, for axes without a display scale."""
    if not axis.transform:
        return rule.linear * size
    return rule.amount * display_length(strategy.transforms[axis.transform])


def display_length(scale: Scale) -> float:
    """Length of the display of a scale: 1 for those of GatingML, the channels of FlowJo's."""
    from costim.cytometry.transforms.biex import Biex

    return float(scale.channels) if isinstance(scale, Biex) else 1.0


def _draw(rule: ShiftRule, *key: str) -> float:
    """A number from -1 to 1 that depends on seed and key only; 1 without a seed."""
    if rule.seed is None:
        return 1.0
    text = "\x1f".join((str(rule.seed), *key))
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return number / 2.0**63 - 1.0

"""Which events are in which population, the slow and plain way: the twin that every faster engine must agree with.

What is outside and what inside:

* a rectangle holds its lower bounds and not its upper ones; a divider belongs to the interval above it;
* the border of a polygon and the surface of an ellipsoid belong to the gate;
* NaN is outside of every gate that looks at it. It is therefore inside of a `not` of such a gate, as everything is that
  the gate leaves out of its parent;
* a Boolean gate looks at populations, that is at gates together with their parents, and then at its own parent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

import numpy as np

from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.inside import Mask, Values, in_ellipsoid, in_polygon, in_range, interval_of
from costim.cytometry.gates.model import Axis, Boolean, Bound, Ellipsoid, Gate, Polygon, Quadrants, Rectangle, Strategy


class AxisValues(Protocol):
    """What an evaluation needs of events: `costim.cytometry.events.Events`, or arrays in a test."""

    def values(self, axis: Axis) -> Values:
        """Values of all events on one axis (compensated, ratio taken, transformed), shape (n,)."""
        ...


def memberships(strategy: Strategy, events: AxisValues) -> Mapping[str, Mask]:
    """Events of every population.

    Args:
        strategy: Gates in order: parents and operands before those that name them (see `check_strategy`); every bound a
            number (see `resolved`).
        events: Gives the values of n events on any axis.

    Returns:
        Population -> shape (n,): in the gate and in all its parents. Quadrants stand one by one, in the order of gates.

    Raises:
        GateError: a bound is still the name of a threshold, or a population is named before it is defined.
    """
    found: dict[str, Mask] = {}
    for gate in strategy.gates:
        for name, inside in _regions(gate, events, found):
            found[name] = inside if not gate.parent else inside & _known(gate, gate.parent, found)
    return found


def _regions(gate: Gate, events: AxisValues, found: Mapping[str, Mask]) -> list[tuple[str, Mask]]:
    if isinstance(gate, Rectangle):
        return [(gate.name, _in_rectangle(gate, events))]
    if isinstance(gate, Polygon):
        return [(gate.name, in_polygon(events.values(gate.x), events.values(gate.y), gate.vertices))]
    if isinstance(gate, Ellipsoid):
        values = [events.values(axis) for axis in gate.axes]
        return [(gate.name, in_ellipsoid(values, gate.mean, gate.covariance, gate.distance_square))]
    if isinstance(gate, Quadrants):
        return _in_quadrants(gate, events)
    return [(gate.name, _in_boolean(gate, found))]


def _in_rectangle(gate: Rectangle, events: AxisValues) -> Mask:
    masks = [
        in_range(events.values(side.axis), _number(gate, side.lower), _number(gate, side.upper)) for side in gate.ranges
    ]
    return cast("Mask", np.logical_and.reduce(masks))


def _in_quadrants(gate: Quadrants, events: AxisValues) -> list[tuple[str, Mask]]:
    intervals = {
        divider.name: interval_of(events.values(divider.axis), [_cut(gate, value) for value in divider.values])
        for divider in gate.dividers
    }
    return [
        (quadrant.name, np.logical_and.reduce([intervals[name] == place for name, place in quadrant.positions]))
        for quadrant in gate.quadrants
    ]


def _in_boolean(gate: Boolean, found: Mapping[str, Mask]) -> Mask:
    masks = [
        ~_known(gate, operand.population, found) if operand.complement else _known(gate, operand.population, found)
        for operand in gate.operands
    ]
    if gate.operation == "not":
        return ~masks[0]
    joined = np.logical_and if gate.operation == "and" else np.logical_or
    return cast("Mask", joined.reduce(masks))


def _known(gate: Gate, population: str, found: Mapping[str, Mask]) -> Mask:
    if population not in found:
        expected = "a population defined before it"
        raise GateError([GateProblem(f"gate {gate.name}", repr(population), expected, "check the order of the gates")])
    return found[population]


def _number(gate: Gate, bound: Bound) -> float | None:
    if isinstance(bound, str):
        action = "give a number for each threshold of the strategy first (resolve.resolved)"
        raise GateError([GateProblem(f"gate {gate.name}", f"the threshold {bound!r} as a bound", "a number", action)])
    return bound


def _cut(gate: Gate, bound: Bound) -> float:
    number = _number(gate, bound)
    if number is None:
        raise GateError([GateProblem(f"gate {gate.name}", "a divider without a value", "a number")])
    return number

"""Counts as FlowJo makes them: on the display, in 256 channels an axis, and not event by event.

FlowJo applies polygons and ellipses to events that were sorted into display channels first; rectangles, ranges and
quadrants it applies to the values themselves (FlowJo's manual; FlowKit issues 113, 173, 194). Hence its counts differ
from exact ones by events near the border of a gate. How exactly a channel is taken to lie inside is not published. The
rule here is the one, among those of `RULES`, that gives back the counts stored in the only public workspaces whose
events are at hand: 0 for a polygon that holds 50 events, 51 for an ellipse that holds 51 (docs/reference/flowjo.md).
That is little evidence: `binned_range` says what the other rules would count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.gates.evaluate import AxisValues, memberships
from costim.cytometry.gates.model import Axis, Ellipsoid, Gate, Polygon, Range, Rectangle, Strategy
from costim.cytometry.interchange.flowjo_scales import CHANNELS, Display

Values = NDArray[np.float64]

IN_CHANNELS = "flowjo display channels of "
"""Begins the transform of an axis whose values are asked for in display channels."""


@dataclass(frozen=True, slots=True)
class BinRule:
    """Where in its channel an event is taken to be, and what becomes of the vertices of a polygon."""

    event: Literal["nearest", "lower", "centre"]
    """`nearest`: at the nearest whole channel. `lower`, `centre`: at the lower end, in the middle of the channel that
    holds it."""
    vertex: Literal["nearest", "exact"]
    """`nearest`: moved to the nearest whole channel. `exact`: left where it is."""


RULES = tuple(BinRule(event, vertex) for event in ("nearest", "lower", "centre") for vertex in ("nearest", "exact"))
"""Every rule that was considered; the first is the one in use."""


def binned_counts(
    strategy: Strategy, events: AxisValues, displays: Mapping[Axis, Display], rule: BinRule = RULES[0]
) -> Mapping[str, int]:
    """Events of every population, polygons and ellipses taken on the display as FlowJo does.

    Args:
        strategy: A strategy read from a workspace.
        events: Values of the events on the axes of its gates.
        displays: What FlowJo shows of each axis (`WorkspaceSample.displays`). A gate on an axis that is not named is
            taken event by event.
        rule: How an event is placed within its channel.

    Returns:
        Population -> events. Events beyond the display count as lying on its edge, and a rectangle that reaches the
        edge of the display holds what lies beyond.
    """
    gates = tuple(_on_display(gate, displays, rule) for gate in strategy.gates)
    on_display = _OnDisplay(events, displays, rule)
    return {name: int(inside.sum()) for name, inside in memberships(replace(strategy, gates=gates), on_display).items()}


def binned_range(
    strategy: Strategy, events: AxisValues, displays: Mapping[Axis, Display]
) -> Mapping[str, tuple[int, int]]:
    """Fewest and most events of every population over all `RULES`; arguments as in `binned_counts`."""
    counts = [binned_counts(strategy, events, displays, rule) for rule in RULES]
    return {name: (min(each[name] for each in counts), max(each[name] for each in counts)) for name in counts[0]}


@dataclass(frozen=True, slots=True)
class _OnDisplay:
    """Values of axes, in display channels where the axis says so."""

    events: AxisValues
    displays: Mapping[Axis, Display]
    rule: BinRule

    def values(self, axis: Axis) -> Values:
        if not axis.transform.startswith(IN_CHANNELS):
            return self.events.values(axis)
        drawn = replace(axis, transform=axis.transform.removeprefix(IN_CHANNELS))
        place = _channel(self.events.values(drawn), self.displays[drawn])
        if self.rule.event == "nearest":
            return np.clip(np.floor(place + 0.5), 0.0, CHANNELS - 1.0)
        lower = np.clip(np.floor(place), 0.0, CHANNELS - 1.0)
        return lower + 0.5 if self.rule.event == "centre" else lower


def _channel(values: Values, display: Display) -> Values:
    return np.asarray((values - display.low) / display.step, dtype=np.float64)


def _in_channels(axis: Axis) -> Axis:
    return replace(axis, transform=IN_CHANNELS + axis.transform)


def _on_display(gate: Gate, displays: Mapping[Axis, Display], rule: BinRule) -> Gate:
    if isinstance(gate, Rectangle):
        return replace(gate, ranges=tuple(_open_at_edge(side, displays.get(side.axis)) for side in gate.ranges))
    if isinstance(gate, Polygon) and gate.x in displays and gate.y in displays:
        return _polygon(gate, displays, rule)
    if isinstance(gate, Ellipsoid) and all(axis in displays for axis in gate.axes):
        return _ellipsoid(gate, displays)
    return gate


def _open_at_edge(side: Range, display: Display | None) -> Range:
    """A bound at or beyond the edge of the display is none: what lies beyond is drawn there (FlowKit issue 280)."""
    if display is None:
        return side
    lower, upper = side.lower, side.upper
    at_low = isinstance(lower, float | int) and lower <= display.low
    at_high = isinstance(upper, float | int) and upper >= display.high
    return replace(side, lower=None if at_low else lower, upper=None if at_high else upper)


def _polygon(gate: Polygon, displays: Mapping[Axis, Display], rule: BinRule) -> Polygon:
    corners = np.asarray(gate.vertices, dtype=np.float64)
    placed = np.column_stack(
        [_channel(corners[:, column], displays[axis]) for column, axis in enumerate((gate.x, gate.y))]
    )
    if rule.vertex == "nearest":
        placed = np.floor(placed + 0.5)
    vertices = tuple((float(a), float(b)) for a, b in placed)
    return replace(gate, x=_in_channels(gate.x), y=_in_channels(gate.y), vertices=vertices)


def _ellipsoid(gate: Ellipsoid, displays: Mapping[Axis, Display]) -> Ellipsoid:
    step = [displays[axis].step for axis in gate.axes]
    mean = tuple((m - displays[axis].low) / s for m, s, axis in zip(gate.mean, step, gate.axes, strict=True))
    covariance = tuple(
        tuple(value / (step[i] * step[j]) for j, value in enumerate(row)) for i, row in enumerate(gate.covariance)
    )
    return replace(gate, axes=tuple(_in_channels(axis) for axis in gate.axes), mean=mean, covariance=covariance)

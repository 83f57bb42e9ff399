"""Every axis and every bound of a strategy, with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from costim.cytometry.gates.model import Axis, Bound, Ellipsoid, Gate, Polygon, Quadrants, Rectangle, Strategy


def axes_of_gate(gate: Gate) -> Iterator[tuple[str, Axis]]:
    """Key and axis, in order; nothing for a Boolean gate."""
    if isinstance(gate, Rectangle):
        yield from ((f"bounds[{i}].axis", side.axis) for i, side in enumerate(gate.ranges, start=1))
    elif isinstance(gate, Polygon):
        yield from (("x", gate.x), ("y", gate.y))
    elif isinstance(gate, Ellipsoid):
        yield from ((f"axes[{i}]", axis) for i, axis in enumerate(gate.axes, start=1))
    elif isinstance(gate, Quadrants):
        yield from ((f"dividers[{i}].axis", divider.axis) for i, divider in enumerate(gate.dividers, start=1))


def axes_of(strategy: Strategy) -> Iterator[tuple[str, str, Axis]]:
    """Where (`gate b_cells`), key and axis: of gates, ratios, thresholds and markers."""
    for gate in strategy.gates:
        yield from ((f"gate {gate.name}", key, axis) for key, axis in axes_of_gate(gate))
    for name, ratio in strategy.ratios.items():
        yield f"ratio {name}", "x", ratio.x
        yield f"ratio {name}", "y", ratio.y
    for threshold in strategy.thresholds:
        yield f"threshold {threshold.name}", "axis", threshold.axis
    for name, marker in strategy.markers.items():
        yield f"marker {name}", "axis", marker.axis


def measured_axes(strategy: Strategy) -> Iterator[Axis]:
    """Axes of channels that gates, thresholds and markers rest on, with repeats: in place of a ratio its two parts."""
    named = [axis for gate in strategy.gates for _, axis in axes_of_gate(gate)]
    named += [threshold.axis for threshold in strategy.thresholds]
    named += [marker.axis for marker in strategy.markers.values()]
    for axis in named:
        yield from parts_of(strategy, axis)


def parts_of(strategy: Strategy, axis: Axis) -> tuple[Axis, ...]:
    """The two parts of a ratio; any other axis itself."""
    ratio = strategy.ratios.get(axis.source)
    return (axis,) if ratio is None else (ratio.x, ratio.y)


def bounds_of_gate(gate: Gate) -> Iterator[tuple[str, Axis, Bound]]:
    """Key, axis and bound of rectangles and dividers, in order."""
    if isinstance(gate, Rectangle):
        for i, side in enumerate(gate.ranges, start=1):
            yield f"bounds[{i}].from", side.axis, side.lower
            yield f"bounds[{i}].below", side.axis, side.upper
    elif isinstance(gate, Quadrants):
        for i, divider in enumerate(gate.dividers, start=1):
            yield from ((f"dividers[{i}].at", divider.axis, value) for value in divider.values)

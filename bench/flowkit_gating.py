"""The same panel by FlowKit: read, gate, compensate, medians; what a careful user of it would write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from bench import panel
from costim.cytometry.gates.model import Axis, Polygon, Quadrants, Range, Rectangle

Outcome = tuple[dict[str, int], dict[str, float]]


def strategy() -> Any:
    """The strategy of the panel in FlowKit's terms."""
    import flowkit  # type: ignore[import-untyped]
    from flowkit import transforms

    ours = panel.strategy()
    scale = panel.LOGICLE
    theirs = flowkit.GatingStrategy()
    theirs.add_comp_matrix(panel.MATRIX, _matrix())
    theirs.add_transform(panel.SCALE, transforms.LogicleTransform(scale.t, scale.w, scale.m, scale.a))
    paths: dict[str, tuple[str, ...]] = {"": ("root",)}
    for gate in ours.gates:
        paths[gate.name] = (*paths[gate.parent], gate.name)
        theirs.add_gate(_gate(gate), paths[gate.parent])
    return theirs


def gated(path: Path, theirs: Any) -> Outcome:
    """Counts of populations, and medians under `population marker`."""
    import flowkit

    sample = flowkit.Sample(path)
    results = theirs.gate_sample(sample)
    paths = {row.gate_name: (row.gate_path, int(row.count)) for row in results.report.itertuples()}
    counts = {name: paths[name][1] for name, _ in panel.strategy().populations()}
    sample.apply_compensation(_matrix())
    events = sample.get_events(source="comp")
    medians: dict[str, float] = {}
    for populations in panel.MEASURED:
        for name in populations:
            if not counts[name]:
                continue
            values = np.median(events[results.get_gate_membership(name, paths[name][0])][:, 4:14], axis=0)
            medians |= {f"{name} {marker}": float(one) for marker, one in zip(panel.MARKERS, values, strict=True)}
    return counts, medians


def _matrix() -> Any:
    import flowkit

    return flowkit.Matrix(panel.spillover(), list(panel.DETECTORS))


def _gate(gate: Any) -> Any:
    from flowkit import gates

    if isinstance(gate, Rectangle):
        return gates.RectangleGate(gate.name, [_dimension(side.axis, side) for side in gate.ranges])
    if isinstance(gate, Polygon):
        return gates.PolygonGate(gate.name, [_dimension(gate.x), _dimension(gate.y)], list(gate.vertices))
    return _quadrants(gate)


def _dimension(axis: Axis, side: Range | None = None) -> Any:
    import flowkit

    ends = (None, None) if side is None else (side.lower, side.upper)
    return flowkit.Dimension(axis.source, axis.compensation or "uncompensated", axis.transform or None, *ends)


def _quadrants(gate: Quadrants) -> Any:
    import flowkit
    from flowkit import gates

    dividers = [
        flowkit.QuadrantDivider(one.name, one.axis.source, panel.MATRIX, list(one.values), one.axis.transform)
        for one in gate.dividers
    ]
    cuts = {one.name: one.values[0] for one in gate.dividers}
    regions = [
        gates.Quadrant(
            one.name,
            [divider for divider, _ in one.positions],
            [(cuts[divider], None) if place else (None, cuts[divider]) for divider, place in one.positions],
        )
        for one in gate.quadrants
    ]
    return gates.QuadrantGate(gate.name, dividers, regions)

"""Our strategies in FlowKit's own terms: an independent engine for counts and medians."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from costim.cytometry.fcs.file import FcsFile
from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Ellipsoid,
    Gate,
    Polygon,
    Quadrants,
    Rectangle,
    Strategy,
)
from costim.cytometry.transforms.asinh import Asinh
from costim.cytometry.transforms.hyperlog import Hyperlog
from costim.cytometry.transforms.log import Log
from costim.cytometry.transforms.logicle import Logicle
from costim.cytometry.transforms.scale import Scale

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import flowkit as fk

SPILL = "of the file"


@dataclass(frozen=True)
class OfFlowKit:
    """One file gated by FlowKit."""

    members: Mapping[str, np.ndarray]
    """Population -> which events."""
    sample: fk.Sample

    def linear(self, channel: str, *, compensated: bool) -> np.ndarray:
        """Linear values of a channel ($PnN)."""
        events = self.sample.get_events(source="comp" if compensated else "raw")
        return events[:, self.sample.pnn_labels.index(channel)]


def gated_by_flowkit(path: Path, strategy: Strategy, file: FcsFile) -> OfFlowKit:
    """Gate a file with FlowKit by our strategy.

    FlowKit reads the file itself; of our reading only the names of channels are used. The matrix is parsed by FlowKit
    from the keyword of the file.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sample = fk.Sample(str(path), ignore_offset_error=True)
        theirs = fk.GatingStrategy()
        spill = sample.metadata.get("spill") or sample.metadata.get("spillover")
        if spill:
            sample.apply_compensation(spill)
            matrix = fk.Matrix(spill, list(sample.compensation.detectors))
            theirs.add_comp_matrix(SPILL, matrix)
        for name, scale in strategy.transforms.items():
            theirs.add_transform(name, _scale(scale))
        for name, ratio in strategy.ratios.items():
            channels = [_channel(file, axis) for axis in (ratio.x, ratio.y)]
            theirs.add_transform(name, fk.transforms.RatioTransform(channels, ratio.a, ratio.b, ratio.c))
        paths: dict[str, tuple[str, ...]] = {"": ("root",)}
        for gate in strategy.gates:
            _add(theirs, gate, paths, strategy, file)
        results = theirs.gate_sample(sample)
        members = {
            name: np.asarray(results.get_gate_membership(name, paths[name][:-1])) for name, _ in strategy.populations()
        }
    return OfFlowKit(members, sample)


def _scale(scale: Scale) -> object:
    if isinstance(scale, Log):
        return fk.transforms.LogTransform(scale.t, scale.m)
    if isinstance(scale, Logicle):
        return fk.transforms.LogicleTransform(scale.t, scale.w, scale.m, scale.a)
    if isinstance(scale, Asinh):
        return fk.transforms.AsinhTransform(scale.t, scale.m, scale.a)
    assert isinstance(scale, Hyperlog)
    return fk.transforms.HyperlogTransform(scale.t, scale.w, scale.m, scale.a)


def _channel(file: FcsFile, axis: Axis) -> str:
    return file.channels[file.find(axis.source)].name


def _dimension(axis: Axis, strategy: Strategy, file: FcsFile, low: float | None = None, high: float | None = None):
    compensation = SPILL if axis.compensation == "file" else "uncompensated"
    scale = axis.transform or None
    if axis.source in strategy.ratios:
        return fk.RatioDimension(axis.source, compensation, scale, range_min=low, range_max=high)
    return fk.Dimension(_channel(file, axis), compensation, scale, range_min=low, range_max=high)


def _add(theirs, gate: Gate, paths: dict[str, tuple[str, ...]], strategy: Strategy, file: FcsFile) -> None:
    above = paths[gate.parent]
    theirs.add_gate(_gate(gate, paths, strategy, file), above)
    if isinstance(gate, Quadrants):
        paths |= {quadrant.name: (*above, gate.name, quadrant.name) for quadrant in gate.quadrants}
    else:
        paths[gate.name] = (*above, gate.name)


def _gate(gate: Gate, paths: Mapping[str, tuple[str, ...]], strategy: Strategy, file: FcsFile):
    if isinstance(gate, Rectangle):
        sides = [_dimension(side.axis, strategy, file, side.lower, side.upper) for side in gate.ranges]
        return fk.gates.RectangleGate(gate.name, sides)
    if isinstance(gate, Polygon):
        axes = [_dimension(axis, strategy, file) for axis in (gate.x, gate.y)]
        return fk.gates.PolygonGate(gate.name, axes, [list(corner) for corner in gate.vertices])
    if isinstance(gate, Ellipsoid):
        axes = [_dimension(axis, strategy, file) for axis in gate.axes]
        covariance = [list(row) for row in gate.covariance]
        return fk.gates.EllipsoidGate(gate.name, axes, list(gate.mean), covariance, gate.distance_square)
    if isinstance(gate, Boolean):
        operands = [
            {"ref": o.population, "path": paths[o.population][:-1], "complement": o.complement} for o in gate.operands
        ]
        return fk.gates.BooleanGate(gate.name, gate.operation, operands)
    return _quadrants(gate, file)


def _quadrants(gate: Quadrants, file: FcsFile):
    dividers = [
        fk.QuadrantDivider(
            divider.name,
            _channel(file, divider.axis),
            SPILL if divider.axis.compensation == "file" else "uncompensated",
            list(divider.values),
            divider.axis.transform or None,
        )
        for divider in gate.dividers
    ]
    cuts = {divider.name: [None, *divider.values, None] for divider in gate.dividers}
    quadrants = [
        fk.gates.Quadrant(
            quadrant.name,
            [name for name, _ in quadrant.positions],
            [(cuts[name][place], cuts[name][place + 1]) for name, place in quadrant.positions],
        )
        for quadrant in gate.quadrants
    ]
    return fk.gates.QuadrantGate(gate.name, dividers, quadrants)

"""Levels of a marker at the visits of a subject above each other: every cell when there are few, else histograms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from costim.cytometry.pictures.axes import axis_label, picture_axis, placed, rounded
from costim.cytometry.pictures.density import SPARSE, compute_histogram
from costim.cytometry.pictures.gated_tube import UNNAMED, GatedTube, gate_tube
from costim.registry.gate_pictures import LevelFrame, MarkerOverlay, PictureAxis

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Axis, Marker, Strategy
    from costim.cytometry.tube import Tube

Median = tuple[float | None, float | None, float | None]
"""Median and its limits in linear units; None where there is none."""
MedianKey = tuple[str, str, str]
"""`Tube.name`, population, marker."""
_NONE: Mapping[MedianKey, Median] = MappingProxyType({})


def marker_overlays(
    samples: Sequence[tuple[Tube, FcsFile, Strategy]],
    medians: Mapping[MedianKey, Median] = _NONE,
    visits: Mapping[str, str] = UNNAMED,
    *,
    level: float = 0.95,
) -> tuple[MarkerOverlay, ...]:
    """Overlays of each outcome marker: on its first population, and on the naive and memory cells among its others.

    Args:
        samples: as for `gate_pictures`.
        medians: medians as they were measured, so that picture and table say the same; where a tube has none (no cell,
            or below the limit of detection) none is drawn.
        visits: as for `gate_pictures`.
        level: level of the intervals of the medians.
    """
    tubes = [gate_tube(tube, file, strategy, visits) for tube, file, strategy in samples]
    if not tubes:
        return ()
    strategy = tubes[0].strategy
    return tuple(
        _overlay(tubes, (name, population), marker, medians, level)
        for name, marker in strategy.markers.items()
        if marker.outcome
        for population in _shown(marker, strategy)
    )


def _shown(marker: Marker, strategy: Strategy) -> tuple[str, ...]:
    """The first population of a marker, and those of its others that have a role in composition or expression."""
    known = {"", *(name for name, _ in strategy.populations())}
    subsets = {strategy.roles.get(role) for role in ("naive", "memory")}
    there = [population for population in marker.populations if population in known]
    return tuple(population for i, population in enumerate(there) if i == 0 or population in subsets)


def _overlay(
    tubes: Sequence[GatedTube],
    place: tuple[str, str],
    marker: Marker,
    medians: Mapping[MedianKey, Median],
    level: float,
) -> MarkerOverlay:
    name, population = place
    strategy = tubes[0].strategy
    threshold = next((t.value for t in strategy.thresholds if t.name == marker.threshold), None)
    values = [tube.values(population, marker.axis) for tube in tubes]
    found = [medians.get((tube.tube.name, population, name), (None, None, None)) for tube in tubes]
    positions = [tuple(_position(v, marker.axis, strategy) for v in median) for median in found]
    bounds = [p for median in positions for p in median if p is not None]
    bounds += [] if threshold is None else [threshold]
    x = picture_axis(marker.axis, axis_label(marker.axis, tubes[0].file, strategy), strategy, values, bounds)
    frames = tuple(_frames(tubes, values, positions, x))
    first = tubes[0].tube
    return MarkerOverlay(first.subject, first.panel, population, name, x, threshold, level, frames)


def _position(value: float | None, axis: Axis, strategy: Strategy) -> float | None:
    """Where a linear value stands on the scale of the axis."""
    if value is None or not np.isfinite(value):
        return None
    return float(strategy.transforms[axis.transform].apply(value)) if axis.transform else float(value)


def _frames(
    tubes: Sequence[GatedTube],
    values: Sequence[np.ndarray],
    medians: Sequence[tuple[float | None, ...]],
    x: PictureAxis,
) -> Iterator[LevelFrame]:
    for tube, column, (median, lower, upper) in zip(tubes, values, medians, strict=True):
        at, _ = placed(column[~np.isnan(column)], x)
        few = len(at) < SPARSE
        yield LevelFrame(
            tube=tube.tube.name,
            visit=tube.tube.visit,
            label=tube.label,
            events=len(at),
            cells=tuple(rounded(at, x)) if few else (),
            histogram=None if few else compute_histogram((at - x.lower) / (x.upper - x.lower)),
            median=median,
            median_lower=lower,
            median_upper=upper,
        )

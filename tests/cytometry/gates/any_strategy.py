"""Strategies of any kind, with everything a strategy can hold and names that are no identifiers."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from hypothesis import strategies as st

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Bound,
    Divider,
    Ellipsoid,
    Gate,
    Marker,
    Operand,
    Polygon,
    Quadrant,
    Quadrants,
    Range,
    Ratio,
    Rectangle,
    Strategy,
    StrategySet,
    Threshold,
)
from costim.cytometry.transforms.asinh import Asinh
from costim.cytometry.transforms.biex import Biex
from costim.cytometry.transforms.hyperlog import Hyperlog
from costim.cytometry.transforms.linear import Linear
from costim.cytometry.transforms.log import Log
from costim.cytometry.transforms.logicle import Logicle

numbers = st.floats(-1e6, 1e6).map(lambda value: round(value, 6) + 0.0) | st.integers(-1000, 1000).map(float)
words = st.sampled_from(
    ["CD4+ T", 'a "quoted" one', "naïve", "x.y", "B cells, all", "back\\slash", "Gate", "1st", "a#b"]
)
CHANNELS = ("FSC-A", "CD19", "CD27", 'PE "A"', "comma, A")
TRANSFORMS = {
    "lin": Linear(1000.0, 10.0),
    "log": Log(10000.0, 4.5),
    "asinh": Asinh(1000.0, 4.0, 1.0),
    "logicle scale": Logicle(262144.0, 0.5, 4.5, 0.0, bound_min=-0.1),
    "hyperlog": Hyperlog(262144.0, 1.0, 4.5, 0.25, bound_min=0.0, bound_max=0.9),
}
MATRICES = {
    "bench": SpilloverMatrix("bench", ("CD19", "CD27"), ("FITC", "PE"), ((1.0, 0.1), (0.03, 1.0))),
    "lab 2": SpilloverMatrix("lab 2", ("CD19", "CD27"), ("CD19", "CD27"), ((1.0, 0.2), (0.0, 1.0))),
}
RATIOS = {
    "shape": Ratio(Axis("FSC-A"), Axis("CD19"), 2.0, 1.0, -3.0),
    "r2": Ratio(Axis("CD19", "file"), Axis("CD27", "file")),
}


@st.composite
def axes(draw: st.DrawFn) -> Axis:
    """Any axis of a strategy."""
    source = draw(st.sampled_from([*CHANNELS, *RATIOS]))
    compensation = "" if source in RATIOS else draw(st.sampled_from(["", "file", *MATRICES]))
    return Axis(source, compensation, draw(st.sampled_from(["", *TRANSFORMS])))


@st.composite
def strategies(draw: st.DrawFn, *, named_bounds: bool = True, biex: bool = True) -> Strategy:
    """A strategy that can be evaluated once its thresholds have numbers."""
    thresholds: list[Threshold] = []
    populations: list[str] = []
    gates: list[Gate] = []
    for number in range(draw(st.integers(1, 5))):
        name = f"{draw(words)} {number}"
        gates.append(draw(gate(name, populations, thresholds if named_bounds else None)))
        last = gates[-1]
        populations += [q.name for q in last.quadrants] if isinstance(last, Quadrants) else [name]
    if not named_bounds:
        thresholds = [Threshold("t0", draw(axes()), populations[0], ("fixed",), value=draw(numbers))]
    transforms = TRANSFORMS | ({"flowjo": Biex(1.0, -50.0, 4.2, 200000.0, 256)} if biex else {})
    markers = {
        f"m{i}": Marker(
            draw(axes()), tuple(draw(st.lists(st.sampled_from(populations), max_size=2, unique=True))), i == 0
        )
        for i in range(draw(st.integers(0, 2)))
    }
    outcomes = {marker.axis.source for marker in markers.values() if marker.outcome}
    kept = tuple(t for t in thresholds if not (t.axis.source in outcomes and "valley" in t.sources))
    if len(kept) < len(thresholds):
        markers, kept = {}, tuple(thresholds)
    roles = {"lymphocytes": populations[0]} if draw(st.booleans()) else {}
    subsets = {populations[0]: tuple(populations[1:3])} if len(populations) > 2 else {}
    return Strategy(
        draw(words),
        tuple(gates),
        MappingProxyType(transforms),
        MappingProxyType(MATRICES),
        MappingProxyType(RATIOS),
        kept,
        MappingProxyType(markers),
        MappingProxyType(roles),
        MappingProxyType(subsets),
    )


@st.composite
def gate(draw: st.DrawFn, name: str, populations: list[str], thresholds: list[Threshold] | None) -> Gate:
    """A gate below one of the populations that are there."""
    parent = draw(st.sampled_from(["", *populations]))
    kinds = [rectangle, polygon, ellipsoid, quadrants]
    kind = draw(st.sampled_from([*kinds, boolean] if populations else kinds))
    if kind is boolean:
        return draw(boolean(name, parent, populations))
    if kind in (rectangle, quadrants):
        return draw(kind(name, parent, thresholds))
    return draw(kind(name, parent))


@st.composite
def bound(draw: st.DrawFn, axis: Axis, value: float, thresholds: list[Threshold] | None) -> Bound:
    """A number, or sometimes a new threshold on all events."""
    if thresholds is None or draw(st.integers(0, 3)):
        return value
    sources = draw(
        st.lists(st.sampled_from(["fmo", "isotype", "reference", "valley", "fixed"]), min_size=1, unique=True)
    )
    search = draw(st.sampled_from([None, (0.25, 0.75)]))
    made = Threshold(f"t{len(thresholds)}", axis, "", tuple(sources), draw(st.floats(0.01, 0.999)), "", value, search)
    made = made if "reference" not in sources else Threshold(made.name, axis, "", ("fixed",), value=value)
    thresholds.append(made)
    return made.name


@st.composite
def rectangle(draw: st.DrawFn, name: str, parent: str, thresholds: list[Threshold] | None) -> Rectangle:
    """One to three ranges."""
    ranges = []
    for _ in range(draw(st.integers(1, 3))):
        axis = draw(axes())
        low, high = sorted(draw(st.lists(numbers, min_size=2, max_size=2, unique=True)))
        ends = draw(st.sampled_from([(True, False), (False, True), (True, True)]))
        lower = draw(bound(axis, low, thresholds)) if ends[0] else None
        ranges.append(Range(axis, lower, draw(bound(axis, high, thresholds)) if ends[1] else None))
    return Rectangle(name, parent, tuple(ranges))


@st.composite
def polygon(draw: st.DrawFn, name: str, parent: str) -> Polygon:
    """Three to seven corners, crossing edges allowed."""
    corners = draw(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=7, unique=True))
    return Polygon(name, parent, draw(axes()), draw(axes()), tuple(corners))


@st.composite
def ellipsoid(draw: st.DrawFn, name: str, parent: str) -> Ellipsoid:
    """Two or three dimensions, any tilt."""
    size = draw(st.integers(2, 3))
    root = np.array(draw(st.lists(st.integers(-5, 5), min_size=size**2, max_size=size**2)), float).reshape(size, size)
    covariance = root @ root.T + np.eye(size)
    rows = tuple(tuple(float(value) for value in row) for row in covariance)
    mean = tuple(draw(numbers) for _ in range(size))
    return Ellipsoid(name, parent, tuple(draw(axes()) for _ in range(size)), mean, rows, draw(st.floats(0.0, 50.0)))


@st.composite
def quadrants(draw: st.DrawFn, name: str, parent: str, thresholds: list[Threshold] | None) -> Quadrants:
    """All regions of one or two dividers, or the first of them, some looking at one divider only."""
    dividers = []
    for own in ("cd27", "igd d")[: draw(st.integers(1, 2))]:
        axis = draw(axes())
        cuts = sorted(draw(st.lists(numbers, min_size=1, max_size=3, unique=True)))
        named: list[Bound] = [draw(bound(axis, cuts[0], thresholds)), *cuts[1:]]
        dividers.append(Divider(own, axis, tuple(named)))
    regions: list[tuple[tuple[str, int], ...]] = [()]
    for divider in dividers:
        regions = [(*region, (divider.name, place)) for region in regions for place in range(len(divider.values) + 1)]
    named_regions = tuple(Quadrant(f"{name} q{number}", region) for number, region in enumerate(regions))
    partial = (Quadrant(f"{name} part", regions[0][:1]),) if draw(st.booleans()) else ()
    return Quadrants(name, parent, tuple(dividers), named_regions[: draw(st.integers(1, len(regions)))] + partial)


@st.composite
def boolean(draw: st.DrawFn, name: str, parent: str, populations: list[str]) -> Boolean:
    """An operation on one to three populations."""
    operation = draw(st.sampled_from(["and", "or", "not"]))
    count = 1 if operation == "not" else draw(st.integers(2, 3))
    operands = tuple(Operand(draw(st.sampled_from(populations)), draw(st.booleans())) for _ in range(count))
    return Boolean(name, parent, operation, operands)


@st.composite
def strategy_sets(draw: st.DrawFn) -> StrategySet:
    """A strategy, and for some samples a rectangle or polygon that stands for one of its own."""
    shared = draw(strategies())
    found, reasons = {}, {}
    plain = [g for g in shared.gates if not isinstance(g, Quadrants | Boolean)]
    for number in range(draw(st.integers(0, 2)) if plain else 0):
        old = draw(st.sampled_from(plain))
        kind = draw(st.sampled_from([polygon, ellipsoid]))
        found[f"S0{number}/visit {number}"] = (draw(kind(old.name, old.parent)),)
        reasons[f"S0{number}/visit {number}", old.name] = draw(words)
    return StrategySet(shared, MappingProxyType(found), MappingProxyType(reasons))

"""Strategies, events and wishes of any kind, for property tests: every gate, nested, bounds on events themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.engine.result import Want
from costim.cytometry.events import Events
from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Divider,
    Ellipsoid,
    Gate,
    Operand,
    Polygon,
    Quadrant,
    Quadrants,
    Range,
    Ratio,
    Rectangle,
    Strategy,
)
from costim.cytometry.transforms.asinh import Asinh
from costim.cytometry.transforms.biex import Biex
from costim.cytometry.transforms.hyperlog import Hyperlog
from costim.cytometry.transforms.linear import Linear
from costim.cytometry.transforms.log import Log
from costim.cytometry.transforms.logicle import Logicle
from tests.cytometry.engine.memory_file import MemoryFile

SCALES = {
    "linear": Linear(1000.0, 100.0),
    "log": Log(1000.0, 4.0),
    "asinh": Asinh(1000.0, 3.0, 1.0),
    "logicle": Logicle(1000.0, 0.5, 4.0, 0.0),
    "bounded": Logicle(1000.0, 1.0, 4.0, 0.5, bound_min=0.1, bound_max=0.9),
    "hyperlog": Hyperlog(1000.0, 0.5, 4.0, 0.0),
    "biex": Biex(maximum=1000.0, width=-10.0),
}
MATRIX = SpilloverMatrix.from_array("m", ("C0", "C1", "C2"), [[1.0, 0.2, 0.0], [0.1, 1.0, 0.03], [0.0, 0.3, 1.0]])
TYPES = ("<f4", ">f4", "<f8", ">f8", "<u2", ">u2", "<u4", "u1")
ODD = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-30, -1e30, 3e38)


@dataclass(frozen=True)
class Case:
    """One file with what is asked of it."""

    file: MemoryFile
    strategy: Strategy
    wants: tuple[Want, ...]


@st.composite
def stored(draw: st.DrawFn) -> NDArray[Any]:
    """Events: ties, values near and far from zero, and where the type has them values that are no numbers."""
    n = draw(st.sampled_from([0, 1, 2, 7, 40, 150, 300]))
    generator = np.random.Generator(np.random.PCG64(draw(st.integers(0, 2**32))))
    kind: np.dtype[Any] = np.dtype(draw(st.sampled_from(TYPES)))
    smooth = generator.normal(200.0, 300.0, (n, 4)) * 10.0 ** generator.uniform(-2.0, 0.5, (n, 1))
    values = np.where(generator.random((n, 4)) < 0.3, np.round(smooth / 50.0) * 50.0, smooth)
    if kind.kind == "u":
        return np.clip(np.abs(values), 0, np.iinfo(kind).max).astype(kind)
    if draw(st.booleans()) and n:
        odd = generator.choice(ODD, (n, 4))
        values = np.where(generator.random((n, 4)) < 0.05, odd, values)
    if kind.itemsize == 8 and n and draw(st.booleans()):
        values[generator.integers(0, n), :2] = (1e200, -1e250)
    return values.astype(kind)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A file, a strategy for it and levels wanted."""
    data = draw(stored())
    gains = draw(st.sampled_from([(), (1.0, 1.0, 1.0, 4.0), (2.0, 1.0, 1.0, 1.0)]))
    file = MemoryFile(data, gains, aligned=draw(st.booleans()))
    ratios = {"r": Ratio(Axis("C0", "m"), Axis("C3"), 2.0, 10.0, 50.0)}
    bare = Strategy("any", (), SCALES, {"m": MATRIX}, ratios)
    gates: list[Gate] = []
    for number in range(draw(st.integers(1, 6))):
        gates.append(draw(gate(f"g{number}", replace(bare, gates=tuple(gates)), file)))
    strategy = replace(bare, gates=tuple(gates))
    populations = ["", *(name for name, _ in strategy.populations())]
    wants = tuple(
        Want(
            draw(st.sampled_from(populations)),
            draw(axes),
            f"w{number}",
            draw(st.sampled_from(RANKS)),
            tuple(draw(st.lists(values_near(file), max_size=2))),
            draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 4)))
    )
    return Case(file, strategy, wants)


def _spread(n: int) -> list[int]:
    return [0, n // 10, n // 2, n - 1, n, n // 2]


def _none(n: int) -> list[int]:
    return []


def _median(n: int) -> list[int]:
    return [n // 2] if n % 2 else [n // 2 - 1, n // 2]


RANKS = (_spread, _none, _median, _median)
axes = st.builds(
    Axis,
    st.sampled_from(["C0", "C1", "C2", "C3", "r"]),
    st.sampled_from(["", "m"]),
    st.sampled_from(["", "", *SCALES]),
)


def values_near(file: MemoryFile) -> st.SearchStrategy[float]:
    """Linear values: those of events, and others."""
    own = file.read([0, 1, 2, 3])
    found = own[np.isfinite(own) & (np.abs(own) < 1e6)].tolist()
    return st.sampled_from(found) if found else st.floats(-100.0, 1000.0)


@st.composite
def bound(draw: st.DrawFn, axis: Axis, strategy: Strategy, file: MemoryFile) -> float:
    """A bound on the scale of an axis: often exactly at an event."""
    events = Events(file, strategy)  # type: ignore[arg-type]
    with np.errstate(all="ignore"):
        at_events = events.values(axis)
    finite = at_events[np.isfinite(at_events) & (np.abs(at_events) < 1e9)]
    if len(finite) and draw(st.booleans()):
        return float(finite[draw(st.integers(0, len(finite) - 1))])
    linear = draw(st.floats(-300.0, 1500.0))
    value = float(strategy.transforms[axis.transform].apply(linear)) if axis.transform else linear
    return value if np.isfinite(value) else 0.0


@st.composite
def gate(draw: st.DrawFn, name: str, strategy: Strategy, file: MemoryFile) -> Gate:
    """A gate of any kind below any population."""
    populations = [name for name, _ in strategy.populations()]
    parent = draw(st.sampled_from(["", *populations]))
    kind = draw(
        st.sampled_from(["rectangle", "polygon", "ellipsoid", "quadrants", *(["boolean"] if populations else [])])
    )
    if kind == "boolean":
        operation: Literal["and", "or", "not"] = draw(st.sampled_from(("and", "or", "not")))
        count = 1 if operation == "not" else draw(st.integers(2, 3))
        operands = tuple(Operand(draw(st.sampled_from(populations)), draw(st.booleans())) for _ in range(count))
        return Boolean(name, parent, operation, operands)
    if kind == "rectangle":
        ranges = tuple(draw(side(strategy, file)) for _ in range(draw(st.integers(1, 3))))
        return Rectangle(name, parent, ranges)
    if kind == "polygon":
        x, y = draw(axes), draw(axes)
        corners = [
            (draw(bound(x, strategy, file)), draw(bound(y, strategy, file))) for _ in range(draw(st.integers(3, 6)))
        ]
        return Polygon(name, parent, x, y, tuple(corners))
    if kind == "quadrants":
        return draw(quadrants(name, parent, strategy, file))
    own = tuple(draw(axes) for _ in range(draw(st.integers(1, 3))))
    mean = tuple(draw(bound(axis, strategy, file)) for axis in own)
    spread = np.array([0.2 if axis.transform not in {"", "biex"} else 200.0 for axis in own])
    tilt = np.eye(len(own)) + draw(st.floats(-0.3, 0.3)) * (np.ones((len(own), len(own))) - np.eye(len(own)))
    covariance = tuple(tuple(row) for row in (tilt * np.outer(spread, spread)).tolist())
    return Ellipsoid(name, parent, own, mean, covariance, draw(st.floats(0.1, 4.0)))


@st.composite
def side(draw: st.DrawFn, strategy: Strategy, file: MemoryFile) -> Range:
    """A range with none, one or two bounds."""
    axis = draw(axes)
    ends = sorted([draw(bound(axis, strategy, file)), draw(bound(axis, strategy, file))])
    return Range(axis, ends[0] if draw(st.booleans()) else None, ends[1] if draw(st.booleans()) else None)


@st.composite
def quadrants(draw: st.DrawFn, name: str, parent: str, strategy: Strategy, file: MemoryFile) -> Quadrants:
    """All regions of one or two dividers, or some of them."""
    dividers = []
    for letter in ("a", "b")[: draw(st.integers(1, 2))]:
        axis = draw(axes)
        cuts = {draw(bound(axis, strategy, file)) for _ in range(draw(st.integers(1, 2)))}
        dividers.append(Divider(letter, axis, tuple(sorted(cuts))))
    regions: list[tuple[tuple[str, int], ...]] = [()]
    for divider in dividers:
        regions = [(*region, (divider.name, place)) for region in regions for place in range(len(divider.values) + 1)]
    named = tuple(Quadrant(f"{name}q{number}", region) for number, region in enumerate(regions))
    return Quadrants(name, parent, tuple(dividers), named[: draw(st.integers(1, len(named)))])

"""FlowKit reads what we write, and puts every event where we put it: random strategies, and real files."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.engine.gate import gate_file
from costim.cytometry.events import Events
from costim.cytometry.fcs.file import FcsFile
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.inside import in_ellipsoid, in_polygon
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
from costim.cytometry.interchange.gatingml_read import parse_gatingml
from costim.cytometry.interchange.gatingml_write import write_gatingml
from costim.cytometry.transforms.asinh import Asinh
from costim.cytometry.transforms.hyperlog import Hyperlog
from costim.cytometry.transforms.linear import Linear
from costim.cytometry.transforms.log import Log
from costim.cytometry.transforms.logicle import Logicle
from tests.cytometry.interchange.gatingml_by_flowkit import memberships_by_flowkit
from tests.cytometry.interchange.gatingml_document import dim, document, gate, spectrum, transformation

pytestmark = pytest.mark.oracle

CHANNELS = ("FL1-A", "FL2-A", "FL3-A", "FL4-A")
SPILL = [[1.0, 0.2, 0.01, 0.0], [0.05, 1.0, 0.1, 0.0], [0.0, 0.15, 1.0, 0.02], [0.0, 0.0, 0.3, 1.0]]
SCALES = {
    "lin": Linear(262144.0, 500.0),
    "asinh": Asinh(262144.0, 4.5, 0.5),
    "logicle": Logicle(262144.0, 0.75, 4.5, 0.0),
    "wide": Logicle(200000.0, 1.5, 5.0, 0.5),
    "hyperlog": Hyperlog(262144.0, 0.5, 4.5, 0.25),
}
LOG = {"log": Log(262144.0, 5.0)}
BENCH = SpilloverMatrix.from_array("bench", CHANNELS[:3], [[1.0, 0.3, 0.0], [0.1, 1.0, 0.2], [0.0, 0.05, 1.0]])
RATIOS = {"shape": Ratio(Axis("FSC-A"), Axis("SSC-A"), 1.5, -10.0, -3000.0)}


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20,000 events with dim, bright and negative values, spilled over by the matrix in the file."""
    generator = np.random.default_rng(20)
    n = 20_000
    scatter = generator.gamma(8.0, 8000.0, (n, 2)).clip(1, 262143)
    bright = generator.random((n, 4)) < 0.4
    stain = np.where(bright, generator.lognormal(9.0, 1.0, (n, 4)), generator.normal(50.0, 120.0, (n, 4)))
    path = tmp_path_factory.mktemp("gatingml") / "synthetic.fcs"
    spill = "4," + ",".join(CHANNELS) + "," + ",".join(str(value) for row in SPILL for value in row)
    channels = [NewChannel(name) for name in ("FSC-A", "SSC-A", *CHANNELS)]
    write_fcs(path, np.hstack([scatter, stain @ np.array(SPILL)]), channels, {"$SPILLOVER": spill})
    return path


class Maker:
    """Random strategies whose bounds lie among the events of a file."""

    def __init__(self, file: FcsFile, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.bare = Strategy(
            "random", (), MappingProxyType(SCALES | LOG), MappingProxyType({"bench": BENCH}), MappingProxyType(RATIOS)
        )
        self.events = Events(file, self.bare)
        self.gates: list[Gate] = []
        self.names: list[str] = []

    def strategy(self, count: int) -> Strategy:
        for number in range(count):
            kinds = [self.rectangle, self.polygon, self.ellipsoid, self.quadrants]
            kind = kinds[number % 4] if number < 4 else self.pick([*kinds, self.boolean, self.boolean])
            parent = self.pick(["", "", *self.names])
            gate = kind(f"g{number}", parent)
            self.gates.append(gate)
            self.names += [q.name for q in gate.quadrants] if isinstance(gate, Quadrants) else [gate.name]
        return Strategy("random", tuple(self.gates), self.bare.transforms, self.bare.matrices, self.bare.ratios)

    def pick(self, choices: list) -> object:  # type: ignore[type-arg]
        return choices[int(self.random.integers(0, len(choices)))]

    def axes(self, count: int, *, ratio: bool = True) -> list[Axis]:
        """Axes of one gate, within what FlowKit can do.

        It refuses a channel that stands in a gate twice and two matrices in one gate, and where one dimension is
        compensated it compensates the others of the gate too, whatever their compensation-ref.
        """
        matrix = self.pick(["", "file", "bench"])
        detectors = BENCH.detectors if matrix == "bench" else CHANNELS
        sources = [*detectors, *detectors, "FSC-A", *(["shape"] if ratio else [])]
        found: dict[str, Axis] = {}
        while len(found) < count:
            source = self.pick(sources)
            scale = self.pick(["", *SCALES, *SCALES])
            # Logarithms of scatter and ratio only, which are above zero: FlowKit has no number for the others.
            log = self.pick(["", "log"])
            plain = source in ("FSC-A", "shape")
            found.setdefault(source, Axis(source, "", log) if plain else Axis(source, matrix, scale))
        return list(found.values())

    def at(self, axis: Axis, low: float, high: float) -> float:
        """A value between two quantiles of all events."""
        values = self.events.values(axis)
        return float(np.quantile(values[np.isfinite(values)], self.random.uniform(low, high)))

    def rectangle(self, name: str, parent: str) -> Gate:
        ranges = []
        for axis in self.axes(int(self.random.integers(1, 4))):
            # FlowKit needs both ends of a ratio.
            ends = self.pick([(True, True), *([(True, False), (False, True)] if axis.source != "shape" else [])])
            lower, upper = self.at(axis, 0.02, 0.35), self.at(axis, 0.65, 0.98)
            ranges.append(Range(axis, lower if ends[0] else None, upper if ends[1] else None))
        return Rectangle(name, parent, tuple(ranges))

    def polygon(self, name: str, parent: str) -> Gate:
        x, y = self.axes(2)
        corners = [(self.at(x, 0.01, 0.99), self.at(y, 0.01, 0.99)) for _ in range(int(self.random.integers(4, 9)))]
        return Polygon(name, parent, x, y, tuple(corners))

    def ellipsoid(self, name: str, parent: str) -> Gate:
        axes = self.axes(int(self.random.integers(2, 4)))
        mean = [self.at(axis, 0.3, 0.7) for axis in axes]
        spread = np.array([abs(self.at(axis, 0.8, 0.95) - self.at(axis, 0.05, 0.2)) + 1e-6 for axis in axes])
        tilt = np.eye(len(axes)) * 0.6 + 0.4 * self.pick([1.0, 0.0])
        rows = (tilt * np.outer(spread, spread)).tolist()
        return Ellipsoid(name, parent, tuple(axes), tuple(mean), tuple(map(tuple, rows)), 0.5)

    def quadrants(self, name: str, parent: str) -> Gate:
        # FlowKit reads no ratio as a divider.
        axes = self.axes(2, ratio=False)
        cuts = [sorted({self.at(axes[0], 0.2, 0.5), self.at(axes[0], 0.5, 0.8)}), [self.at(axes[1], 0.3, 0.7)]]
        dividers = tuple(Divider(f"{name}d{i}", axis, tuple(cuts[i])) for i, axis in enumerate(axes))
        regions = [((dividers[0].name, i), (dividers[1].name, j)) for i in range(len(cuts[0]) + 1) for j in range(2)]
        named = tuple(Quadrant(f"{name}q{i}", region) for i, region in enumerate(regions))
        return Quadrants(name, parent, dividers, named)

    def boolean(self, name: str, parent: str) -> Gate:
        operation = self.pick(["and", "or", "not"])
        count = 1 if operation == "not" else int(self.random.integers(2, 4))
        # FlowKit cannot read an operand that is the parent as well.
        others = [known for known in self.names if known != parent]
        operands = tuple(Operand(self.pick(others), bool(self.random.random() < 0.4)) for _ in range(count))
        return Boolean(name, parent, operation, operands)


@pytest.mark.parametrize("seed", range(12))
def test_every_event_of_random_strategies(synthetic: Path, seed: int) -> None:
    file = open_fcs(synthetic)
    strategy = Maker(file, seed).strategy(10)
    text = write_gatingml(strategy)
    read, _ = parse_gatingml(text.encode())
    ours = memberships(read, Events(file, read))
    theirs = memberships_by_flowkit(text, synthetic, strategy)
    assert set(ours) == set(theirs)
    for name, inside in theirs.items():
        assert np.array_equal(ours[name], inside), (name, int(ours[name].sum()), int(inside.sum()))
    assert sum(0 < inside.sum() < file.events for inside in theirs.values()) >= 8
    assert dict(gate_file(file, strategy).counts) == {name: int(inside.sum()) for name, inside in theirs.items()}


def test_a_matrix_with_names_of_fluorochromes(synthetic: Path) -> None:
    names = ("FITC", "PE", "APC")
    rows = [dim(name, comp="M", scale="logicle", low="0.3", high="0.6") for name in names]
    body = spectrum("M", list(names), list(CHANNELS[:3]), [list(row) for row in BENCH.values])
    body += transformation("logicle", "logicle", T=262144, W=0.75, M=4.5, A=0)
    body += "".join(gate("RectangleGate", name, row) for name, row in zip(names, rows, strict=True))
    text = document(body).decode()
    strategy, findings = parse_gatingml(text.encode())
    assert findings == ()
    ours = memberships(strategy, Events(open_fcs(synthetic), strategy))
    theirs = memberships_by_flowkit(text, synthetic, strategy)
    for name in names:
        assert 0 < ours[name].sum() < 20_000
        assert np.array_equal(ours[name], theirs[name]), name


def real_strategy(file: FcsFile, names: tuple[str, str, str], scatter: tuple[str, str]) -> Strategy:
    """All gate types on markers of a real file, bounds among its events."""
    scales = MappingProxyType({"logicle": SCALES["logicle"], "hyperlog": SCALES["hyperlog"]})
    a, b, c = (Axis(file.channels[file.find(name)].name, "file", "logicle") for name in names)
    d = Axis(c.source, "file", "hyperlog")
    x, y = (Axis(file.channels[file.find(name)].name) for name in scatter)
    events = Events(file, Strategy("bare", (), scales))

    def at(axis: Axis, share: float) -> float:
        # Beside the values of events, which in these files may be whole numbers: FlowKit leaves out some borders.
        return float(np.quantile(events.values(axis), share)) + (0 if axis.transform else 0.3125)

    corners = [(0.05, 0.05), (0.9, 0.02), (0.97, 0.7), (0.5, 0.97), (0.1, 0.6)]
    middle = np.cov(events.values(a), events.values(c))
    gates = (
        Polygon("cells", "", x, y, tuple((at(x, i), at(y, j)) for i, j in corners)),
        Rectangle("dim", "cells", (Range(a, None, at(a, 0.8)), Range(d, at(d, 0.05)))),
        Ellipsoid("round", "cells", (a, c), (at(a, 0.5), at(c, 0.5)), tuple(map(tuple, middle.tolist())), 2.0),
        Quadrants(
            "quad",
            "dim",
            (Divider("da", b, (at(b, 0.5),)), Divider("db", c, (at(c, 0.4), at(c, 0.8)))),
            tuple(Quadrant(f"q{i}{j}", (("da", i), ("db", j))) for i in range(2) for j in range(3)),
        ),
        Boolean("odd", "cells", "and", (Operand("round"), Operand("q01", complement=True))),
        Boolean("rest", "dim", "not", (Operand("round"),)),
    )
    return Strategy("real", gates, scales)


REAL = {
    "flowkit/100715.fcs": (("CD3", "CD4", "CD8"), ("FSC-A", "SSC-A")),
    "flowai/flowai_Bcells1.fcs": (("CD19", "CD27", "IgM"), ("FSC-A", "SSC-A")),
    "flowstats_itn/itn_sample01.fcs": (("CD3", "CD4", "CD69"), ("FSC", "SSC")),
    "cytometryinr/2025_07_26_AB_02_NY068_02_Ctrl.fcs": (("CD3", "CD4", "ICOS"), ("FSC-A", "SSC-A")),
}


@pytest.mark.parametrize("name", REAL)
def test_every_event_of_real_files(fcs_data: Path, name: str) -> None:
    file = open_fcs(fcs_data / name)
    strategy = real_strategy(file, *REAL[name])
    text = write_gatingml(strategy)
    read, _ = parse_gatingml(text.encode())
    ours = memberships(read, Events(file, read))
    theirs = memberships_by_flowkit(text, fcs_data / name, strategy)
    for population, inside in theirs.items():
        assert np.array_equal(ours[population], inside), population
    assert sum(0 < inside.sum() < file.events for inside in theirs.values()) >= 8


def test_saturated_events_on_a_border_are_in(fcs_data: Path) -> None:
    """A polygon drawn up to the top of the scale: what lies on it is inside by the standard, not so with FlowKit."""
    name = "flowstats_itn/itn_sample01.fcs"
    file = open_fcs(fcs_data / name)
    corners = ((300.5, 100.5), (900.5, 100.5), (900.5, 1023.0), (300.5, 1023.0))
    strategy = Strategy("top", (Polygon("cells", "", Axis("FSC"), Axis("SSC"), corners),))
    ours = memberships(strategy, Events(file, strategy))["cells"]
    theirs = memberships_by_flowkit(write_gatingml(strategy), fcs_data / name, strategy)["cells"]
    saturated = file.read([file.find("SSC")])[:, 0] == 1023.0
    assert np.array_equal(ours & ~saturated, theirs & ~saturated)
    assert int((ours & saturated).sum()) > 1000
    assert not (theirs & saturated).any()


def test_where_flowkit_differs_at_borders() -> None:
    """FlowKit leaves some borders of a polygon out; the standard and we take all of them in. Ellipses agree."""
    from flowutils.gating import points_in_ellipsoid, points_in_polygon

    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    on = np.array([(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)], dtype=float)
    assert in_polygon(on[:, 0], on[:, 1], square).all()
    theirs = points_in_polygon(np.array(square), on)
    assert theirs.tolist() == [True, True, False, False, False, False, False, True]
    rows = ((4.0, 0.0), (0.0, 1.0))
    rim = np.array([(3, 1), (-1, 1), (1, 2), (1, 0)], dtype=float)
    assert in_ellipsoid([rim[:, 0], rim[:, 1]], (1.0, 1.0), rows, 1.0).all()
    assert np.asarray(points_in_ellipsoid(np.array(rows), np.array([1.0, 1.0]), 1.0, rim)).all()

"""Numbers of a study against their definitions: read by flowio, gated in plain numpy, limits by counting out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from costim.cytometry.gates.model import Axis, Boolean, Quadrants, Rectangle, Strategy
from costim.instruments.cytometry.gated import GatedTube
from costim.instruments.cytometry.measure import measure
from costim.instruments.cytometry.run import run
from costim.registry.measurements import Measurement
from costim.study.check import read_study
from costim.study.study import Study
from tests.instruments.cells_study import write_study

pytestmark = pytest.mark.oracle
Mask = NDArray[np.bool_]
ROUNDING = 1e-12
"""A threshold may be the value of an event itself; another logicle gives that value with other last digits."""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return read_study(write_study(tmp_path_factory.mktemp("audit") / "study"))


@pytest.fixture(scope="module")
def rows(study: Study) -> dict[tuple[str, str, str], Measurement]:
    return {(row.subject, row.visit, row.parameter): row for row in measure(study)}


class Oracle:
    """One tube, read and compensated without the package under test."""

    def __init__(self, path: Path, strategy: Strategy) -> None:
        import flowio

        data = flowio.FlowData(str(path))
        self.strategy, self.names, self.markers = strategy, list(data.pnn_labels), list(data.pns_labels)
        self.measured = np.asarray(data.as_array(preprocess=True), dtype=np.float64)
        self.compensated = self.measured.copy()
        parts = data.text["spillover"].split(",")
        size = int(parts[0])
        own = [self.names.index(name) for name in parts[1 : size + 1]]
        spill = np.array([float(part) for part in parts[size + 1 :]]).reshape(size, size)
        self.compensated[:, own] = self.measured[:, own] @ np.linalg.inv(spill)

    def linear(self, axis: Axis) -> NDArray[np.float64]:
        if axis.source in self.strategy.ratios:
            ratio = self.strategy.ratios[axis.source]
            return ratio.a * (self.linear(ratio.x) - ratio.b) / (self.linear(ratio.y) - ratio.c)
        known = self.names if axis.source in self.names else self.markers
        return (self.compensated if axis.compensation else self.measured)[:, known.index(axis.source)]

    def shown(self, axis: Axis) -> NDArray[np.float64]:
        from flowutils.transforms import logicle

        if not axis.transform:
            return self.linear(axis)
        scale = self.strategy.transforms[axis.transform]
        values = self.linear(axis).reshape(-1, 1).copy()
        return np.asarray(logicle(values, [0], t=scale.t, m=scale.m, w=scale.w, a=scale.a))[:, 0]

    def populations(self) -> dict[str, Mask]:
        found: dict[str, Mask] = {"": np.ones(len(self.measured), dtype=bool)}
        for gate in self.strategy.gates:
            inside = found[gate.parent]
            if isinstance(gate, Rectangle):
                for side in gate.ranges:
                    values = self.shown(side.axis) + (ROUNDING if side.axis.transform else 0)
                    inside = inside & (values >= (-np.inf if side.lower is None else side.lower))
                    inside = inside & (values < (np.inf if side.upper is None else side.upper))
                found[gate.name] = inside
            elif isinstance(gate, Quadrants):
                place = {d.name: self.shown(d.axis) + ROUNDING >= d.values[0] for d in gate.dividers}
                for quadrant in gate.quadrants:
                    sides = [place[name] == bool(position) for name, position in quadrant.positions]
                    found[quadrant.name] = np.logical_and.reduce([inside, *sides])
            else:
                assert isinstance(gate, Boolean)
                masks = [found[o.population] != o.complement for o in gate.operands]
                joined = {"and": np.logical_and.reduce, "or": np.logical_or.reduce, "not": lambda m: ~m[0]}
                found[gate.name] = inside & joined[gate.operation](masks)
        return found


def stained(study: Study) -> Iterator[tuple[GatedTube, Oracle, dict[str, Mask]]]:
    for panel in run(study):
        for tube in panel.tubes:
            oracle = Oracle(tube.placed.tube.path, tube.strategy)
            yield tube, oracle, oracle.populations()


def blank_limit(parents: int, false: int, whole: int, alpha: float) -> int:
    """Largest n with P(Bin(n + false, N / (N + M)) >= n) > alpha, counted up from 0."""
    from scipy.stats import binom

    share = parents / (parents + whole)
    n = 0
    while n < parents and binom.sf(n, n + 1 + false, share) > alpha:
        n += 1
    return n


def ranks(n: int, quantile: float, error: float) -> tuple[int, int]:
    from scipy.stats import binom

    low = max((r for r in range(1, n + 1) if binom.cdf(r - 1, n, quantile) <= error / 2), default=0)
    high = min((r for r in range(1, n + 1) if binom.sf(r - 1, n, quantile) <= error / 2), default=n + 1)
    return low, high


def test_every_count_is_that_of_plain_gating(study: Study) -> None:
    compared = 0
    for tube, _, inside in stained(study):
        assert {name: int(mask.sum()) for name, mask in inside.items() if name} == dict(tube.gated.counts)
        compared += len(tube.gated.counts)
    assert compared > 100


def test_levels_and_their_limits_are_those_of_the_sorted_cells(
    study: Study, rows: dict[tuple[str, str, str], Measurement]
) -> None:
    statistics: dict[str, Callable[[NDArray[np.float64]], float]] = {
        "median": lambda x: float(np.quantile(x, 0.5)),
        "p10": lambda x: float(np.quantile(x, 0.1)),
        "p90": lambda x: float(np.quantile(x, 0.9)),
        "mean": lambda x: float(x.mean()),
    }
    compared = 0
    for tube, oracle, inside in stained(study):
        for name, marker in tube.strategy.markers.items():
            for population in marker.populations:
                cells = np.sort(oracle.linear(marker.axis)[inside[population]])
                for statistic, make in statistics.items():
                    place = tube.placed.tube
                    row = rows[place.subject, place.visit, f"cyt.{population}.{name}.{statistic}"]
                    if row.missing:
                        assert row.missing in ("below_lod", "below_lloq")
                        assert (row.value, row.interval_lower, row.interval_upper) == (None, None, None)
                        continue
                    assert row.value == pytest.approx(make(cells), rel=1e-9)
                    compared += 1
    assert compared > 50


def test_limits_of_detection_are_those_of_their_definitions(study: Study) -> None:
    from scipy.stats import poisson

    for panel in run(study):
        (control,) = [placed for placed, _ in panel.others if placed.tube.marker == "CD19"]
        for tube in panel.tubes:
            false = Oracle(control.tube.path, tube.strategy).populations()
            k, m = int(false["b_cells"].sum()), int(false["cd3_negative"].sum())
            row = next(p for p in tube.phenotypes if (p.population, p.statistic) == ("b_cells", "count"))
            lob = blank_limit(tube.gated.counts["cd3_negative"], k, m, 0.05)
            assert row.lob == lob
            assert row.lod is not None
            assert poisson.sf(lob, row.lod) == pytest.approx(0.95, abs=1e-9)


def test_limits_of_the_median_hold_for_any_cells_that_may_be_false(study: Study) -> None:
    compared = 0
    for panel in run(study):
        (control,) = [placed for placed, _ in panel.others if placed.tube.marker == "CD19"]
        for tube in panel.tubes:
            oracle = Oracle(tube.placed.tube.path, tube.strategy)
            cells = np.sort(oracle.linear(tube.strategy.markers["cd40"].axis)[oracle.populations()["b_cells"]])
            row = next(
                p for p in tube.phenotypes if (p.population, p.marker, p.statistic) == ("b_cells", "cd40", "median")
            )
            if row.value is None:
                continue
            false = Oracle(control.tube.path, tube.strategy).populations()
            k, m = int(false["b_cells"].sum()), int(false["cd3_negative"].sum())
            many = min(blank_limit(tube.gated.counts["cd3_negative"], k, m, 0.01), len(cells))
            low, high = ranks(len(cells) - many, 0.5, 0.04)
            expected = (
                cells[low - 1] if low else None,
                cells[high + many - 1] if high <= len(cells) - many else None,
            )
            assert row.lower == (None if expected[0] is None else pytest.approx(expected[0], rel=1e-9))
            assert row.upper == (None if expected[1] is None else pytest.approx(expected[1], rel=1e-9))
            compared += 1
    assert compared >= 7

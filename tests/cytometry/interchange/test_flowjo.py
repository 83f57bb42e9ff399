"""FlowJo workspaces against FlowKit, event by event, and against the counts that FlowJo stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.events import Events
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.gates.check import check_strategy
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.model import Ellipsoid
from costim.cytometry.interchange.flowjo_read import read_workspace
from tests.cytometry.interchange.bt_workspace import made_events, made_sample, write_tube, write_workspace
from tests.cytometry.interchange.flowkit_oracle import flowkit_memberships

LINE = Path("flowkit/simple_line_example")
REAL = ("simple_poly_and_rect.wsp", "simple_poly_and_rect_v2_poly50.wsp", "single_ellipse_51_events.wsp")


def near_border(gate: Ellipsoid, events: Events, within: float) -> np.ndarray:
    """Events within a relative distance of the surface of an ellipse."""
    away = np.array([events.values(axis) - centre for axis, centre in zip(gate.axes, gate.mean, strict=True)])
    distance = np.einsum("in,ij,jn->n", away, np.linalg.inv(np.array(gate.covariance)), away)
    return np.abs(np.sqrt(distance) - 1.0) < within


@pytest.mark.oracle
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_kind_of_gate_and_scale_as_flowkit_has_it(tmp_path: Path, seed: int) -> None:
    tube = tmp_path / "tube.fcs"
    write_tube(tube, made_events(seed))
    path = write_workspace(tmp_path / "bt.wsp", made_sample("tube.fcs"))
    workspace = read_workspace(path)
    (sample,) = workspace.samples
    assert workspace.findings == ()
    check_strategy(sample.strategy)
    events = Events(open_fcs(tube), sample.strategy)
    ours = memberships(sample.strategy, events)
    theirs = flowkit_memberships(path, tube)
    # FlowKit compensates a gate on the plain channel too, if the matrix names it (FlowKit issue 265).
    compared = set(theirs) - {"raw CD19"}
    assert len(compared) == 13
    # FlowKit puts a polygon of 128 corners for an ellipse: events within 1 in 1,000 of its surface may differ.
    ellipses = [gate for gate in sample.strategy.gates if isinstance(gate, Ellipsoid)]
    border = np.logical_or.reduce([near_border(gate, events, 1e-3) for gate in ellipses])
    for name in sorted(compared):
        differing = (ours[name] != theirs[name]) & ~border
        assert not differing.any(), f"{name}: {differing.sum()} events"
        assert 0 < ours[name].sum() < len(border), name
    assert border.sum() < 40


def test_a_gate_on_the_plain_channel_is_not_compensated(tmp_path: Path) -> None:
    tube = tmp_path / "tube.fcs"
    values = made_events(4)
    write_tube(tube, values)
    workspace = read_workspace(write_workspace(tmp_path / "bt.wsp", made_sample("tube.fcs")))
    strategy = workspace.samples[0].strategy
    inside = memberships(strategy, Events(open_fcs(tube), strategy))["raw CD19"]
    expected = ~((values[:, 2] >= 1000) & (values[:, 2] < 50000) & (values[:, 1] >= 0) & (values[:, 1] < 80000))
    assert np.array_equal(inside, expected)


@pytest.mark.oracle
@pytest.mark.parametrize("name", REAL)
def test_real_workspaces_as_flowkit_has_them(fcs_data: Path, name: str) -> None:
    tube = fcs_data / LINE / "data_set_simple_line_100.fcs"
    workspace = read_workspace(fcs_data / LINE / name)
    (sample,) = workspace.samples
    assert (workspace.findings, sample.events) == ((), 100)
    ours = memberships(sample.strategy, Events(open_fcs(tube), sample.strategy))
    theirs = flowkit_memberships(fcs_data / LINE / name, tube)
    assert {path: int(inside.sum()) for path, inside in ours.items()} == {
        path: int(inside.sum()) for path, inside in theirs.items()
    }


def test_names_stored_counts_and_groups(tmp_path: Path) -> None:
    first = made_sample("A 1.fcs", number="1", events=6000, keywords={"$FIL": "raw.fcs", "$TOT": "6000"})
    second = made_sample("B.fcs", number="7")
    path = write_workspace(tmp_path / "bt.wsp", first, second, groups={"after": ["7"], "before": ["1"]})
    workspace = read_workspace(path)
    assert [sample.key for sample in workspace.samples] == ["A 1.fcs", "B.fcs"]
    assert workspace.groups == {"All Samples": ("A 1.fcs", "B.fcs"), "after": ("B.fcs",), "before": ("A 1.fcs",)}
    assert workspace.samples[0].keywords == {"$FIL": "raw.fcs", "$TOT": "6000"}
    assert (workspace.samples[0].events, workspace.samples[1].events) == (6000, None)
    names = [name for name, _ in workspace.samples[0].strategy.populations()]
    assert "Lymphocytes/CD19+/Q3: CD27+ , IgD-" in names
    assert workspace.samples[0].counts == {}


def test_the_matrix_of_the_file_is_known_as_such(tmp_path: Path) -> None:
    from tests.cytometry.interchange.bt_workspace import DETECTORS, SPILL

    numbers = ",".join(repr(value) for row in SPILL for value in row)
    spill = f"4,{','.join(DETECTORS)},{numbers}"
    own = made_sample("A.fcs", number="1", keywords={"$SPILLOVER": spill})
    other = made_sample("B.fcs", number="2", keywords={"$SPILLOVER": spill.replace("0.12", "0.13")})
    workspace = read_workspace(write_workspace(tmp_path / "bt.wsp", own, other))
    used = [
        {axis.compensation for gate in sample.strategy.gates if isinstance(gate, Ellipsoid) for axis in gate.axes}
        for sample in workspace.samples
    ]
    assert used == [{"", "file"}, {"", "Acquisition-defined"}]
    assert [list(sample.strategy.matrices) for sample in workspace.samples] == [[], ["Acquisition-defined"]]

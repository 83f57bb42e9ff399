"""What a workspace holds that cannot be applied: each population is named, with what hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from costim.cytometry.gates.check import check_strategy
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.interchange.flowjo_read import read_workspace
from costim.cytometry.interchange.flowjo_workspace import WorkspaceSample
from tests.cytometry.gates.array_events import ArrayEvents
from tests.cytometry.interchange.bt_workspace import CHANNELS, SCALES, made_sample, write_workspace
from tests.cytometry.interchange.workspace_maker import MadeSample, Node, boolean, ellipse, polygon, rectangle

SQUARE = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0)]


def read_one(folder: Path, nodes: Sequence[Node], **more) -> WorkspaceSample:
    (sample,) = read_workspace(write_workspace(folder / "w.wsp", made_sample("t.fcs", nodes, **more))).samples
    return sample


def left(sample: WorkspaceSample) -> dict[str, str]:
    return {item.population: item.code for item in sample.left_out}


def kept(sample: WorkspaceSample) -> list[str]:
    return [gate.name for gate in sample.strategy.gates]


def test_a_branch_goes_with_its_gate(tmp_path: Path) -> None:
    below = rectangle("below", [("Time", 1.0, None)], below=(rectangle("deeper", [("Time", 2.0, None)]),))
    odd = Node("cluster 3", '<Gate><gating:CurlyQuad eventsInside="1" /></Gate>', below=(below,))
    fine = rectangle("fine", [("Time", 1.0, None)])
    rests = boolean("AndNode", "both", ["fine", "cluster 3/below"])
    sample = read_one(tmp_path, [odd, fine, rests])
    assert kept(sample) == ["fine"]
    assert left(sample) == {
        "cluster 3": "flowjo_gate_not_supported",
        "cluster 3/below": "flowjo_below_left_out",
        "cluster 3/below/deeper": "flowjo_below_left_out",
        "both": "flowjo_below_left_out",
    }
    workspace = read_workspace(tmp_path / "w.wsp")
    finding = next(f for f in workspace.findings if f.column == "cluster 3")
    assert (finding.file, finding.sheet, finding.severity) == ("w.wsp", "t.fcs", "warning")
    assert "CurlyQuad" in finding.found
    assert "polygon" in finding.expected


@pytest.mark.parametrize("tag", ["AndNode", "OrNode"])
def test_and_or_of_one_population_is_that_population(tmp_path: Path, tag: str) -> None:
    sample = read_one(tmp_path, [rectangle("late", [("Time", 5.0, None)]), boolean(tag, "one", ["late"])])
    check_strategy(sample.strategy)
    inside = memberships(sample.strategy, ArrayEvents({"Time": [1.0, 5.0, 9.0]}, sample.strategy))
    assert inside["one"].tolist() == inside["late"].tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("node", "code", "words"),
    [
        (rectangle("x", [("tSNE1", 1.0, None)]), "flowjo_derived_parameter", "tSNE1"),
        (polygon("x", "Time", "Time", SQUARE[:2]), "flowjo_gate_unreadable", "2 vertices"),
        (polygon("x", "Time", "Time", [(1.0, 1.0)] * 4), "flowjo_gate_unreadable", "1 different vertices"),
        (rectangle("x", [("Time", 5.0, 2.0)]), "flowjo_gate_unreadable", "from 5 to below 2"),
        (rectangle("x", []), "flowjo_gate_unreadable", "no bounds"),
        (Node("x", ""), "flowjo_gate_not_supported", "no gate"),
        (Node("x", "", tag="ExternalPopNode"), "flowjo_gate_not_supported", "ExternalPopNode"),
        (boolean("NotNode", "x", ["nowhere"]), "flowjo_gate_unreadable", "nowhere"),
        (boolean("AndNode", "x", []), "flowjo_gate_unreadable", "0 populations"),
        (ellipse("x", "FSC-A", "SSC-A", [(1, 1), (2, 2)], [(1, 1)]), "flowjo_gate_unreadable", "1 points on its edge"),
        (
            ellipse("x", "FSC-A", "SSC-A", [(1, 1), (9, 9)], [(4, 4), (5, 5), (4, 5), (5, 4)]),
            "flowjo_gate_unreadable",
            "foci lie outside",
        ),
        (
            Node("x", rectangle("x", [("Time", 1.0, 2.0)]).body.replace("eventsInside", 'isMagnetic="1" eventsInside')),
            "flowjo_gate_not_supported",
            "magnetic",
        ),
        (Node("x", rectangle("x", [("Time", 1.0, 2.0)]).body.replace("1.0", "many")), "flowjo_gate_unreadable", "many"),
    ],
)
def test_reasons(tmp_path: Path, node: Node, code: str, words: str) -> None:
    sample = read_one(tmp_path, [node])
    assert kept(sample) == []
    (item,) = sample.left_out
    assert (item.population, item.code) == ("x", code)
    assert words in item.found


def test_only_lines_need_a_known_scale(tmp_path: Path) -> None:
    scales = SCALES | {"Comp-CD19-A": ("miltenyi", {"maxRange": 262144})}
    nodes = [
        rectangle("a rectangle has linear bounds", [("Comp-CD19-A", 400.0, None)]),
        polygon("drawn on it", "Comp-CD19-A", "Comp-CD27-A", SQUARE),
    ]
    sample = MadeSample("t.fcs", CHANNELS, scales, nodes, matrix=made_sample("t.fcs").matrix)
    (read,) = read_workspace(write_workspace(tmp_path / "w.wsp", sample)).samples
    assert kept(read) == ["a rectangle has linear bounds"]
    assert left(read) == {"drawn on it": "flowjo_scale_not_supported"}
    assert "miltenyi" in read.left_out[0].found


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("logicle", {"T": -1, "W": 0.5, "M": 4.5, "A": 0}),
        ("biex", {"neg": 0, "width": 5, "pos": 4.4, "maxRange": 262144}),
        ("log", {"offset": 0, "decades": 4}),
        ("fasinh", {"T": "many", "M": 4, "A": 0}),
        ("linear", {"minRange": 0}),
    ],
)
def test_scales_that_make_no_sense(tmp_path: Path, kind: str, values: dict[str, object]) -> None:
    scales = SCALES | {"Time": (kind, values)}
    node = polygon("drawn", "Time", "SSC-A", SQUARE)
    sample = MadeSample("t.fcs", CHANNELS, scales, [node])
    (read,) = read_workspace(write_workspace(tmp_path / "w.wsp", sample)).samples
    assert left(read) == {"drawn": "flowjo_scale_not_supported"}
    assert kind in read.left_out[0].found


def test_ellipse_without_a_display(tmp_path: Path) -> None:
    scales = SCALES | {"FSC-A": ("linear", {"minRange": 5, "maxRange": 5})}
    node = ellipse("e", "FSC-A", "SSC-A", [(60, 60), (80, 80)], [(40, 40), (100, 100), (60, 80), (80, 60)])
    (read,) = read_workspace(write_workspace(tmp_path / "w.wsp", MadeSample("t.fcs", CHANNELS, scales, [node]))).samples
    assert left(read) == {"e": "flowjo_scale_not_supported"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (((1.0, 1.0, 0.0, 0.0), (1.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0)), "singular"),
        (((1.0, float("nan"), 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0)), "nan"),
    ],
)
def test_matrix_that_cannot_be_used(tmp_path: Path, rows, words: str) -> None:
    nodes = [rectangle("compensated", [("Comp-CD19-A", 1.0, None)]), rectangle("plain", [("CD19-A", 1.0, None)])]
    sample = MadeSample("t.fcs", CHANNELS, SCALES, nodes, matrix=(CHANNELS[2:6], rows))
    (read,) = read_workspace(write_workspace(tmp_path / "w.wsp", sample)).samples
    assert kept(read) == ["plain"]
    assert left(read) == {"compensated": "flowjo_matrix_unusable"}
    assert words in read.left_out[0].found


def test_spectral_weights_other_than_least_squares(tmp_path: Path) -> None:
    nodes = [rectangle("unmixed", [("Comp-CD19-A", 1.0, None)])]
    matrix = {"matrix_extra": 'weightOptAlgorithmType="WLSM"'}
    sample = made_sample("t.fcs", nodes, **matrix)
    path = write_workspace(tmp_path / "w.wsp", sample)
    path.write_text(path.read_text().replace('spectral="0"', 'spectral="1"'))
    (read,) = read_workspace(path).samples
    assert left(read) == {"unmixed": "flowjo_matrix_unusable"}
    assert "WLSM" in read.left_out[0].found


def test_the_second_of_one_name(tmp_path: Path) -> None:
    sample = read_one(tmp_path, [rectangle("B", [("Time", 1.0, None)]), rectangle("B", [("Time", 2.0, None)])])
    assert kept(sample) == ["B"]
    assert left(sample) == {"B": "flowjo_same_name"}


def test_booleans_in_a_ring(tmp_path: Path) -> None:
    nodes = [boolean("NotNode", "a", ["b"]), boolean("NotNode", "b", ["a"]), rectangle("c", [("Time", 1.0, None)])]
    sample = read_one(tmp_path, nodes)
    assert kept(sample) == ["c"]
    assert left(sample) == {"a": "flowjo_below_left_out", "b": "flowjo_below_left_out"}


def test_gains_are_named(tmp_path: Path) -> None:
    scales = SCALES | {"SSC-A": ("linear", {"minRange": 0, "maxRange": 262144, "gain": 2})}
    nodes = [rectangle("a", [("SSC-A", 1.0, None), ("Time", 1.0, None), ("FSC-A", 1.0, None)])]
    sample = MadeSample("t.fcs", CHANNELS, scales, nodes, keywords={"$P7G": "4", "$P1G": "1.0", "$P2G": "8"})
    workspace = read_workspace(write_workspace(tmp_path / "w.wsp", sample))
    assert [(f.code, f.column, f.found) for f in workspace.findings] == [
        ("flowjo_gain", "SSC-A", "a gain of 2"),
        ("flowjo_gain", "Time", "a gain of 4"),
    ]


def test_a_stroke_in_a_channel_name(tmp_path: Path) -> None:
    scales = {"CD3_CD19": ("linear", {"minRange": 0, "maxRange": 10})}
    sample = MadeSample("t.fcs", ("CD3/CD19",), scales, [rectangle("a", [("CD3_CD19", 1.0, None)])])
    (read,) = read_workspace(write_workspace(tmp_path / "w.wsp", sample)).samples
    (gate,) = read.strategy.gates
    assert gate.ranges[0].axis.source == "CD3/CD19"
    assert list(read.displays) == [gate.ranges[0].axis]

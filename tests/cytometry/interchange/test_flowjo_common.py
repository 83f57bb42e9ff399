"""What samples of a workspace share, and what is listed because they do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from costim.cytometry.gates.check import check_strategy
from costim.cytometry.gates.digest import digest
from costim.cytometry.gates.read_toml import parse_toml
from costim.cytometry.gates.write_toml import write_toml
from costim.cytometry.interchange.flowjo_common import common_strategy
from costim.cytometry.interchange.flowjo_read import read_workspace
from tests.cytometry.interchange.bt_workspace import DETECTORS, SCALES, SPILL, made_sample, write_workspace
from tests.cytometry.interchange.workspace_maker import MadeSample, polygon, rectangle

BRIGHT = [(800.0, 300.0), (90000.0, 200.0), (700.0, 40000.0)]


def sample(number: int, *, lower: float = 400.0, extra: bool = False, **changes) -> MadeSample:
    below = [polygon("bright", "Comp-CD19-A", "Comp-CD40-A", BRIGHT)]
    if extra:
        below.append(rectangle("extra", [("Time", 5.0, None)]))
    nodes = [rectangle("CD19+", [("Comp-CD19-A", lower, None)], below=tuple(below))]
    return replace(made_sample(f"{number}.fcs", nodes, number=str(number)), **changes)


def common(folder: Path, *samples: MadeSample, group: str | None = None):
    path = write_workspace(folder / "w.wsp", *samples, groups={"after": ["2", "3"]})
    return common_strategy(read_workspace(path), group)


def said(result) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.sheet, finding.column) for finding in result.findings]


def test_equal_samples_share_everything(tmp_path: Path) -> None:
    result = common(tmp_path, sample(1), sample(2), sample(3))
    assert [gate.name for gate in result.strategies.shared.gates] == ["CD19+", "CD19+/bright"]
    assert (result.strategies.exceptions, result.findings) == ({}, ())
    check_strategy(result.strategies.shared)


def test_the_most_frequent_gate_is_shared_and_the_others_are_listed(tmp_path: Path) -> None:
    result = common(tmp_path, sample(1, lower=500.0), sample(2), sample(3))
    assert said(result) == [("flowjo_gates_differ", "1.fcs", "CD19+")]
    assert result.strategies.for_sample("2.fcs").gates[0].ranges[0].lower == 400.0
    assert result.strategies.for_sample("1.fcs").gates[0].ranges[0].lower == 500.0
    assert result.strategies.for_sample("1.fcs").gates[1] == result.strategies.shared.gates[1]


def test_of_equally_frequent_gates_the_first(tmp_path: Path) -> None:
    result = common(tmp_path, sample(1, lower=500.0), sample(2))
    assert result.strategies.shared.gates[0].ranges[0].lower == 500.0
    assert list(result.strategies.exceptions) == ["2.fcs"]


def test_another_scale_is_another_gate(tmp_path: Path) -> None:
    scales = SCALES | {"Comp-CD19-A": ("logicle", {"T": 262144, "W": 1.0, "M": 4.5, "A": 0})}
    result = common(tmp_path, sample(1), sample(2), sample(3, scales=scales))
    # The rectangle has linear bounds: the scale of the display is nothing to it.
    assert said(result) == [("flowjo_scales_differ", "3.fcs", "CD19+/bright")]
    assert sorted(result.strategies.shared.transforms) == ["log", "logicle", "logicle 2"]
    check_strategy(result.strategies.for_sample("3.fcs"))


def test_another_matrix_is_another_gate(tmp_path: Path) -> None:
    other = (DETECTORS, ((1.0, 0.3, 0.01, 0.0), *SPILL[1:]))
    result = common(tmp_path, sample(1), sample(2), sample(3, matrix=other))
    assert said(result) == [
        ("flowjo_matrices_differ", "3.fcs", "CD19+"),
        ("flowjo_matrices_differ", "3.fcs", "CD19+/bright"),
    ]
    assert sorted(result.strategies.shared.matrices) == ["Acquisition-defined", "Acquisition-defined 2"]
    check_strategy(result.strategies.for_sample("3.fcs"))


def test_populations_of_some_and_samples_without_gates(tmp_path: Path) -> None:
    result = common(tmp_path, sample(1, extra=True), sample(2), made_sample("3.fcs", [], number="3"))
    assert said(result) == [
        ("flowjo_population_not_common", "", "CD19+/extra"),
        ("flowjo_sample_without_gates", "3.fcs", ""),
    ]
    assert [gate.name for gate in result.strategies.shared.gates] == ["CD19+", "CD19+/bright"]


def test_a_group_is_taken_alone(tmp_path: Path) -> None:
    result = common(tmp_path, sample(1, lower=500.0), sample(2), sample(3), group="after")
    assert (result.strategies.exceptions, result.findings, result.strategies.shared.name) == ({}, (), "after")


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    twins = [replace(sample(n, lower=100.0 * n), file="tube.fcs") for n in (1, 2)]
    result = common(tmp_path, *twins)
    assert list(result.strategies.exceptions) == ["tube.fcs (2)"]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
def test_reading_is_deterministic(tmp_path: Path, order: tuple[int, ...]) -> None:
    samples = [sample(n, lower=100.0 * n) for n in order]
    first, second = (common(tmp_path, *samples) for _ in range(2))
    assert first == second


def test_a_workspace_becomes_a_gates_toml(tmp_path: Path) -> None:
    scales = SCALES | {"Comp-CD19-A": ("biex", {"neg": 0, "width": -200, "pos": 4.5, "maxRange": 262144})}
    everything = [made_sample(f"{n}.fcs", number=str(n)) for n in (1, 2)]
    result = common(tmp_path, *everything, made_sample("3.fcs", number="3", scales=scales)).strategies
    assert result.exceptions
    read = parse_toml(write_toml(result))
    assert dict(read.exceptions) == dict(result.exceptions)
    assert read.reasons["3.fcs", "oblique"] == "another scale of the display in w.wsp"
    assert digest(read.shared) == digest(result.shared)

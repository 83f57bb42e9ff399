"""Gates and FCS files of a study, each defect as a coordinator reads it: file, row, column, found, expected, action."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.registry.findings import Finding
from costim.study.check import check_study
from costim.study.study import Study
from tests.cytometry.gate_folder import CHANNELS, GATES, write_tube
from tests.study.folder import CONFIG, errors, only, where, write_study

PANEL = '[[panels]]\nname = "B"\ngates = "{gates}"\n'
ENDPOINT = '[[endpoints]]\nparameter = "{name}"\nkind = "paired_change"\n'
HEADER = "subject,visit,panel,stain,marker,fcs_file\n"
TUBES = ("1,entry,B,,,fcs/tube1.fcs", "1,day28,B,,,fcs/tube2.fcs")


def line_of(folder: Path, text: str) -> int:
    lines = (folder / "study.toml").read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def checked(
    folder: Path,
    *,
    gates: str = "gates.toml",
    text: str = GATES,
    rows: tuple[str, ...] = TUBES,
    panel: str | None = None,
    more: str = "",
    spoil: Mapping[str, bytes] = {},
) -> tuple[Study | None, list[Finding]]:
    """What is found in a sound study of two tubes with some of it replaced; `spoil` holds whole files."""
    config = CONFIG + (PANEL.format(gates=gates) if panel is None else panel) + more
    write_study(folder, {"samples": HEADER + "\n".join(rows) + "\n"}, config)
    (folder / "fcs").mkdir()
    for number in (1, 2):
        write_tube(folder / "fcs" / f"tube{number}.fcs", b_cells=20, t_cells=50, seed=number)
    (folder / "gates.toml").write_text(text, "utf-8")
    for name, data in spoil.items():
        (folder / name).write_bytes(data)
    return check_study(folder)


def test_a_sound_study_has_its_gates_and_hashes(tmp_path: Path) -> None:
    study, findings = checked(tmp_path / "s")
    assert study is not None, findings
    assert study.gates["B"].shared.name == "two_cells"
    assert {"gates.toml", "fcs/tube1.fcs", "fcs/tube2.fcs"} <= {entry.name for entry in study.inputs}
    assert not [f for f in findings if f.file.startswith(("gates", "fcs", "samples"))]


def test_everything_wrong_with_the_gates_is_said_with_its_line(tmp_path: Path) -> None:
    bad = GATES.replace('parent = "cells"', 'parent = "cell"', 1).replace('axis = "cd3", from = 500.0', 'axis = "cd33"')
    study, findings = checked(tmp_path / "s", text=bad)
    assert study is None
    found = [f for f in findings if f.code == "gates_invalid"]
    lines = bad.splitlines()
    assert len(found) == 2
    parent = next(f for f in found if f.column == "parent")
    assert where(parent) == ("gates.toml", "", lines.index('parent = "cell"') + 1, "parent")
    assert parent.expected == "did you mean 'cells'?"
    axis = next(f for f in found if "cd33" in f.found)
    assert axis.file == "gates.toml" and axis.row is not None and "cd33" in lines[axis.row - 1]
    assert "cd3" in axis.expected
    assert all(f.severity == "error" and f.action for f in found)


def test_gates_that_are_no_toml(tmp_path: Path) -> None:
    found = only(checked(tmp_path / "s", text="schema = 1\nname = \n")[1], "gates_invalid")
    assert where(found) == ("gates.toml", "", 2, "")


@pytest.mark.parametrize(
    ("gates", "code"),
    [("other.toml", "path_not_there"), ("../gates.toml", "path_outside"), ("/gates.toml", "path_outside")],
)
def test_gates_that_are_not_in_the_folder(tmp_path: Path, gates: str, code: str) -> None:
    study, findings = checked(tmp_path / "s", gates=gates)
    assert study is None
    found = only(findings, code)
    assert (found.file, found.row) == ("study.toml", line_of(tmp_path / "s", "gates ="))
    assert found.found == gates
    assert "study folder" in found.expected and found.action


def test_an_unknown_ready_strategy(tmp_path: Path) -> None:
    study, findings = checked(tmp_path / "s", gates="ready:costimulation_bb")
    assert study is None
    found = only(findings, "gates_invalid")
    assert (found.file, found.row) == ("study.toml", line_of(tmp_path / "s", "gates ="))
    assert "costimulation_bb" in found.found
    assert "did you mean" in found.expected and "costimulation_b" in found.expected


def test_a_refused_file_is_said_where_it_is_named(tmp_path: Path) -> None:
    study, findings = checked(tmp_path / "s", spoil={"fcs/tube2.fcs": b"<html>not found</html>" * 20})
    assert study is None
    found = only(findings, "fcs_refused")
    assert where(found) == ("samples.csv", "", 3, "fcs_file")
    assert found.found.startswith("fcs/tube2.fcs, ")
    assert found.expected and found.action
    assert errors(findings) == ["fcs_refused"]


def test_a_repaired_file_is_gated_and_the_repair_reaches_the_study(tmp_path: Path) -> None:
    write_tube(tmp_path / "tube.fcs", b_cells=20, t_cells=50, seed=2)
    data = (tmp_path / "tube.fcs").read_bytes()
    wrong = data[:34] + f"{int(data[34:42]) + 1:>8d}".encode() + data[42:]
    study, findings = checked(tmp_path / "s", spoil={"fcs/tube2.fcs": wrong})
    assert study is not None, findings
    said = [f for f in study.findings if f.file == "fcs/tube2.fcs"]
    assert "repair" in {f.severity for f in said}
    assert any(f.code == "fcs_offsets_disagree" and f.found and f.expected and f.action for f in said)
    assert not [f for f in study.findings if f.file == "fcs/tube1.fcs"]


def test_a_channel_that_a_file_lacks(tmp_path: Path) -> None:
    study, findings = checked(tmp_path / "s", text=GATES.replace('channel = "CD19"', 'channel = "CD20"'))
    assert study is None
    found = [f for f in findings if f.code == "channel_not_found"]
    assert [where(f) for f in found] == [("samples.csv", "", row, "fcs_file") for row in (2, 3)]
    assert "fcs/tube1.fcs" in found[0].found and "CD20" in found[0].found
    assert "CD19" in found[0].expected + found[0].found
    assert found[0].action


def test_a_matrix_that_cannot_be_inverted(tmp_path: Path) -> None:
    events = np.full((50, 3), 500.0, dtype=np.float32)
    write_fcs(tmp_path / "tube.fcs", events, CHANNELS, {"$SPILLOVER": "2,FITC-A,PE-A,1,1,1,1"})
    study, findings = checked(tmp_path / "s", spoil={"fcs/tube1.fcs": (tmp_path / "tube.fcs").read_bytes()})
    assert study is None
    found = only(findings, "compensation_invalid")
    assert where(found) == ("samples.csv", "", 2, "fcs_file")
    assert found.found.startswith("fcs/tube1.fcs: ") and "SPILLOVER" in found.found
    assert found.expected and found.action


def test_an_endpoint_on_a_population_that_no_gates_give(tmp_path: Path) -> None:
    more = "".join(ENDPOINT.format(name=n) for n in ("cyt.b_cell.count", "cyt.b_cells.cd19.median"))
    study, findings = checked(tmp_path / "s", more=more)
    assert study is not None, findings
    found = only(findings, "unknown_parameter")
    assert (found.severity, found.file, found.found) == ("warning", "study.toml", "cyt.b_cell.count")
    assert found.row == line_of(tmp_path / "s", "cyt.b_cell.count")
    assert found.expected.startswith("did you mean") and "cyt.b_cells" in found.expected


@pytest.mark.parametrize("stain", ["fmo", "isotype", "single"])
def test_a_control_without_its_marker(tmp_path: Path, stain: str) -> None:
    study, findings = checked(tmp_path / "s", rows=(TUBES[0], f"1,entry,B,{stain},,fcs/tube2.fcs"))
    assert study is None
    found = only(findings, "control_without_marker")
    assert where(found) == ("samples.csv", "", 3, "marker")
    assert stain in found.found and "cd40" in found.expected and found.action == "fill in the marker"


def test_a_marker_where_none_can_be(tmp_path: Path) -> None:
    found = only(checked(tmp_path / "s", rows=("1,entry,B,beads,CD19,fcs/tube1.fcs",))[1], "cell_not_for_row")
    assert where(found) == ("samples.csv", "", 2, "marker")
    assert "beads" in found.found and "single" in found.expected


def test_one_file_for_two_tubes(tmp_path: Path) -> None:
    study, findings = checked(tmp_path / "s", rows=(TUBES[0], "1,day28,B,,,fcs/tube1.fcs"))
    assert study is None
    found = only(findings, "file_given_twice")
    assert where(found) == ("samples.csv", "", 3, "fcs_file")
    assert found.found == "fcs/tube1.fcs, as in row 2"
    assert "data_set" in found.action


def test_a_panel_that_is_not_declared(tmp_path: Path) -> None:
    panel = '[[panels]]\nname = "lymphocytes"\ngates = "gates.toml"\n'
    rows = ("1,entry,lymphocyte,,,fcs/tube1.fcs", "1,day28,lymphocytes,,,fcs/tube2.fcs")
    study, findings = checked(tmp_path / "s", panel=panel, rows=rows)
    assert study is None
    found = only(findings, "unknown_panel")
    assert where(found) == ("samples.csv", "", 2, "panel")
    assert (found.found, found.action[:17]) == ("lymphocyte", "correct the panel")
    assert "lymphocytes" in found.expected


def test_a_panel_without_gates_is_not_measured_and_that_is_said_once(tmp_path: Path) -> None:
    study, findings = checked(tmp_path / "s", panel='[[panels]]\nname = "B"\n')
    assert study is not None and not study.gates
    found = only(findings, "panel_without_gates")
    assert (found.severity, where(found)) == ("note", ("samples.csv", "", 2, "panel"))
    assert "gates =" in found.expected


def test_a_ready_strategy_says_what_the_files_do_not_allow(tmp_path: Path) -> None:
    study, findings = checked(tmp_path / "s", gates="ready:costimulation_b")
    assert study is None
    found = [f for f in findings if f.code == "gates_invalid"]
    assert {f.found.split(":")[0] for f in found} == {"population lymphocytes", "population b_cells"}
    assert {(f.file, f.row) for f in found} == {("study.toml", line_of(tmp_path / "s", "gates ="))}
    assert all("no channel SSC-A" in f.found and f.expected for f in found)
    assert {f.action for f in found} == {"give gates of your own for this panel"}


def test_two_panels_with_one_gates_file_read_it_once_and_both_have_gates(tmp_path: Path) -> None:
    panel = PANEL.format(gates="gates.toml") + PANEL.format(gates="gates.toml").replace('"B"', '"T"')
    rows = (TUBES[0], "1,day28,T,,,fcs/tube2.fcs")
    study, findings = checked(tmp_path / "s", panel=panel, rows=rows)
    assert study is not None, findings
    assert study.gates["B"] == study.gates["T"]
    assert [entry.name for entry in study.inputs].count("gates.toml") == 1


def test_a_single_stain_may_lack_the_names_of_the_other_markers(tmp_path: Path) -> None:
    channels = (NewChannel("FSC-A"), NewChannel("FITC-A"), NewChannel("PE-A", "CD19"))
    write_fcs(tmp_path / "one.fcs", np.full((50, 3), 500.0, dtype=np.float32), channels, {})
    rows = (*TUBES, "1,entry,B,single,CD19,fcs/one.fcs")
    study, findings = checked(tmp_path / "s", rows=rows, spoil={})
    assert only(findings, "path_not_there").row == 4
    (tmp_path / "s" / "fcs" / "one.fcs").write_bytes((tmp_path / "one.fcs").read_bytes())
    study, findings = check_study(tmp_path / "s")
    assert study is not None, findings


@pytest.mark.parametrize(
    ("keywords", "code"),
    [
        ({}, "no_compensation"),
        ({"$SPILLOVER": "2,FITC-A,PE-A,100,10,5,100"}, "matrix_in_percent"),
    ],
)
def test_what_is_odd_about_the_matrix_of_a_file_is_a_finding_of_the_study(
    tmp_path: Path, keywords: Mapping[str, str], code: str
) -> None:
    tube = tmp_path / "tube.fcs"
    write_fcs(tube, np.full((3, 3), 400.0, dtype=np.float32), CHANNELS, keywords)
    _, findings = checked(tmp_path / "s", spoil={"fcs/tube1.fcs": tube.read_bytes()})
    (said,) = [f for f in findings if f.code == code]
    assert said.file == "fcs/tube1.fcs"
    assert said.found and said.expected and said.action
    text = GATES.replace(', compensation = "file"', "")
    _, unasked = checked(tmp_path / "t", text=text, spoil={"fcs/tube1.fcs": tube.read_bytes()})
    assert code not in {f.code for f in unasked}

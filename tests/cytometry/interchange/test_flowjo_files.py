"""Samples of a workspace and FCS files: by name, then $FIL, then GUID; nothing guessed, nothing left unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from costim.cytometry.interchange.flowjo_apply import gates_for_files
from costim.cytometry.interchange.flowjo_files import match_files
from costim.cytometry.interchange.flowjo_read import read_workspace
from tests.cytometry.interchange.bt_workspace import made_sample, write_workspace
from tests.cytometry.interchange.workspace_maker import MadeSample, rectangle


@dataclass(frozen=True)
class File:
    name: str
    keywords: Mapping[str, str] = field(default_factory=dict)
    events: int = 100

    @property
    def path(self) -> Path:
        return Path("somewhere") / self.name


def matches(folder: Path, samples: list[MadeSample], files: list[File]):
    return match_files(read_workspace(write_workspace(folder / "w.wsp", *samples)), files)


def sample(number: int, file: str, **more) -> MadeSample:
    return made_sample(file, [], number=str(number), **more)


def test_by_name_then_fil_then_guid(tmp_path: Path) -> None:
    samples = [
        sample(1, "Tube 1.fcs", events=100),
        sample(2, "old.fcs", keywords={"$FIL": "raw_2.fcs"}),
        sample(3, "older.fcs", keywords={"GUID": "g-3"}),
    ]
    files = [File("c.fcs", {"GUID": "g-3"}), File("b.fcs", {"$FIL": "RAW_2.fcs"}), File("tube 1.FCS")]
    result = matches(tmp_path, samples, files)
    assert result.files == {"Tube 1.fcs": 2, "old.fcs": 1, "older.fcs": 0}
    assert result.findings == ()


def test_what_is_left_over_is_listed(tmp_path: Path) -> None:
    result = matches(tmp_path, [sample(1, "a.fcs"), sample(2, "b.fcs")], [File("b.fcs"), File("z.fcs")])
    assert result.files == {"b.fcs": 0}
    assert [(f.code, f.file, f.sheet) for f in result.findings] == [
        ("flowjo_sample_unmatched", "w.wsp", "a.fcs"),
        ("flowjo_file_unmatched", "z.fcs", ""),
    ]


def test_two_that_agree_are_not_matched(tmp_path: Path) -> None:
    twins = [sample(1, "a.fcs", keywords={"GUID": "1"}), sample(2, "a.fcs", keywords={"GUID": "2"})]
    result = matches(tmp_path, twins, [File("a.fcs", {"GUID": "2"}), File("A.fcs", {"GUID": "2"})])
    assert result.files == {}
    assert len(result.findings) == 4
    result = matches(tmp_path, twins, [File("a.fcs", {"GUID": "2"}), File("A.fcs", {"GUID": "1"})])
    assert result.files == {"a.fcs (1)": 1, "a.fcs (2)": 0}


def test_another_number_of_events_is_said(tmp_path: Path) -> None:
    result = matches(tmp_path, [sample(1, "a.fcs", events=99)], [File("a.fcs")])
    assert result.files == {"a.fcs": 0}
    assert [f.found for f in result.findings] == ["99 events in FlowJo, 100 in the file"]


def test_gates_for_files_that_were_renamed(tmp_path: Path) -> None:
    def drawn(number: int, lower: float, **more) -> MadeSample:
        gate = rectangle("B", [("CD19-A", lower, None)])
        return made_sample(f"t{number}.fcs", [gate], number=str(number), **more)

    samples = [drawn(1, 5.0), drawn(2, 5.0), drawn(3, 9.0, keywords={"$FIL": "raw3.fcs"}), drawn(4, 7.0)]
    workspace = read_workspace(write_workspace(tmp_path / "w.wsp", *samples, groups={"some": ["1", "2", "3"]}))
    files = [File("t1.fcs"), File("new name.fcs", {"$FIL": "raw3.fcs"}), File("stranger.fcs")]
    found = gates_for_files(workspace, files, "some")
    assert list(found.strategies.exceptions) == ["new name.fcs"]
    assert found.strategies.for_sample("new name.fcs").gates[0].ranges[0].lower == 9.0
    assert found.strategies.for_sample("t1.fcs").gates[0].ranges[0].lower == 5.0
    assert found.strategies.reasons == {("new name.fcs", "B"): "other bounds in w.wsp"}
    assert [(f.code, f.file, f.sheet) for f in found.findings] == [
        ("flowjo_file_unmatched", "stranger.fcs", ""),
        ("flowjo_sample_unmatched", "w.wsp", "t2.fcs"),
        ("flowjo_gates_differ", "w.wsp", "t3.fcs"),
    ]

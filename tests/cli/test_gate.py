"""`costim gate`: what it prints and writes, where, and with which exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from costim.cytometry.gate_table import COLUMNS
from tests.cytometry.gate_folder import GATES, write_folder, write_tube

COMMAND = [sys.executable, "-m", "costim.cli", "gate"]


def gate(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True, cwd=cwd, check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "tubes", 3)


def test_csv_in_a_pipe(folder: Path) -> None:
    done = gate(folder, "--gates", folder / "gates.toml")
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["file"], row["population"], row["parent"], row["marker"], row["events"]) for row in rows[:4]] == [
        ("tube0.fcs", "cells", "", "", "110"),
        ("tube0.fcs", "b_cells", "cells", "", "10"),
        ("tube0.fcs", "t_cells", "cells", "", "100"),
        ("tube0.fcs", "b_cells", "cells", "cd19", "10"),
    ]
    assert len(rows) == 12


def test_json_says_what_stands_behind_the_numbers(folder: Path) -> None:
    done = gate(folder / "tube1.fcs", "--gates", folder / "gates.toml", "--format", "json")
    found = json.loads(done.stdout)
    assert found["schema"] == 1
    (file,) = found["files"]
    assert (file["file"], file["events"], file["strategy"], file["findings"]) == ("tube1.fcs", 127, "two_cells", [])
    assert len(file["gates_sha256"]) == 64
    assert [row["events"] for row in found["rows"]] == [120, 20, 100, 20]
    assert str(folder) not in done.stdout


def test_files_whole_and_alike(folder: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "a.json", "a.parquet"):
        done = gate(folder, "--gates", folder / "gates.toml", "--out", tmp_path / name)
        assert (done.returncode, done.stdout) == (0, "")
        assert "12 rows written to" in done.stderr
    table = pl.read_parquet(tmp_path / "a.parquet")
    assert table.columns == list(COLUMNS)
    assert pl.read_csv(tmp_path / "a.csv")["events"].to_list() == table["events"].to_list()
    rows = json.loads((tmp_path / "a.json").read_text("utf-8"))["rows"]
    assert [row["value"] for row in rows] == table["value"].to_list()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.json", "a.parquet", "tubes"]
    first = (tmp_path / "a.csv").read_bytes()
    gate(folder, "--gates", folder / "gates.toml", "--out", tmp_path / "a.csv", "--workers", "1")
    assert (tmp_path / "a.csv").read_bytes() == first


def test_a_table_for_people(folder: Path) -> None:
    env = {**os.environ, "COLUMNS": "120"}
    words = [*COMMAND, str(folder / "tube2.fcs"), "--gates", str(folder / "gates.toml"), "--format", "table"]
    said = subprocess.run(words, capture_output=True, text=True, env=env, check=True).stdout.splitlines()
    assert said[0].strip() == "tube2.fcs"
    assert said[2].split() == ["cells", "130", "94.9", "%", "89.8", "to", "97.9"]
    assert said[3].startswith("  b_cells")
    assert "23.1 %" in said[3]
    assert "cd19" in said[5]


def test_repairs_are_said_and_listed(folder: Path, tmp_path: Path) -> None:
    data = (folder / "tube0.fcs").read_bytes()
    percent = data.replace(b"2,FITC-A,PE-A,1,0.1,0.05,1", b"2,FITC-A,PE-A,100,10,5,100")
    text = b"2,FITC-A,PE-A,100,10,5,100"
    assert len(percent) == len(data)
    assert text in percent
    (tmp_path / "percent.fcs").write_bytes(percent)
    done = gate(tmp_path / "percent.fcs", "--gates", folder / "gates.toml", "--format", "json")
    assert done.returncode == 0
    assert "percent.fcs, $SPILLOVER: repair matrix_in_percent: found 100 on the diagonal" in done.stderr
    found = json.loads(done.stdout)
    assert "matrix_in_percent" in [finding["code"] for finding in found["files"][0]["findings"]]
    assert [row["events"] for row in found["rows"]] == [110, 10, 100, 10]


def test_everything_that_is_wrong_and_nothing_written(folder: Path, tmp_path: Path) -> None:
    (folder / "tube0.fcs").write_bytes(b"PK\x03\x04 not flow")
    (folder / "tube2.fcs").write_bytes((folder / "tube2.fcs").read_bytes()[:300])
    out = tmp_path / "counts.csv"
    out.write_text("kept", "utf-8")
    done = gate(folder, "--gates", folder / "gates.toml", "--out", out)
    assert (done.returncode, done.stdout) == (1, "")
    assert "tube0.fcs" in done.stderr
    assert "tube2.fcs" in done.stderr
    assert out.read_text("utf-8") == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["counts.csv", "tubes"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tubes"], "Which gates?"),
        (["nowhere.fcs", "--gates", "tubes/gates.toml"], "nowhere.fcs is not there"),
        (["tubes", "--gates", "nowhere.toml"], "nowhere.toml: found no such file"),
        (["tubes", "--gates", "ready:nothing"], "nothing"),
        (["tubes", "--gates", "tubes/gates.toml", "--out", "x.txt"], "ends in .csv, .json or .parquet"),
        (["tubes", "--gates", "tubes/gates.toml", "--out", "no/folder/x.csv"], "could not be written"),
        (["tubes", "--gates", "tubes/gates.toml", "--format", "parquet"], "Parquet is not for printing"),
        (["tubes", "--gates", "tubes/gates.toml", "--workers", "0"], "0 workers cannot work"),
        (["tubes", "--gates", "tubes/gates.toml", "--data-set", "3"], "tube0.fcs"),
        (["tubes", "study", "--gates", "tubes/gates.toml"], "study is a study; give one study by itself"),
    ],
)
def test_refusals(folder: Path, words: list[str], said: str) -> None:
    study = folder.parent / "study"
    study.mkdir()
    (study / "study.toml").write_text("", "utf-8")
    done = gate(*words, cwd=folder.parent)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


def test_a_channel_that_the_gates_need_and_files_lack(folder: Path) -> None:
    gates = folder / "other.toml"
    gates.write_text(GATES.replace('"CD19"', '"CD20"'), "utf-8")
    done = gate(folder, "--gates", gates)
    assert done.returncode == 1
    assert "tube0.fcs: channel CD20: found no such channel" in done.stderr


def test_names_of_folders_tell_files_apart(tmp_path: Path) -> None:
    for visit in ("v1", "v2"):
        (tmp_path / visit).mkdir()
        write_tube(tmp_path / visit / "B.fcs", b_cells=5, t_cells=5)
    (tmp_path / "gates.toml").write_text(GATES, "utf-8")
    done = gate("v2", "v1", "--gates", "gates.toml", cwd=tmp_path)
    assert [line.split(",")[0] for line in done.stdout.splitlines()[1::4]] == ["v2/B.fcs", "v1/B.fcs"]

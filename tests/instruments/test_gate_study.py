"""A study gated part by part: the numbers of the report, whoever does the work."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from costim.cytometry.gate_table import as_csv, rows_of
from costim.errors import CostimError
from costim.instruments.cytometry.in_parts import gate_study, with_gates
from costim.instruments.cytometry.measure import measure
from costim.study.check import read_study
from costim.study.study import Study
from tests.cytometry.gate_folder import GATES
from tests.cytometry.local_cluster import local_cluster

EXAMPLE = Path(__file__).parents[2] / "examples" / "synthetic_bt"
SUBJECTS = ("S01", "S02")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two subjects of the example."""
    small = tmp_path_factory.mktemp("study") / "small"
    small.mkdir()
    shutil.copy(EXAMPLE / "study.toml", small)
    for table in EXAMPLE.glob("*.csv"):
        with table.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        kept = [row for row in rows if row["subject"] in SUBJECTS]
        with (small / table.name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(kept)
    (small / "fcs").mkdir()
    for subject in SUBJECTS:
        for path in (EXAMPLE / "fcs").glob(f"{subject}_*"):
            shutil.copy(path, small / "fcs")
    return small


@pytest.fixture(scope="module")
def study(folder: Path) -> Study:
    return read_study(folder)


def table(study: Study, **how: object) -> str:
    return as_csv([row for one in gate_study(study, **how) for row in rows_of(one)])  # type: ignore[arg-type]


def test_numbers_are_those_of_the_measurements(study: Study) -> None:
    measured = {
        (row.subject, row.visit, row.item, row.parameter): row for row in measure(study) if row.parameter[:4] == "cyt."
    }
    checked = 0
    for one in gate_study(study):
        for row in rows_of(one):
            parts = (row["population"], row["marker"], row["statistic"])
            code = "cyt." + ".".join(part for part in parts if part)
            same = measured.get((row["subject"], row["visit"], row["panel"], code))
            if same is None or same.missing:
                continue
            assert (row["value"], row["lower"], row["upper"]) == (same.value, same.interval_lower, same.interval_upper)
            assert row["events"] == same.events
            checked += 1
    assert checked > 100


def test_any_number_of_workers_and_any_place_give_the_same(study: Study) -> None:
    seen: list[tuple[int, int]] = []
    alone = table(study, workers=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 4) for done in range(1, 5)]
    assert table(study, workers=3) == alone


@pytest.mark.slow
def test_a_cluster_gives_the_same(study: Study) -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with local_cluster(2) as cluster:
        assert table(study, cluster=cluster.scheduler_address) == table(study, workers=1)


def test_other_gates_for_all_panels(study: Study, tmp_path: Path) -> None:
    from costim.cytometry.strategies.load import load_gates

    gates = tmp_path / "gates.toml"
    gates.write_text(GATES.replace('"CD3"', '"SSC-A"').replace('"CD19"', '"FSC-H"').replace('"file"', '""'), "utf-8")
    found = gate_study(with_gates(study, load_gates(gates)))
    assert {one.strategy.name for one in found} == {"two_cells"}
    assert {row["population"] for one in found for row in rows_of(one)} == {"cells", "b_cells", "t_cells"}


def test_what_is_wrong_with_any_tube_is_said(study: Study, folder: Path) -> None:
    broken = [folder / "fcs" / f"{subject}_baseline_b_cells.fcs" for subject in SUBJECTS]
    whole = [path.read_bytes() for path in broken]
    try:
        for path in broken:
            path.write_bytes(b"no longer what it was")
        with pytest.raises(CostimError) as caught:
            gate_study(study)
    finally:
        for path, data in zip(broken, whole, strict=True):
            path.write_bytes(data)
    for path in broken:
        assert path.name in str(caught.value)


def test_a_study_without_tubes(study: Study) -> None:
    from dataclasses import replace

    with pytest.raises(CostimError, match="no tube to gate"):
        gate_study(replace(study, gates={}))


def test_the_command(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "costim.cli", "gate", str(folder), "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["files"]) == 12
    assert {row["subject"] for row in found["rows"]} == set(SUBJECTS)
    assert all(file["thresholds"] for file in found["files"])

"""The how-to on real files: its strategies, its commands, and FlowKit given the same gates."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.engine.gate import gate_file
from costim.cytometry.engine.result import Want
from costim.cytometry.events import Events
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.model import Strategy
from costim.cytometry.gates.read_toml import read_toml
from tests.cytometry.flowkit_strategy import gated_by_flowkit

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "real-files.md"
GATES = ROOT / "docs" / "how-to" / "real_files"
FILES = {
    "itn_t_cells": tuple(f"flowstats_itn/itn_sample{number:02d}.fcs" for number in range(1, 11)),
    "pbmc_100715": ("flowkit/100715.fcs",),
    "b_cells_flowai": ("flowai/flowai_Bcells1.fcs",),
}
CASES = [(gates, file) for gates, files in FILES.items() for file in files]


def strategy_of(gates: str) -> Strategy:
    return read_toml(GATES / f"{gates}.toml").shared


def test_every_strategy_of_the_page_is_tested() -> None:
    assert {path.stem for path in GATES.glob("*.toml")} == set(FILES)


@pytest.mark.oracle
@pytest.mark.parametrize(("gates", "name"), CASES)
def test_counts_and_medians_as_flowkit_has_them(fcs_data: Path, gates: str, name: str) -> None:
    strategy = strategy_of(gates)
    file = open_fcs(fcs_data / name)
    wants = [
        Want(population, marker.axis, key)
        for key, marker in strategy.markers.items()
        for population, _ in strategy.populations()
    ]
    ours = gate_file(file, strategy, wants)
    theirs = gated_by_flowkit(fcs_data / name, strategy, file)
    assert dict(ours.counts) == {population: int(inside.sum()) for population, inside in theirs.members.items()}
    slow = memberships(strategy, Events(file, strategy))
    for population, inside in theirs.members.items():
        assert np.array_equal(slow[population], inside), population
    for key, marker in strategy.markers.items():
        channel = file.channels[file.find(marker.axis.source)].name
        values = theirs.linear(channel, compensated=marker.axis.compensation == "file")
        for population, inside in theirs.members.items():
            found = ours.levels[population, key].median
            if inside.any():
                assert found == pytest.approx(np.median(values[inside]), rel=1e-6), (population, key)
            else:
                assert found is None


@pytest.fixture(scope="module")
def written(fcs_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    """Rows of every table that the commands of the page write."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "fcs").symlink_to(fcs_data, target_is_directory=True)
    (folder / "real_files").symlink_to(GATES, target_is_directory=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    blocks = re.findall(r"^```bash\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) == len(FILES)
    for block in blocks:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=folder,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    tables = sorted(folder.glob("*.csv"))
    return {table.stem: list(csv.DictReader(table.read_text("utf-8").splitlines())) for table in tables}


WRITTEN = {"itn": "itn_t_cells", "pbmc": "pbmc_100715", "b_cells": "b_cells_flowai"}


@pytest.mark.oracle
@pytest.mark.parametrize("table", WRITTEN)
def test_the_commands_write_what_flowkit_finds(fcs_data: Path, written: dict, table: str) -> None:
    strategy = strategy_of(WRITTEN[table])
    for name in FILES[WRITTEN[table]]:
        file = open_fcs(fcs_data / name)
        theirs = gated_by_flowkit(fcs_data / name, strategy, file)
        rows = [row for row in written[table] if row["file"] == Path(name).name]
        counts = {row["population"]: int(row["events"]) for row in rows if row["statistic"] == "fraction_of_parent"}
        assert counts == {population: int(inside.sum()) for population, inside in theirs.members.items()}
        medians = {(row["marker"], row["population"]): row for row in rows if row["statistic"] == "median"}
        assert set(medians) == {(key, p) for key, marker in strategy.markers.items() for p in marker.populations}
        for (key, population), row in medians.items():
            axis = strategy.markers[key].axis
            values = theirs.linear(file.channels[file.find(axis.source)].name, compensated=axis.compensation == "file")
            inside = np.sort(values[theirs.members[population]])
            assert float(row["value"]) == pytest.approx(np.median(inside), rel=1e-6), (name, key, population)
            # The ends of the interval are values of cells on either side of the middle.
            lower, upper = (float(row[end]) for end in ("lower", "upper"))
            assert np.sum(inside < lower - 1e-6 * abs(lower)) <= len(inside) / 2, (name, key, population)
            assert np.sum(inside <= upper + 1e-6 * abs(upper)) >= len(inside) / 2, (name, key, population)


def page_rows(first: str) -> list[list[str]]:
    lines = PAGE.read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith(f"| {first}")]


def test_the_first_table_of_the_page(written: dict) -> None:
    shown = page_rows("itn_sample")
    assert len(shown) == 4
    rows = {(row["file"], row["population"]): row for row in written["itn"] if not row["marker"]}
    for file, cells, positive, percent, interval, status in shown:
        row = rows[file, "cd4_t_cd69"]
        assert (row["parent_events"], row["events"], row["status"]) == (cells, positive, status)
        assert f"{float(row['value']):.2f}" == percent
        assert f"{float(row['lower']):.2f} to {float(row['upper']):.2f}" == interval
        assert row["flags"] == "background_unknown"


def test_the_other_tables_of_the_page(written: dict) -> None:
    shown = [
        row
        for name in ("singlets", "lymphocytes", "not_dumped", "t_cells", "b_cells", "steady_flow", "live")
        for row in page_rows(f"{name} |")
    ]
    assert len(shown) == 10
    found = {
        (row["population"], row["parent"] or "all events", row["events"], f"{float(row['value']):.2f}")
        for table in ("pbmc", "b_cells")
        for row in written[table]
        if not row["marker"]
    }
    assert {tuple(row) for row in shown} <= found
    said = PAGE.read_text("utf-8")
    medians = {row["marker"]: float(row["value"]) for row in written["b_cells"] if row["marker"]}
    assert f"CD24 {medians['cd24']:,.0f}, CD21 {medians['cd21']:,.0f}, IgM {medians['igm']:,.0f}" in said


def test_what_the_page_says_of_values_at_one(written: dict) -> None:
    at_one = [
        row["file"]
        for row in written["itn"]
        if (row["marker"], row["population"]) == ("hla_dr", "cd4_t") and float(row["value"]) == 1.0
    ]
    assert at_one == [f"itn_sample{number:02d}.fcs" for number in (2, 4, 6, 7, 8, 9)]
    assert "tubes 2, 4, 6, 7, 8 and 9" in PAGE.read_text("utf-8")

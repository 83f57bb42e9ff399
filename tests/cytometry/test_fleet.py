"""Many tubes at once: order, sameness, errors."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from costim.cytometry.fleet import gate_many
from costim.cytometry.gate_files import find_files, gate
from costim.cytometry.strategies.load import load_gates
from costim.cytometry.tube import Tube
from costim.errors import CostimError
from costim.fleet.spread import cores, spread
from tests.cytometry.fcs.encoder import COUNTS, build, integers
from tests.cytometry.gate_folder import write_folder, write_tube

INTEGERS = """
schema = 1
name = "one_gate"

[axes]
first = { channel = "FL1" }

[[gates]]
name = "cells"
kind = "rectangle"
bounds = [{ axis = "first", from = 100.0 }]
"""


def test_bits_that_were_removed_from_integers_are_said(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(build(integers(16, 1024), [(2048 + 7, 1000, 2), *COUNTS[1:]]))
    gates = tmp_path / "gates.toml"
    gates.write_text(INTEGERS, "utf-8")
    strategy = load_gates(gates).shared
    tube = Tube(path=path, subject="", visit="", panel="")
    (found,) = gate_many([tube], lambda _: strategy)
    assert found.gated.counts["cells"] == sum(count[0] >= 100 for count in COUNTS[1:])
    assert [(f.code, f.where) for f in found.findings] == [("fcs_bits_masked", "$P1N FL1")]


def slow_square(number: int) -> int:
    time.sleep(0.02 * (5 - number))
    return number * number


def test_results_stand_in_the_order_of_the_tasks() -> None:
    seen: list[tuple[int, int]] = []
    got = spread(slow_square, range(5), workers=3, progress=lambda done, total: seen.append((done, total)))
    assert got == [0, 1, 4, 9, 16]
    assert seen == [(done, 5) for done in range(1, 6)]


def test_no_more_at_a_time_than_workers() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def watch(_: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1

    spread(watch, range(12), workers=3)
    assert most == 3


def test_nothing_to_do() -> None:
    assert spread(slow_square, []) == []


def test_an_error_of_the_program_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        spread(lambda number: 1 // number, [1, 0, 1, 1], workers=2)


def test_workers_must_be_some() -> None:
    assert cores(None) >= 1
    with pytest.raises(CostimError, match="0 workers cannot work"):
        cores(0)


def test_tubes_are_gated_in_their_order_with_any_number_of_workers(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, 5)
    strategy = load_gates(folder / "gates.toml").shared
    tubes = [Tube(path=folder / f"tube{number}.fcs") for number in (3, 0, 4, 1, 2)]
    found = [gate_many(tubes, lambda _: strategy, workers=workers) for workers in (1, 2, 5)]
    assert found[0] == found[1] == found[2]
    assert [one.tube for one in found[0]] == tubes
    assert [one.gated.counts["b_cells"] for one in found[0]] == [40, 10, 50, 20, 30]
    assert {one.gated.counts["t_cells"] for one in found[0]} == {100}


def test_what_is_wrong_is_said_of_every_tube(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, 3)
    (folder / "tube0.fcs").write_bytes(b"nothing of the kind")
    (folder / "tube2.fcs").write_bytes(b"")
    strategy = load_gates(folder / "gates.toml").shared
    with pytest.raises(CostimError) as caught:
        gate_many([Tube(path=folder / f"tube{n}.fcs") for n in range(3)], lambda _: strategy)
    assert "tube0.fcs" in str(caught.value)
    assert "tube2.fcs" in str(caught.value)
    assert "tube1.fcs" not in str(caught.value)


def test_the_table_of_the_python_api(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, 2)
    table = gate(folder, gates=folder / "gates.toml", workers=2)
    b_cells = table.filter((table["population"] == "b_cells") & (table["statistic"] == "fraction_of_parent"))
    assert b_cells["events"].to_list() == [10, 20]
    assert b_cells["parent_events"].to_list() == [110, 120]
    assert b_cells["value"].to_list() == pytest.approx([100 * 10 / 110, 100 * 20 / 120])
    # Clopper-Pearson limits of 10 in 110 as R's binom.test gives them.
    assert b_cells["lower"][0] == pytest.approx(4.445, abs=0.01)
    assert b_cells["upper"][0] == pytest.approx(16.08, abs=0.01)
    level = table.filter(table["marker"] == "cd19").row(1, named=True)
    assert level["events"] == 20
    # Levels are 1,000 + 50 k for k from 0 to 19; ranks 6 and 15 of 20 limit a median with 95 % confidence.
    assert level["value"] == pytest.approx(1475, rel=1e-6)
    assert (level["lower"], level["upper"]) == pytest.approx((1250, 1700), rel=1e-6)
    assert gate([folder / "tube0.fcs", folder / "tube1.fcs"], gates=load_gates(folder / "gates.toml")).equals(table)


def test_files_of_folders_keep_their_names_apart(tmp_path: Path) -> None:
    for visit in ("baseline", "month6"):
        (tmp_path / visit).mkdir()
        write_tube(tmp_path / visit / "B.FCS", b_cells=3, t_cells=3)
    assert list(find_files([tmp_path])) == ["baseline/B.FCS", "month6/B.FCS"]
    both = [tmp_path / "month6" / "B.FCS", tmp_path / "baseline" / "B.FCS"]
    assert list(find_files(both)) == ["month6/B.FCS", "baseline/B.FCS"]


def test_files_that_are_not_there_or_twice(tmp_path: Path) -> None:
    write_tube(tmp_path / "a.fcs", b_cells=1, t_cells=1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CostimError) as caught:
        find_files([tmp_path / "a.fcs", tmp_path / "b.fcs", tmp_path / "empty", tmp_path / "a.fcs"])
    said = str(caught.value)
    assert "b.fcs is not there" in said
    assert "empty holds no FCS file" in said
    assert "a.fcs was given twice" in said
    with pytest.raises(CostimError, match="No files"):
        find_files([])

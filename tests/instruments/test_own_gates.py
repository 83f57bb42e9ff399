"""Gates of single tubes in a study: thresholds that they name have numbers, and they move like the shared ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costim.cytometry.gates.model import Gate, Rectangle
from costim.instruments.cytometry.gated import GatedPanel
from costim.instruments.cytometry.run import run
from costim.study.check import read_study
from costim.study.study import Study
from tests.cytometry.gate_folder import GATES, write_tube
from tests.study.folder import CONFIG, write_study

MORE = """
[thresholds.bright]
axis = "cd19"
population = "cells"
sources = ["fixed"]
value = 1500.0

[[exceptions]]
sample = "fcs/tube2.fcs"
why = "another antibody"

[exceptions.gate]
name = "b_cells"
parent = "cells"
kind = "rectangle"
bounds = [{ axis = "cd19", from = "bright" }, { axis = "cd3", below = 400.0 }]
"""
PLAN = """
[cytometry]
jitter = 0.2

[[panels]]
name = "B"
gates = "gates.toml"

[[endpoints]]
parameter = "cyt.b_cells.count"
kind = "paired_change"
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("own") / "study"
    rows = "1,entry,B,fcs/tube1.fcs\n1,day28,B,fcs/tube2.fcs\n"
    write_study(folder, {"samples": "subject,visit,panel,fcs_file\n" + rows}, CONFIG + PLAN)
    (folder / "fcs").mkdir()
    for number in (1, 2):
        write_tube(folder / "fcs" / f"tube{number}.fcs", b_cells=20, t_cells=50, seed=number)
    (folder / "gates.toml").write_text(GATES + MORE, "utf-8")
    return read_study(folder)


def panel_of(study: Study) -> GatedPanel:
    (panel,) = run(study)
    return panel


def gate(panel: GatedPanel, tube: int, name: str) -> Gate:
    return next(gate for gate in panel.tubes[tube].strategy.gates if gate.name == name)


def bounds(found: Gate) -> list[object]:
    assert isinstance(found, Rectangle)
    return [(side.lower, side.upper) for side in found.ranges]


def test_a_threshold_that_only_a_tube_of_its_own_gates_names_has_its_number(study: Study) -> None:
    panel = panel_of(study)
    assert bounds(gate(panel, 0, "b_cells"))[0] == (500.0, None)
    assert bounds(gate(panel, 1, "b_cells"))[0] == (1500.0, None)
    # Levels are 1,000 + 50 k for k from 0 to 19.
    assert [tube.gated.counts["b_cells"] for tube in panel.tubes] == [20, 10]


def test_gates_of_a_tube_move_with_the_others(study: Study) -> None:
    before = panel_of(study)
    after = panel_of(replace(study, reading="gates_moved_001"))
    for tube in (0, 1):
        old, new = bounds(gate(before, tube, "b_cells")), bounds(gate(after, tube, "b_cells"))
        assert all(one != other for one, other in zip(old, new, strict=True))

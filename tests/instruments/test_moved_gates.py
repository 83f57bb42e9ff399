"""Under moved gates only what the plan asks for is computed: each number is the one that all of them together give."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from costim.cytometry.events import Events
from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.gates.model import FROM_FILE, Axis
from costim.cytometry.phenotypes.asked import EVERYTHING, Asked
from costim.cytometry.phenotypes.phenotype import Phenotype
from costim.instruments.cytometry.gate_panel import Work, gate_moved, gate_panel
from costim.instruments.cytometry.run import _rule, _task
from costim.instruments.cytometry.tubes import tubes_by_panel
from costim.study.check import read_study
from tests.instruments.cells_study import write_study

NAMES = (
    "b_cells.cd40.median",
    "b_cells.cd40.log_mean_reweighted",
    "naive_b.fraction_of_parent",
    "memory_b.cd80.percent_positive",
    "b_cells.per_ul",
    "b_cells.fraction_of_lymphocytes",
)


def code(row: Phenotype) -> str:
    return ".".join(part for part in (row.population, row.marker, row.statistic) if part)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("moved"))


def test_what_is_asked_for_is_what_everything_would_give(folder: Path) -> None:
    study = replace(read_study(folder), reading="gates_moved_003")
    for group in tubes_by_panel(study).values():
        task = _task(study, group, {"B": "gates"})
        work = Work(group, study.gates["B"], task.panel, task.settings, task.level)
        base = gate_panel(work)
        whole = gate_moved((work, base, _rule(task)))
        part = gate_moved((replace(work, asked=Asked(frozenset(NAMES))), base, _rule(task)))
        seen: set[str] = set()
        for all_of, some_of in zip(whole.tubes, part.tubes, strict=True):
            assert [row for row in all_of.phenotypes if code(row) in NAMES] == list(some_of.phenotypes)
            assert len(some_of.strategy.gates) < len(all_of.strategy.gates)
            assert len(some_of.gated.levels) < len(all_of.gated.levels)
            seen |= {code(row) for row in some_of.phenotypes}
        assert seen == set(NAMES)


def test_a_draw_asks_only_for_what_the_plan_names(folder: Path) -> None:
    study = read_study(folder)
    group = next(iter(tubes_by_panel(study).values()))
    assert _task(study, group, {"B": "gates"}).asked == EVERYTHING
    drawn = _task(replace(study, reading="gates_moved_001"), group, {"B": "gates"})
    assert drawn.asked == Asked(frozenset({"b_cells.cd40.median"}))
    assert drawn.base == _task(study, group, {"B": "gates"})


def test_files_of_one_layout_share_answers_and_errors_name_their_own_file(folder: Path) -> None:
    study = read_study(folder)
    strategy = study.gates["B"].shared
    first, second = (open_fcs(folder / "fcs" / f"s{number}_baseline.fcs") for number in (1, 2))
    axis = Axis("CD19", FROM_FILE)
    assert Events(first, strategy).made_of(axis) is Events(second, strategy).made_of(axis)
    for file in (first, second):
        with pytest.raises(FcsError, match=file.path.name):
            Events(file, strategy).made_of(Axis("CD999", FROM_FILE))

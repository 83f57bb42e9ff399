"""FCS files of a study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.fcs.read import open_fcs
from costim.simulated.biases import Biases
from costim.simulated.blood import Blood, carriers_by_kind, draw_blood, drift_of
from costim.simulated.cohort import Cohort
from costim.simulated.design import PlannedVisit, StudyDesign
from costim.simulated.study import write_study
from costim.simulated.tubes import Tube, tubes_of
from costim.study.check import check_study

SMALL = tuple(replace(v, tubes=min(v.tubes, 600)) for v in StudyDesign().visits)


@pytest.fixture(scope="module")
def blood(cohort: Cohort) -> Blood:
    return draw_blood(cohort.design, cohort.courses, cohort.readings.days, cohort.seed)


@pytest.fixture(scope="module")
def tubes(cohort: Cohort, blood: Blood) -> dict[str, Tube]:
    return {tube.name: tube for tube in tubes_of(cohort, blood)}


def test_b_cells_in_a_tube_are_those_of_the_model(cohort: Cohort, blood: Blood, tubes: dict[str, Tube]) -> None:
    for place, subject in enumerate(cohort.subjects):
        for column, number in enumerate(blood.visits):
            name = f"{subject}_{cohort.design.visits[number].name}_b_cells"
            if name in tubes:
                spec = tubes[name].spec
                assert spec.b_cells == blood.b_cells[place, column]
                assert spec.cells.get("naive_b", 0) == blood.naive_b[place, column]
                assert sum(spec.cells.values()) == blood.recorded[column]
    expected = blood.b_share * blood.recorded
    assert np.abs(blood.b_cells - expected).max() < 6 * np.sqrt(expected.max())


def test_the_made_tube_holds_what_was_planned(tubes: dict[str, Tube]) -> None:
    tube = tubes["S01_month6_b_cells"]
    sample = tube.make(5)
    assert sample.truth.count("b_cells") == tube.spec.b_cells
    again = tube.make(5)
    assert np.array_equal(sample.events, again.events)
    t_tube = tubes["S01_baseline_t_cells"]
    made = t_tube.make(5).truth
    carried = made.mesf[:, made.markers.index("icos")] > 0
    cd4 = made.where("naive_cd4_t") | made.where("memory_cd4_t")
    shares = t_tube.spec.shares
    wanted = [shares[f"{kind}_cd4_t.icos"] * t_tube.spec.cells[f"{kind}_cd4_t"] for kind in ("naive", "memory")]
    assert carried[cd4].sum() == pytest.approx(sum(wanted), abs=4 * np.sqrt(sum(wanted)))


def test_shares_of_both_kinds_add_up() -> None:
    naive, memory = carriers_by_kind(0.2, 0.4)
    assert 0.4 * naive + 0.6 * memory == pytest.approx(0.2)
    assert naive < memory
    naive, memory = carriers_by_kind(0.9, 0.4)
    assert 0.4 * naive + 0.6 * memory == pytest.approx(0.9)
    assert 0 <= naive <= 1
    assert 0 <= memory <= 1


def test_drift_weakens_later_visits() -> None:
    design = StudyDesign(biases=Biases(gate_drift=0.2))
    assert drift_of(design, (0, 3, 6, 8)) == pytest.approx([1.0, 1.0, 0.9, 0.8])
    assert drift_of(StudyDesign(), (0, 3, 6, 8)) == pytest.approx([1.0] * 4)


def test_a_study_with_files_is_accepted_and_its_wrong_matrix_is_not_in_the_baseline(tmp_path: Path) -> None:
    design = StudyDesign(patients=2, visits=SMALL, fcs=True, biases=Biases(spill_error=0.5))
    write_study(tmp_path / "study", design, 3, population=200)
    study, findings = check_study(tmp_path / "study")
    assert study is not None
    assert {f.code for f in findings} <= {"gate_left_out"}
    right = open_fcs(tmp_path / "study" / "fcs" / "S01_baseline_b_cells.fcs").keywords["$SPILLOVER"].split(",")
    wrong = open_fcs(tmp_path / "study" / "fcs" / "S01_month6_b_cells.fcs").keywords["$SPILLOVER"].split(",")
    size = int(right[0])
    assert right[: size + 1] == wrong[: size + 1]
    matrices = [np.array(text[size + 1 :], dtype=float).reshape(size, size) for text in (right, wrong)]
    off = ~np.eye(size, dtype=bool)
    assert matrices[1][off] == pytest.approx(0.5 * matrices[0][off], rel=1e-4)
    assert np.all(np.diag(matrices[1]) == 1.0)


def test_files_are_the_same_bytes_again(tmp_path: Path) -> None:
    visits = tuple(PlannedVisit(name=v.name, label=v.label, day=v.day, window=v.window, tubes=v.tubes) for v in SMALL)
    design = StudyDesign(patients=2, visits=visits, fcs=True)
    for name in ("one", "two"):
        write_study(tmp_path / name, design, 8, population=200)
    one = {p.name: p.read_bytes() for p in (tmp_path / "one" / "fcs").iterdir()}
    assert len(one) >= 2 * (4 + 2)
    assert one == {p.name: p.read_bytes() for p in (tmp_path / "two" / "fcs").iterdir()}

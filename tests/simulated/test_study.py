"""A whole study folder."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from costim.errors import CostimError
from costim.instruments.exposure import measure as measure_exposure
from costim.instruments.sledai import measure as measure_sledai
from costim.mechanism.dosing.regimen import schedule_each
from costim.simulated.biases import BIASES, Biases
from costim.simulated.cohort import Cohort
from costim.simulated.design import StudyDesign
from costim.simulated.study import TABLES, write_study
from costim.study.check import check_study, read_study
from tests.simulated.conftest import PATIENTS


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_costim_check_finds_nothing_to_complain_of(folder: Path) -> None:
    study, findings = check_study(folder)
    assert study is not None
    assert findings == []
    assert study.plan.study.title.startswith("SIMULATED")


@pytest.mark.parametrize("name", [n for n in BIASES if n != "selected_high"])
def test_every_bias_gives_a_folder_that_is_accepted(tmp_path: Path, name: str) -> None:
    design = StudyDesign(patients=4, biases=Biases(**{name: BIASES[name].usual}))
    write_study(tmp_path / "study", design, 11, population=200)
    study, findings = check_study(tmp_path / "study")
    assert study is not None
    assert findings == []


def test_selected_patients_are_declared_in_the_plan(tmp_path: Path) -> None:
    design = StudyDesign(patients=6, biases=Biases(selected_high=20.0))
    truth = write_study(tmp_path / "study", design, 2, population=200)
    study = read_study(tmp_path / "study")
    (causes,) = study.plan.other_causes
    assert causes.selected_above == 20.0
    assert causes.within_sd == pytest.approx(truth.registry.within_sd, abs=0.006)
    totals = [int(r["total"]) for r in table(tmp_path / "study", "sledai") if r["visit"] == "baseline" and r["total"]]
    assert len(totals) == 6
    assert min(totals) > 20


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path, folder: Path) -> None:
    write_study(tmp_path / "again", StudyDesign(), 5, population=PATIENTS)
    write_study(tmp_path / "other", StudyDesign(), 6, population=PATIENTS)
    assert files(tmp_path / "again") == files(folder)
    other = files(tmp_path / "other")
    assert other["truth/population.csv"] == files(folder)["truth/population.csv"]
    assert other["sledai.csv"] != files(folder)["sledai.csv"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CostimError, match="not an empty folder"):
        write_study(tmp_path, StudyDesign(), 1, population=PATIENTS)
    assert [p.name for p in tmp_path.iterdir()] == ["kept.txt"]


def test_measured_sledai_is_what_was_read(folder: Path, cohort: Cohort) -> None:
    """The instrument adds up the items to the totals of the readings, at every visit that took place."""
    rows = [m for m in measure_sledai(read_study(folder)) if m.parameter == "sledai.total"]
    names = [v.name for v in cohort.design.visits]
    found = {(m.subject, m.visit): m.value for m in rows}
    assert len(found) == cohort.readings.attended.sum()
    for (subject, visit), value in found.items():
        place, number = cohort.subjects.index(subject), names.index(visit)
        assert value == cohort.readings.sledai[place, number]


def test_doses_in_mg_are_those_the_model_was_given(folder: Path, cohort: Cohort) -> None:
    rows = [m for m in measure_exposure(read_study(folder)) if m.parameter == "exposure.dose_mg"]
    bsa = cohort.entered.covariates[:, list(cohort.model.covariates).index("BSA")]
    given = schedule_each(cohort.regimens, bsa=bsa).amount
    for place, subject in enumerate(cohort.subjects):
        found = [m.value for m in rows if m.subject == subject]
        assert found == pytest.approx(given[place][given[place] > 0], rel=1e-4)


def test_relapse_is_found_between_the_visits_around_it(folder: Path, cohort: Cohort) -> None:
    written = {r["subject"]: r for r in table(folder, "events") if r["event"] == "relapse"}
    assert set(written) == set(cohort.subjects)
    assert {r["status"] for r in written.values()} == {"observed", "censored"}
    for place, subject in enumerate(cohort.subjects):
        true, row = cohort.courses.endpoints.relapse_day[place], written[subject]
        if row["status"] == "observed":
            low, _, high = row["day"].partition("-")
            assert int(low) - 1 < true <= int(high or low)
        else:
            assert true > int(row["day"])


def test_the_truth_is_in_no_table_of_the_study(folder: Path, cohort: Cohort) -> None:
    """Nothing of `truth` is an input of the study, and no table carries a latent value."""
    study = read_study(folder)
    assert not [f.name for f in study.inputs if "truth" in f.name]
    latent = {f"{v:.6g}" for v in cohort.courses.activity[:, 28]}
    for name in TABLES:
        text = (folder / f"{name}.csv").read_text(encoding="utf-8")
        assert not [v for v in latent if v in text]


def test_truth_tells_patients_courses_and_design(folder: Path, cohort: Cohort) -> None:
    truth = folder / "truth"
    told = json.loads((truth / "design.json").read_text(encoding="utf-8"))
    assert told["seed"] == 5
    assert told["biases"] == {}
    patients = pl.read_csv(truth / "patients.csv")
    assert patients.height == 10
    assert patients["kmax"].to_numpy() == pytest.approx(
        cohort.entered.values[:, cohort.model.value_names.index("kmax")], rel=1e-5
    )
    courses = pl.read_csv(truth / "courses.csv")
    assert courses.height == 10 * len(cohort.design.visits)
    assert courses.filter(pl.col("visit") == "baseline")["activity"].to_numpy() == pytest.approx(1.0)
    days = pl.read_csv(truth / "days.csv")["relapse_day"].to_numpy()
    true = cohort.courses.endpoints.relapse_day
    assert np.array_equal(np.isnan(days), np.isinf(true))
    assert days[np.isfinite(true)] == pytest.approx(true[np.isfinite(true)], abs=0.006)


def test_steroid_pulses_stand_among_the_drugs(tmp_path: Path) -> None:
    write_study(tmp_path / "s", StudyDesign(patients=3, biases=Biases(steroid_pulse=0.3)), 1, population=200)
    pulses = [r for r in table(tmp_path / "s", "comedications") if r["frequency"] == "once"]
    assert [(r["drug"], r["dose"], r["start_day"]) for r in pulses[:3]] == [
        ("methylprednisolone", "1000", day) for day in ("0", "1", "2")
    ]
    assert len(pulses) == 9


def test_where_nothing_can_be_written_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(CostimError, match="could not be written"):
        write_study(tmp_path / "file" / "study", StudyDesign(), 1, population=PATIENTS)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_negative_seeds_and_unknown_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CostimError, match="seed -1 is below 0"):
        write_study(tmp_path / "s", StudyDesign(), -1, population=PATIENTS)
    with pytest.raises(CostimError, match="tunover"):
        write_study(tmp_path / "s", StudyDesign(model="tunover"), 1, population=PATIENTS)
    with pytest.raises(CostimError, match="cannot be read"):
        write_study(tmp_path / "s", StudyDesign(regimens=("a lot",)), 1, population=PATIENTS)
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("model", ["no_cooperative_loop", "no_costimulation", "turnover"])
def test_rivals_make_studies_too(tmp_path: Path, model: str) -> None:
    write_study(tmp_path / "s", StudyDesign(patients=3, model=model), 1, population=100)
    assert check_study(tmp_path / "s")[1] == []


def test_who_was_lost_between_infusions_was_last_seen_at_the_last_of_them(tmp_path: Path) -> None:
    """An infusion after the last contact would be a contradiction, and costim would refuse the study."""
    design = StudyDesign(regimens=("500 mg x4 q7d",), dropout_per_year=5.0)
    early = 0
    for seed in range(1, 4):
        write_study(tmp_path / str(seed), design, seed, population=PATIENTS)
        rows = table(tmp_path / str(seed), "events")
        contacts = [int(row["day"]) for row in rows if row["event"] == "last_contact"]
        followed = [int(row["day"]) for row in rows if row["event"] == "relapse" and row["status"] == "censored"]
        assert min(contacts) >= 21
        early += sum(day < 21 for day in followed)
        assert [f for f in check_study(tmp_path / str(seed))[1] if f.severity == "error"] == []
    assert early > 0  # some were lost before, or the test would say nothing

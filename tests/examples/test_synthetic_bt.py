"""The example study of synthetic tubes: made byte for byte by its module, and true to what was planted."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.engine.gate import gate_file
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.gates.model import Strategy
from costim.cytometry.strategies.ready import ready
from costim.cytometry.strategies.thresholds import resolve_thresholds
from costim.cytometry.synthetic.example.__main__ import main
from costim.cytometry.synthetic.example.planted import VISITS, patients
from costim.cytometry.synthetic.example.tubes import planned_tubes
from costim.cytometry.tube import Tube

FOLDER = Path(__file__).parents[2] / "examples" / "synthetic_bt"
MOST_BYTES = 12_500_000


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


def tubes_of(subject: str, panel: str) -> list[Tube]:
    return [
        Tube(
            path=FOLDER / row["fcs_file"],
            subject=subject,
            visit=row["visit"],
            panel=panel,
            stain=row["stain"],  # type: ignore[arg-type]
            marker=row["marker"],
        )
        for row in table("samples")
        if row["subject"] == subject and row["panel"] == panel
    ]


def true_counts(subject: str, panel: str) -> dict[tuple[str, str], int]:
    return {
        (row["visit"], row["what"]): int(row["events"])
        for row in table("truth/cells")
        if (row["subject"], row["panel"], row["stain"]) == (subject, panel, "sample")
    }


def counted(subject: str, panel: str) -> tuple[dict[tuple[str, str], int], Strategy, dict[str, str]]:
    tubes = tubes_of(subject, panel)
    strategy, found = resolve_thresholds(ready(f"costimulation_{panel[0]}").shared, tubes)
    counts = {
        (tube.visit, name): number
        for tube in tubes
        if tube.stain == "sample"
        for name, number in gate_file(open_fcs(tube.path), strategy).counts.items()
    }
    return counts, strategy, {one.name: one.source for one in found}


def test_the_module_writes_this_folder_byte_for_byte(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 0
    made = {p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file()}
    kept = {p.relative_to(FOLDER) for p in FOLDER.rglob("*") if p.is_file()}
    assert made == kept
    for name in made:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
    assert sum((FOLDER / name).stat().st_size for name in kept) < MOST_BYTES


def test_the_module_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main(["--help"]) == 2
    assert "Usage" in capsys.readouterr().err


def test_every_file_says_that_it_is_synthetic() -> None:
    rows = table("samples")
    for row in rows:
        keywords = open_fcs(FOLDER / row["fcs_file"]).keywords
        assert keywords["$CYT"] == "costim synthetic"
        assert "Synthetic" in keywords["$COM"]
        assert row["note"] == "synthetic"
    assert {p.name for p in (FOLDER / "fcs").iterdir()} == {Path(row["fcs_file"]).name for row in rows}
    for name in ("study.toml", "PROVENANCE.md"):
        assert "ynthetic" in (FOLDER / name).read_text(encoding="utf-8")


def test_the_plan_of_the_tubes_is_in_the_tables() -> None:
    planned = [tube for patient in patients() for tube in planned_tubes(patient)]
    assert [f"fcs/{tube.name}.fcs" for tube in planned] == [row["fcs_file"] for row in table("samples")]
    depleted = [p.b_cells["day28"] for p in patients()]
    assert max(depleted) <= 12
    assert depleted.count(0) == 3
    assert len({tube.name for tube in planned}) == len(planned)
    assert {tube.visit for tube in planned} == set(VISITS)


@pytest.mark.parametrize("subject", ["S01", "S05", "S06", "S10"])
def test_b_cells_are_counted_as_planted(subject: str) -> None:
    counts, strategy, sources = counted(subject, "b_cells")
    true = true_counts(subject, "b_cells")
    assert sources["cd80"] == "fmo"
    assert strategy.markers["cd40"].outcome
    for visit in VISITS:
        planted = true[visit, "b_cells"]
        false = true.get((visit, "false_b"), 0)
        assert planted - max(2, 0.02 * planted) <= counts[visit, "b_cells"] <= planted + false + 2, visit
        naive = true.get((visit, "naive_b"), 0)
        assert counts[visit, "naive_b"] == pytest.approx(naive, abs=2 + 0.02 * naive), visit


@pytest.mark.parametrize("subject", ["S02", "S04", "S09"])
def test_t_cells_are_counted_as_planted(subject: str) -> None:
    counts, _, sources = counted(subject, "t_cells")
    true = true_counts(subject, "t_cells")
    assert sources["cd69"] == sources["icos"] == "fmo"
    for visit in VISITS:
        for population in ("naive_cd4_t", "memory_cd4_t"):
            planted = true[visit, population]
            assert counts[visit, population] == pytest.approx(planted, abs=2 + 0.02 * planted), (visit, population)


def test_the_planted_fall_of_cd40_is_in_the_levels() -> None:
    levels = {(r["subject"], r["visit"], r["kind"], r["marker"]): r for r in table("truth/levels")}
    ratios = [
        float(levels[p.subject, "month6", kind, "cd40"]["median_mesf_of_carriers"])
        / float(levels[p.subject, "baseline", kind, "cd40"]["median_mesf_of_carriers"])
        for p in patients()
        for kind in ("naive_b", "switched_memory_b")
    ]
    assert np.allclose(ratios, 0.75, rtol=1e-3)

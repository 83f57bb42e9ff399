"""`costim simulate`: what is said, what is written, what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from costim.cli import app

ROOT = Path(__file__).parents[2]
FEW = ["--patients", "40", "--draws", "3", "--days", "400"]


def _run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["simulate", *words])
    return done.exit_code, done.output


@pytest.mark.slow
def test_regimens_side_by_side_in_words_and_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said = _run("--regimen", "375x1", "--regimen", "1000 mg x2 q14d", *FEW, "--out", str(out))
    assert code == 0, said
    assert "SIMULATED, not measured" in said
    assert "[speculative]" in said
    assert "cannot tell the forms" in said
    assert "no_cooperative_loop" in said
    assert "at 24 months" not in said  # not reached by 400 days
    page = (out / "simulation.html").read_text("utf-8")
    assert "Simulated, not measured" in page
    assert "http:" not in page.split("<svg")[0]
    rows = list(csv.DictReader((out / "patients.csv").read_text("utf-8").splitlines()))
    assert len(rows) == 2 * 2 * 40
    assert {row["status"] for row in rows} <= {"solved", "solved_stiff"}
    contrasts = list(csv.DictReader((out / "contrasts.csv").read_text("utf-8").splitlines()))
    later = [float(row["difference"]) for row in contrasts if row["name"] == "naive_return_day"]
    assert len(later) == 2
    assert min(later) > 5  # 2000 mg against some 600
    record = json.loads((out / "simulation.json").read_text("utf-8"))
    assert {arm["model"] for arm in record["arms"]} == {"loop", "no_cooperative_loop"}
    assert (out / "models" / "loop-regimen1.xml").read_text("utf-8").startswith("<?xml")
    # The same again gives the same bytes, and may take the place of what was written.
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    code, said = _run("--regimen", "375x1", "--regimen", "1000 mg x2 q14d", *FEW, "--threads", "1", "--out", str(out))
    assert code == 0, said
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    doses = out / "models" / "regimen2-events.csv"
    code, said = _run("--events", str(doses), *FEW)
    assert code == 0, said
    assert "as in regimen2-events.csv · loop" in said


@pytest.mark.slow
def test_the_doses_of_a_study_and_the_loop_never_alone() -> None:
    code, said = _run("--like", str(ROOT / "examples" / "tokunaga2007"), "--form", "loop", *FEW)
    assert code == 0, said
    assert "as in tokunaga2007 · no_cooperative_loop" in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--regimen", "375 mgg"], "cannot be read"),
        (["--regimen", "375 mg x2"], "does not say when"),
        (["--form", "loupe"], "No form of the model is called loupe"),
        (["--agent", "aspirin"], "no agent"),
        (["--bias", "selected_high"], "add --study"),
        (["--study", "x", "--like", "y"], "cannot be used with --study"),
        (["--like", str(ROOT / "examples" / "tokunaga2007"), "--agent", "obinutuzumab"], "no subject has infusions"),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_words(words: list[str], expected: str) -> None:
    code, said = _run(*words)
    assert code == 1
    assert expected in said
    assert "Traceback" not in said

"""The command line: what it prints, what it returns, what it leaves behind."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SEED = ROOT / "examples" / "tokunaga2007"


def costim(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "costim.cli", *words], capture_output=True, text=True, cwd=cwd, check=False
    )


def test_help_lists_the_commands() -> None:
    said = costim("--help").stdout
    assert all(word in said for word in ("new", "check", "measure", "estimate", "run"))


@pytest.mark.parametrize("statement", ["import costim", "import costim.cli"])
def test_start_is_light(statement: str) -> None:
    heavy = ("numpy", "polars", "scipy", "matplotlib", "docx", "openpyxl", "pydantic", "rich")
    code = f"import sys; {statement}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_are_there() -> None:
    import costim

    for name in costim.__all__:
        assert getattr(costim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = costim.nothing


def test_check_passes_the_seed_study() -> None:
    done = costim("check", str(SEED))
    assert done.returncode == 0, done.stdout


def test_check_reports_all_problems_with_status_1_and_as_json(tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(SEED, study)
    text = (study / "scales.csv").read_text("utf-8")
    (study / "scales.csv").write_text(text.replace("7-11", "16").replace("58", "abc"), "utf-8")
    done = costim("check", str(study))
    assert done.returncode == 1
    assert "scales.csv" in done.stdout
    findings = json.loads(costim("check", str(study), "--json").stdout)
    errors = [f for f in findings if f["severity"] == "error"]
    assert {(f["file"], f["column"], f["found"]) for f in errors} == {
        ("scales.csv", "value", "16"),
        ("scales.csv", "value", "abc"),
    }
    assert all(f["row"] and f["expected"] and f["action"] for f in errors)


def test_run_on_a_broken_study_writes_nothing(tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(SEED, study)
    (study / "subjects.csv").unlink()
    before = sorted(p.name for p in tmp_path.iterdir())
    done = costim("run", str(study), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "subjects.csv" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_measure_and_estimate_print_tables() -> None:
    measured = costim("measure", str(SEED))
    assert measured.returncode == 0
    assert measured.stdout.splitlines()[0].startswith("measurement_id,")
    estimated = costim("estimate", str(SEED))
    assert estimated.stdout.splitlines()[0].startswith("effect_id,")


def test_new_then_check(tmp_path: Path) -> None:
    assert costim("new", "trial", cwd=tmp_path).returncode == 0
    again = costim("new", "trial", cwd=tmp_path)
    assert again.returncode == 1
    assert "trial" in again.stderr
    assert "Traceback" not in again.stderr

"""Every block of the tutorial and of the readme's tour is run as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    return tmp_path


def _run(command: list[str], folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done.stdout


def test_the_tutorial_runs(checkout: Path) -> None:
    text = (ROOT / "docs" / "tutorial" / "first-report.md").read_text("utf-8")
    blocks = BLOCK.findall(text)
    assert {language for language, _ in blocks} == {"bash", "python"}
    so_far = ""
    said = []
    for language, block in blocks:
        if language == "bash":
            said.append(_run(["bash", "-euo", "pipefail", "-c", block], checkout))
        else:  # a later block goes on where the one before it ended
            so_far += block
            said.append(_run([sys.executable, "-c", so_far], checkout))
    broken = next(s for s in said if "exit status 1" in s)
    assert "scales.csv" in broken
    assert "fifteen" in broken
    assert any("5 of 10 beyond 12.0 months" in s for s in said)
    assert (checkout / "out" / "tokunaga2007" / "report.html").is_file()
    assert (checkout / "out" / "my_cohort" / "study.toml").is_file()


TOUR = re.compile(r"^(costim \w+ [^#]+?) +#", re.MULTILINE)


def test_the_tour_of_the_readme_runs(checkout: Path) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    tour = text.split("## Five minutes")[1].split("## One visit at a time")[0]
    commands = TOUR.findall(tour)
    assert [c.split()[1] for c in commands] == ["check", "run", "new"]
    for command in commands:
        _run(["bash", "-c", command], checkout)
    assert (checkout / "tokunaga2007-report" / "report.html").is_file()
    (block,) = (code for language, code in BLOCK.findall(tour) if language == "python")
    _run([sys.executable, "-c", block], checkout)


def test_single_visits_of_the_readme_are_scored(checkout: Path) -> None:
    single = _section("One visit at a time")
    commands = TOUR.findall(single)
    assert [c.split()[1] for c in commands] == ["score", "cite", "sheet"]
    said = [_run(["bash", "-c", command], checkout) for command in commands]
    assert "1,admission,sledai,sledai_2k_30d,30,,21,23," in said[0]
    assert "1,month 6,lldas,lldas_franklyn,30," in said[0]
    assert "Franklyn" in said[1]
    assert (checkout / "sledai.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    (block,) = (code for language, code in BLOCK.findall(single) if language == "python")
    _run([sys.executable, "-c", f"import costim\n{block}"], checkout)


def test_the_next_study_of_the_readme_is_planned(checkout: Path) -> None:
    commands = TOUR.findall(_section("The next study"))
    assert [c.split()[1:3] for c in commands] == [["design", "share"], ["design", "simon"], ["design", "change"]]
    said = [_run(["bash", "-c", command], checkout) for command in commands]
    assert all("patients" in text for text in said)


def _section(title: str) -> str:
    """The text of the README under one heading."""
    return (ROOT / "README.md").read_text("utf-8").split(f"## {title}\n")[1].split("\n## ")[0]

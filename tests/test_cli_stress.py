"""The command line where things go wrong around it: pipes, full disks, interruptions, places it may not write to."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SEED = ROOT / "examples" / "tokunaga2007"


def costim(*words: str | Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "costim.cli", *map(str, words)]
    place = {**os.environ, **env}
    done = subprocess.run(command, capture_output=True, cwd=cwd, check=False, env=place)
    out, error = (text.decode("utf-8", errors="replace") for text in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(command, done.returncode, out, error)


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """A command line of the shell in which $COSTIM stands for the program."""
    env = {**os.environ, "COSTIM": f"{sys.executable} -m costim.cli", "SEED": str(SEED)}
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, env=env)


def hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("command", ["check", "check --json", "measure", "estimate"])
def test_a_pipe_that_has_read_enough(command: str) -> None:
    done = shell(f"$COSTIM {command} $SEED | head -1")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
    assert shell(f"$COSTIM {command} $SEED | true").stderr == ""


@pytest.mark.parametrize("command", ["check", "measure"])
def test_standard_output_that_is_closed_or_full(command: str) -> None:
    assert "Traceback" not in shell(f"$COSTIM {command} $SEED >&-").stderr
    full = shell(f"$COSTIM {command} $SEED >/dev/full")
    assert full.returncode == 1
    assert full.stderr.startswith("The output could not be written: No space left on device.")


def test_a_terminal_without_unicode(tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(SEED, study)
    (study / "scales.csv").write_text("subject,visit,scale,value\n1,entry,gcs,7–11 ±\n", "utf-8")
    for coding in ("ascii", "latin-1", "utf-8"):
        done = costim("check", study, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING=f"{coding}:strict")
        assert done.returncode == 1, done.stderr
        assert "Traceback" not in done.stderr
        assert "row 2, column value" in done.stdout
        listed = json.loads(costim("check", study, "--json", PYTHONIOENCODING=f"{coding}:strict").stdout)
        assert [f["found"] for f in listed if f["severity"] == "error"] == ["7–11 ±"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", [1.0, 3.0])
def test_stopped_in_the_middle_leaves_nothing_behind(tmp_path: Path, number: signal.Signals, after: float) -> None:
    scratch, place = tmp_path / "scratch", tmp_path / "place"
    scratch.mkdir()
    place.mkdir()
    command = [sys.executable, "-m", "costim.cli", "run", str(SEED), "--out", "report"]
    env = {**os.environ, "TMPDIR": str(scratch)}
    with subprocess.Popen(command, cwd=place, env=env, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(after)
        process.send_signal(number)
        _, said = process.communicate()
    if process.returncode == 0:  # faster than the signal
        assert sorted(p.name for p in place.iterdir()) == ["report"]
    else:
        assert "Traceback" not in said or after == 1.0  # the interpreter may still be loading modules
        assert list(place.iterdir()) == []
    assert list(scratch.iterdir()) == []


def test_places_the_report_may_not_take(tmp_path: Path) -> None:
    study, foreign, file = tmp_path / "study", tmp_path / "foreign", tmp_path / "file"
    shutil.copytree(SEED, study)
    foreign.mkdir()
    (foreign / "mine.txt").write_text("mine")
    file.write_text("mine")
    before = hashes(tmp_path)
    for out, said in ((study, "holds a study"), (foreign, "was not written by costim"), (file, "is a file")):
        done = costim("run", study, "--out", out)
        assert done.returncode == 1
        assert said in done.stderr
        assert "--out" in done.stderr
        assert "Traceback" not in done.stderr
    assert hashes(tmp_path) == before


def test_a_report_inside_its_study_changes_nothing_there(tmp_path: Path) -> None:
    """`costim run .` inside the study folder writes beside the tables; a second run and a check see the same study."""
    study = tmp_path / "study"
    shutil.copytree(SEED, study)
    before = hashes(study)
    first = costim("run", ".", cwd=study)
    assert first.returncode == 0, first.stderr
    assert first.stderr == ""  # no progress bar in a pipe
    report = study / "tokunaga2007-report"
    assert first.stdout.startswith("Report written: tokunaga2007-report")
    listed = (report / "findings.csv").read_text("utf-8").count("\nwarning,")
    assert f"{listed} warning" in first.stdout
    written = hashes(report)
    again = costim("run", ".", cwd=study)
    assert again.returncode == 0, again.stderr
    assert hashes(report) == written
    shutil.rmtree(report)
    assert hashes(study) == before


PROGRESS = "from costim.progress import watched\nwith watched() as step:\n    step('Measuring')\n    step('Saving')\n"


def test_progress_is_drawn_on_a_terminal_and_nowhere_else() -> None:
    pty = pytest.importorskip("pty", reason="a terminal of a Unix system")
    piped = subprocess.run([sys.executable, "-c", PROGRESS], capture_output=True, check=True)
    assert (piped.stdout, piped.stderr) == (b"", b"")
    ours, theirs = pty.openpty()
    shown = subprocess.run([sys.executable, "-c", PROGRESS], stdout=subprocess.PIPE, stderr=theirs, check=True)
    drawn = os.read(ours, 65536).decode("utf-8")
    os.close(theirs)
    os.close(ours)
    assert shown.stdout == b""
    assert "Saving" in drawn


@pytest.fixture
def nobody() -> Iterator[None]:
    """Root may read everything: for the test it becomes a user who may not."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def closed_study() -> Iterator[Path]:
    """A study folder without leave to read it, below folders everybody may enter."""
    from costim.study.check import check_study

    check_study(SEED)  # whatever it imports is imported before the user changes
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        study = Path(name) / "study"
        shutil.copytree(SEED, study)
        study.chmod(0)
        yield study
        study.chmod(0o755)


@pytest.mark.usefixtures("closed_study", "nobody")
def test_a_study_that_may_not_be_read(closed_study: Path) -> None:
    from costim.study.check import check_study
    from costim.study.messages import render_findings

    study, findings = check_study(closed_study)
    assert study is None
    assert "cannot be opened: Permission denied" in render_findings(findings)

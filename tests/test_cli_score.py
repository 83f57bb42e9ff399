"""`costim score`, `costim cite`, `costim sheet`: what they print, where, and with which exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from costim.registry.measure_catalogue import measures

COMMAND = [sys.executable, "-m", "costim.cli"]
GOOD = {"subject": "p1", "visit": "d28", "present": ["rash"], "others": "absent", "measures": ["sledai"]}


def costim(*words: str | Path, given: bytes | str | None = None) -> subprocess.CompletedProcess[str]:
    data = given.encode() if isinstance(given, str) else given
    done = subprocess.run(
        [*COMMAND, *map(str, words)],
        capture_output=True,
        check=False,
        **({"stdin": subprocess.DEVNULL} if data is None else {"input": data}),  # type: ignore[call-overload]
    )
    out, error = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    assert "Traceback" not in error
    return subprocess.CompletedProcess(words, done.returncode, out, error)


def shell(line: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "COSTIM": " ".join(COMMAND)}
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, env=env)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    path = tmp_path / "visits.json"
    path.write_text(json.dumps([{**GOOD, "visit": str(n)} for n in range(3000)]), "utf-8")
    return path


def test_a_file_and_what_is_piped_in_give_the_same(tmp_path: Path) -> None:
    text = json.dumps(GOOD)
    (tmp_path / "v.json").write_text(text, "utf-8")
    (tmp_path / "v.jsonl").write_text(text, "utf-8")
    (tmp_path / "v.csv").write_text("subject,visit,present,others,measures\np1,d28,rash,absent,sledai\n", "utf-8")
    answers = [
        costim("score", tmp_path / "v.json"),
        costim("score", tmp_path / "v.jsonl"),
        costim("score", tmp_path / "v.csv"),
        costim("score", given=text),
        costim("score", "-", given=(tmp_path / "v.csv").read_text("utf-8")),
        costim("score", "-", "--format", "csv", given=(tmp_path / "v.csv").read_text("utf-8")),
    ]
    assert {done.returncode for done in answers} == {0}
    assert len({done.stdout for done in answers}) == 1
    (result,) = json.loads(answers[0].stdout)["results"]
    assert (result["value"], result["variant"], result["window_days"]) == (2, "sledai_2k_30d", 30)


def test_measures_and_csv_from_the_command_line() -> None:
    visit = json.dumps({"present": ["rash"], "others": "absent"})
    done = costim("score", "--measure", "sledai:sledai_1992", "--measure", "pga", "--out", "csv", given=visit)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(r["measure"], r["variant"], r["value"]) for r in rows] == [
        ("sledai", "sledai_1992", rows[0]["value"]),
        ("pga", "pga_0_3", ""),
    ]


def test_nothing_is_printed_when_anything_is_refused() -> None:
    done = costim("score", given=json.dumps([GOOD, {"subject": "p2", "rash": 1, "siezure": "present"}]))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("2 problems; nothing was scored.\nvisit 2, subject p2 | sledai: rash\n")
    assert "did you mean 'seizure'?" in done.stderr


def test_problems_as_json() -> None:
    done = costim("score", "--json-errors", given='{"subject": "p1", "rash": 1}')
    assert done.returncode == 1
    assert done.stdout == ""
    assert json.loads(done.stderr) == {
        "schema": 1,
        "problems": [
            {
                "code": "wrong_type",
                "found": "1",
                "expected": "present, absent or unknown",
                "action": 'write "present", "absent" or "unknown"',
                "place": "visit 1",
                "subject": "p1",
                "visit": "",
                "measure": "sledai",
                "item": "rash",
            }
        ],
    }


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        (("score", "nowhere.json"), None, "nowhere.json could not be read: No such file or directory."),
        (("score",), "", "no visit"),
        (("score",), "{", "no JSON"),
        (("score",), b"\xff\xfe\x00", "no UTF-8"),
        (("score", "--measure", "sledia"), "{}", "did you mean"),
        (("cite", "sledia"), None, "did you mean"),
        (("sheet", "sledia"), None, "did you mean"),
        (("sheet",), None, "Name a measure: costim sheet sledai"),
        (("sheet", "--all"), None, "With --all, name a folder"),
        (("sheet", "pga", "--out", "/dev/null/x"), None, "could not be written"),
    ],
)
def test_refusals(words: tuple[str, ...], given: str | bytes | None, said: str) -> None:
    done = costim(*words, given=given)
    assert done.returncode == 1
    assert done.stdout == ""
    assert said in done.stderr


def test_a_pipe_that_has_read_enough(many: Path) -> None:
    done = shell(f"$COSTIM score {many} | head -1")
    assert (done.stdout, done.stderr) == ('{"schema": 1,\n', "")
    assert shell(f"$COSTIM score {many} --out csv | true").stderr == ""
    assert shell("$COSTIM cite sledai lldas | head -1").stderr == ""
    closed = shell(f"$COSTIM score {many} >&-")
    assert closed.returncode == 1
    assert closed.stderr.startswith("The output could not be written: standard output is closed.")
    full = shell(f"$COSTIM score {many} >/dev/full")
    assert full.returncode == 1
    assert full.stderr.startswith("The output could not be written: No space left on device.")


@pytest.mark.parametrize("side", ["input", "output"])
def test_the_schema_is_printed_without_reading_visits(side: str) -> None:
    done = costim("score", "--schema", side)
    assert json.loads(done.stdout)["$id"] == f"urn:costim:score:{side}:1"


def test_cite_lists_or_cites() -> None:
    assert [line.split()[0] for line in costim("cite").stdout.splitlines()[: len(measures())]] == list(measures())
    text = costim("cite", "pga", "sledai").stdout
    assert "Physician global assessment (pga)" in text
    assert "doi:10.1002/art.1780350606" in text
    found = json.loads(costim("cite", "pga", "--format", "json").stdout)
    assert list(found["measures"]) == ["pga"]


def test_sheet_prints_or_writes(tmp_path: Path) -> None:
    printed = costim("sheet", "sledai:selena").stdout
    assert printed.startswith("<!DOCTYPE html>")
    path = tmp_path / "sledai.html"
    assert costim("sheet", "sledai:selena", "--out", path).stdout == f"Score sheet written to {path}.\n"
    assert path.read_text("utf-8") == printed
    done = costim("sheet", "--all", "--out", tmp_path / "all")
    assert done.stdout == f"{len(measures())} score sheets written to {tmp_path / 'all'}.\n"
    assert len(list((tmp_path / "all").iterdir())) == len(measures())


def test_scoring_loads_no_study_and_no_statistics() -> None:
    heavy = ("numpy", "polars", "scipy", "matplotlib", "docx", "openpyxl", "pydantic", "jinja2")
    code = (
        "import sys, costim; costim.score_records({'rash': 'present'}, ['sledai', 'lldas', 'doris']);"
        f"print([m for m in {heavy!r} if m in sys.modules], [m for m in sys.modules if m.startswith('costim.study')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"

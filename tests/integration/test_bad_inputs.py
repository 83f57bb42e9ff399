"""Every bad input that a study must survive: one line each, on a damaged copy of the published series.

A line says what is done to the study, and the one finding that must come of it: code, file, sheet, row and column, and
words that its advice must hold. Nothing else may be complained of, the input stays as it is, and nothing is written.
"""

# ruff: noqa: E501  # one line for each bad input

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tracemalloc
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from tests.integration import damage as d
from tests.integration.conftest import EXAMPLES

from costim.registry.findings import Finding
from costim.study.check import check_study
from costim.study.study import Study

SEED = EXAMPLES / "tokunaga2007"
OUTSIDE = "inside the study folder"
ZIP = b"PK\x03\x04" + b"\0" * 40


def line(text: str) -> str:
    """Where a line of the settings stands, which others edit."""
    return f"study.toml, row {(SEED / 'study.toml').read_text('utf-8').partition(text)[0].count(chr(10)) + 1}"


class Case(NamedTuple):
    """What is done to the study, and what must be said of it."""

    name: str
    spoil: d.Damage
    code: str
    place: str
    expected: str
    action: str
    findings: int = 1


def samples(path: str) -> d.Damage:
    return d.file("samples.csv", f"subject,visit,panel,fcs_file\n1,entry,b_cells,{path}\n".encode())


REFUSED = [  # what, damage, code, place, expected says, action says
    Case("missing file", d.file("subjects.csv", None), "missing_file", "subjects.csv", "one row per subject", "costim new"),
    Case("missing settings", d.file("study.toml", None), "missing_file", "study.toml", "settings", "costim new"),
    Case("missing sheet", d.workbook(lambda b: b.remove(b["subjects"])), "missing_file", "study.xlsx, sheet subjects", "one row per subject", "add it"),
    Case("misspelt file", lambda f: (f / "labs.csv").rename(f / "lab.csv"), "unknown_file", "lab.csv", "did you mean 'labs.csv'?", "rename"),
    Case("missing column", d.column("scales", "scale", None), "missing_column", "scales.csv, row 1, column scale", "a column scale", "add the column"),
    Case("missing key column", d.column("subjects", "subject", None), "missing_column", "subjects.csv, row 1, column subject", "a column subject", "add the column"),
    Case("unknown column", d.column("labs", "value", "valeu"), "unknown_column", "labs.csv, row 1, column valeu", "did you mean 'value'?", "rename the column"),
    Case("duplicated column", d.column("scales", "note", "value"), "duplicate_column", "scales.csv, row 1, column value", "once", "rename one"),
    Case("duplicate key", d.more_rows("scales", "1,entry,gcs,8,"), "duplicate_key", "scales.csv, row 10, column scale", "one row for each subject, visit, scale", "delete one"),
    Case("unknown subject", d.cell("scales", 9, "subject", "88"), "unknown_subject", "scales.csv, row 9, column subject", "did you mean '8'?", "correct the subject"),
    Case("wrong unit", d.cell("labs", 5, "unit", "mmol/L"), "unit_not_convertible", "labs.csv, row 5, column unit", "pg/mL", "correct the unit"),
    Case("misspelt unit", d.cell("labs", 5, "unit", "pg/mLL"), "unknown_unit", "labs.csv, row 5, column unit", "did you mean 'pg/mL'?", "correct the unit"),
    Case("GCS 16", d.cell("scales", 3, "value", "16"), "value_out_of_range", "scales.csv, row 3, column value", "from 3 to 15", "check the value"),
    Case("SLEDAI 106", d.cell("sledai", 2, "total", "106"), "value_out_of_range", "sledai.csv, row 2, column total", "from 0 to 105", "check the value"),
    Case("negative dose", d.cell("infusions", 3, "amount", "-375"), "value_out_of_range", "infusions.csv, row 3, column amount", "above 0", "check the value"),
    Case("day after last contact", d.more_rows("events", "1,last_contact,20,months,observed,,"), "after_last_contact", "events.csv, row 2, column time", "the last contact (events, row 12)", "correct the day"),
    Case("text in a number", d.cell("scales", 3, "value", "fifteen"), "text_in_number", "scales.csv, row 3, column value", "a number", "note column"),
    Case("thousands separator", d.cell("labs", 5, "value", "1,234"), "ambiguous_thousands", "labs.csv, row 5, column value", "a number", "without thousands separator"),
    Case("a range made a date, in text", d.cell("scales", 2, "value", "7-Nov"), "excel_date", "scales.csv, row 2, column value", "a range", "format the column as text"),
    Case("a range made a date, in Excel", d.excel_cell("scales", "D2", datetime(2024, 11, 7)), "excel_date", "study.xlsx, sheet scales, row 2, column value", "no date", "format the column as text"),  # noqa: DTZ001
    Case("merged cells", d.sheet("scales", lambda s: s.merge_cells("D8:D9")), "merged_cells", "study.xlsx, sheet scales, row 8, column value", "one cell", "unmerge", 2),
    Case("merged header", d.sheet("scales", lambda s: s.merge_cells("D1:E1")), "merged_cells", "study.xlsx, sheet scales, row 1, column value", "one column name", "unmerge"),
    Case("title above the header", d.sheet("scales", lambda s: (s.insert_rows(1), s.cell(1, 1, "Scales"))), "no_header", "study.xlsx, sheet scales, row 1", "subject, visit, scale", "delete titles"),
    Case("formula without result", d.excel_cell("scales", "D3", "=8+7"), "formula_without_value", "study.xlsx, sheet scales, row 3, column value", "typed value", "paste the column as values"),
    Case("error of a formula", d.excel_cell("scales", "D3", "#REF!"), "error_cell", "study.xlsx, sheet scales, row 3, column value", "a value", "type the value"),
    Case("percentage", d.sheet("scales", lambda s: (s.cell(3, 4, 0.15), setattr(s["D3"], "number_format", "0%"))), "percentage_cell", "study.xlsx, sheet scales, row 3, column value", "General", "format"),
    Case("leading zero lost", d.cell("scales", 9, "subject", "08"), "unknown_subject", "scales.csv, row 9, column subject", "did you mean '8'?", "leading zeros"),
    Case("cells below no name", d.column("labs", "mark", ""), "unnamed_column", "labs.csv, row 4", "column number 6", "name the column"),
    Case("very wide file", d.table("labs", lambda rows: [rows[0] + [f"c{i}" for i in range(9_000)]]), "file_too_large", "labs.csv, row 1", "at most 500 columns", "right file"),
    Case("empty folder", d.emptied, "empty_folder", "study", "study.toml", "costim new"),
    Case("empty file", d.file("labs.csv", b""), "empty_file", "labs.csv", "header line", "delete the file"),
    Case("ten million rows", d.ten_million_rows, "too_many_rows", "labs.csv", "200,000 rows", "right file"),
    Case("path traversal", samples("../../etc/passwd"), "path_outside", "samples.csv, row 2, column fcs_file", OUTSIDE, "copy the file"),
    Case("path traversal, Windows", samples("..\\..\\secret.fcs"), "path_outside", "samples.csv, row 2, column fcs_file", OUTSIDE, "copy the file"),
    Case("absolute path", samples("/etc/passwd"), "path_outside", "samples.csv, row 2, column fcs_file", OUTSIDE, "copy the file"),
    Case("drive letter", samples("C:secret.fcs"), "path_outside", "samples.csv, row 2, column fcs_file", OUTSIDE, "copy the file"),
    Case("link out of the folder", lambda f: (f / "samples.csv").symlink_to("/etc/passwd"), "path_outside", "samples.csv", "in the study folder", "copy the file"),
    Case("a spreadsheet named .csv", d.file("labs.csv", ZIP), "not_a_text_file", "labs.csv", "CSV", "Save as"),
    Case("UTF-16 without mark", d.recoded("labs", encoding="utf-16-le"), "not_a_text_file", "labs.csv", "CSV", "Save as"),
    Case("quotation mark left open", d.file("samples.csv", b'subject,visit,panel,fcs_file\n1,entry,"b,x.fcs\n'), "malformed_row", "samples.csv, row 2", "quotation marks", "correct the line"),
    Case("damaged workbook", lambda f: (d.emptied(f), (f / "study.xlsx").write_bytes(ZIP)), "workbook_unreadable", "study.xlsx", "Excel workbook", "save it"),
    Case("settings with a syntax error", d.settings('id = "tokunaga2007"', "id = tokunaga2007"), "toml_syntax", line('id = "tokunaga2007"'), "quotation marks", "text editor"),
    Case("settings with a wrong type", d.settings("horizons = [12]", "horizons = 12"), "setting_invalid", line("horizons = [12]") + ", column endpoints[2].horizons", "square brackets", "endpoints[2].horizons"),
    Case("settings with an unknown key", d.settings("design =", "desing ="), "unknown_key", line("design =") + ", column study.desing", "did you mean 'design'?", "correct the key"),
    Case("settings with an unknown variant", d.settings('"version_unspecified"', '"sledai_3k"'), "unknown_variant", line('"version_unspecified"') + ", column variants.sledai", "sledai_2k_30d", "variants.sledai"),
    Case("settings that do not meet", d.settings('contrast = "entry_to_day28"', 'contrast = "entry_to_day29"'), "setting_invalid", line('contrast = "entry_to_day28"') + ", column endpoints[1].contrast", "did you mean 'entry_to_day28'?", "declare it"),
]  # fmt: skip

WARNED = [  # the study is read; the finding says what to look at
    Case("subject without baseline", d.table("labs", lambda rows: [r for r in rows if r[:3] != ["3", "entry", "csf_igg_index"]]), "no_baseline", "subjects.csv, row 4, column subject", "a reading at the baseline", "not recovered"),
    Case("two visits on one day", d.all_of([d.cell("visits", 4, "day", ""), d.cell("visits", 4, "time", "5"), d.cell("visits", 4, "time_unit", "days")]), "two_visits_on_one_day", "visits.csv, row 4, column visit", "one visit per day", "both visits are kept"),
    Case("formula with a result", d.stored_result("scales", "D3", "8+7", "15"), "formula_cell", "study.xlsx, sheet scales, row 3, column value", "typed value", "paste it as values"),
]  # fmt: skip

REPAIRED = [  # the study is read, and is the same study
    Case("UTF-8 BOM", d.recoded("labs", encoding="utf-8-sig"), "encoding_repaired", "labs.csv", "UTF-8", "nothing"),
    Case("UTF-16", d.recoded("labs", encoding="utf-16"), "encoding_repaired", "labs.csv", "UTF-8", "nothing"),
    Case("Latin-1", d.recoded("labs", encoding="latin-1"), "encoding_repaired", "labs.csv, row 15", "UTF-8", "accents"),
    Case("CRLF", d.recoded("labs", end="\r\n"), "line_ends_repaired", "labs.csv", "LF", "nothing"),
    Case("semicolon", d.recoded("labs", delimiter=";"), "delimiter_repaired", "labs.csv", "commas", "nothing"),
    Case("decimal comma", d.recoded("labs", comma=True), "decimal_comma", "labs.csv, row 4, column value", "decimal point", "nothing"),
    Case("merged key cells", d.sheet("scales", lambda s: s.merge_cells("A2:A3")), "merged_cells_filled", "study.xlsx, sheet scales, row 2, column subject", "each row", "nothing"),
    Case("column name in capitals", d.column("labs", "value", "Value"), "column_name_repaired", "labs.csv, row 1, column Value", "value", "nothing"),
]  # fmt: skip

NOT_COMPLAINED_OF = [
    ("blank rows and coloured cells below and right", d.sheet("scales", lambda s: [setattr(s.cell(r, c), "number_format", "@") for r, c in ((400, 1), (90_000, 3), (2, 300))])),
    ("subjects as numbers, 1.0", d.sheet("scales", lambda s: [setattr(s.cell(r, 1), "value", float(s.cell(r, 1).value)) for r in range(2, 10)])),
    ("blank rows above the header", d.sheet("scales", lambda s: s.insert_rows(1, 2))),
    ("blank header cells without cells below", d.table("scales", lambda rows: [[*row, "", ""] for row in rows])),
]  # fmt: skip


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A copy of the published series, with an accent in a note."""
    folder = tmp_path / "study"
    shutil.copytree(SEED, folder)
    d.cell("labs", 15, "note", "fièvre 39°")(folder)
    return folder


def hashes(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*.*")}


def check(folder: Path) -> tuple[Study | None, list[Finding]]:
    """Check a study; its folder must be the same afterwards."""
    before = hashes(folder.parent)
    result = check_study(folder)
    assert hashes(folder.parent) == before
    return result


def damaged(folder: Path, spoil: d.Damage) -> tuple[Study | None, list[Finding]]:
    """The study, and the findings that the damage brought."""
    known = {f.found for f in check_study(folder)[1]}
    spoil(folder)
    found, findings = check(folder)
    return found, [f for f in findings if f.found not in known]


def tables(read: Study | None) -> dict[str, pl.DataFrame]:
    assert read is not None
    return {name: frame.drop("_row") for name, frame in read.tables.items()}


def named(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


@named(REFUSED)
def test_refused(study: Path, case: Case) -> None:
    read, findings = damaged(study, case.spoil)
    errors = [f for f in findings if f.severity == "error"]
    assert read is None
    assert [f.code for f in errors] == [case.code] * case.findings
    assert errors[0].place == case.place
    assert case.expected in errors[0].expected
    assert case.action in errors[0].action
    assert errors[0].found or case.code == "formula_without_value"


@named(WARNED)
def test_warned(study: Path, case: Case) -> None:
    read, findings = damaged(study, case.spoil)
    assert read is not None
    assert [(f.severity, f.code, f.place) for f in findings] == [("warning", case.code, case.place)]
    assert case.expected in findings[0].expected
    assert case.action in findings[0].action


@named(REPAIRED)
def test_repaired(study: Path, case: Case) -> None:
    sound = tables(check_study(study)[0])
    read, findings = damaged(study, case.spoil)
    assert [(f.severity, f.code, f.place) for f in findings] == [("repair", case.code, case.place)]
    assert case.expected in findings[0].expected
    assert case.action in findings[0].action
    assert all(frame.equals(sound[name]) for name, frame in tables(read).items())


@pytest.mark.parametrize(
    "spoil", [spoil for _, spoil in NOT_COMPLAINED_OF], ids=[name for name, _ in NOT_COMPLAINED_OF]
)
def test_not_complained_of(study: Path, spoil: d.Damage) -> None:
    sound = tables(check_study(study)[0])
    read, findings = damaged(study, spoil)
    assert findings == []
    assert all(frame.equals(sound[name]) for name, frame in tables(read).items())


def test_ten_million_rows_are_never_held_in_memory(study: Path) -> None:
    d.ten_million_rows(study)
    tracemalloc.start()
    check_study(study)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 1024**2


def test_everything_wrong_at_once_is_said_at_once(study: Path) -> None:
    """Through the command line: one check names every fault, a run refuses and writes nothing."""
    kinds = ("GCS 16", "negative dose", "wrong unit", "SLEDAI 106", "path traversal", "day after last contact")
    chosen = [case for case in REFUSED if case.name in kinds]
    d.all_of([case.spoil for case in chosen])(study)
    before = hashes(study.parent)
    command = [sys.executable, "-m", "costim.cli"]
    checked = subprocess.run([*command, "check", study, "--json"], capture_output=True, text=True, check=False)
    assert checked.returncode == 1
    errors = [f for f in json.loads(checked.stdout) if f["severity"] == "error"]
    assert {(f["code"], f"{f['file']}, row {f['row']}, column {f['column']}") for f in errors} == {
        (case.code, case.place) for case in chosen
    }
    done = subprocess.run([*command, "run", study], capture_output=True, text=True, check=False, cwd=study.parent)
    assert done.returncode == 1
    assert done.stdout == ""
    assert all(case.place.partition(", ")[2] in done.stderr for case in chosen)
    assert "Traceback" not in done.stderr
    assert hashes(study.parent) == before

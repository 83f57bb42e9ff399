import os
import tracemalloc
from pathlib import Path

import pytest

from costim.registry.tables import study_tables
from costim.study import files
from costim.study.cells import CellProblem
from costim.study.check import check_study
from costim.study.files import check_inside
from tests.study.folder import CONFIG, TABLES, errors, findings_of, only, study_of, where, write_study


def test_the_sound_study_has_no_findings(tmp_path):
    study, findings = check_study(write_study(tmp_path / "s"))
    assert findings == []
    assert study is not None
    assert [entry.name for entry in study.inputs] == ["scales.csv", "study.toml", "subjects.csv", "visits.csv"]
    assert [entry.n_bytes for entry in study.inputs][1] == len(CONFIG)
    assert set(study.tables) == set(study_tables())


@pytest.mark.parametrize("name", ["", "study.toml"])
def test_the_path_may_be_the_folder_or_its_settings(tmp_path, name):
    study, findings = check_study(write_study(tmp_path / "s") / name)
    assert study is not None
    assert findings == []


def test_nothing_at_the_path(tmp_path):
    found = only(check_study(tmp_path / "nowhere")[1], "missing_folder")
    assert where(found) == ("nowhere", "", None, "")
    assert found.found == "nothing at this path"
    assert found.expected == "a study folder, its study.toml or its study.xlsx"


def test_some_other_file(tmp_path):
    (tmp_path / "labs.csv").write_text("a")
    found = only(check_study(tmp_path / "labs.csv")[1], "missing_folder")
    assert found.found == "one table of a study"


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000])
def test_impossible_paths(path):
    study, findings = check_study(path)
    assert study is None
    assert findings


def test_empty_folder(tmp_path):
    found = only(check_study(tmp_path)[1], "empty_folder")
    assert found.expected == "study.toml and one CSV file per table, or study.xlsx"
    assert found.action == "costim new NAME writes a folder to start from"


def test_missing_settings(tmp_path):
    found = only(findings_of(tmp_path / "s", config=None), "missing_file")
    assert where(found) == ("study.toml", "", None, "")
    assert found.action == "add it; costim new NAME writes a template of every file"


def test_missing_subjects(tmp_path):
    found = only(findings_of(tmp_path / "s", {"subjects": None}), "missing_file")
    assert where(found) == ("subjects.csv", "", None, "")
    assert found.expected == "subjects.csv, which holds one row per subject"


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", " \t"])
def test_empty_file(tmp_path, text):
    findings = findings_of(tmp_path / "s", {"labs": text})
    found = only(findings, "empty_file")
    assert where(found) == ("labs.csv", "", None, "")
    assert errors(findings) == ["empty_file"]


def test_empty_settings_file(tmp_path):
    found = only(findings_of(tmp_path / "s", config=""), "empty_file")
    assert where(found)[0] == "study.toml"


def test_a_table_with_a_misspelt_name_is_said(tmp_path):
    folder = write_study(tmp_path / "s")
    (folder / "lab.csv").write_text("a,b\n")
    (folder / "notes.txt").write_text("mine")
    (folder / ".hidden.csv").write_text("mine")
    findings = check_study(folder)[1]
    found = only(findings, "unknown_file")
    assert where(found) == ("lab.csv", "", None, "")
    assert found.severity == "error"
    assert found.expected == "did you mean 'labs.csv'?"
    assert len(findings) == 1


def test_a_misspelt_name_beside_the_right_one_is_a_warning(tmp_path):
    folder = write_study(tmp_path / "s", {"labs": "subject,visit,test,value\n"})
    (folder / "labs2.csv").write_text("a,b\n")
    (folder / "study1.xlsx").write_text("a,b\n")
    findings = check_study(folder)[1]
    assert [(f.code, f.severity, f.file) for f in findings] == [
        ("unknown_file", "warning", "labs2.csv"),
        ("unknown_file", "warning", "study1.xlsx"),
    ]


def test_a_file_name_that_a_terminal_would_obey(tmp_path):
    folder = write_study(tmp_path / "s")
    (folder / os.fsdecode(b"lab\x1b\n\xff.csv")).write_text("a,b\n")
    found = only(check_study(folder)[1], "unknown_file")
    assert found.file == "lab\ufffd \ufffd.csv"
    assert found.file.encode()


def test_file_names_in_capitals_are_read(tmp_path):
    folder = write_study(tmp_path / "s", {"labs": None})
    (folder / "LABS.CSV").write_text("subject,visit,test,value\n1,entry,nothing,x\n")
    assert only(check_study(folder)[1], "text_in_number").file == "LABS.CSV"


def test_a_table_twice(tmp_path):
    folder = write_study(tmp_path / "s")
    (folder / "Subjects.csv").write_text(TABLES["subjects"])
    if len(list(folder.glob("[sS]ubjects.csv"))) == 2:  # a file system that tells capitals apart
        assert only(check_study(folder)[1], "two_sources").found == "Subjects.csv and subjects.csv"


def test_workbook_and_csv_files_together(tmp_path):
    folder = write_study(tmp_path / "s")
    (folder / "study.xlsx").write_bytes(b"PK\x03\x04")
    found = only(check_study(folder)[1], "two_sources")
    assert where(found) == ("study.xlsx", "", None, "")
    assert found.found == "study.xlsx and scales.csv, subjects.csv, visits.csv"
    assert found.action == "move study.xlsx or the CSV files out of the folder"


def test_a_folder_named_like_a_table(tmp_path):
    folder = write_study(tmp_path / "s")
    (folder / "labs.csv").mkdir()
    found = only(check_study(folder)[1], "not_a_file")
    assert where(found) == ("labs.csv", "", None, "")
    assert found.found == "a folder"


def test_a_pipe_named_like_a_table_is_not_opened(tmp_path):
    folder = write_study(tmp_path / "s")
    os.mkfifo(folder / "labs.csv")
    assert only(check_study(folder)[1], "not_a_file").found == "something that is no regular file"


def test_a_table_that_may_not_be_read(tmp_path, monkeypatch):
    folder = write_study(tmp_path / "s")
    real = Path.open

    def refuse(self, *args, **kwargs):
        if self.name == "scales.csv":
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    found = only(check_study(folder)[1], "unreadable_file")
    assert where(found) == ("scales.csv", "", None, "")
    assert found.found == "cannot be opened: Permission denied"


def test_a_link_out_of_the_folder(tmp_path):
    folder = write_study(tmp_path / "s")
    secret = tmp_path / "secret.csv"
    secret.write_text("subject,visit,test\nsecret,entry,x\n")
    (folder / "labs.csv").symlink_to(secret)
    findings = check_study(folder)[1]
    found = only(findings, "path_outside")
    assert where(found) == ("labs.csv", "", None, "")
    assert all("secret" not in f.found for f in findings)


def test_a_link_that_leads_in_a_circle(tmp_path):
    folder = write_study(tmp_path / "s")
    (folder / "labs.csv").symlink_to("labs.csv")
    study, findings = check_study(folder)
    assert study is None
    assert {f.file for f in findings} == {"labs.csv"}


def test_too_many_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("costim.study.check.MAX_ROWS", 50)
    rows = "".join(f"1,entry,s{i},1\n" for i in range(60))
    found = only(findings_of(tmp_path / "s", {"scales": f"subject,visit,scale,value\n{rows}"}), "too_many_rows")
    assert where(found) == ("scales.csv", "", None, "")
    assert found.found == "more than 50 rows"
    assert found.expected.startswith("at most 50 rows per table")


def test_as_many_rows_as_allowed(tmp_path, monkeypatch):
    monkeypatch.setattr("costim.study.check.MAX_ROWS", 4)
    rows = "".join(f"1,entry,s{i},1\n" for i in range(4))
    assert errors(findings_of(tmp_path / "s", {"scales": f"subject,visit,scale,value\n{rows}"})) == []


def test_ten_million_rows_are_refused_at_once_and_without_holding_them(tmp_path):
    folder = write_study(tmp_path / "s")
    block = b"1,2\n" * 100_000
    with (folder / "labs.csv").open("wb") as file:
        for _ in range(100):
            file.write(block)
    tracemalloc.start()
    found = only(check_study(folder)[1], "too_many_rows")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.found == "more than 200,000 rows"
    assert peak < 16 * 1024 * 1024


def test_a_large_file_with_few_lines(tmp_path, monkeypatch):
    monkeypatch.setattr("costim.study.check.MAX_BYTES", 2 * 1024 * 1024)
    found = only(findings_of(tmp_path / "s", {"labs": "x" * (4 * 1024 * 1024)}), "file_too_large")
    assert found.expected == "at most 2 MiB per file"


@pytest.mark.parametrize(
    "path",
    ["../x.fcs", "a/../../x.fcs", "/etc/passwd", "C:\\x.fcs", "c:x.fcs", "\\\\server\\x.fcs", "..\\x.fcs", "~/x.fcs",
     "file:///etc/passwd", "a\nb"],
)  # fmt: skip
def test_paths_that_leave_the_folder_are_refused(tmp_path, path):
    with pytest.raises(CellProblem) as caught:
        check_inside(tmp_path, path)
    assert caught.value.code == "path_outside"


def test_paths_inside(tmp_path):
    (tmp_path / "fcs").mkdir()
    (tmp_path / "fcs" / "a..b.fcs").write_text("")
    assert check_inside(tmp_path, "fcs/a..b.fcs")
    assert check_inside(tmp_path, "fcs\\a..b.fcs")
    assert not check_inside(tmp_path, "fcs/c.fcs")
    assert not check_inside(tmp_path, "fcs")
    assert not check_inside(tmp_path, "x" * 5000)
    assert not check_inside(tmp_path, "a\0b")


SAMPLES = "subject,visit,panel,fcs_file\n"


def test_path_column(tmp_path):
    (tmp_path / "outside.fcs").write_text("")
    folder = write_study(tmp_path / "s")
    (folder / "in.fcs").write_text("")
    (folder / "link.fcs").symlink_to(tmp_path / "outside.fcs")
    rows = "1,entry,b,in.fcs\n2,entry,b,../outside.fcs\n1,day28,b,link.fcs\n2,day28,b,gone.fcs\n"
    findings = findings_of(folder, {"samples": SAMPLES + rows})
    outside = [f for f in findings if f.code == "path_outside"]
    assert [where(f) for f in outside] == [
        ("samples.csv", "", 3, "fcs_file"),
        ("samples.csv", "", 4, "fcs_file"),
    ]
    assert outside[0].found == "../outside.fcs"
    assert outside[0].expected.startswith("a path inside the study folder")
    assert outside[0].action == "copy the file into the study folder and write its path from there"
    assert where(only(findings, "path_not_there")) == ("samples.csv", "", 5, "fcs_file")


def test_limits_are_what_the_documentation_says():
    assert files.MAX_ROWS == 200_000


def test_reading_is_fast(tmp_path):
    import time

    rows = "".join(f"{s},{v},gcs,15\n" for s in range(1, 11) for v in ("entry", "day28"))
    tables = {
        "subjects": "subject\n" + "".join(f"{s}\n" for s in range(1, 11)),
        "visits": "subject,visit,day\n" + "".join(f"{s},entry,0\n{s},day28,28\n" for s in range(1, 11)),
        "scales": "subject,visit,scale,value\n" + rows,
    }
    study_of(tmp_path / "s", tables)
    start = time.process_time()
    study_of(tmp_path / "s", tables)
    assert time.process_time() - start < 0.5

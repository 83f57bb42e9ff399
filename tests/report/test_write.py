"""The report folder is written whole or not at all, and nothing of the user's is ever lost."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from costim.errors import CostimError
from costim.report import write
from costim.report.write import check_target, write_outputs


def report(**files: str) -> dict[str, bytes | Path]:
    """Files of a report with the provenance that makes them ours."""
    found: dict[str, bytes | Path] = {
        name.replace("__", "/").replace("_", "."): t.encode() for name, t in files.items()
    }
    outputs = {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}  # type: ignore[arg-type]
    found["provenance.json"] = json.dumps({"generator": "costim", "outputs": outputs}).encode()
    return found


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    """A place for a report; afterwards nothing but it may be left."""
    place = tmp_path / "place"
    place.mkdir()
    yield place / "report"
    assert {p.name for p in place.iterdir()} <= {"report"}


def test_files_folders_and_copies_are_written(out: Path, tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    picture.write_bytes(b"<svg/>")
    write_outputs(out, {"a.csv": b"1", "figures/paired.svg": picture})
    assert tree(out) == {"a.csv": b"1", "figures/paired.svg": b"<svg/>"}
    assert out.stat().st_mode & 0o777 == out.parent.stat().st_mode & 0o777


def test_our_own_report_is_replaced_whole(out: Path) -> None:
    write_outputs(out, report(a_csv="old", figures__gone_svg="x"))
    write_outputs(out, report(a_csv="new"))
    assert tree(out).keys() == {"a.csv", "provenance.json"}
    assert (out / "a.csv").read_text() == "new"


def test_an_empty_folder_is_filled(out: Path) -> None:
    out.mkdir()
    write_outputs(out, report(a_csv="1"))
    assert (out / "a.csv").read_text() == "1"


def refused(out: Path, message: str) -> None:
    """Nothing is written and the folder stays as it is."""
    before = tree(out) if out.is_dir() else None
    with pytest.raises(CostimError) as caught:
        write_outputs(out, report(a_csv="new"))
    assert str(caught.value) == message.format(out=out)
    assert (tree(out) if out.is_dir() else None) == before


def test_a_foreign_folder_is_refused(out: Path) -> None:
    out.mkdir()
    (out / "thesis.docx").write_text("ten years")
    refused(out, "{out} is not empty and was not written by costim. Choose another folder with --out.")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"generator": "other", "outputs": {}}', '{"generator": "costim"}'])
def test_a_provenance_file_of_others_is_no_licence(out: Path, text: str) -> None:
    out.mkdir()
    (out / "provenance.json").write_text(text)
    refused(out, "{out} is not empty and was not written by costim. Choose another folder with --out.")


@pytest.mark.parametrize("name", ["study.toml", "study.xlsx"])
def test_a_study_folder_is_refused(out: Path, name: str) -> None:
    write_outputs(out, report(a_csv="1"))
    (out / name).write_text("schema = 1")
    refused(out, f"{{out}} holds a study ({name}); the report would replace it. Choose another folder with --out.")


def test_files_the_user_added_are_not_lost(out: Path) -> None:
    write_outputs(out, report(a_csv="1"))
    (out / "notes").mkdir()
    (out / "notes" / "mine.txt").write_text("x")
    refused(
        out,
        "{out} holds files that costim did not write: notes/mine.txt. "
        "They would be lost: move them to another folder, or choose another folder with --out.",
    )


def test_files_the_user_edited_are_not_lost(out: Path) -> None:
    write_outputs(out, report(report_docx="as written", b_csv="1"))
    (out / "report.docx").write_text("edited")
    refused(
        out,
        "{out} holds files that were changed since costim wrote them: report.docx. "
        "The changes would be lost: move these files to another folder, or choose another folder with --out.",
    )


def test_a_file_in_the_way_is_refused(out: Path) -> None:
    out.write_text("subject,day")
    refused(out, "{out} is a file, not a folder. Choose another folder with --out.")
    assert out.read_text() == "subject,day"


def test_missing_folders_above_are_made(tmp_path: Path) -> None:
    out = tmp_path / "no" / "such" / "report"
    write_outputs(out, report(a_csv="1"))
    assert tree(out).keys() == {"a.csv", "provenance.json"}
    assert [p.name for p in out.parent.iterdir()] == ["report"]


def test_a_file_above_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no").write_text("a file")
    refused(tmp_path / "no" / "report", f"{tmp_path / 'no'} is not a folder. Choose another folder with --out.")


def test_a_folder_without_leave_to_write_is_refused_before_anything_is_computed(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere, so permissions alone do not show it
    with pytest.raises(CostimError, match=re.escape(f"You may not write in {out.parent}. Choose another folder")):
        check_target(out)


def test_links_are_never_followed(out: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    write_outputs(elsewhere, report(a_csv="1"))
    before = tree(elsewhere)
    out.symlink_to(elsewhere, target_is_directory=True)
    refused(out, "{out} is a link. costim does not write through links. Choose another folder with --out.")
    out.unlink()
    write_outputs(out, report(a_csv="1"))
    (out / "a.csv").unlink()
    (out / "a.csv").symlink_to(elsewhere / "a.csv")
    with pytest.raises(CostimError, match=r"changed since costim wrote them: a\.csv"):
        write_outputs(out, report(a_csv="2"))
    assert tree(elsewhere) == before


@pytest.mark.parametrize("name", ["../a", "/a", "", "a/../../b", "a\\b", "C:a", "a\0b"])
def test_names_that_lead_out_are_refused(out: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a file inside the report folder"):
        write_outputs(out, {name: b""})


FAILURES = [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), MemoryError(), RuntimeError("x")]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("step", ["_write_file", "_sync"])
@pytest.mark.parametrize("before", [True, False], ids=["old report", "no report"])
def test_a_failure_midway_leaves_everything_as_it_was(
    out: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException, step: str, before: bool
) -> None:
    if before:
        write_outputs(out, report(a_csv="old"))
    was = tree(out) if before else None
    real, calls = getattr(write, step), []

    def fail_second(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise failure
        real(*args)

    monkeypatch.setattr(write, step, fail_second)
    kind = CostimError if isinstance(failure, OSError) else type(failure)
    with pytest.raises(kind):
        write_outputs(out, report(a_csv="new", figures__b_svg="new"))
    assert len(calls) == 2
    assert (tree(out) if out.exists() else None) == was


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("failure", [OSError(errno.EBUSY, "Device or resource busy"), KeyboardInterrupt()])
def test_a_failure_while_renaming_brings_the_old_report_back(
    out: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException, at: int
) -> None:
    write_outputs(out, report(a_csv="old"))
    was = tree(out)
    real, calls = Path.rename, []

    def fail_once(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) == at:
            raise failure
        return real(self, target)

    monkeypatch.setattr(Path, "rename", fail_once)
    with pytest.raises((CostimError, KeyboardInterrupt)):
        write_outputs(out, report(a_csv="new"))
    assert tree(out) == was


def test_the_message_of_a_full_disk(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise FAILURES[0]

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CostimError) as caught:
        write_outputs(out, {"a": b""})
    assert str(caught.value) == (
        f"The report could not be written to {out}: No space left on device. Nothing was changed there. "
        "Free some space or choose another folder with --out, then run again."
    )
    assert not out.exists()


@pytest.mark.parametrize("name", [".", "..", "../sub"])
def test_the_folder_one_works_in_is_not_replaced(out: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (out / "sub").mkdir(parents=True)
    monkeypatch.chdir(out / "sub")
    target = (out / "sub" / name).resolve()
    with pytest.raises(CostimError) as caught:
        write_outputs(Path(name), {"a": b"1"})
    assert str(caught.value) == (
        f"{target} is the folder you are working in; it cannot be replaced. Choose another folder with --out."
    )
    write_outputs(Path("below"), {"a": b"1"})
    assert tree(out) == {"sub/below/a": b"1"}


def test_two_reports_from_a_copied_folder(out: Path, tmp_path: Path) -> None:
    write_outputs(out, report(a_csv="1"))
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    write_outputs(copy, report(a_csv="2"))
    assert (out / "a.csv").read_text() == "1"
    assert (copy / "a.csv").read_text() == "2"

"""Finding and reading the files of a study, within limits and within its folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from costim.registry.findings import Finding
from costim.registry.provenance import InputFile
from costim.registry.suggest import closest, is_slip_of
from costim.registry.tables import study_tables
from costim.study.cells import CellProblem
from costim.study.places import Place

MAX_ROWS = 200_000
"""Rows a table may have; more is refused before it is held in memory."""
MAX_BYTES = 64 * 1024 * 1024
"""Bytes a table or workbook may have."""
MAX_CONFIG_BYTES = 1024 * 1024
_BLOCK = 1024 * 1024
CONFIG, WORKBOOK = "study.toml", "study.xlsx"
_TABULAR = {".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".ods"}


@dataclass(frozen=True, slots=True)
class Located:
    """The files of a study. `tables` are CSV files by table name; they are empty when there is a workbook."""

    root: Path
    config: Path | None
    workbook: Path | None
    tables: MappingProxyType[str, Path]


def locate(path: Path) -> tuple[Located | None, list[Finding]]:
    """The files of the study at `path`: its folder, its study.toml or its study.xlsx.

    Returns:
        None when there is nothing to read, and findings about what is missing, strange or too much.
    """
    root = path
    try:
        if path.is_file() and path.name.casefold() in (CONFIG, WORKBOOK):
            root = path.parent
        if not root.is_dir():
            return None, [_no_folder(path)]
        entries = sorted(p for p in root.iterdir() if not p.name.startswith((".", "~$")))
    except (OSError, ValueError) as error:
        return None, [_unreadable(Place(path.name or str(path)), error)]
    if not entries:
        empty = Place(root.name or ".").finding(
            "error",
            "empty_folder",
            found="an empty folder",
            expected=f"{CONFIG} and one CSV file per table, or {WORKBOOK}",
            action="costim new NAME writes a folder to start from",
        )
        return None, [empty]
    return _sort_entries(root, entries)


def _sort_entries(root: Path, entries: list[Path]) -> tuple[Located, list[Finding]]:
    wanted = {CONFIG: CONFIG, WORKBOOK: WORKBOOK, **{f"{name}.csv": name for name in study_tables()}}
    found: dict[str, Path] = {}
    findings: list[Finding] = []
    strange: list[Path] = []
    for entry in entries:
        role = wanted.get(entry.name.casefold())
        if role is None:
            strange.append(entry)
        elif role in found:
            findings.append(
                Place(entry.name).finding(
                    "error",
                    "two_sources",
                    found=f"{found[role].name} and {entry.name}",
                    expected="one file per table",
                    action="keep the one that counts and move the other out of the folder",
                )
            )
        elif problem := _file_problem(root, entry):
            findings.append(problem)
        else:
            found[role] = entry
    for entry in strange:
        findings += _strange_file(entry, wanted, found)
    config, workbook = found.pop(CONFIG, None), found.pop(WORKBOOK, None)
    if workbook is not None and found:
        findings.append(
            Place(workbook.name).finding(
                "error",
                "two_sources",
                found=f"{workbook.name} and {', '.join(p.name for p in found.values())}",
                expected="either the workbook or CSV files, so that it is clear which counts",
                action=f"move {workbook.name} or the CSV files out of the folder",
            )
        )
    if config is None and workbook is None and not any(f.file == CONFIG for f in findings):
        findings.append(missing_file(Place(CONFIG), "the settings of the study"))
    tables = MappingProxyType({name: found[name] for name in study_tables() if name in found})
    return Located(root, config, workbook, tables), findings


def missing_file(place: Place, holds: str) -> Finding:
    """The finding about a file, or a sheet of the workbook, that must be there."""
    return place.finding(
        "error",
        "missing_file",
        found="no such sheet" if place.sheet else "no such file",
        expected=f"{place.sheet or place.file}, which holds {holds}",
        action="add it; costim new NAME writes a template of every file",
    )


_NO_FOLDER = {
    ".zip": ("an archive", "unpack it, then give the folder that came out"),
    ".xlsx": (f"a workbook of another name than {WORKBOOK}", f"give it the name {WORKBOOK}, in a folder of its own"),
    ".xls": ("a workbook in the old format", f"save it as {WORKBOOK} (Excel workbook), in a folder of its own"),
    ".csv": ("one table of a study", "give the folder it stands in"),
}


def _no_folder(path: Path) -> Finding:
    found, action = _NO_FOLDER.get(path.suffix.casefold(), ("a file", "give the folder of the study"))
    if not path.is_file():
        found, action = "nothing at this path", "check the path; costim new NAME writes a study folder to start from"
    return Place(path.name or str(path)).finding(
        "error",
        "missing_folder",
        found=found,
        expected=f"a study folder, its {CONFIG} or its {WORKBOOK}",
        action=action,
    )


def _unreadable(place: Place, error: Exception) -> Finding:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return place.finding(
        "error",
        "unreadable_file",
        found=f"cannot be opened: {reason}",
        expected="a file that you may read",
        action="close it in other programs, and check the permissions of the file and its folder",
    )


def _strange_file(entry: Path, wanted: dict[str, str], found: Collection[str]) -> list[Finding]:
    """A word about a file that looks like a table and is none: an error when it is most probably a table misspelt."""
    if entry.suffix.casefold() not in _TABULAR or "template" in entry.stem.casefold():
        return []
    guess = closest(entry.stem, [*study_tables(), "study"])
    role = WORKBOOK if guess == "study" else guess
    right = next((file for file, wanted_role in wanted.items() if wanted_role == role), "")
    there = set(found) - {CONFIG} if role == WORKBOOK else {role, WORKBOOK} & set(found)
    lost = bool(right) and is_slip_of(entry.stem, guess) and not there
    return [
        Place(entry.name).finding(
            "error" if lost else "warning",
            "unknown_file",
            found="a file that is no table of the study folder; it was not read",
            expected=f"did you mean {right!r}?" if right else f"tables named {', '.join(study_tables())}",
            action="rename it, or move it out of the folder",
        )
    ]


def _file_problem(root: Path, entry: Path) -> Finding | None:
    place = Place(entry.name)
    try:
        if entry.is_symlink() and not entry.resolve().is_relative_to(root.resolve()):
            return place.finding(
                "error",
                "path_outside",
                found="a link to a file outside the study folder",
                expected="a file in the study folder",
                action="copy the file into the folder",
            )
        if not entry.is_file():
            return place.finding(
                "error",
                "not_a_file",
                found="a folder" if entry.is_dir() else "something that is no regular file",
                expected="a file",
                action="replace it by the file of that name",
            )
    except (OSError, RuntimeError) as error:
        return _unreadable(place, error)
    return None


def read_bytes(
    path: Path, *, max_bytes: int, max_lines: int | None
) -> tuple[bytes | None, InputFile | None, list[Finding]]:
    """The whole file, or a refusal as soon as it proves too large; never more than the limit is held in memory."""
    place = Place(path.name)
    blocks: list[bytes] = []
    size = lf = cr = 0
    try:
        with path.open("rb") as file:
            for block in _blocks(file):
                blocks.append(block)
                size += len(block)
                lf += block.count(b"\n")
                cr += block.count(b"\r")
                if max_lines is not None and max(lf, cr) > max_lines + 1:
                    return None, None, [too_many_rows(place, max_lines)]
                if size > max_bytes:
                    return None, None, [_too_large(place, max_bytes)]
    except OSError as error:
        return None, None, [_unreadable(place, error)]
    data = b"".join(blocks)
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        return None, None, [_empty(place)]
    return data, InputFile(path.name, hashlib.sha256(data).hexdigest(), size), []


def _blocks(file: object) -> Iterator[bytes]:
    while block := file.read(_BLOCK):  # type: ignore[attr-defined]  # a binary file
        yield block


def too_many_rows(place: Place, most: int) -> Finding:
    """The refusal of a table beyond the limit."""
    return place.finding(
        "error",
        "too_many_rows",
        found=f"more than {most:,} rows",
        expected=f"at most {most:,} rows per table; one row per subject and visit or reading",
        action="check that it is the right file; give summaries per sample, not single events of a cytometer; "
        "in a workbook, delete the empty rows below the table",
    )


def _too_large(place: Place, most: int) -> Finding:
    return place.finding(
        "error",
        "file_too_large",
        found=f"more than {most // 1024**2} MiB",
        expected=f"at most {most // 1024**2} MiB per file",
        action="check that it is the right file",
    )


def _empty(place: Place) -> Finding:
    return place.finding(
        "error",
        "empty_file",
        found="an empty file",
        expected="a header line with the column names",
        action="fill in the table, or delete the file if the study has no such data",
    )


def check_inside(root: Path, text: str) -> bool:
    """Is the relative path `text` safe, and is there a file?

    Returns:
        True when the file exists inside the study folder, False when nothing is there.

    Raises:
        CellProblem: the path is absolute, climbs with `..`, names a drive, or a link leads out of the folder.
    """
    parts = PurePosixPath(text.replace("\\", "/")).parts
    outside = (
        text.startswith(("/", "\\", "~"))
        or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) is not None
        or ".." in parts
        or "\n" in text
    )
    problem = CellProblem(
        "path_outside",
        "a path inside the study folder, such as fcs/tube1.fcs, without .., drive letter or leading slash",
        "copy the file into the study folder and write its path from there",
    )
    if outside:
        raise problem
    try:
        target = root.joinpath(*parts)
        if not target.resolve().is_relative_to(root.resolve()):
            raise problem
        return target.is_file()
    except (OSError, RuntimeError, ValueError):
        return False

"""A new study folder to fill in: `study.toml`, one CSV file per table, a workbook, and a page of plain words."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
import tomllib
from importlib.resources import files
from pathlib import Path

from costim.errors import CostimError
from costim.registry.tables import study_tables

WORKBOOK = "study-template.xlsx"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,79}")
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


def write_template(folder: Path, *, name: str) -> None:
    """Write a template study folder, whole or not at all.

    Args:
        folder: folder to make; its parent must exist and it must not.
        name: identifier of the study: letters, digits and `_ . + -`, at most 80, beginning with a letter or digit.

    Raises:
        CostimError: the name is not an identifier, the folder exists already, or it cannot be written.
    """
    _check_name(name)
    folder = Path(folder)
    if folder.exists() or folder.is_symlink():
        raise CostimError(f"{folder}: exists already. Nothing was written. Choose another name, or move it away first.")
    if not folder.parent.is_dir():
        raise CostimError(f"{folder.parent}: no such folder. Make it first, or give a name without it.")
    try:
        with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder.parent) as scratch:
            whole = Path(scratch) / name
            whole.mkdir()
            for file, content in template_files(name).items():
                (whole / file).write_bytes(content)
            if folder.exists():
                raise CostimError(f"{folder}: appeared while the template was written. Nothing was changed.")
            shutil.move(whole, folder)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise CostimError(f"{folder}: cannot be written ({reason}). Choose a folder you may write to.") from error


def template_files(name: str) -> dict[str, bytes]:
    """Every file of the template by its name.

    Args:
        name: identifier of the study, as in `write_template`.

    Returns:
        File name -> content; the same bytes at every call.
    """
    from costim.study.template_workbook import template_workbook

    words = {"name": name, "rule": "=" * len(f"{name}: a study folder for costim")}
    made = {file: _filled(file, words) for file in ("study.toml", "README.txt")}
    made |= {f"{table.name}.csv": _header(tuple(table.columns)) for table in study_tables().values()}
    return made | {WORKBOOK: template_workbook(tomllib.loads(made["study.toml"].decode()))}


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name.endswith("."):
        raise CostimError(
            f"{name!r} cannot be the name of a study. Use letters, digits and _ . + - only, at most 80, "
            "beginning with a letter or a digit and not ending with a point."
        )
    if name.partition(".")[0].lower() in _DEVICES:
        raise CostimError(f"{name!r} is reserved by Windows. Choose another name.")


def _filled(file: str, words: dict[str, str]) -> bytes:
    text = (files("costim.study") / "template_files" / file).read_text("utf-8")
    for word, value in words.items():
        text = text.replace(f"{{{word}}}", value)
    return text.encode()


def _header(columns: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(columns)
    return text.getvalue().encode()

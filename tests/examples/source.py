"""The shared source tables and the study folders, read as plain rows."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
MISSING = {"", "not reported", "not recovered", "not done"}

Row = dict[str, str]


def need_source(name: str) -> Path:
    """Folder of the shared tables; skips when they are not there, unless skipping is forbidden."""
    folder = SHARED / name
    if not folder.is_dir():
        reason = f"the shared tables {name} are not beside this checkout"
        if os.environ.get("COSTIM_NO_SKIP") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def rows_of(folder: Path, table: str) -> list[Row]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def study_rows(name: str, table: str) -> list[Row]:
    return rows_of(ROOT / "examples" / name, table)


def filled(value: str) -> bool:
    return value not in MISSING

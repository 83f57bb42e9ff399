"""One workbook instead of a folder of CSV files: the same study, the same numbers; and the template filled in."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from tests.integration.conftest import EXAMPLES
from tests.integration.workbook_form import as_workbook

from costim.pipeline import analyse_study
from costim.registry.provenance import CellAddress
from costim.study.cells import render_number
from costim.study.check import read_study

NAMES = sorted(p.name for p in EXAMPLES.iterdir() if p.is_dir())


def _as_typed(book: Workbook) -> Workbook:
    """What a coordinator types into cells without text format: plain numbers become numbers."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.replace(".", "", 1).isdigit():
                    number = float(cell.value)
                    if render_number(number) == cell.value:  # 1.0 and 007 are kept by whoever cares for the zeros
                        cell.number_format, cell.value = "General", number
    return book


def _apart_from_place(address: CellAddress) -> tuple[object, ...]:
    return address.row, address.column, address.found


@pytest.mark.parametrize("form", [lambda book: book, _as_typed], ids=["text cells", "number cells"])
@pytest.mark.parametrize("name", NAMES)
def test_both_forms_give_the_same_numbers(name: str, form: Callable[[Workbook], Workbook], tmp_path: Path) -> None:
    form(as_workbook(EXAMPLES / name)).save(tmp_path / "study.xlsx")
    if (EXAMPLES / name / "fcs").is_dir():
        shutil.copytree(EXAMPLES / name / "fcs", tmp_path / "fcs")
    from_files, from_book = read_study(EXAMPLES / name), read_study(tmp_path)
    assert from_book.plan == from_files.plan
    one, other = analyse_study(from_files), analyse_study(from_book)
    assert one.measurements.height > 200
    assert other.measurements.equals(one.measurements)
    assert other.effects.equals(one.effects)
    assert other.cells.keys() == one.cells.keys()
    assert {_apart_from_place(a) for a in other.cells.values()} == {_apart_from_place(a) for a in one.cells.values()}
    for cell, address in one.cells.items():
        assert other.cells[cell].file == "study.xlsx"
        assert f"{other.cells[cell].sheet}.csv" == address.file


FILLED = MappingProxyType({
    "subjects": (
        {"subject": "A01", "sex": "F", "age_years": 34, "disease_duration": "5-7", "disease_duration_unit": "years"},
        {"subject": "A02", "sex": "M", "age_years": "not reported", "height_cm": 180, "weight_kg": 71.5},
    ),
    "infusions": tuple(
        {"subject": subject, "infusion": number, "day": day, "drug": "obinutuzumab", "amount": 1000, "unit": "mg"}
        for subject in ("A01", "A02")
        for number, day in ((1, 0), (2, 14))
    ),
    "visits": tuple(
        {"subject": subject, "visit": visit, "day": day}
        for subject in ("A01", "A02")
        for visit, day in (("baseline", -3), ("day28", 29))
    ),
    "sledai": (
        {"subject": "A01", "visit": "baseline", "item": "total", "total": 12},
        {"subject": "A01", "visit": "day28", "item": "total", "total": 4},
        {"subject": "A02", "visit": "baseline", "item": "total", "total": "8-10"},
        {"subject": "A02", "visit": "day28", "item": "total", "total": "not done"},
    ),
    "labs": (
        {"subject": "A01", "visit": "baseline", "test": "c3", "value": 0.55, "unit": "g/L"},
        {"subject": "A01", "visit": "day28", "test": "c3", "value": 91, "unit": "mg/dL"},
        {"subject": "A02", "visit": "day28", "test": "csf_il6", "value": "<0.5", "unit": "pg/mL"},
    ),
    "events": ({"subject": "A01", "event": "last_contact", "day": 400, "status": "observed"},),
})  # fmt: skip


def _costim(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "costim.cli", *words], capture_output=True, text=True, cwd=cwd, check=False
    )


def test_the_template_workbook_from_new_to_report(tmp_path: Path) -> None:
    assert _costim("new", "trial", cwd=tmp_path).returncode == 0
    book = load_workbook(tmp_path / "trial" / "study-template.xlsx")
    for table, rows in FILLED.items():
        header = [cell.value for cell in book[table][1]]
        for number, row in enumerate(rows, start=2):
            for column, value in row.items():
                book[table].cell(number, header.index(column) + 1, value)
    settings = {row[0].value: row[1] for row in book["study"].iter_rows()}
    settings["variants.sledai_total"].value = "recorded"  # the template would compute them from items
    (tmp_path / "filled").mkdir()
    book.save(tmp_path / "filled" / "study.xlsx")
    before = (tmp_path / "filled" / "study.xlsx").read_bytes()

    checked = _costim("check", "filled", "--json", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout
    assert {f["severity"] for f in json.loads(checked.stdout)} <= {"warning", "note"}
    done = _costim("run", "filled", "--out", "report", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "filled" / "study.xlsx").read_bytes() == before

    measured = pl.read_parquet(tmp_path / "report" / "measurements.parquet")
    totals = measured.filter(pl.col("parameter") == "sledai.total").select(
        "subject", "visit", "value", "upper", "missing"
    )
    assert sorted(totals.rows()) == [
        ("A01", "baseline", 12.0, 12.0, ""),
        ("A01", "day28", 4.0, 4.0, ""),
        ("A02", "baseline", None, 10.0, ""),
        ("A02", "day28", None, None, "not_done"),
    ]
    c3 = measured.filter(pl.col("parameter") == "lab.c3")
    assert dict(zip(c3["visit"], c3["value"], strict=True)) == {"baseline": 55.0, "day28": 91.0}
    effects = pl.read_parquet(tmp_path / "report" / "effects.parquet")
    infusions = effects.filter(pl.col("parameter") == "exposure.infusions", pl.col("method") == "total")
    assert infusions["estimate"].to_list() == [4]
    assert "A02" in (tmp_path / "report" / "report.html").read_text("utf-8")

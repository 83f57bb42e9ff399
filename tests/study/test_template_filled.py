"""What a coordinator makes of the template can be checked and read, as CSV files and as workbook."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from costim.registry.plan import Plan
from costim.study.check import check_study, read_study
from costim.study.study import Study
from costim.study.template import WORKBOOK, template_files, write_template

FILLED = {
    "subjects": [{"subject": "S1", "sex": "F", "age_years": "34"}, {"subject": "S2", "age_years": "not reported"}],
    "infusions": [
        {"subject": s, "infusion": "1", "day": "0", "drug": "obinutuzumab", "amount": "1000", "unit": "mg"}
        for s in ("S1", "S2")
    ],
    "visits": [
        {"subject": s, "visit": v, "day": d} for s in ("S1", "S2") for v, d in (("baseline", "-3"), ("day28", "29"))
    ],
    "sledai": [
        {"subject": s, "visit": v, "item": "rash", "state": state}
        for s in ("S1", "S2")
        for v, state in (("baseline", "present"), ("day28", "absent"))
    ],
    "scales": [{"subject": "S1", "visit": "baseline", "scale": "gcs", "value": "7-11"}],
    "labs": [{"subject": "S2", "visit": "day28", "test": "csf_il6", "value": "<0.5", "unit": "pg/mL"}],
}


def _fill_csv(folder: Path) -> Path:
    write_template(folder, name=folder.name)
    for table, rows in FILLED.items():
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        with (folder / f"{table}.csv").open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, header, restval="", lineterminator="\n").writerows(rows)
    return folder


def _fill_workbook(folder: Path) -> Path:
    folder.mkdir()
    path = folder / "study.xlsx"
    path.write_bytes(template_files("trial")[WORKBOOK])
    book = openpyxl.load_workbook(path)
    for table, rows in FILLED.items():
        header = [cell.value for cell in book[table][1]]
        for number, row in enumerate(rows, start=2):
            for column, text in row.items():
                book[table].cell(number, header.index(column) + 1, text)
    book.save(path)
    return folder


def _values(study: Study) -> dict[str, list[dict[str, object]]]:
    return {name: study.tables[name].drop("_row").to_dicts() for name in FILLED}


def test_empty_template_lacks_subjects_and_nothing_else(tmp_path: Path) -> None:
    write_template(tmp_path / "trial", name="trial")
    study, findings = check_study(tmp_path / "trial")
    assert study is None
    assert [(f.severity, f.file, f.found) for f in findings] == [("error", "subjects.csv", "no rows")]


def test_empty_workbook_lacks_subjects_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "study.xlsx").write_bytes(template_files("trial")[WORKBOOK])
    study, findings = check_study(tmp_path)
    assert study is None
    assert [(f.severity, f.sheet, f.found) for f in findings] == [("error", "subjects", "no rows")]


@pytest.mark.parametrize("fill", [_fill_csv, _fill_workbook])
def test_filled_template_is_read(tmp_path: Path, fill: Callable[[Path], Path]) -> None:
    study = read_study(fill(tmp_path / "trial"))
    assert not [f for f in study.findings if f.severity in ("error", "repair")]
    gcs = study.tables["scales"].row(0, named=True)
    assert (gcs["value"], gcs["value__lower"], gcs["value__upper"]) == (None, 7, 11)
    assert study.tables["subjects"]["age_years__missing"].to_list() == [None, "not_reported"]
    assert study.tables["labs"].row(0, named=True)["value__relation"] == "<"


def test_both_forms_hold_the_same_study(tmp_path: Path) -> None:
    from_files = read_study(_fill_csv(tmp_path / "trial"))
    from_book = read_study(_fill_workbook(tmp_path / "book"))
    assert _values(from_files) == _values(from_book)
    assert from_files.plan == from_book.plan
    assert from_files.plan == Plan.model_validate(tomllib.loads(template_files("trial")["study.toml"].decode()))


def test_settings_file_beside_the_workbook_counts(tmp_path: Path) -> None:
    folder = _fill_workbook(tmp_path / "book")
    text = template_files("trial")["study.toml"].decode()
    (folder / "study.toml").write_text(text.replace('title = "trial:', 'title = "other:'), "utf-8")
    assert read_study(folder).plan.study.title.startswith("other:")

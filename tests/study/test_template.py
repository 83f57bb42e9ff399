"""The template: what it writes, what it refuses, and that a filled one can be read."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import openpyxl
import pytest

from costim.errors import CostimError
from costim.registry.names import registry_names
from costim.registry.plan import Plan
from costim.registry.plan_model import Model
from costim.registry.tables import MISSING_WORDS, study_tables
from costim.study.config_sheet import config_sheets
from costim.study.template import WORKBOOK, template_files, write_template
from costim.study.template_workbook import LAST_ROW, choices, column_hint


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(template_files("trial")[WORKBOOK]))


def test_every_table_has_a_header_only_file(tmp_path: Path) -> None:
    write_template(tmp_path / "trial", name="trial")
    for table in study_tables().values():
        lines = (tmp_path / "trial" / f"{table.name}.csv").read_text("utf-8").splitlines()
        assert [next(csv.reader(lines))] == [list(table.columns)]
        assert len(lines) == 1
    extra = {p.name for p in (tmp_path / "trial").iterdir() if p.suffix != ".csv"}
    assert extra == {"study.toml", "README.txt", WORKBOOK}
    assert [p.name for p in tmp_path.iterdir()] == ["trial"]


def test_the_plan_is_valid_and_shows_every_key() -> None:
    text = template_files("trial")["study.toml"].decode()
    plan = Plan.model_validate(tomllib.loads(text))
    assert plan.study.id == "trial"
    assert [e.parameter for e in plan.endpoints] == ["sledai.total"]
    words = {word.strip("#[](){},.:;") for word in text.split()}
    missing = [f"{m.__name__}.{f}" for m in _models() for f in _keys(m) if f not in words]
    assert missing == []


def test_every_remark_that_looks_like_a_setting_is_valid_when_switched_on() -> None:
    lines = template_files("trial")["study.toml"].decode().splitlines()
    on = []
    for line in lines:
        bare = line.removeprefix("# ")
        is_setting = bare.startswith("[") or (" = " in bare and bare.split(" = ")[0].isidentifier())
        on.append(bare if line.startswith("# ") and is_setting else line)
    plan = Plan.model_validate(tomllib.loads("\n".join(on)))
    assert len(plan.endpoints) == 6
    assert len(plan.constraints) == 2
    assert plan.missing[0].reason == "not_recovered"


def _models() -> list[type[Model]]:
    return sorted(Model.__subclasses__(), key=lambda m: m.__name__)


def _keys(model: type[Model]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def test_sheets_and_headings(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["x_instructions", *config_sheets(), *study_tables(), "x_lists"]
    for table in study_tables().values():
        assert [c.value for c in book[table.name][1]] == list(table.columns)
        for cell, column in zip(book[table.name][1], table.columns.values(), strict=True):
            assert cell.comment is not None
            assert column.prose in cell.comment.text
    assert book["x_lists"].sheet_state == "hidden"


def test_drop_down_lists_hold_the_legal_words(book: openpyxl.Workbook) -> None:
    found = {}
    for table in study_tables().values():
        for rule in book[table.name].data_validations.dataValidation:
            top, bottom = rule.formula1.split("!")[1].replace("$", "").split(":")
            words = tuple(str(c.value) for (c,) in book["x_lists"][f"{top}:{bottom}"])
            (cells,) = rule.sqref.ranges
            column = table.columns[str(book[table.name].cell(1, cells.min_col).value)]
            assert cells.max_row == LAST_ROW + 1
            found[(table.name, column.name)] = words
    wanted = {(t.name, c.name): choices(c) for t in study_tables().values() for c in t.columns.values() if choices(c)}
    assert found == wanted
    assert wanted[("sledai", "state")] == ("present", "absent", "unknown", *MISSING_WORDS)
    assert wanted[("sledai", "item")][-1] == "total"
    assert len(wanted[("sledai", "item")]) == 25


def test_ranges_stay_text(book: openpyxl.Workbook) -> None:
    for table in study_tables().values():
        sheet = book[table.name]
        styles = {
            position: group.number_format
            for group in sheet.column_dimensions.values()
            for position in range(group.min, group.max + 1)
        }
        for position, column in enumerate(table.columns.values(), 1):
            wanted = "@" if column.kind in ("id", "interval", "day", "text", "path") else "General"
            assert styles[position] == wanted, (table.name, column.name)


def test_hints_name_limits_and_words() -> None:
    total = column_hint(study_tables()["sledai"].columns["total"])
    assert "At least 0, at most 105." in total
    assert "not recovered" in total
    amount = column_hint(study_tables()["infusions"].columns["amount"])
    assert "Above 0" in amount
    assert "Must be filled in." in amount
    visit = column_hint(study_tables()["comedications"].columns["visit"])
    assert "Part of the key; may be blank." in visit


def test_unknown_registry_is_refused() -> None:
    with pytest.raises(ValueError, match="no registry is called 'herbs'"):
        registry_names("herbs")


def test_same_bytes_every_time() -> None:
    assert template_files("trial") == template_files("trial")


@pytest.mark.parametrize("name", ["", "../up", "a/b", "a\\b", "name with spaces", ".hidden", "x" * 81, "dot.", "é"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(CostimError, match=r"cannot be the name of a study\. Use letters, digits and _ . \+ -"):
        write_template(tmp_path / "x", name=name)
    assert list(tmp_path.iterdir()) == []


def test_reserved_name(tmp_path: Path) -> None:
    with pytest.raises(CostimError, match=r"'aux\.2' is reserved by Windows\. Choose another name."):
        write_template(tmp_path / "aux.2", name="aux.2")


def test_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "trial").mkdir()
    (tmp_path / "trial" / "mine.txt").write_text("keep", "utf-8")
    with pytest.raises(CostimError, match=r"trial: exists already\. Nothing was written\."):
        write_template(tmp_path / "trial", name="trial")
    assert [p.name for p in (tmp_path / "trial").iterdir()] == ["mine.txt"]


def test_parent_must_exist(tmp_path: Path) -> None:
    with pytest.raises(CostimError, match=r"nowhere: no such folder\. Make it first"):
        write_template(tmp_path / "nowhere" / "trial", name="trial")

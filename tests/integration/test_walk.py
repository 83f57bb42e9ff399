"""Every number a reader sees leads to its effect or measurement row, and from there to cells of the input."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from tests.integration.conftest import EXAMPLES, Run

SOURCED = {"data-ref", "data-quote", "data-term"}
SILENT = {"script", "style", "svg", "title", "template"}
VOID = {"meta", "link", "br", "img", "hr", "input", "wbr", "col"}


class Walker(HTMLParser):
    """Collects numbers outside sourced elements, and every reference with its printed text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, dict[str, str | None]]] = []
        self.loose: list[str] = []
        self.references: list[tuple[str, str, str]] = []
        self.anchors: set[str] = set()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.anchors.add(str(given["id"]))
        if tag not in VOID:
            self.stack.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if any(tag in SILENT for tag, _ in self.stack):
            return
        sourced = [a for _, a in self.stack if SOURCED & a.keys()]
        for attrs in sourced:
            if "data-ref" in attrs:
                self.references.append((str(attrs["data-ref"]), str(attrs.get("data-field")), data))
        if not sourced and re.search(r"\d", data):
            self.loose.append(data.strip())


def walk(run: Run) -> Walker:
    walker = Walker()
    walker.feed((run.folder / "report.html").read_text("utf-8"))
    return walker


@pytest.fixture(params=["tokunaga2007", "rituximab_sle_2yr"])
def case(request: pytest.FixtureRequest) -> tuple[Run, Path]:
    name = request.param
    fixture = "tokunaga" if name == "tokunaga2007" else "companion"
    return request.getfixturevalue(fixture), EXAMPLES / name


def test_no_number_without_a_source(case: tuple[Run, Path]) -> None:
    assert walk(case[0]).loose == []


def test_every_number_leads_to_a_row_and_every_row_to_cells(case: tuple[Run, Path]) -> None:
    run, _ = case
    walker = walk(run)
    effects = {row["effect_id"]: row for row in run.effects.to_dicts()}
    measurements = {row["measurement_id"]: row for row in run.measurements.to_dicts()}
    cells = json.loads((run.folder / "provenance.json").read_text("utf-8"))["cells"]
    assert len(walker.references) > 100
    for ref, field, text in walker.references:
        assert ref in walker.anchors, f"{text!r} links to {ref}, which is nowhere in the page"
        row = effects.get(ref) or measurements.get(ref)
        assert row is not None, f"{text!r} refers to {ref}, which is no row"
        assert all(name in row for name in field.split("+")), f"{text!r}: no field {field}"
    for row in effects.values():
        assert set(row["measurements"]) <= measurements.keys(), row["effect_id"]
    for row in measurements.values():
        assert row["cells"], f"{row['parameter']} of subject {row['subject']} names no cell"
        assert set(row["cells"]) <= cells.keys(), row["measurement_id"]


def test_cells_stand_where_the_report_says(case: tuple[Run, Path]) -> None:
    run, folder = case
    cells = json.loads((run.folder / "provenance.json").read_text("utf-8"))["cells"]
    assert cells
    tables: dict[str, list[list[str]]] = {}
    for cell in cells.values():
        if cell["file"] not in tables:
            with (folder / cell["file"]).open(encoding="utf-8", newline="") as handle:
                tables[cell["file"]] = list(csv.reader(handle))
        lines = tables[cell["file"]]
        column = lines[0].index(cell["column"])
        assert lines[cell["row"] - 1][column].strip() == cell["found"]


def test_effects_that_estimate_name_their_measurements(case: tuple[Run, Path]) -> None:
    numbers = case[0].effects.filter(
        pl.col("estimate").is_not_null(), ~pl.col("method").str.starts_with("published"), pl.col("n") > 0
    )
    without = numbers.filter(pl.col("measurements").list.len() == 0)
    assert without.select("parameter", "method").rows() == []

"""The invented cohort: made by its script, without a finding, and what it is there to show."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from costim.pipeline import analyse_study
from costim.registry.provenance import Results
from costim.report.build import build_document
from costim.report.document import Document, Grid, Num
from costim.report.figures import planned_figures
from costim.report.outline import plain_text
from costim.study.check import check_study, read_study
from tests.report.walk_document import faults, rows_by_id, walk

FOLDER = Path(__file__).parents[2] / "examples" / "synthetic_states"


@pytest.fixture(scope="module")
def results() -> Results:
    return analyse_study(read_study(FOLDER))


@pytest.fixture(scope="module")
def document(results: Results) -> Document:
    return build_document(results)


def grid(document: Document, section: str, name: str) -> list[list[str]]:
    blocks = next(s for s in document.sections if s.id == section).blocks
    found = next(b for b in blocks if isinstance(b, Grid) and b.id == name)
    return [[plain_text(cell) for cell in row] for row in found.rows]


def test_the_script_writes_these_files(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_synthetic_states", FOLDER / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write(tmp_path)
    for file in tmp_path.iterdir():
        assert file.read_bytes() == (FOLDER / file.name).read_bytes(), file.name
    assert {f.name for f in tmp_path.iterdir()} == {f.name for f in FOLDER.glob("*.csv")}


def test_the_check_finds_nothing() -> None:
    assert check_study(FOLDER)[1] == []


def test_every_measure_asked_for_has_its_rule_and_evidence(document: Document) -> None:
    rules = grid(document, "measures", "measure-rules")
    assert [row[0] for row in rules] == [
        "Clinical SLEDAI-2K",
        "Lupus low disease activity state",
        "Remission (DORIS 2021)",
        "SLE responder index",
        "BILAG-based composite lupus assessment",
        "SELENA-SLEDAI flare index",
        "BILAG-2004 numeric total",
    ]
    for row in rules:
        assert row[1].split(": ")[0]
        assert set(row[3].split(", ")) <= {"P", "S", "C", "M"}
        assert row[4] != "none"


def test_betamethasone_near_the_line_makes_the_states_depend_on_the_table(document: Document) -> None:
    choices = {(row[0], row[2]): row[3] for row in grid(document, "sensitivity", "choices")}
    assert "Lupus low disease activity state" in choices["steroid table", "gc_bet_050"]
    assert "Remission (DORIS 2021)" in choices["steroid table", "gc_bet_060"]
    assert "Remission (DORIS 2021)" in choices["doris", "doris2021_lt5"]
    effects = grid(document, "sensitivity", "choice-steroid-table-gc-bet-060")  # as the how-to and the decisions say
    shares = [row for row in effects if "low disease activity state (" in row[0] and row[1].startswith("share")]
    counts = [(row[2].split(" (")[0], row[3].split(" (")[0]) for row in shares]
    assert set(counts) == {("8 of 8", "5 of 8")}
    changed = grid(document, "sensitivity", "readings-steroid-table-gc-bet-050")
    for patient, _, reading, before, after in changed:
        assert patient in ("S01", "S04", "S07"), "the three who took betamethasone"
        assert reading
        assert before != after


def test_models_of_attribution_stand_side_by_side(document: Document) -> None:
    rows = grid(document, "neuropsychiatric", "np-attribution")
    assert len(rows) == 8
    blocks = next(s for s in document.sections if s.id == "neuropsychiatric").blocks
    header = next(b for b in blocks if isinstance(b, Grid) and b.id == "np-attribution").header
    assert [plain_text(cell) for cell in header][2:] == ["italian_ge7", "slicc_a", "slicc_b_2012"]
    assert any(row[3] != row[4] for row in rows), "the strict and the lenient model differ somewhere"


def test_every_number_is_the_field_of_a_row_it_names(results: Results, document: Document) -> None:
    rows = rows_by_id(results)
    numbers = [part for _, part in walk(document) if isinstance(part, Num)]
    assert [fault for n in numbers for fault in faults(n, rows[n.ref])] == []
    assert "window_days" in {n.field for n in numbers}


def test_every_cell_behind_a_row_is_in_a_file(results: Results) -> None:
    for row in results.measurements.iter_rows(named=True):
        assert row["cells"], row["parameter"]
        for cell in row["cells"]:
            address = results.cells[cell]
            assert (FOLDER / address.file).is_file()


def test_attainment_of_a_state_is_told_by_its_range_of_days_and_not_as_a_duration(
    results: Results, document: Document
) -> None:
    code = "lldas.first_day"
    rows = [r for r in results.effects.to_dicts() if r["parameter"] == code and r["reading"] == "as_recorded"]
    median = next(r for r in rows if r["method"] == "median_survival")
    assert (median["estimate_lower"], median["estimate_upper"]) == (87, 166)
    assert {r["stratum"] for r in rows} == {"attained"}
    compared = grid(document, "sensitivity", "choice-steroid-table-gc-bet-060")
    assert [row[1] for row in compared if row[0].endswith("first attained")] == [
        "median time: attained, Turnbull's estimate"
    ]
    assert not any(f.kind == "swimmer" and f.parameter == code for f in planned_figures(results))

"""Disputed choices through the pipeline: rows, effects, and what the report says of them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.integration.conftest import EXAMPLES
from tests.study.folder import CONFIG, write_study

from costim.pipeline import analyse_study
from costim.registry.provenance import Results
from costim.report.build import build_document
from costim.report.document import Grid
from costim.report.outline import plain_text
from costim.study.check import read_study

STEROIDS = """\
[[endpoints]]
parameter = "steroid.prednisone_equivalent"
kind = "paired_change"
contrast = "entry_to_day28"
[[endpoints]]
parameter = "steroid.prednisone_equivalent"
kind = "proportion"
contrast = "entry_to_day28"
above = 7.5
[[compare]]
choice = "steroid_table"
names = ["gc_bet_060", "gc_bet_050"]
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Six patients on betamethasone 1 mg who change to prednisolone 8 mg: better or worse by the table."""
    subjects = [str(n) for n in range(1, 7)]
    doses = [
        f"{s},{drug},{visit},{dose},mg,daily\n"
        for s in subjects
        for drug, visit, dose in (("betamethasone", "entry", 1), ("prednisolone", "day28", 8))
    ]
    tables = {
        "subjects": "subject\n" + "".join(f"{s}\n" for s in subjects),
        "visits": "subject,visit,day\n" + "".join(f"{s},entry,0\n{s},day28,28\n" for s in subjects),
        "scales": None,
        "comedications": "subject,drug,visit,dose,unit,frequency\n" + "".join(doses),
    }
    folder = tmp_path_factory.mktemp("compared") / "study"
    return analyse_study(read_study(write_study(folder, tables, CONFIG + STEROIDS)))


def effect(results: Results, reading: str, method: str, stratum: str = "") -> dict[str, object]:
    rows = results.effects.filter(
        pl.col("reading") == reading,
        pl.col("parameter") == "steroid.prednisone_equivalent",
        pl.col("method") == method,
        (pl.col("stratum").fill_null("") == stratum) if stratum else pl.lit(True),
    )
    return rows.row(0, named=True)


def test_the_same_dose_stands_under_the_name_of_each_table(results: Results) -> None:
    rows = results.measurements.filter(
        pl.col("parameter") == "steroid.prednisone_equivalent",
        pl.col("subject") == "1",
        pl.col("visit") == "entry",
        pl.col("missing") == "",
    )
    found = {(r["reading"], r["variant"]): r["value"] for r in rows.iter_rows(named=True)}
    assert found == {
        ("as_recorded", "gc_bet_075"): pytest.approx(20 / 3),
        ("steroid_table=gc_bet_060", "gc_bet_060"): pytest.approx(25 / 3),
        ("steroid_table=gc_bet_050", "gc_bet_050"): 10,
    }


def test_no_patient_is_lost_under_another_table(results: Results) -> None:
    for reading in ("as_recorded", "steroid_table=gc_bet_060", "steroid_table=gc_bet_050"):
        test = effect(results, reading, "signed_rank")
        assert (test["n"], test["n_missing"]) == (6, 0)
    gone = results.effects.filter(pl.col("method") == "missing_count", pl.col("reading") != "as_recorded")
    assert gone.height == 0


def test_the_direction_of_the_change_depends_on_the_table(results: Results) -> None:
    shifts = {
        reading: effect(results, reading, "signed_rank")["estimate"]
        for reading in ("as_recorded", "steroid_table=gc_bet_060", "steroid_table=gc_bet_050")
    }
    assert shifts["as_recorded"] == pytest.approx(8 - 20 / 3)
    assert shifts["steroid_table=gc_bet_060"] == pytest.approx(8 - 25 / 3)
    assert shifts["steroid_table=gc_bet_050"] == pytest.approx(-2)


def test_the_report_names_the_conclusion_that_depends_on_the_choice(results: Results) -> None:
    section = next(s for s in build_document(results).sections if s.id == "sensitivity")
    grid = next(b for b in section.blocks if isinstance(b, Grid) and b.id == "choices")
    rows = [[plain_text(cell) for cell in row] for row in grid.rows]
    assert [row[:3] for row in rows] == [
        ["steroid table", "gc_bet_075", "gc_bet_060"],
        ["steroid table", "gc_bet_075", "gc_bet_050"],
    ]
    for row in rows:
        assert row[3].startswith("Glucocorticoid dose in prednisone equivalents (entry_to_day28): ")
    readings = next(b for b in section.blocks if isinstance(b, Grid) and b.id.startswith("readings-"))
    cells = [[plain_text(cell) for cell in row] for row in readings.rows]
    assert ["1", "entry", "Glucocorticoid dose in prednisone equivalents (mg)", "6.7", "8.3"] in cells


def test_a_choice_that_changes_nothing_says_so(tmp_path: Path) -> None:
    results = analyse_study(read_study(EXAMPLES / "tokunaga2007"))
    section = next(s for s in build_document(results).sections if s.id == "sensitivity")
    grid = next(b for b in section.blocks if isinstance(b, Grid) and b.id == "choices")
    assert {plain_text(row[3]) for row in grid.rows} == {"none: no effect changes"}
    readings = [b for b in section.blocks if isinstance(b, Grid) and b.id.startswith("readings-")]
    assert [len(b.rows) for b in readings] == [8, 8]  # the eight who took betamethasone

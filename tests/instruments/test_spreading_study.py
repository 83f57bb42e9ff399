"""Single-stain controls in a study: thresholds of positive cells that rise with spillover spreading."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import polars as pl
import pytest

from costim.cytometry.synthetic.sample import make_control, make_sample
from costim.cytometry.synthetic.spec import SampleSpec
from costim.cytometry.synthetic.write import write_sample
from costim.instruments.cytometry.measure import measure
from costim.instruments.cytometry.record import record
from costim.registry.measurements import Measurement
from costim.study.check import check_study, read_study
from costim.study.study import Study
from tests.instruments.cells_study import SUBJECTS, VISITS, write_study

CELLS = {"naive_b": 1500, "switched_memory_b": 700, "naive_cd4_t": 1500, "memory_cd4_t": 1500, "monocytes": 200}
SINGLES = ("igd", "cd80", "cd3", "cd19", "cd40", "cd27", "cd20")
CODE = "cyt.b_cells.cd80.percent_positive"


def add_singles(folder: Path, subjects: tuple[str, ...], *, voltages: dict[str, float] | None = None) -> None:
    """Tubes without stain and with one stain, of the baseline of these subjects."""
    spec = replace(SampleSpec(panel="b_cells", cells=CELLS), voltages=voltages or {})
    rows = []
    for subject in subjects:
        unstained = f"fcs/s{subject}_unstained.fcs"
        plain = make_control(replace(spec, voltages={}), "", "unstained", 700 + int(subject))
        write_sample(plain, folder / unstained, every_event=False)
        rows.append(f"{subject},baseline,B,unstained,,{unstained},,")
        for turn, marker in enumerate(SINGLES):
            name = f"fcs/s{subject}_single_{marker}.fcs"
            write_sample(
                make_control(spec, marker, "single", 1000 * int(subject) + turn), folder / name, every_event=False
            )
            rows.append(f"{subject},baseline,B,single,{marker},{name},,")
    with (folder / "samples.csv").open("a", encoding="utf-8") as table:
        table.write("\n".join(rows) + "\n")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = write_study(tmp_path_factory.mktemp("spread") / "study")
    add_singles(folder, ("1",))
    return read_study(folder)


def of_code(rows: list[Measurement], code: str) -> dict[tuple[str, str], Measurement]:
    return {(row.subject, row.visit): row for row in rows if row.parameter == code}


def test_only_a_panel_with_single_stains_has_rows_with_spreading(study: Study) -> None:
    rows = measure(study)
    spread, plain = of_code(rows, CODE + "_spread"), of_code(rows, CODE)
    assert set(spread) == {("1", visit) for visit in VISITS}
    assert {subject for subject, _ in plain} >= set(SUBJECTS) - {"1"}
    for visit in ("baseline", "month6"):
        row = spread["1", visit]
        assert row.value is not None and row.interval_lower is not None and row.interval_upper is not None
        assert 0 <= row.interval_lower <= row.value <= row.interval_upper <= 100
        assert "threshold_with_spreading" in row.flags
    assert spread["1", "day28"].value is None  # no B cells there


def test_single_stains_change_no_other_row(study: Study, tmp_path: Path) -> None:
    bare = read_study(write_study(tmp_path / "study"))

    def plain(rows: list[Measurement]) -> list[tuple[object, ...]]:
        kept = [row for row in rows if not row.parameter.endswith("_spread")]
        return [(r.subject, r.visit, r.parameter, r.value, r.interval_lower, r.interval_upper, r.flags) for r in kept]

    no_unstained = replace(study, tables=_without(study, "unstained"))
    assert plain(measure(no_unstained)) == plain(measure(bare))


def _without(study: Study, stain: str) -> MappingProxyType[str, pl.DataFrame]:
    samples = study.tables["samples"].filter(pl.col("stain").fill_null("sample") != stain)
    return MappingProxyType({**study.tables, "samples": samples})


def test_cells_without_the_marker_are_rarely_called_positive(tmp_path: Path) -> None:
    """The tube lacks CD80 in truth (all masked): beyond the quantile of the threshold only its share is positive."""
    folder = write_study(tmp_path / "study")
    spec = SampleSpec(panel="b_cells", cells={**CELLS, "naive_b": 4000}, masked={"cd80": 1.0})
    write_sample(make_sample(spec, 5), folder / "fcs" / "s1_baseline.fcs", every_event=False)
    add_singles(folder, ("1",))
    row = of_code(measure(read_study(folder)), CODE + "_spread")["1", "baseline"]
    assert (row.events or 0) > 3000
    assert row.value is not None and row.value < 1.5


def test_controls_at_another_voltage_give_no_coefficient_and_that_is_said(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study")
    add_singles(folder, ("1",), voltages={"PE-A": 600.0})
    study = read_study(folder)
    assert not of_code(measure(study), CODE + "_spread")
    found = record(study)
    assert found is not None
    said = [f for f in found.changes if f.code == "spreading_not_known"]
    assert {"PE-A" in f.found and "voltage" in f.found for f in said if "cd80" in f.action} == {True}
    assert not [f for f in found.changes if f.code == "voltage_changed" and "single" in f.file]


def test_a_single_stain_needs_its_marker(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study")
    add_singles(folder, ("1",))
    text = (folder / "samples.csv").read_text("utf-8")
    (folder / "samples.csv").write_text(text.replace("single,cd40,", "single,,"), "utf-8")
    line = next(n for n, row in enumerate(csv.reader(text.splitlines()), start=1) if row[3:5] == ["single", "cd40"])
    study, findings = check_study(folder)
    assert study is None
    found = next(f for f in findings if f.code == "control_without_marker")
    assert (found.file, found.row, found.column) == ("samples.csv", line, "marker")
    assert "single" in found.found

"""The evidence of a draw made from the preferred reading is the one made from all its rows."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from costim.effects.estimate import replace_reading
from costim.effects.evidence import build_evidence, with_changes
from costim.pipeline import measure_study
from costim.registry.measurements import AS_RECORDED
from costim.registry.moved_gates import moved_readings
from costim.study.check import read_study
from tests.instruments.cells_study import write_study


def test_evidence_of_a_draw(tmp_path: Path) -> None:
    study = read_study(write_study(tmp_path, more="[cytometry]\njitter = 0.1\n"))
    rows = measure_study(study)
    base = build_evidence(study.plan, rows.filter(pl.col("reading") == AS_RECORDED), AS_RECORDED)
    names = moved_readings(study.plan)
    differing = 0
    for name in names:
        changed = set(rows.filter(pl.col("reading") == name).get_column("parameter").to_list())
        assert changed <= {"cyt.b_cells.cd40.median"}
        whole = build_evidence(study.plan, replace_reading(rows, name), name)
        found = with_changes(base, replace_reading(rows, name), name, changed)
        assert (found.subjects, found.subject_rows, found.reading) == (whole.subjects, whole.subject_rows, name)
        assert found.readings_of == whole.readings_of
        differs = found.readings("cyt.b_cells.cd40.median") != base.readings("cyt.b_cells.cd40.median")
        assert differs == bool(changed)
        differing += differs
        assert found.measurements.equals(whole.measurements)
    assert differing

"""What the values of FCS files show is said when the study is checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from costim.cytometry.fcs.read import open_fcs
from costim.study.check import check_study
from tests.cytometry.gate_folder import GATES, write_tube
from tests.study.folder import CONFIG, write_study

SAMPLES = "subject,visit,panel,fcs_file\n1,entry,B,tube1.fcs\n1,day28,B,tube2.fcs\n"


def test_values_that_are_no_numbers_are_said_of_their_file_and_channel(tmp_path: Path) -> None:
    config = CONFIG + '[[panels]]\nname = "B"\ngates = "gates.toml"\n'
    write_study(tmp_path / "s", {"samples": SAMPLES}, config)
    (tmp_path / "s" / "gates.toml").write_text(GATES, "utf-8")
    for number in (1, 2):
        write_tube(tmp_path / "s" / f"tube{number}.fcs", b_cells=20, t_cells=50, seed=number)
    spoilt = open_fcs(tmp_path / "s" / "tube2.fcs")
    data = np.memmap(spoilt.path, "<f4", "r+", spoilt.data_begin, (spoilt.events, 3))
    data[4:7, 2] = np.nan
    data.flush()
    found = [f for f in check_study(tmp_path / "s")[1] if f.code == "fcs_values_not_finite"]
    assert [(f.file, f.column, f.severity) for f in found] == [("tube2.fcs", "$P3N PE-A", "warning")]
    assert found[0].found.startswith("3 values")

"""Ready strategies on public files, as far as their markers go: the lineages lie where an eye would put them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.engine.gate import gate_file
from costim.cytometry.engine.values import values_in
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.gates.model import Axis
from costim.cytometry.strategies.fit import fit_to_files
from costim.cytometry.strategies.ready import ready
from costim.cytometry.strategies.thresholds import resolve_thresholds
from costim.cytometry.tube import Tube


def resolved(path: Path, name: str) -> tuple[dict[str, int], dict[str, str], object]:
    file = open_fcs(path)
    fitted, _ = fit_to_files(ready(name), [file])
    strategy, found = resolve_thresholds(fitted.shared, [Tube(path=path)])
    return dict(gate_file(file, strategy).counts), {f.name: f.source for f in found}, strategy


@pytest.mark.parametrize("number", range(1, 11))
def test_cd4_t_cells_of_the_trial_files(fcs_data: Path, number: int) -> None:
    """ITN, 10-bit scale. CD8, which the strategy does not look at, tells CD4+ from other T cells."""
    path = fcs_data / "flowstats_itn" / f"itn_sample{number:02d}.fcs"
    counts, sources, strategy = resolved(path, "costimulation_t")
    assert sources["cd3"] == sources["cd4"] == "valley"
    assert counts["lymphocytes"] > 500
    assert counts["t_cells"] > 0.2 * counts["lymphocytes"]
    assert counts["cd4_t_cells"] > 0.2 * counts["t_cells"]
    file = open_fcs(path)
    with_cd4, without = (
        values_in(file, strategy, name, [Axis("CD8")])[:, 0] for name in ("cd4_t_cells", "cd4_negative_t")
    )
    assert np.mean(with_cd4 > np.median(without)) < 0.1


def test_margin_events_of_a_ten_bit_file_are_out(fcs_data: Path) -> None:
    path = fcs_data / "flowstats_itn" / "itn_sample01.fcs"
    _, _, strategy = resolved(path, "costimulation_t")
    file = open_fcs(path)
    inside = values_in(file, strategy, "within_range", [Axis("FSC"), Axis("SSC")])
    assert inside.max() < 1023
    assert len(inside) < file.events


def test_files_without_the_markers_say_so(fcs_data: Path) -> None:
    """B cells without CD3, IgD, CD40 and CD80: what is left is what CD19 tells, and the rest is named."""
    file = open_fcs(fcs_data / "flowai" / "flowai_Bcells1.fcs")
    fitted, gone = fit_to_files(ready("costimulation_b"), [file])
    assert {one.channel for one in gone} == {"CD3", "CD20", "IgD", "CD38", "CD40", "CD80"}
    assert "b_cells" in {name for name, _ in fitted.shared.populations()}
    assert fitted.shared.markers == {}

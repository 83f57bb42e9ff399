"""The benchmark's panel by FlowKit: identical counts, medians to 1e-6."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import flowkit_gating, panel

from costim.cytometry.engine.gate import gate_file
from costim.cytometry.fcs.read import open_fcs


@pytest.mark.oracle
@pytest.mark.parametrize(("events", "b_share"), [(20_000, panel.B_SHARE), (150_000, panel.B_SHARE), (60_000, 3e-3)])
def test_panel(tmp_path: Path, events: int, b_share: float) -> None:
    path = tmp_path / "panel.fcs"
    panel.write(path, events, 7, b_share)
    ours = gate_file(open_fcs(path), panel.strategy(), panel.wants())
    counts, medians = flowkit_gating.gated(path, flowkit_gating.strategy())
    assert dict(ours.counts) == counts
    assert len(counts) == 14
    assert len(ours.levels) == 110
    found = {f"{population} {marker}": level.median for (population, marker), level in ours.levels.items() if level.n}
    assert found == pytest.approx(medians, rel=1e-6)

"""Synthetic tubes on disk, with faults planted by the sample maker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from costim.cytometry.fcs.file import FcsFile
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.gates.model import Strategy
from costim.cytometry.strategies.load import load_gates
from costim.cytometry.strategies.thresholds import resolve_thresholds
from costim.cytometry.synthetic.blood import blood_cells
from costim.cytometry.synthetic.sample import make_sample
from costim.cytometry.synthetic.spec import SampleSpec
from costim.cytometry.synthetic.write import write_sample
from costim.cytometry.tube import Tube

PLAIN = SampleSpec(
    panel="b_cells", optional=("cd38",), cells=blood_cells(16_000), doublets=400, debris=1_200, dead=500, margins=30
)


def tube(folder: Path, visit: str, seed: int, *, b_cells: int | None = None, **faults: Any) -> tuple[Tube, FcsFile]:
    """One tube of subject P1, panel B."""
    cells: Mapping[str, int] = blood_cells(16_000, b_cells=b_cells)
    path = folder / f"{visit}.fcs"
    write_sample(make_sample(replace(PLAIN, cells=cells, **faults), seed), path, every_event=False)
    return Tube(path=path, subject="P1", visit=visit, panel="B"), open_fcs(path)


def strategy_of(*tubes: Tube) -> Strategy:
    """The ready strategy of the panel with thresholds from these tubes."""
    found, _ = resolve_thresholds(load_gates("ready:costimulation_b").shared, tubes)
    return found

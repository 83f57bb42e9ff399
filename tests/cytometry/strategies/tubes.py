"""Synthetic tubes of one patient, written for tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from costim.cytometry.gates.model import Strategy
from costim.cytometry.strategies.ready import ready
from costim.cytometry.synthetic.blood import blood_cells
from costim.cytometry.synthetic.sample import make_control, make_sample
from costim.cytometry.synthetic.spec import SampleSpec
from costim.cytometry.synthetic.truth import Truth
from costim.cytometry.synthetic.write import write_sample
from costim.cytometry.tube import Tube

B: Strategy = ready("costimulation_b").shared
T: Strategy = ready("costimulation_t").shared


def b_spec(b_cells: int, total: int = 4000, **more: object) -> SampleSpec:
    spec = SampleSpec(
        panel="b_cells",
        cells=blood_cells(total, b_cells=b_cells),
        optional=("cd38",),
        dead=total // 40,
        sticky=0.4,
        doublets=total // 30,
        debris=total // 15,
        margins=total // 300,
    )
    return replace(spec, **more)  # type: ignore[arg-type]


def t_spec(total: int = 4000, **more: object) -> SampleSpec:
    return replace(b_spec(total // 12, total), panel="t_cells", optional=(), **more)  # type: ignore[arg-type]


def sample_tube(folder: Path, visit: str, spec: SampleSpec, seed: int) -> tuple[Tube, Truth]:
    sample = make_sample(spec, seed)
    path = folder / f"{visit}_{spec.panel}.fcs"
    write_sample(sample, path, every_event=False)
    return Tube(path=path, subject="S1", visit=visit, panel=spec.panel), sample.truth


def control_tube(folder: Path, spec: SampleSpec, marker: str, seed: int, *, kind: str = "fmo", name: str = "") -> Tube:
    sample = make_control(spec, marker, kind, seed)  # type: ignore[arg-type]
    path = folder / f"{kind}_{marker}.fcs"
    write_sample(sample, path, every_event=False)
    stain = "fmo" if kind == "fmo" else "isotype"
    return Tube(path=path, subject="S1", visit="before", panel=spec.panel, stain=stain, marker=name or marker)  # type: ignore[arg-type]

"""The tubes of the example: what is in each, and which controls are beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from costim.cytometry.synthetic.beads import PEAKS, make_beads
from costim.cytometry.synthetic.blood import B_SUBSETS, OTHERS, blood_cells
from costim.cytometry.synthetic.cells import cell_kinds
from costim.cytometry.synthetic.example.planted import (
    CARRIERS_AFTER,
    CD40_PER_CELL,
    CD80_CARRIERS,
    CD80_PER_CELL,
    ICOS_PER_CELL,
    SEED,
    T_CARRIERS,
    VISITS,
    Patient,
)
from costim.cytometry.synthetic.sample import Sample, make_control, make_sample
from costim.cytometry.synthetic.spec import Clog, SampleSpec

WITH_ALL_CONTROLS = ("S01", "S02", "S03")
"""Patients with every control tube."""
OUTCOMES = {"b_cells": ("cd40", "cd80"), "t_cells": ("cd69", "icos", "cd154")}
CONTROLS_OF_ALL = {"b_cells": ("cd80",), "t_cells": ("cd69", "icos")}
"""FMO controls that every patient has at baseline: markers for which no other cells can stand in."""
CELLS = {"b_cells": 2500, "t_cells": 1250}
CELLS_ON_RETURN = 3300
BEADS_EACH = 35
CD20_COVERED = {"baseline": 0.0, "day28": 0.96, "month6": 0.15}
"""Part of CD20 that rituximab still hides."""
PECULIAR: Mapping[tuple[str, str, str], Mapping[str, object]] = {
    ("S04", "month6", "t_cells"): {"clog": Clog(at=0.55, gap_s=1.5, settle_s=0.15, factor=0.6)},
    ("S06", "baseline", "b_cells"): {"drift": {"BV510-A": 0.35}},
    ("S09", "month6", "t_cells"): {"voltages": {"APC-Cy7-A": 640.0}},
    ("S05", "month6", "b_cells"): {"dead": 500, "sticky": 0.3},
}
"""Tubes with something that quality control ought to find."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A tube of the example."""

    patient: Patient
    visit: str
    panel: str
    stain: str
    marker: str
    spec: SampleSpec | None
    """None for calibration beads."""

    @property
    def name(self) -> str:
        """Name of its file, without the ending."""
        parts = (
            self.patient.subject,
            self.visit,
            self.panel,
            self.stain if self.stain != "sample" else "",
            self.marker,
        )
        return "_".join(part for part in parts if part)

    def make(self) -> Sample:
        """The tube; the seed follows from its name."""
        seed = (SEED << 32) + crc32(self.name.encode())
        if self.spec is None:
            return make_beads(self.panel, seed, each=BEADS_EACH, optional=("cd38",), peaks=PEAKS)
        if self.stain in ("fmo", "isotype"):
            return make_control(self.spec, self.marker, "fmo" if self.stain == "fmo" else "isotype", seed)
        return make_sample(self.spec, seed)


def planned_tubes(patient: Patient) -> Iterator[Planned]:
    """Tubes of one patient, by visit, panel and stain."""
    for visit in VISITS:
        for panel in ("b_cells", "t_cells"):
            spec = tube_spec(patient, visit, panel)
            yield Planned(patient, visit, panel, "sample", "", spec)
            if visit == "baseline":
                everything = patient.subject in WITH_ALL_CONTROLS
                left_out = OUTCOMES[panel] if everything else CONTROLS_OF_ALL[panel]
                plain = replace(spec, drift={})
                yield from (Planned(patient, visit, panel, "fmo", marker, plain) for marker in left_out)
        yield Planned(patient, visit, "b_cells", "beads", "", None)
        if visit == "day28" and patient.subject in WITH_ALL_CONTROLS:
            spec = replace(tube_spec(patient, visit, "b_cells"), false_b=2)
            yield Planned(patient, visit, "b_cells", "isotype", "cd19", spec)


def tube_spec(patient: Patient, visit: str, panel: str) -> SampleSpec:
    """What is in the fully stained tube of a patient, visit and panel."""
    draw = np.random.Generator(np.random.PCG64(np.random.SeedSequence([SEED, 1, crc32(_key(patient, visit, panel))])))
    total = CELLS[panel]
    if panel == "b_cells" and visit == "month6" and patient.b_cells[visit] > CELLS[panel] // 30:
        total = CELLS_ON_RETURN
    b_cells = patient.b_cells[visit] if panel == "b_cells" else round(patient.b_cells[visit] * total / CELLS["b_cells"])
    cells = blood_cells(total, b_cells=b_cells, b_subsets=_b_subsets(patient, visit), others=_others(patient, visit))
    spec = SampleSpec(
        panel=panel,
        cells=cells,
        optional=("cd38",) if panel == "b_cells" else (),
        shifts=_shifts(patient, visit, panel),
        shares=_shares(visit, panel),
        masked={"cd20": CD20_COVERED[visit]} if panel == "b_cells" else {},
        staining=dict.fromkeys(OUTCOMES[panel], patient.lot[visit]),
        false_b=int(draw.integers(0, 5)) if panel == "b_cells" else 0,
        dead=round(total * (0.015 + 0.02 * draw.random())),
        sticky=0.3,
        doublets=round(total * 0.03),
        debris=round(total * 0.06),
        margins=round(total * 0.003),
        keywords=_keywords(patient, visit, panel),
    )
    return replace(spec, **PECULIAR.get((patient.subject, visit, panel), {}))  # type: ignore[arg-type]


def _key(patient: Patient, visit: str, panel: str) -> bytes:
    return f"{patient.subject} {visit} {panel}".encode()


def _keywords(patient: Patient, visit: str, panel: str) -> Mapping[str, str]:
    return {
        "$FIL": f"{patient.subject}_{visit}_{panel}.fcs",
        "$PROJ": "synthetic_bt (synthetic)",
        "$SMNO": f"{patient.subject} {visit}",
        "$CELLS": "invented peripheral blood leukocytes",
    }


def _b_subsets(patient: Patient, visit: str) -> Mapping[str, float]:
    """The naive share is planted; after depletion, the few cells left are mostly memory cells and plasmablasts."""
    naive = patient.naive_b[visit]
    rest = {name: share for name, share in B_SUBSETS.items() if name != "naive_b"}
    if visit == "day28":
        rest = {"switched_memory_b": 0.35, "double_negative_b": 0.25, "plasmablasts": 0.30, "unswitched_memory_b": 0.1}
    whole = sum(rest.values())
    return {"naive_b": naive, **{name: (1 - naive) * share / whole for name, share in rest.items()}}


def _others(patient: Patient, visit: str) -> Mapping[str, float]:
    cd4 = OTHERS["naive_cd4_t"] + OTHERS["memory_cd4_t"]
    naive = patient.naive_cd4[visit]
    return {**OTHERS, "naive_cd4_t": cd4 * naive, "memory_cd4_t": cd4 * (1 - naive)}


def progress(visit: str) -> float:
    """How far the change has come: 0 before, half of the way at day 28, 1 at month 6."""
    return {"baseline": 0.0, "day28": 0.5, "month6": 1.0}[visit]


def _moved(factor: float, visit: str) -> float:
    return 1.0 + (factor - 1.0) * progress(visit)


def _shifts(patient: Patient, visit: str, panel: str) -> Mapping[str, float]:
    if panel == "b_cells":
        return {
            "cd40": round(patient.cd40 * _moved(CD40_PER_CELL, visit), 4),
            "cd80": round(patient.cd80 * _moved(CD80_PER_CELL, visit), 4),
        }
    return {"icos": round(_moved(ICOS_PER_CELL, visit), 4)}


def _shares(visit: str, panel: str) -> Mapping[str, float]:
    if panel == "t_cells":
        return {key: round(s * _moved(CARRIERS_AFTER[key.split(".")[1]], visit), 4) for key, s in T_CARRIERS.items()}
    return {
        f"{name}.cd80": round(kind.levels["cd80"].share * _moved(CD80_CARRIERS, visit), 4)
        for name, kind in cell_kinds().items()
        if kind.lineage == "b_cells"
    }

"""FCS files of a study: the stained tubes of each visit, and control tubes of the baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.cytometry.synthetic.blood import OTHERS, blood_cells
from costim.cytometry.synthetic.instrument import spillover
from costim.cytometry.synthetic.panels import conjugates
from costim.cytometry.synthetic.sample import Sample, make_control, make_sample
from costim.cytometry.synthetic.spec import SampleSpec
from costim.simulated.blood import B_MARKERS, MEMORY_SUBSETS, T_MARKERS, Blood, carriers_by_kind
from costim.simulated.cohort import Cohort
from costim.simulated.randomness import seed_for

PANELS: Mapping[str, tuple[str, ...]] = {"b_cells": B_MARKERS, "t_cells": T_MARKERS}
T_CELLS_RECORDED, CONTROL_CELLS = 2000, 4000
CONTROLS: Mapping[str, tuple[str, ...]] = {"b_cells": ("cd80",), "t_cells": ("cd69", "icos", "cd154")}
"""Markers without which a control tube is stained at baseline: no other cells of the tube can stand in for them."""
CD20_COVERED_DAYS = 200.0
"""Until this day rituximab hides most of CD20; nothing that is measured here rests on CD20."""


@dataclass(frozen=True, slots=True)
class Tube:
    """One tube to be made."""

    subject: str
    visit: str
    panel: str
    stain: str
    marker: str
    spec: SampleSpec
    lymphocytes_per_ul: int

    @property
    def name(self) -> str:
        """Name of the file without ending."""
        parts = (self.subject, self.visit, self.panel, "" if self.stain == "sample" else self.stain, self.marker)
        return "_".join(part for part in parts if part)

    def make(self, seed: int) -> Sample:
        """The tube; its random numbers follow from the seed of the study and its name."""
        own = seed_for(seed, "tube", self.name)
        if self.stain == "fmo":
            return make_control(self.spec, self.marker, "fmo", own)
        return make_sample(self.spec, own)


def tubes_of(cohort: Cohort, blood: Blood) -> Iterator[Tube]:
    """Every tube of the visits that took place: by patient, visit, panel; controls behind the tube of the baseline."""
    for place, subject in enumerate(cohort.subjects):
        for column, number in enumerate(blood.visits):
            if not cohort.readings.attended[place, number]:
                continue
            visit = cohort.design.visits[number].name
            for panel in PANELS:
                spec = _spec(cohort, blood, (place, column), panel)
                per_ul = int(blood.haematology[place, column])
                yield Tube(subject, visit, panel, "sample", "", spec, per_ul)
                if number == 0:
                    control = _spec(cohort, blood, (place, column), panel, CONTROL_CELLS)
                    yield from (Tube(subject, visit, panel, "fmo", m, control, per_ul) for m in CONTROLS[panel])


def write_tube(tube: Tube, folder: Path, seed: int) -> dict[str, object]:
    """Write the FCS file of a tube; its row of samples.csv.

    Args:
        tube: The tube.
        folder: Of the study; it holds a folder `fcs`.
        seed: Of the study.
    """
    sample = tube.make(seed)
    channels = [NewChannel(c.name, c.marker, c.range, c.voltage) for c in sample.channels]
    write_fcs(folder / "fcs" / f"{tube.name}.fcs", sample.events, channels, sample.keywords)
    return {
        "subject": tube.subject,
        "visit": tube.visit,
        "panel": tube.panel,
        "stain": tube.stain,
        "marker": tube.marker,
        "fcs_file": f"fcs/{tube.name}.fcs",
        "lymphocytes_per_ul": tube.lymphocytes_per_ul if tube.stain == "sample" else "",
        "note": "simulated",
    }


def _spec(cohort: Cohort, blood: Blood, at: tuple[int, int], panel: str, cells: int | None = None) -> SampleSpec:
    """What is in a tube; `cells` in place of those of the design, with B cells in the true share."""
    place, column = at
    day = int(cohort.readings.days[place, blood.visits[column]])
    recorded = int(blood.recorded[column]) if panel == "b_cells" else T_CELLS_RECORDED
    total = recorded if cells is None else cells
    if panel == "b_cells" and cells is None:
        b_cells, naive = int(blood.b_cells[place, column]), int(blood.naive_b[place, column])
    else:
        b_cells = round(total * float(blood.b_share[place, column]))
        naive = round(b_cells * float(blood.true_naive[place, column]))
    subsets = {"naive_b": float(naive), **{k: s * (b_cells - naive) for k, s in MEMORY_SUBSETS.items()}}
    if not b_cells:
        subsets = {"naive_b": 1.0}
    living = blood_cells(total, b_cells=b_cells, b_subsets=subsets, others=_others(float(blood.naive_cd4[place])))
    return SampleSpec(
        panel=panel,
        cells=living,
        shifts=_shifts(blood, place, column, panel),
        shares=_shares(blood, place, column, panel),
        masked={"cd20": 0.95} if panel == "b_cells" and 0 < day < CD20_COVERED_DAYS else {},
        staining={m: round(float(blood.staining[m][place, column]), 5) for m in PANELS[panel]},
        dead=round(total * 0.02),
        doublets=round(total * 0.02),
        debris=round(total * 0.05),
        keywords=_keywords(cohort, panel, column),
    )


def _others(naive_cd4: float) -> dict[str, float]:
    cd4 = OTHERS["naive_cd4_t"] + OTHERS["memory_cd4_t"]
    return {**OTHERS, "naive_cd4_t": cd4 * naive_cd4, "memory_cd4_t": cd4 * (1.0 - naive_cd4)}


def _shifts(blood: Blood, place: int, column: int, panel: str) -> dict[str, float]:
    if panel != "b_cells":
        return {}
    return {m: round(float(blood.levels[m][place, column]), 5) for m in B_MARKERS}


def _shares(blood: Blood, place: int, column: int, panel: str) -> dict[str, float]:
    """Every B cell carries CD80 here, as in activated disease; markers of CD4+ T cells in the shares of the patient."""
    if panel == "b_cells":
        return {f"{kind}.cd80": 1.0 for kind in ("naive_b", *MEMORY_SUBSETS)}
    found: dict[str, float] = {}
    for marker in T_MARKERS:
        naive, memory = carriers_by_kind(float(blood.carriers[marker][place, column]), float(blood.naive_cd4[place]))
        found |= {f"naive_cd4_t.{marker}": round(naive, 6), f"memory_cd4_t.{marker}": round(memory, 6)}
    return found


def _keywords(cohort: Cohort, panel: str, column: int) -> dict[str, str]:
    """The wrong matrix of `spill_error`, in the files of visits after baseline."""
    error = cohort.design.biases.spill_error
    if error is None or column == 0:
        return {}
    names = [c.detector for c in conjugates(panel)]
    wrong = np.where(np.eye(len(names), dtype=bool), 1.0, spillover(names) * (1.0 - error))
    values = [f"{value:g}" for row in wrong for value in row]
    return {"$SPILLOVER": ",".join([str(len(names)), *names, *values])}

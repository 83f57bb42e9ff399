"""A large virtual population under the design of a study, seen twice: as it should be read, and with the biases."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.model.catalogue import load_model
from costim.simulated.blood import T_MARKERS, Blood, draw_blood
from costim.simulated.cell_levels import log_means, medians
from costim.simulated.clinical_tables import RESOLVED_AT
from costim.simulated.courses import Courses, follow, pieces
from costim.simulated.design import StudyDesign
from costim.simulated.enrolment import enrol
from costim.simulated.readings import Readings, read

Floats = NDArray[np.float64]
POPULATION_SEED = 20_070_101
COUNTABLE = 25
"""B cells from which on a level enters a test: lower limit of quantification at a coefficient of variation of 0.2."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """Readings of a population. First axis: patients; `visits` those of the design, `tubes` those with tubes."""

    attended: NDArray[np.bool_]
    """(patients, visits)."""
    sledai: Floats
    """(patients, visits), as every other reading."""
    cd19: Floats
    dna: Floats
    igg: Floats
    improved: Floats
    """(patients,), 1 where the image at month 6 is called improved."""
    relapse_day: Floats
    """(patients,), true; inf: none."""
    return_day: Floats
    """(patients,), true; inf: none, 0: never depleted."""
    resolution_day: Floats
    """(patients,), true; inf: none."""
    b_per_ul: Floats
    """(patients, tubes), true."""
    b_cells: Floats
    """(patients, tubes), recorded."""
    memory_b: Floats
    naive_share: Floats
    """(patients, tubes), among the B cells recorded; NaN without any."""
    cd40: Floats
    """(patients, tubes), median signal of B cells."""
    cd80: Floats
    naive_cd40: Floats
    """(patients, tubes), mean logarithm of the signal."""
    memory_cd40: Floats
    carriers: Floats
    """(patients, tubes, markers in the order of `T_MARKERS`), share of CD4+ T cells."""


@dataclass(frozen=True, slots=True)
class Population:
    """The same patients, as they should be read (`fair`) and as the biased study reads them (`biased`)."""

    fair: Sampled
    biased: Sampled
    tubes: tuple[int, ...]
    """Places of the visits with tubes."""
    screened: int
    unstable_share: float
    failed: int
    """Patients left out because their equations could not be solved."""


def sample_population(design: StudyDesign, count: int, seed: int = POPULATION_SEED) -> Population:
    """Patients who would enter the study, in the mixture of its regimens.

    Where entry depends on a high reading, the fair readings of the same patients have another baseline reading, on
    which nobody was selected.

    Args:
        design: The study.
        count: Patients.
        seed: Start of the random numbers.
    """
    model = load_model(design.model)
    enrolment = enrol(design, model, count, seed)
    some = design.biases.named
    selected = design.biases.selected_high is not None
    fair: list[Sampled] = []
    biased: list[Sampled] = []
    failed = 0
    tubes: tuple[int, ...] = ()
    for first, entered in pieces(enrolment.entered):
        courses = follow(design, model, entered, first)
        failed += int(courses.failed.sum())
        for one, again, found in ((design.unbiased(), selected, fair), (design, False, biased))[: 1 + bool(some)]:
            readings = read(one, model, entered, courses, seed, first=first, again=again)
            blood = draw_blood(one, courses, readings.days, seed, first)
            tubes = blood.visits
            found.append(seen_of(readings, courses, blood))
    whole = _joined(fair)
    return Population(
        whole, _joined(biased) if some else whole, tubes, enrolment.screened, enrolment.unstable_share, failed
    )


def _joined(parts: list[Sampled]) -> Sampled:
    return Sampled(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Sampled)))


def seen_of(readings: Readings, courses: Courses, blood: Blood) -> Sampled:
    """What is true of patients at their visits, and what was read of them; patients without a solution are left out."""
    solved = ~courses.failed
    factor = {m: blood.levels[m] * blood.staining[m] for m in blood.levels}
    naive_cd40, memory_cd40 = log_means("cd40", factor["cd40"])
    with np.errstate(invalid="ignore", divide="ignore"):
        naive_share = blood.naive_b / blood.b_cells
    below = courses.activity <= RESOLVED_AT
    found = Sampled(
        attended=readings.attended,
        sledai=readings.sledai,
        cd19=readings.cd19,
        dna=readings.dna,
        igg=readings.igg,
        improved=readings.image_improved.astype(np.float64),
        relapse_day=courses.endpoints.relapse_day,
        return_day=courses.endpoints.cd19_return_day,
        resolution_day=np.where(below.any(axis=1), below.argmax(axis=1).astype(np.float64), np.inf),
        b_per_ul=blood.per_ul,
        b_cells=blood.b_cells.astype(np.float64),
        memory_b=(blood.b_cells - blood.naive_b).astype(np.float64),
        naive_share=naive_share,
        cd40=medians("cd40", factor["cd40"], blood.true_naive),
        cd80=medians("cd80", factor["cd80"], blood.true_naive),
        naive_cd40=naive_cd40,
        memory_cd40=memory_cd40,
        carriers=np.stack([blood.carriers[m] for m in T_MARKERS], axis=-1),
    )
    return Sampled(*(getattr(found, f.name)[solved] for f in fields(Sampled)))

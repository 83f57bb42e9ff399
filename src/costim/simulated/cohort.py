"""The patients of one simulated study: what is true of them and what was read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from costim.mechanism.dosing.regimen import Regimen
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.model.model import Model
from costim.simulated.courses import Courses, follow, regimens_of
from costim.simulated.design import StudyDesign, StudyDesignError
from costim.simulated.enrolment import Enrolment, Entered, enrol
from costim.simulated.readings import Readings, read


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everything a study folder is written from."""

    design: StudyDesign
    seed: int
    model: Model
    regimens: tuple[Regimen, ...]
    enrolment: Enrolment
    courses: Courses
    readings: Readings

    @property
    def entered(self) -> Entered:
        """The patients."""
        return self.enrolment.entered

    @property
    def subjects(self) -> tuple[str, ...]:
        """Names of the patients: S01 and so on."""
        count = len(self.regimens)
        width = max(2, len(str(count)))
        return tuple(f"S{number:0{width}d}" for number in range(1, count + 1))


def draw_cohort(design: StudyDesign, seed: int) -> Cohort:
    """Patients of one study, the same for the same design and seed.

    Args:
        design: The study.
        seed: At least 0.

    Raises:
        StudyDesignError: The design cannot be carried out, or the equations of a patient could not be solved.
    """
    if seed < 0:
        raise StudyDesignError(f"The study cannot be simulated: seed {seed} is below 0.")
    model = load_model(design.model)
    enrolment = enrol(design, model, design.patients, seed)
    courses = follow(design, model, enrolment.entered)
    if courses.failed.any():
        places = ", ".join(str(i + 1) for i in np.flatnonzero(courses.failed))
        raise StudyDesignError(
            f"The study cannot be simulated: with seed {seed} the equations of patients {places} could not be solved. "
            "Take another seed."
        )
    readings = read(design, model, enrolment.entered, courses, seed)
    return Cohort(design, seed, model, regimens_of(design, design.patients), enrolment, courses, readings)

"""What a study would have found if each of its patients had been read without a fault."""

from __future__ import annotations

import numpy as np

from bench.closed_loop.ideal import BY_FLIPS, key_of
from costim.simulated.blood import draw_blood
from costim.simulated.cohort import draw_cohort
from costim.simulated.design import StudyDesign
from costim.simulated.questions_cells import cell_questions
from costim.simulated.questions_clinic import clinical_questions
from costim.simulated.sampled import seen_of


def perfect_estimates(design: StudyDesign, seed: int) -> dict[str, float]:
    """Means and ratios by key, of the patients of one study, from what is true of each at the visits.

    The estimate of the program less this is what lies between patient and number: cells counted, gates, limits of
    quantification, rounding; the chance of who was in the study is in both.
    """
    cohort = draw_cohort(design, seed)
    blood = draw_blood(design, cohort.courses, cohort.readings.days, seed)
    seen = seen_of(cohort.readings, cohort.courses, blood)
    places = {visit.name: number for number, visit in enumerate(design.visits)}
    found = {}
    for question in (*clinical_questions(places), *cell_questions(places, blood.visits)):
        values = question.of_patient(seen)
        values = values[np.isfinite(values)]
        if question.method in (*BY_FLIPS, "proportion") and values.size > 1:
            found[key_of(question)] = question.statistic(values)[0]
    return found

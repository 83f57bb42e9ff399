"""How often an interval would hold the truth if the program read every patient without a fault of its own.

Ten patients at a time are drawn from the virtual population, and the interval is judged on the numbers they contribute
to the truth: what falls short here is the method with so few patients of this kind, not the way from file to number.
"""

from __future__ import annotations

import numpy as np

from bench.calibration.many_flips import flip_p_values
from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.simulated.design import StudyDesign
from costim.simulated.questions import Question
from costim.simulated.questions_cells import cell_questions
from costim.simulated.questions_clinic import clinical_questions
from costim.simulated.sampled import sample_population

PATIENTS, STUDIES, SEED = 10_000, 10_000, 5
LEAST_PAIRS = 6
"""Fewer pairs give no interval of 95 %."""
BY_FLIPS = ("mean_shift", "geometric_mean_ratio", "composition_change")


def ideal_coverage(design: StudyDesign, patients: int = PATIENTS, studies: int = STUDIES) -> dict[str, float]:
    """Coverage by key, of means by sign flips (simulated) and of shares (exact).

    Args:
        design: of the studies, without biases.
        patients: virtual ones to draw from.
        studies: drawn.
    """
    population = sample_population(design, patients)
    places = {visit.name: number for number, visit in enumerate(design.visits)}
    asked = [*clinical_questions(places), *cell_questions(places, population.tubes)]
    drawn = np.random.default_rng(SEED).integers(0, len(population.fair.sledai), (studies, design.patients))
    found = {}
    for question in asked:
        values = question.of_patient(population.fair)
        if question.method in BY_FLIPS:
            found[key_of(question)] = _by_flips(values, drawn)
        elif question.method == "proportion":
            found[key_of(question)] = _of_share(float(np.nanmean(values)), design.patients)
    return found


def key_of(question: Question) -> str:
    """As `TrueValue.key`, of questions without a time."""
    parts = (question.parameter, question.contrast, question.method, question.stratum)
    return "/".join(part for part in parts if part)


def _by_flips(values: np.ndarray, drawn: np.ndarray) -> float:
    """Share of studies in which the test of the truth does not reject: its inversion is the interval."""
    samples = values[drawn] - np.nanmean(values)
    counts = np.isfinite(samples).sum(axis=1)
    held = total = 0
    for count in np.unique(counts[counts >= LEAST_PAIRS]):
        rows = samples[counts == count]
        pairs = rows[np.isfinite(rows)].reshape(len(rows), count)
        held += int((flip_p_values(pairs) > 0.05).sum())
        total += len(rows)
    return held / total if total else float("nan")


def _of_share(share: float, patients: int) -> float:
    from scipy.stats import binom

    counts = np.arange(patients + 1)
    limits = [compute_clopper_pearson(int(count), patients) for count in counts]
    holds = np.array([one.lower <= share <= one.upper for one in limits])
    return float(binom.pmf(counts, patients, share)[holds].sum())

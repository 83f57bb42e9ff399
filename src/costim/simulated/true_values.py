"""True values of everything the closed loop evaluates: one number per row of effects, with its estimand in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from costim.simulated.biases import Biases
from costim.simulated.questions import Question
from costim.simulated.questions_cells import cell_questions
from costim.simulated.questions_clinic import clinical_questions
from costim.simulated.sampled import Population, Sampled

LEAST = 20
"""Patients that a value rests on at least; with fewer it is not given."""


@dataclass(frozen=True, slots=True)
class TrueValue:
    """What a row of effects would show in a study of endless size."""

    parameter: str
    contrast: str
    method: str
    stratum: str
    at: float | None
    value: float
    """Without the biases of the design; NaN where too few patients have it."""
    biased: float | None
    """With them; None where only gating files would tell (spectral error; shares of carriers under drift)."""
    error: float
    """Standard error of `value`, from the finite number of virtual patients."""
    estimand: str

    @property
    def key(self) -> str:
        """`parameter/contrast/method/stratum@at`, blank parts left out."""
        name = "/".join(part for part in (self.parameter, self.contrast, self.method, self.stratum) if part)
        return name if self.at is None else f"{name}@{self.at:g}"


def true_values(population: Population, places: Mapping[str, int], biases: Biases) -> tuple[TrueValue, ...]:
    """Every true value.

    Args:
        population: Large, under the design.
        places: Visit -> its place in the design.
        biases: Of the design.
    """
    asked = (*clinical_questions(places), *cell_questions(places, population.tubes))
    return tuple(_answer(q, population, biases) for q in asked)


def _carried(parameter: str, biases: Biases) -> bool:
    """Can the value with biases be worked out without gating files?"""
    if parameter.startswith("cyt.") and biases.spill_error is not None:
        return False
    return not (parameter.endswith("percent_positive") and biases.gate_drift is not None)


def _answer(question: Question, population: Population, biases: Biases) -> TrueValue:
    value, error = _known(question, population.fair)
    biased = _known(question, population.biased)[0] if _carried(question.parameter, biases) else float("nan")
    return TrueValue(
        question.parameter,
        question.contrast,
        question.method,
        question.stratum,
        question.at,
        value,
        None if np.isnan(biased) else biased,
        error,
        question.estimand,
    )


def _known(question: Question, sampled: Sampled) -> tuple[float, float]:
    found = question.of_patient(sampled)
    found = found[~np.isnan(found)]
    return question.statistic(found) if found.size >= LEAST else (float("nan"), float("nan"))

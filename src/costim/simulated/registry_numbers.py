"""What a registry of untreated patients would tell: level, and scatter between and within patients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np

from costim.mechanism.model.catalogue import load_model
from costim.simulated.activity_items import draw_items, totals
from costim.simulated.design import StudyDesign
from costim.simulated.enrolment import draw_fluctuation, enrol
from costim.simulated.laboratory import RAISED_DNA, read_dna
from costim.simulated.randomness import stream

REGISTRY_SEED = 20_070_102
PATIENTS = 5000


@dataclass(frozen=True, slots=True)
class Registry:
    """SLEDAI of unselected, untreated patients, read twice; points."""

    patients: int
    mean: float
    between_sd: float
    """Of the long-run levels."""
    within_sd: float
    """Test-retest standard deviation of one reading."""


def registry_of(design: StudyDesign) -> Registry:
    """The registry of the patients whom a design draws from; biases and visits play no part in it."""
    return _registry(design.model, design.fluctuation)


@lru_cache(maxsize=32)
def _registry(model_name: str, fluctuation: float) -> Registry:
    model = load_model(model_name)
    design = StudyDesign(model=model_name, fluctuation=fluctuation)
    entered = enrol(design, model, PATIENTS, REGISTRY_SEED).entered
    level = entered.values[:, [model.value_names.index("SLEDAI0")]]
    dna = entered.values[:, [model.value_names.index("Ab0")]]
    expected = level * draw_fluctuation(fluctuation, level.shape, stream(REGISTRY_SEED, "again"))
    raised = read_dna(dna, stream(REGISTRY_SEED, "dna again")) > RAISED_DNA
    again = totals(draw_items(expected, entered.earliness, raised, stream(REGISTRY_SEED, "items again"))[:, 0])
    once = totals(entered.items)
    within = float(np.mean((once - again) ** 2) / 2.0)
    total = float((np.var(once, ddof=1) + np.var(again, ddof=1)) / 2.0)
    return Registry(PATIENTS, float((once.mean() + again.mean()) / 2.0), sqrt(total - within), sqrt(within))

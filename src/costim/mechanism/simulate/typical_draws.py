"""How far simulated relapse depends on what is not known of the typical patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.errors import CostimError
from costim.mechanism.population.draw import draw_patients
from costim.mechanism.population.patients import Patients
from costim.mechanism.population.uncertainty import draw_means
from costim.mechanism.simulate.run import simulate

if TYPE_CHECKING:
    from costim.fleet.spread import Progress
    from costim.mechanism.dosing.regimen import Regimen
    from costim.mechanism.model.model import Model

Floats = NDArray[np.float64]

PATIENTS = 200
"""Of each draw: their chance alone moves a share of one half by 3.5 percentage points (standard error)."""


@dataclass(frozen=True, slots=True)
class TypicalDraws:
    """Shares without relapse, once for each typical patient that was drawn."""

    free: Mapping[str, Floats]
    """By regimen: (draws, days)."""
    refused: int
    """Draws of which hardly any patient has a stable baseline; they are in no limit."""


def relapse_over_draws(
    model: Model,
    regimens: Mapping[str, Sequence[Regimen]],
    days: Floats,
    *,
    draws: int,
    seed: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> TypicalDraws:
    """Share of patients without relapse, for typical patients drawn from `uncertainties(model)`.

    Args:
        model: With the values of its agent.
        regimens: By label: regimens that patients take in turn.
        days: (days,) ascending, when shares are wanted.
        draws: Of the typical patient.
        seed: Of typical patients and of their populations.
        threads: The number of cores by default.
        progress: Told after each piece of work.
    """
    groups: list[Patients] = []
    for number, means in enumerate(draw_means(model, draws, seed)):
        try:
            groups.append(draw_patients(model, PATIENTS, seed, means=means, first=number * PATIENTS))
        except CostimError:  # hardly any stable patient: said in the result
            continue
    if not groups:
        return TypicalDraws({label: np.empty((0, len(days))) for label in regimens}, draws)
    together = Patients(
        np.concatenate([group.values for group in groups]),
        np.concatenate([group.covariates for group in groups]),
        seed,
        sum(group.drawn for group in groups),
        sum(group.unstable for group in groups),
    )
    given = {label: [turn[i % len(turn)] for i in range(len(together.values))] for label, turn in regimens.items()}
    found = simulate(model, given, together, days, what=("sledai",), threads=threads, progress=progress)
    free = {
        label: _free(course.endpoints.relapse_day.reshape(len(groups), PATIENTS), days)
        for label, course in found.courses.items()
    }
    return TypicalDraws(free, draws - len(groups))


def _free(relapse: Floats, days: Floats) -> Floats:
    """(draws, days) share of those integrated who are still without."""
    known = ~np.isnan(relapse)
    late = np.stack([(relapse > day).sum(axis=1) for day in days], axis=1)
    return np.asarray(late / np.maximum(known.sum(axis=1), 1)[:, None])

"""Readings that a fit would have expected: new deviations of the same patients, at their own levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.posterior import make_posterior
from costim.mechanism.fit.result import Fit
from costim.mechanism.fit.sensitivities import Sensitivities
from costim.mechanism.fit.simulate_data import draw_readings

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the fit says of every reading."""

    population: Floats
    """(readings,), PRED: the typical patient with these doses, at this patient's level (posterior mean)."""
    individual: Floats
    """(readings,), IPRED: this patient (posterior mean)."""
    simulated: Floats
    """(draws, readings), readings of other patients with these doses and this level, scatter included."""


def simulate_readings(fit: Fit, *, draws: int, seed: int) -> Expected:
    """Simulate the study again from the posterior.

    The deviations of patients are drawn anew; their levels (the unit of a fluorescence, the height of a count before
    treatment) are kept, as one simulates a trial with the baselines that were seen: levels are nuisance, and the
    unit of a fluorescence has no distribution. Counts and scores are scattered as the model says.

    Args:
        fit: draws of a posterior.
        draws: how many of them are used, spread evenly over all.
        seed: of the new patients and of the scatter.
    """
    posterior = make_posterior(fit.model, fit.data, fit.priors)
    vectors = fit.sampled.reshape(-1, fit.sampled.shape[-1])
    chosen = np.unique(np.linspace(0, len(vectors) - 1, min(draws, len(vectors))).astype(int))
    levels = fit.levels.reshape(-1, *fit.levels.shape[2:])
    values = fit.values.reshape(-1, *fit.values.shape[2:])
    plain = Sensitivities(fit.model, (), rtol=posterior.sensitivities.rtol, atol=posterior.sensitivities.atol)
    random = np.random.default_rng((seed, 0x5EE0))
    data, at = fit.data, posterior.layout
    population, individual = np.zeros(len(data.day)), np.zeros(len(data.day))
    simulated = np.empty((len(chosen), len(data.day)))

    def look(patients: Floats, level: Floats) -> Floats:
        outputs = plain(patients, data.schedule, posterior.visits).outputs[posterior.visit, posterior.column]
        return np.asarray(outputs * np.exp(level))

    for row, s in enumerate(chosen):
        level = levels[s][data.subject, data.output]
        vector = vectors[s].copy()
        vector[at.deviations] = 0.0
        population += look(posterior.point(vector).values, level) / len(chosen)
        individual += look(values[s], level) / len(chosen)
        vector[at.deviations] = random.standard_normal(at.deviations.stop - at.deviations.start)
        point = posterior.point(vector)
        low, high = draw_readings(
            fit.model, data, look(point.values, level), point.scatter, fit.priors.count_size, random, {}
        )
        simulated[row] = np.where(low == high, low, high)
    return Expected(population, individual, simulated)

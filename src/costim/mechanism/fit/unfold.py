"""From the vectors sampled to what they mean, with the levels that were integrated out drawn again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.posterior import Point, Posterior
from costim.mechanism.fit.sensitivities import Sensitivities
from costim.mechanism.fit.simulate_data import named

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unfolded:
    """Entries as in `Fit`."""

    draws: dict[str, Floats]
    values: Floats
    levels: Floats
    log_likelihood: Floats


def unfold(posterior: Posterior, sampled: Floats, seed: int) -> Unfolded:
    """Everything of every draw; `sampled` (chains, draws, elements).

    A level that was integrated out has a normal distribution given the rest: drawing from it gives draws of the
    whole posterior, so that readings can be looked at one by one.
    """
    data = posterior.data
    flat = sampled.reshape(-1, sampled.shape[-1])
    patients, names = len(data.subjects), posterior.model.value_names
    values = np.empty((len(flat), patients, len(names)))
    levels = np.zeros((len(flat), patients, len(data.outputs)))
    readings = np.empty((len(flat), len(data.day)))
    found: dict[str, list[float]] = {}
    plain = Sensitivities(posterior.model, (), rtol=posterior.sensitivities.rtol, atol=posterior.sensitivities.atol)
    rng = np.random.default_rng((seed, 0x1E5E1))
    for i, x in enumerate(flat):
        point = posterior.point(x)
        outputs = plain(point.values, data.schedule, posterior.visits).outputs
        predicted = outputs[posterior.visit, posterior.column]
        values[i] = point.values
        levels[i] = _levels(posterior, point, predicted, rng)
        readings[i] = posterior.likelihood.of_each(predicted, levels[i][data.subject, data.output], point.scatter)
        for name, value in named(posterior, point).items():
            found.setdefault(name, []).append(value)
    lead = sampled.shape[:2]
    return Unfolded(
        draws={name: np.array(column).reshape(lead) for name, column in found.items()},
        values=values.reshape(*lead, *values.shape[1:]),
        levels=levels.reshape(*lead, *levels.shape[1:]),
        log_likelihood=readings.reshape(*lead, -1),
    )


def _levels(posterior: Posterior, point: Point, predicted: Floats, rng: np.random.Generator) -> Floats:
    """(patients, outputs), sampled levels as they are, the others drawn given the readings."""
    data, blocks = posterior.data, posterior.likelihood.blocks
    found = np.zeros((len(data.subjects), len(data.outputs)))
    groups = [posterior.priors.levels.get(name) for name in data.outputs]
    for (subject, group), level in zip(blocks.levels, point.levels, strict=True):
        for output, member in enumerate(groups):
            if member is not None and member.group == group:
                found[subject, output] = level
    first = blocks.rows[blocks.offset[:-1]]
    number = np.diff(blocks.offset)
    block = np.repeat(np.arange(len(first)), number)
    residual = posterior.likelihood.low[blocks.rows] - np.log(np.maximum(predicted[blocks.rows], 1e-9))
    variance = point.scatter[data.output[first]] ** 2
    prior = blocks.level_sd**2
    whole = variance + number * prior
    mean = prior * np.bincount(block, residual, minlength=len(first)) / whole
    drawn = mean + np.sqrt(variance * prior / whole) * rng.standard_normal(len(first))
    found[data.subject[first], data.output[first]] = drawn
    return found

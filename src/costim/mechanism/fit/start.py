"""Where chains start: near the centre of the priors, levels where the first readings put them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.posterior import Posterior

Floats = NDArray[np.float64]
JITTER = 0.3
"""Prior standard deviations about the centre: enough to tell chains apart, near enough to be integrated."""
BETWEEN = 0.7
"""Standard deviation between patients to start from, in that of its prior."""


def starts(posterior: Posterior, seed: int) -> Callable[[int], Floats]:
    """A function from a chain's seed to the vector it starts from."""
    at = posterior.layout
    centre = np.zeros(at.size)
    centre[at.between] = BETWEEN
    centre[at.levels] = _levels(posterior)

    def start(chain: int) -> Floats:
        rng = np.random.default_rng((seed, chain))
        jitter = JITTER * rng.standard_normal(at.size)
        jitter[at.levels] /= 3
        jitter[at.between] = 0
        return np.asarray(centre + jitter)

    return start


def _levels(posterior: Posterior) -> Floats:
    """Sampled levels, in their prior standard deviations, from each patient's first reading."""
    blocks, data = posterior.likelihood.blocks, posterior.data
    point = posterior.point(np.zeros(posterior.layout.size))
    predicted = posterior.sensitivities(point.values, data.schedule, posterior.visits)
    expected = predicted.outputs[posterior.visit, posterior.column]
    found = np.zeros(len(blocks.levels))
    for position, sd in enumerate(blocks.sampled_sd):
        mine = np.flatnonzero(blocks.level == position)
        first = mine[np.argmin(data.day[mine])]
        seen = max(min((data.lower[first] + data.upper[first]) / 2, data.upper[first]), 0.5)
        if np.isfinite(seen) and expected[first] > 0:
            found[position] = np.clip(np.log(seen / expected[first]) / sd, -3, 3)
    return found

"""Coordinates in which the posterior is nearly standard normal: its mode, and the curvature there.

A study of ten tells CL from EC50 and both from kmax hardly at all: the posterior is long and narrow across its
coordinates, and a sampler that moves along them crawls. Turned and stretched by the Hessian at the mode it is round.
The change is linear: the posterior stays the same, whatever the mode is worth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Density = Callable[[Floats], tuple[float, Floats]]
STEP = 1e-4
"""Of the differences of gradients, in prior standard deviations."""
FLATTEST = 0.1
"""Least curvature believed; the prior alone has 1."""
SEARCH = 150
"""Steps of the search for a mode."""
SPREAD = 1.2
"""Chains start so many standard deviations about their mode."""


@dataclass(frozen=True, slots=True)
class Whitened:
    """x = centre + stretch @ z."""

    centre: Floats
    """(elements,)."""
    stretch: Floats
    """(elements, elements)."""
    modes: Floats
    """(chains, elements), what each chain's own search found."""

    def x(self, z: Floats) -> Floats:
        """The vector, from the coordinates the sampler moves."""
        return np.asarray(self.centre + self.stretch @ z)

    def density(self, height: Density) -> Density:
        """The log density in the new coordinates and its gradient."""

        def density(z: Floats) -> tuple[float, Floats]:
            value, gradient = height(self.x(z))
            return value, gradient @ self.stretch

        return density

    def start(self, chain: int, rng: np.random.Generator) -> Floats:
        """Where a chain starts: about its own mode."""
        away = np.linalg.solve(self.stretch, self.modes[chain % len(self.modes)] - self.centre)
        return np.asarray(away + SPREAD * rng.standard_normal(len(away)))


def whiten(posterior: Density, starts: Floats) -> Whitened:
    """Search a mode from each of `starts` (chains, elements); the best gives the coordinates."""
    found = [search(posterior, start) for start in starts]
    heights = [posterior(x)[0] for x in found]
    centre = found[int(np.argmax(heights))]
    size = len(centre)
    hessian = np.empty((size, size))
    for i in range(size):
        step = np.zeros(size)
        step[i] = STEP
        hessian[i] = (posterior(centre + step)[1] - posterior(centre - step)[1]) / (2 * STEP)
    curvature, axes = np.linalg.eigh(-(hessian + hessian.T) / 2)
    return Whitened(centre, axes / np.sqrt(np.maximum(curvature, FLATTEST)), np.array(found))


def search(posterior: Density, start: Floats, held: slice | None = None) -> Floats:
    """A mode by L-BFGS, elements `held` left where they are; outside of what can be integrated the ground is level."""
    from scipy.optimize import minimize

    def height(x: Floats) -> tuple[float, Floats]:
        value, gradient = posterior(x)
        if held is not None:
            gradient[held] = 0
        return (-value, -gradient) if np.isfinite(value) else (1e12, np.zeros_like(x))

    found = minimize(height, start, jac=True, method="L-BFGS-B", options={"maxiter": SEARCH, "maxcor": 20})
    return np.asarray(found.x)

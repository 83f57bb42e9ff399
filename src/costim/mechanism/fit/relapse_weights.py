"""Times to relapse enter a fit as weights of its draws: how probable each population makes what is known of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.extra import need_arviz
from costim.mechanism.fit.leave_one_out import TRUSTED
from costim.mechanism.fit.marginal import Marginals

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RelapseWeights:
    """Weights of draws, and whether they carry."""

    weights: Floats
    """(draws,), they sum to 1."""
    pareto_k: float
    known: int
    """Patients of whom something is known."""

    @property
    def effective(self) -> float:
        """Effective number of draws."""
        return float(1 / (self.weights**2).sum())

    @property
    def trusted(self) -> bool:
        """Is k at most what so many draws can bear, and are 50 effective draws left?"""
        limit = min(1 - 1 / np.log10(max(len(self.weights), 11)), TRUSTED)
        return bool(self.pareto_k <= limit and self.effective >= 50)


def weigh_by_relapse(marginals: Marginals, posterior_bounds: Floats) -> RelapseWeights:
    """Weights of the draws by what is known of relapse.

    The density of the readings knows no relapse: a threshold that a trajectory crosses has no gradient for a sampler
    to follow. The probability of each patient's interval, given population and readings, is therefore computed
    afterwards and weighs the draws, smoothed by a Pareto tail (Vehtari et al 2024, JMLR 25(72)).

    Args:
        marginals: of the draws.
        posterior_bounds: (patients, 2), `FitData.relapse`.
    """
    logs = marginals.relapse.sum(axis=1)
    known = int((~np.isnan(posterior_bounds[:, 0])).sum())
    number = len(logs)
    if not known:
        return RelapseWeights(np.full(number, 1 / number), 0.0, 0)
    if not np.isfinite(logs).any():
        return RelapseWeights(np.full(number, 1 / number), float("inf"), known)
    # A draw under which a relapse could not have come so late gets next to nothing, not minus infinity.
    floor = logs[np.isfinite(logs)].max() - 700
    smoothed, k = need_arviz().psislw(np.maximum(logs, floor))
    weights = np.exp(np.asarray(smoothed, float))
    return RelapseWeights(weights / weights.sum(), float(k), known)

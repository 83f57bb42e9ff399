"""What is known of relapse, put into a fit: populations drawn where readings and relapse together put them.

The density that the sampler climbs knows no relapse: a threshold that a trajectory crosses has no gradient. With the
patients integrated out (`marginal`), the posterior of the population given readings and relapse can be computed at any
point, and is drawn from by population Monte Carlo: tempered weights move a proposal step by step until plain weights
carry (Cappe et al 2004, J Comput Graph Stat 13:907-929; defensive share: Hesterberg 1995).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.leave_one_out import SPAN, TRUSTED, smooth
from costim.mechanism.fit.marginal import Marginals, compute_marginals
from costim.mechanism.fit.posterior import Posterior

Floats = NDArray[np.float64]
STAGES = 6
WANTED = 0.25
"""Effective share of the draws that every stage keeps."""
DEFENSIVE = 0.1
"""Share of draws from the prior."""
FREEDOM = 8
"""Degrees of freedom of the proposal: tails no lighter than those of the posterior."""
FEWEST = 50
"""Effective draws below which no percentile is read."""


@dataclass(frozen=True, slots=True)
class Population:
    """Weighted draws of the population."""

    vectors: Floats
    """(draws, layout.size); only the part before the deviations is to be read."""
    marginals: Marginals
    """Of these draws."""
    log_base: Floats
    """(draws,), log of prior over the density drawn from; where no relapse is known, of 1 over the likelihood."""
    weights: Floats
    """(draws,), smoothed, they sum to 1."""
    pareto_k: float
    known: int
    """Patients of whom something is known of relapse."""

    @property
    def effective(self) -> float:
        """Effective number of draws."""
        return float(1 / (self.weights**2).sum())

    @property
    def trusted(self) -> bool:
        """Is k at most what so many draws can bear, and are enough effective draws left?"""
        limit = min(1 - 1 / np.log10(max(len(self.weights), 11)), TRUSTED)
        return bool(self.pareto_k <= limit and self.effective >= FEWEST)

    @property
    def without(self) -> Floats:
        """(draws, patients), log of the posterior without a patient over the density drawn from."""
        total = np.maximum(self.marginals.total, -SPAN)
        return np.asarray(self.log_base[:, None] + total.sum(axis=1, keepdims=True) - total)


def draw_population(
    posterior: Posterior,
    vectors: Floats,
    *,
    inner: int,
    seed: int,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Population:
    """Draws of the population given readings and relapse.

    Args:
        posterior: of the readings.
        vectors: (draws, layout.size), draws from it; as many are made again where relapse is known.
        inner: draws of each patient for each draw; see `compute_marginals`.
        seed: of all draws.
        threads: as many as there are cores where not given.
        progress: told how many of how many draws are done.
    """
    known = int((~np.isnan(posterior.data.relapse[:, 0])).sum())
    stages = STAGES if known else 1
    told = 0

    def step(done: int, total: int) -> None:
        if progress is not None:
            progress(told * total + done, stages * total)

    def look(at: Floats, stage: int) -> Marginals:
        return compute_marginals(posterior, at, inner=inner, seed=seed + stage, threads=threads, progress=step)

    marginals = look(vectors, 0)
    if not known:
        base = -marginals.total.sum(axis=1)
        return Population(vectors, marginals, base, np.full(len(vectors), 1 / len(vectors)), 0.0, 0)
    # Draws from the posterior of the readings, weighed by relapse alone: the simplest, where it carries.
    plain = _population(vectors, marginals, -marginals.readings.sum(axis=1), known)
    found = plain
    random = np.random.default_rng((seed, 0x9C9C))
    part = slice(0, posterior.layout.deviations.start)
    logs, relapse = np.zeros(len(vectors)), marginals.relapse.sum(axis=1)
    while not found.trusted and told < STAGES - 1:
        told += 1
        proposal = _Proposal.of(vectors[:, part], _tempered(logs, relapse))
        vectors = vectors.copy()
        vectors[:, part] = proposal.draw(len(vectors), random)
        marginals = look(vectors, told)
        base = _log_prior(vectors[:, part]) - proposal.log_density(vectors[:, part])
        logs, relapse = base + marginals.readings.sum(axis=1), marginals.relapse.sum(axis=1)
        found = _population(vectors, marginals, base, known)
    return max(plain, found, key=lambda one: one.effective) if not found.trusted else found


def _population(vectors: Floats, marginals: Marginals, base: Floats, known: int) -> Population:
    logs = base + marginals.total.sum(axis=1)
    if not np.isfinite(logs).any():
        return Population(vectors, marginals, base, np.eye(1, len(vectors))[0], float("inf"), known)
    smoothed, k = smooth(np.maximum(logs, _top(logs) - SPAN))
    weights = np.exp(smoothed)
    return Population(vectors, marginals, base, weights / weights.sum(), k, known)


def _top(logs: Floats) -> float:
    known = logs[np.isfinite(logs)]
    return float(known.max()) if known.size else 0.0


def _normed(logs: Floats) -> Floats:
    weights = np.exp(np.maximum(logs, _top(logs) - SPAN) - _top(logs))
    return np.asarray(weights / weights.sum())


def _effective(logs: Floats) -> float:
    return float(1 / (_normed(logs) ** 2).sum()) if np.isfinite(logs).any() else 0.0


def _tempered(logs: Floats, relapse: Floats) -> Floats:
    """Weights by as much of relapse as leaves the wanted share of draws: the exponent is found by halving."""
    floor = np.maximum(relapse, -SPAN)
    low, high = 0.0, 1.0
    wanted = min(WANTED * len(logs), 0.9 * _effective(logs))
    if _effective(logs + floor) >= wanted:
        return _normed(logs + floor)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _effective(logs + middle * floor) >= wanted else (low, middle)
    return _normed(logs + low * floor)


def _log_prior(population: Floats) -> Floats:
    """(draws,), log prior of the population part of vectors: standard normal."""
    return np.asarray(-0.5 * (population**2).sum(axis=1) - 0.5 * population.shape[1] * np.log(2 * np.pi))


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A t distribution about weighted draws, mixed with the prior."""

    centre: Floats
    root: Floats
    """Lower triangle."""

    @classmethod
    def of(cls, draws: Floats, weights: Floats) -> _Proposal:
        centre = weights @ draws
        spread = (draws - centre).T @ ((draws - centre) * weights[:, None])
        # Few effective draws know few correlations: their matrix is drawn towards its diagonal.
        shrink = min(1.0, draws.shape[1] * float((weights**2).sum()))
        spread = (1 - shrink) * spread + shrink * np.diag(np.diag(spread)) + 1e-4 * np.eye(len(centre))
        return cls(centre, np.asarray(np.linalg.cholesky(1.1**2 * spread), dtype=np.float64))

    def draw(self, count: int, random: np.random.Generator) -> Floats:
        """(count, size)."""
        size = len(self.centre)
        wide = np.sqrt(FREEDOM / random.chisquare(FREEDOM, count))
        near = self.centre + (random.standard_normal((count, size)) * wide[:, None]) @ self.root.T
        prior = random.standard_normal((count, size))
        return np.where((np.arange(count) < round(DEFENSIVE * count))[:, None], prior, near)

    def log_density(self, draws: Floats) -> Floats:
        """(draws,)."""
        from scipy.special import gammaln

        size = len(self.centre)
        scaled = np.linalg.solve(self.root, (draws - self.centre).T)
        constant = gammaln((FREEDOM + size) / 2) - gammaln(FREEDOM / 2) - 0.5 * size * np.log(FREEDOM * np.pi)
        distance = (scaled**2).sum(axis=0)
        near = constant - np.log(np.diag(self.root)).sum() - 0.5 * (FREEDOM + size) * np.log1p(distance / FREEDOM)
        prior = _log_prior(draws)
        return np.asarray(np.logaddexp(np.log(1 - DEFENSIVE) + near, np.log(DEFENSIVE) + prior))

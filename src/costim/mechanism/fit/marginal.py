"""How well a population foretells each patient: the patient's own deviations and levels integrated out.

Importance sampling: for every draw of the population the patient's deviations are drawn around where the posterior puts
them, mixed with draws from the population itself, so that no weight can exceed a multiple of the likelihood (defensive
mixture: Hesterberg 1995, Technometrics 37:185-194).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.fit.layout import Layout
from costim.mechanism.fit.posterior import Posterior
from costim.mechanism.observed.data import FitData

Floats = NDArray[np.float64]

FROM_POPULATION = 0.25
"""Share of draws from the population."""
WIDER = 1.5
"""Standard deviations of the other draws, in those of the posterior."""
STEP = 7.0
"""Days between states from which relapse is read: activity moves over weeks."""
RISE, AFTER = 0.25, 28.0
"""Relapse: activity this far above its lowest so far, after this day."""


@dataclass(frozen=True, slots=True)
class Marginals:
    """Log densities given the population of each draw."""

    readings: Floats
    """(draws, patients), of all readings of a patient."""
    relapse: Floats
    """(draws, patients), log probability of what is known of relapse given the readings; 0 where nothing is."""
    effective: Floats
    """(patients,), smallest effective number of inner draws over the draws, of the readings alone."""
    inner: int

    @property
    def total(self) -> Floats:
        """(draws, patients), readings and relapse together."""
        return np.asarray(self.readings + self.relapse)


def compute_marginals(
    posterior: Posterior,
    draws: Floats,
    *,
    inner: int,
    seed: int,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Marginals:
    """Integrate the patients out.

    Args:
        posterior: model, data and priors.
        draws: (draws, layout.size), vectors of the posterior; their population part is looked at one by one, that of
            patients tells where to draw.
        inner: draws of each patient per draw of the population, at least 8; rounded up to a power of two.
        seed: of these; the result is the same for any number of threads.
        threads: as many as there are cores where not given.
        progress: told how many of how many draws are done.

    Raises:
        ValueError: fewer than 8 inner draws, or fewer than two draws.
    """
    if inner < 8 or len(draws) < 2:
        raise ValueError("marginal densities need two draws and 8 inner draws or more")
    inner = 1 << (inner - 1).bit_length()
    proposals = [_Proposal.of(draws[:, columns]) for columns in _columns(posterior)]
    random = np.random.default_rng(seed)
    patients = len(posterior.data.subjects)
    found, relapse = np.empty((len(draws), patients)), np.empty((len(draws), patients))
    effective = np.full(patients, np.inf)
    for s, draw in enumerate(draws):
        vectors = np.repeat(draw[None], inner, axis=0)
        weights = np.empty((inner, patients))
        for i, columns in enumerate(_columns(posterior)):
            vectors[:, columns], weights[:, i] = proposals[i].draw(inner, random)
        of_readings, of_relapse = _likelihoods(posterior, vectors, threads)
        logs = weights + of_readings
        found[s] = _log_mean(logs)
        relapse[s] = _log_mean(logs + of_relapse) - found[s]
        shares = np.exp(logs - logs.max(axis=0))
        effective = np.minimum(effective, shares.sum(axis=0) ** 2 / (shares**2).sum(axis=0))
        if progress is not None:
            progress(s + 1, len(draws))
    read = np.bincount(posterior.data.subject, minlength=patients) > 0
    return Marginals(np.where(read, found, 0.0), relapse, effective, inner)  # nothing read: a density of 1, exactly


def _columns(posterior: Posterior) -> list[NDArray[np.int64]]:
    """Of each patient: where its deviations and levels stand in the vector."""
    at: Layout = posterior.layout
    differing = len(posterior.priors.between)
    levels = posterior.likelihood.blocks.levels
    return [
        np.concatenate(
            [
                np.arange(differing) + at.deviations.start + i * differing,
                at.levels.start + np.array([j for j, (subject, _) in enumerate(levels) if subject == i], dtype=int),
            ]
        ).astype(np.int64)
        for i in range(len(posterior.data.subjects))
    ]


@dataclass(frozen=True, slots=True)
class _Proposal:
    """Where a patient is drawn: a normal about the posterior, mixed with the standard normal of the population."""

    centre: Floats
    root: Floats
    """Lower triangle."""

    @classmethod
    def of(cls, draws: Floats) -> _Proposal:
        spread: Floats = np.atleast_2d(np.cov(draws, rowvar=False)) * WIDER**2 + 1e-4 * np.eye(draws.shape[1])
        root: Floats = np.asarray(np.linalg.cholesky(spread), dtype=np.float64)
        return cls(draws.mean(axis=0), root)

    def draw(self, count: int, random: np.random.Generator) -> tuple[Floats, Floats]:
        """Draws (count, size), and the log of prior over proposal of each.

        Scrambled Sobol points instead of independent ones: in these few dimensions the same number of solutions of
        the equations gives a far steadier integral (Owen 1997, Ann Stat 25:1541-1562).
        """
        from scipy.special import ndtri
        from scipy.stats.qmc import Sobol

        size = len(self.centre)
        points = Sobol(size + 1, scramble=True, seed=random).random(count)
        plain, normal = points[:, 0] < FROM_POPULATION, ndtri(np.clip(points[:, 1:], 1e-12, 1 - 1e-12))
        drawn = np.where(plain[:, None], normal, self.centre + normal @ self.root.T)
        scaled = np.linalg.solve(self.root, (drawn - self.centre).T)
        prior = -0.5 * (drawn**2).sum(axis=1)
        near = -0.5 * (scaled**2).sum(axis=0) - np.log(np.diag(self.root)).sum()
        return drawn, prior - np.logaddexp(np.log(FROM_POPULATION) + prior, np.log(1 - FROM_POPULATION) + near)


def _likelihoods(posterior: Posterior, vectors: Floats, threads: int | None) -> tuple[Floats, Floats]:
    """(inner, patients) each: log density of the readings; 0 or -inf by what is known of relapse."""
    from costim.mechanism.simulate.observe import observe
    from costim.mechanism.solver.solve import solve

    data, model = posterior.data, posterior.model
    inner, patients = len(vectors), len(data.subjects)
    points = [posterior.point(vector) for vector in vectors]
    values = np.concatenate([point.values for point in points])
    grid = relapse_grid(data)
    times = np.unique(np.concatenate([data.day, grid]))
    solved = solve(model, values, _repeated(data.schedule, inner), times, rtol=1e-5, threads=threads)
    at_days = np.searchsorted(times, np.unique(data.day))
    seen = observe(model, np.ascontiguousarray(solved.states[:, at_days]), values)
    seen = seen.reshape(inner, patients, len(at_days), -1)
    day = np.searchsorted(np.unique(data.day), data.day)
    of_readings = np.full((inner, patients), -np.inf)
    for m, point in enumerate(points):
        predicted = seen[m, data.subject, day, posterior.column]
        of_readings[m] = by_patient(posterior, predicted, point.levels, point.scatter)
    if not len(grid):
        return of_readings, np.zeros((inner, patients))
    activity = solved.states[:, np.searchsorted(times, grid), list(model.states).index("D")]
    return of_readings, _relapse(grid, activity.reshape(inner, patients, -1), data.relapse)


def by_patient(posterior: Posterior, predicted: Floats, levels: Floats, scatter: Floats) -> Floats:
    """(patients,), log density of the readings of each patient; -inf where a prediction is not a number.

    Args:
        posterior: model, data and priors.
        predicted: (readings,), outputs of the model at its own baseline.
        levels: (sampled levels,), logarithms.
        scatter: (outputs of the data,).
    """
    data, blocks = posterior.data, posterior.likelihood.blocks
    broken = np.zeros(len(data.subjects), dtype=bool)
    broken[data.subject[~np.isfinite(predicted)]] = True
    terms = posterior.likelihood.evaluate(np.where(np.isfinite(predicted), predicted, 1.0), levels, scatter)
    total = np.bincount(data.subject, weights=terms.of_readings, minlength=len(data.subjects))
    if len(blocks.rows):
        owner = data.subject[blocks.rows[blocks.offset[:-1]]]
        total += np.bincount(owner, weights=terms.of_blocks, minlength=len(data.subjects))
    return np.where(broken, -np.inf, total)


def relapse_grid(data: FitData) -> Floats:
    """Days from which relapse is read, to the last bound that is known; empty when nothing is."""
    known = data.relapse[np.isfinite(data.relapse)]
    return np.arange(0.0, known.max() + 2 * STEP, STEP) if known.size else np.zeros(0)


def _relapse(grid: Floats, activity: Floats, bounds: Floats) -> Floats:
    from costim.mechanism.simulate.crossings import first_rise

    inner, patients, _ = activity.shape
    day = first_rise(grid, activity.reshape(inner * patients, -1), RISE, AFTER).reshape(inner, patients)
    day = np.where(day > grid[-1], np.inf, day)
    after, by = bounds[:, 0], bounds[:, 1]
    # A day that is not a number (the patient could not be integrated) lies in no interval.
    kept = ((day > after) & (day <= by)) | np.isnan(after)
    return np.where(kept, 0.0, -np.inf)


def _repeated(schedule: Schedule, times: int) -> Schedule:
    return Schedule(*(np.tile(part, (times, 1)) for part in (schedule.start, schedule.amount, schedule.duration)))


def _log_mean(logs: Floats) -> Floats:
    """Log of the mean of exponentials over the first axis; -inf where all of them are 0."""
    top = np.where(np.isfinite(logs.max(axis=0)), logs.max(axis=0), 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(top + np.log(np.exp(logs - top).mean(axis=0)))

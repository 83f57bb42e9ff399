"""Everything a fit has to answer before its numbers are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.contraction import Contraction, compute_contractions
from costim.mechanism.fit.leave_one_out import LeftOut, compute_leave_one_out
from costim.mechanism.fit.npde import FEWEST, NpdeTest, compute_npde, judge_npde
from costim.mechanism.fit.posterior import make_posterior
from costim.mechanism.fit.precision import Estimate, Tie, compute_estimates, compute_ties
from costim.mechanism.fit.relapse_weights import Population, draw_population
from costim.mechanism.fit.result import Fit
from costim.mechanism.fit.shrinkage import Shrinkage, compute_shrinkage
from costim.mechanism.fit.simulate_data import named
from costim.mechanism.fit.simulated_readings import Expected, simulate_readings

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Checked:
    """A fit with its checks. Estimates and contractions carry the weights of what is known of relapse."""

    fit: Fit
    estimates: tuple[Estimate, ...]
    contractions: tuple[Contraction, ...]
    ties: tuple[Tie, ...]
    shrinkages: tuple[Shrinkage, ...]
    expected: Expected
    errors: Floats
    """(readings,), NPDE."""
    npde: NpdeTest | None
    """None with fewer than three readings that are not counts of a baseline alone."""
    left_out: LeftOut
    population: Population
    """Draws with what is known of relapse; those of the fit where nothing is."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the numbers are not to be trusted; empty: they may be."""
        found = list(self.fit.reasons)
        if not self.population.trusted:
            found.append(
                f"What is known of relapse leaves {self.population.effective:.0f} effective draws "
                f"(Pareto k {self.population.pareto_k:.2f}): estimates with relapse rest on too few. Ask for more "
                "--checked-draws."
            )
        return tuple(found)


def check_fit(
    fit: Fit,
    *,
    seed: int,
    draws: int = 300,
    inner: int = 48,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Checked:
    """Check a fit.

    Args:
        fit: draws of a posterior.
        seed: of simulated readings and of patients integrated out.
        draws: of the posterior that are looked at one by one, spread evenly; at least 50.
        inner: draws of each patient for each of them; see `compute_marginals`.
        threads: as many as there are cores where not given.
        progress: told how many of how many draws are done.
    """
    posterior = make_posterior(fit.model, fit.data, fit.priors)
    vectors = fit.sampled.reshape(-1, fit.sampled.shape[-1])
    chosen = np.unique(np.linspace(0, len(vectors) - 1, min(draws, len(vectors))).astype(np.int64))
    expected = simulate_readings(fit, draws=max(draws, FEWEST), seed=seed)
    errors = _errors(fit, expected, seed)
    population = draw_population(posterior, vectors[chosen], inner=inner, seed=seed, threads=threads, progress=progress)
    draws_of, weights = dict(fit.draws), None
    if population.known:
        points = [named(posterior, posterior.point(vector)) for vector in population.vectors]
        draws_of = {name: np.array([point[name] for point in points]) for name in fit.draws}
        weights = population.weights
    return Checked(
        fit=fit,
        estimates=compute_estimates(draws_of, weights),
        contractions=_contractions(fit, vectors if weights is None else population.vectors, weights),
        ties=compute_ties({name: fit.draws[name] for name in fit.priors.names}),
        shrinkages=_shrinkages(fit),
        expected=expected,
        errors=errors,
        npde=judge_npde(errors) if errors.size >= 3 else None,
        left_out=compute_leave_one_out(fit.data.subjects, population.marginals.total, population.without),
        population=population,
    )


def _contractions(fit: Fit, vectors: Floats, weights: Floats | None) -> tuple[Contraction, ...]:
    """Of typical values (a prior of standard deviation 1 in the vector) and of spreads between patients."""
    names = [*fit.priors.names, *(f"sd_{name}" for name in fit.priors.between)]
    prior = np.concatenate([np.ones(len(fit.priors.names)), np.full(len(fit.priors.between), _half_normal(fit))])
    columns = vectors[:, : len(names)].copy()
    # A standard deviation is the size of its number, whose sign says nothing.
    columns[:, len(fit.priors.names) :] = np.abs(columns[:, len(fit.priors.names) :]) * fit.priors.between_scale
    bulk = fit.diagnostics.ess_bulk[: len(names)]
    if weights is None:
        return compute_contractions(names, prior, columns, bulk)
    # Weighted draws as so many unweighted ones: systematic resampling leaves as little to chance as can be.
    heights = (np.arange(len(weights)) + 0.5) / len(weights)
    resampled = columns[np.minimum(np.searchsorted(np.cumsum(weights), heights), len(weights) - 1)]
    return compute_contractions(names, prior, resampled, np.full(len(names), 1 / (weights**2).sum()))


def _half_normal(fit: Fit) -> float:
    """Standard deviation of the half-normal prior of spreads between patients."""
    return float(fit.priors.between_scale * np.sqrt(1 - 2 / np.pi))


def _shrinkages(fit: Fit) -> tuple[Shrinkage, ...]:
    names = fit.priors.between
    start = len(fit.priors.names) + len(names) + len(fit.data.outputs)
    shape = (len(fit.data.subjects), len(names))
    vectors = fit.sampled.reshape(-1, fit.sampled.shape[-1])
    between = vectors[:, len(fit.priors.names) : len(fit.priors.names) + len(names)] * fit.priors.between_scale
    deviations = vectors[:, start : start + shape[0] * shape[1]].reshape(-1, *shape)
    etas = (deviations * between[:, None, :]).mean(axis=0)
    return compute_shrinkage(names, etas, np.sqrt((between**2).mean(axis=0)))


def _errors(fit: Fit, expected: Expected, seed: int) -> Floats:
    """Prediction errors of all readings, patient by patient, in the order of the readings."""
    data = fit.data
    offset = np.array([fit.model.outputs[name].offset for name in data.outputs])[data.output]
    count = np.array([fit.model.outputs[name].error == "count" for name in data.outputs])[data.output]
    offset = np.where(count, 1.0, offset)
    below = ~data.exact & (data.lower <= 0) & np.isfinite(data.upper)
    middle = np.where(np.isfinite(data.upper), (data.lower + data.upper) / 2, data.lower)
    limit = np.full(len(data.day), np.nan)
    for output in range(len(data.outputs)):
        mine = data.output == output
        if below[mine].any():
            limit[mine] = data.upper[mine & below].max()
    seen = np.where(below | (middle < limit), -np.inf, np.log(np.maximum(middle + offset, 1e-9)))
    simulated = np.log(np.maximum(expected.simulated + offset, 1e-9))
    found = np.empty(len(data.day))
    for patient in range(len(data.subjects)):
        mine = data.subject == patient
        if mine.any():
            found[mine] = compute_npde(
                seen[mine], simulated[:, mine], np.log(limit[mine] + offset[mine]), seed=seed + patient
            )
    return found

"""The logarithm of the posterior density and its gradient, for the vector that the sampler moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.check import check_data
from costim.mechanism.fit.layout import Layout, layout
from costim.mechanism.fit.likelihood import Likelihood, Terms, make_likelihood
from costim.mechanism.fit.priors import Priors
from costim.mechanism.fit.sensitivities import Sensitivities, Visits
from costim.mechanism.model.model import Model
from costim.mechanism.observed.data import FitData
from costim.mechanism.population.values import covariate_factors

Floats = NDArray[np.float64]
RTOL, ATOL = 1e-5, 1e-6
"""Of the integration in a fit: errors of 1e-4 of a prediction, a hundredth of what the readings can tell apart."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a vector means."""

    values: Floats
    """(patients, model.value_names)."""
    typical: Floats
    """(Priors.values,), natural scale."""
    between: Floats
    """(Priors.between,), standard deviations."""
    scatter: Floats
    """(outputs of the data,)."""
    deviations: Floats
    """(patients, Priors.between), in standard deviations between patients."""
    levels: Floats
    """(sampled levels,), logarithms."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """A model, data and priors, ready to be evaluated."""

    model: Model
    data: FitData
    priors: Priors
    likelihood: Likelihood
    layout: Layout
    sensitivities: Sensitivities
    visits: Visits
    visit: NDArray[np.int64]
    """(readings,), the visit of each."""
    column: NDArray[np.int64]
    """(readings,), its column of `model.outputs`."""
    fixed: Floats
    """(patients, model.value_names), values before the estimated ones are put in."""
    factor: Floats
    """(patients, Priors.values), what covariates multiply the estimated ones by."""

    def point(self, x: Floats) -> Point:
        """The meaning of `x` (layout.size,)."""
        at, priors = self.layout, self.priors
        signed = x[at.between] * priors.between_scale
        deviations = x[at.deviations].reshape(len(self.data.subjects), len(priors.between))
        moved = np.array([p.location for p in priors.values]) + x[at.values] * np.array(
            [p.scale for p in priors.values]
        )
        transformed = np.tile(moved, (len(self.data.subjects), 1))
        transformed[:, self._differing] += deviations * signed
        natural = self._natural(transformed)
        values = self.fixed.copy()
        values[:, self._columns] = natural * self.factor
        return Point(
            values=values,
            typical=self._natural(moved),
            between=np.abs(signed),
            scatter=self._scatter(x[at.scatter]),
            deviations=deviations * np.where(signed < 0, -1.0, 1.0),
            levels=x[at.levels] * self.likelihood.blocks.sampled_sd,
        )

    def __call__(self, x: Floats) -> tuple[float, Floats]:
        """Log density up to a constant, and its gradient; -inf where a patient could not be integrated."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a search may ask far out
            value, gradient = self._evaluate(x)
        return (value, gradient) if np.isfinite(value) and np.isfinite(gradient).all() else (-np.inf, np.zeros_like(x))

    def _evaluate(self, x: Floats) -> tuple[float, Floats]:
        point = self.point(x)
        predicted = self.sensitivities(point.values, self.data.schedule, self.visits)
        if predicted.status.any():
            return -np.inf, np.zeros_like(x)
        terms = self.likelihood.evaluate(predicted.outputs[self.visit, self.column], point.levels, point.scatter)
        slopes = predicted.slopes[self.visit, self.column]
        by_value = np.zeros((len(self.data.subjects), len(self.priors.values)))
        np.add.at(by_value, self.data.subject, terms.by_predicted[:, None] * slopes)
        return self._assemble(x, point, terms, by_value)

    def _assemble(self, x: Floats, point: Point, terms: Terms, by_value: Floats) -> tuple[float, Floats]:
        """Prior added, derivatives carried back to the vector."""
        at = self.layout
        estimated = point.values[:, self._columns]
        logit = np.array([p.distribution == "logit_normal" for p in self.priors.values])
        by_moved = by_value * np.where(logit, estimated * (1 - estimated / self.factor), estimated)
        differing = by_moved[:, self._differing]
        gradient = -x
        gradient[at.values] += by_moved.sum(axis=0) * np.array([p.scale for p in self.priors.values])
        signed = x[at.between] * self.priors.between_scale
        own = x[at.deviations].reshape(differing.shape)
        gradient[at.deviations] += (differing * signed).ravel()
        gradient[at.between] += (differing * own).sum(axis=0) * self.priors.between_scale
        gradient[at.scatter] += terms.by_scatter * point.scatter * self._scatter_scale
        gradient[at.levels] += terms.by_level * self.likelihood.blocks.sampled_sd
        return float(terms.total - 0.5 * x @ x), gradient

    @property
    def _columns(self) -> list[int]:
        names = self.model.value_names
        return [names.index(name) for name in self.priors.names]

    @property
    def _differing(self) -> list[int]:
        return [i for i, p in enumerate(self.priors.values) if p.between]

    @property
    def _scatter_scale(self) -> Floats:
        return np.where(self._count, self.priors.count_scale, self.priors.scatter_scale)

    @property
    def _count(self) -> NDArray[np.bool_]:
        return np.array([self.model.outputs[name].error == "count" for name in self.data.outputs], dtype=bool)

    def _scatter(self, deviation: Floats) -> Floats:
        sd = np.array([self.model.outputs[name].error_sd for name in self.data.outputs])
        return np.where(self._count, self.priors.count_centre, sd) * np.exp(deviation * self._scatter_scale)

    def _natural(self, transformed: Floats) -> Floats:
        logit = np.array([p.distribution == "logit_normal" for p in self.priors.values])
        return np.where(logit, 1 / (1 + np.exp(-transformed)), np.exp(transformed))


def make_posterior(model: Model, data: FitData, priors: Priors) -> Posterior:
    """The posterior of a model.

    Raises:
        CostimError: data that the model cannot say anything about; all problems at once.
    """
    check_data(model, data)
    likelihood = make_likelihood(model, data, priors)
    visits, visit = visits_of(data)
    outputs, names = list(model.outputs), model.value_names
    factors = covariate_factors(model, sizes_of(model, data))
    typical = np.array([p.value for p in (*model.parameters.values(), *model.scales.values())])
    columns = [names.index(name) for name in priors.names]
    return Posterior(
        model=model,
        data=data,
        priors=priors,
        likelihood=likelihood,
        layout=layout(data, priors, len(likelihood.blocks.levels)),
        sensitivities=Sensitivities(model, priors.names, rtol=RTOL, atol=ATOL),
        visits=visits,
        visit=visit,
        column=np.array([outputs.index(name) for name in data.outputs], dtype=np.int64)[data.output],
        fixed=typical * factors,
        factor=factors[:, columns],
    )


def sizes_of(model: Model, data: FitData) -> Floats:
    """Covariates (patients, model.covariates); the model's typical value where one is unknown."""
    sizes = np.tile([c.value for c in model.covariates.values()], (len(data.subjects), 1))
    for i, name in enumerate(data.covariate_names):
        if name in model.covariates:
            known = np.isfinite(data.covariates[:, i])
            sizes[known, list(model.covariates).index(name)] = data.covariates[known, i]
    return sizes


def visits_of(data: FitData) -> tuple[Visits, NDArray[np.int64]]:
    """Days asked of each patient, and the visit of every reading."""
    offset, days = [0], []
    visit = np.zeros(len(data.day), dtype=np.int64)
    for subject in range(len(data.subjects)):
        mine = data.subject == subject
        own, position = np.unique(data.day[mine], return_inverse=True)
        visit[mine] = position + offset[-1]
        days.append(own)
        offset.append(offset[-1] + len(own))
    return Visits(np.array(offset, dtype=np.int64), np.concatenate([*days, np.zeros(0)])), visit

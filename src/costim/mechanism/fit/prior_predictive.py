"""What the priors expect before any data: are they about patients at all?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.fit.marginal import AFTER, RISE, STEP
from costim.mechanism.fit.posterior import Posterior, make_posterior
from costim.mechanism.fit.priors import Priors
from costim.mechanism.model.model import Evidence, Model
from costim.mechanism.observed.data import FitData

Floats = NDArray[np.float64]
YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Reality:
    """What is known of treated patients."""

    name: str
    title: str
    low: float
    high: float
    evidence: Evidence
    source: str
    """Key of references.toml, or the basis in words."""


REALITY: tuple[Reality, ...] = (
    Reality("depleted", "Share of patients ever below 5 CD19+ cells/uL", 0.38, 1.0, "published", "looney2004"),
    Reality("activity", "Median activity at day 28, relative to baseline", 0.35, 0.95, "derived", "assumed magnitude"),
    Reality("relapse_free", "Share of patients without relapse at 12 months", 0.19, 0.81, "published", "tokunaga2007"),
)
"""Ranges: from the lower end of the exact 95 % interval of 11 of 17 (a third of them had 100 mg/m2, so that more is
possible), an assumed magnitude, the exact 95 % interval of 5 of 10."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One quantity as the priors expect it, beside what is known."""

    reality: Reality
    lower: float
    """2.5th percentile over draws of the population."""
    median: float
    upper: float
    inside: float
    """Share of draws within what is known."""

    @property
    def spans(self) -> bool:
        """Do the priors reach across what is known, so that data can decide, and is a tenth of them within?"""
        return self.lower <= self.reality.high and self.upper >= self.reality.low and self.inside >= 0.1


@dataclass(frozen=True, slots=True)
class PriorPredictive:
    """All quantities."""

    expectations: tuple[Expectation, ...]
    failed: float
    """Share of simulated patients who could not be integrated; they count as neither."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the priors are not about such patients; empty: they are."""
        return tuple(
            f"{e.reality.title}: the priors expect {e.lower:.2g} to {e.upper:.2g} (median {e.median:.2g}); "
            f"known are {e.reality.low:.2g} to {e.reality.high:.2g}."
            for e in self.expectations
            if not e.spans
        )


def predict_from_priors(
    model: Model,
    data: FitData,
    priors: Priors,
    *,
    populations: int = 200,
    copies: int = 3,
    seed: int,
    threads: int | None = None,
) -> PriorPredictive:
    """Simulate populations from the priors, each treated as the patients of the study were.

    Args:
        model: of the catalogue.
        data: infusions and covariates are taken from it, readings are not looked at.
        priors: to be looked at.
        populations: drawn from the priors.
        copies: virtual patients per patient of the study and population.
        seed: of all draws.
        threads: as many as there are cores where not given.
    """
    from costim.mechanism.simulate.crossings import first_rise
    from costim.mechanism.solver.solve import solve

    ones = np.ones(len(data.day))
    posterior = make_posterior(model, replace(data, lower=ones, upper=ones), priors)
    values = _patients(posterior, populations * copies, copies, seed)
    schedule = Schedule(
        *(
            np.tile(part, (populations * copies, 1))
            for part in (data.schedule.start, data.schedule.amount, data.schedule.duration)
        )
    )
    days = np.arange(0.0, YEAR + 2 * STEP, STEP)
    states = solve(model, values, schedule, days, rtol=1e-5, threads=threads).states
    names = list(model.states)
    activity = states[:, :, names.index("D")]
    cells = states[:, :, names.index("N")] + states[:, :, names.index("M")]
    failed = np.isnan(activity).any(axis=1)
    relapse = first_rise(days, activity, RISE, AFTER)
    shape = (populations, -1)
    depleted = np.where(failed, np.nan, cells.min(axis=1) * _heights(priors, len(cells), seed) < 5).reshape(shape)
    free = np.where(failed, np.nan, relapse > YEAR).reshape(shape)
    month = activity[:, int(28 / STEP)].reshape(shape)
    found = {
        "depleted": np.nanmean(depleted, axis=1),
        "activity": np.nanmedian(month, axis=1),
        "relapse_free": np.nanmean(free, axis=1),
    }
    return PriorPredictive(tuple(_expectation(r, found[r.name]) for r in REALITY), float(failed.mean()))


def _heights(priors: Priors, number: int, seed: int) -> Floats:
    """(patients,), what the counts of the model are multiplied by: patients differ in their counts before treatment."""
    level = priors.levels.get("cd19")
    scale = level.scale if level else 0.0
    return np.asarray(np.exp(scale * np.random.default_rng((seed, 0x4E1)).standard_normal(number)))


def _patients(posterior: Posterior, times: int, copies: int, seed: int) -> Floats:
    """(times x subjects, value_names): a population of the priors for every `copies` rounds of new patients."""
    at = posterior.layout
    random = np.random.default_rng((seed, 0x9E10))
    found = []
    population = slice(0, at.deviations.start)
    vector = np.zeros(at.size)
    for round_ in range(times):
        fresh = random.standard_normal(at.size)
        if round_ % copies:
            fresh[population] = vector[population]
        vector = fresh
        found.append(posterior.point(vector).values)
    return np.concatenate(found)


def _expectation(reality: Reality, values: Floats) -> Expectation:
    lower, median, upper = (float(q) for q in np.nanquantile(values, (0.025, 0.5, 0.975)))
    inside = float(((values >= reality.low) & (values <= reality.high)).mean())
    return Expectation(reality, lower, median, upper, inside)

"""A study drawn from the priors: the same patients' days, doses and limits, other readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.posterior import Point, Posterior, make_posterior
from costim.mechanism.fit.priors import Priors, default_priors
from costim.mechanism.model.model import Model
from costim.mechanism.observed.data import FitData

Floats = NDArray[np.float64]
NOTHING = 1e-9
"""A count whose scatter takes it below 0 is read as none: censored below this."""


@dataclass(frozen=True, slots=True)
class SimulatedData:
    """Readings with the truth behind them."""

    data: FitData
    truth: Mapping[str, float]
    """Estimated values of the typical patient, `sd_<name>` between patients, `scatter_<output>`."""
    values: Floats
    """(patients, model.value_names)."""


def simulate_data(
    model: Model,
    like: FitData,
    *,
    seed: int,
    priors: Priors | None = None,
    limits: Mapping[str, float] | None = None,
    levels: bool = True,
) -> SimulatedData:
    """Draw everything from the priors, then the readings of a study of the same pattern.

    Args:
        model: Any of the catalogue.
        like: Whose subjects, infusions, days and outputs are taken over; its readings are not looked at.
        seed: Of the draw.
        priors: Those of the model by themselves.
        limits: Output -> limit of quantification; readings below it are known to lie below it.
        levels: False: every patient starts at the baseline of the model.

    Raises:
        CostimError: a pattern that the model cannot follow.
    """
    priors = priors or default_priors(model)
    rng = np.random.default_rng(seed)
    # Placeholder readings: exact 1s, so that the pattern passes the checks whatever stood there.
    ones = np.ones(len(like.day))
    posterior = make_posterior(model, replace(like, lower=ones, upper=ones), priors)
    point = _drawn(posterior, rng)
    predicted = posterior.sensitivities(point.values, like.schedule, posterior.visits)
    expected = predicted.outputs[posterior.visit, posterior.column] * np.exp(_levels(posterior, rng) * levels)
    low, high = draw_readings(model, like, expected, point.scatter, priors.count_size, rng, limits or {})
    return SimulatedData(replace(like, lower=low, upper=high, cells=()), named(posterior, point), point.values)


def _drawn(posterior: Posterior, rng: np.random.Generator) -> Point:
    """A point from the prior."""
    return posterior.point(rng.standard_normal(posterior.layout.size))


def _levels(posterior: Posterior, rng: np.random.Generator) -> Floats:
    """(readings,), logarithm of the level of each patient and group."""
    data, priors = posterior.data, posterior.priors
    drawn: dict[tuple[int, str], float] = {}
    found = np.zeros(len(data.day))
    for i, (subject, output) in enumerate(zip(data.subject, data.output, strict=True)):
        level = priors.levels.get(data.outputs[output])
        if level is None:
            continue
        key = (int(subject), level.group)
        if key not in drawn:
            drawn[key] = level.scale * rng.standard_normal()
        found[i] = drawn[key]
    return found


def draw_readings(  # noqa: PLR0917 - a reading and what scatters it
    model: Model,
    data: FitData,
    expected: Floats,
    scatter: Floats,
    size: int,
    rng: np.random.Generator,
    limits: Mapping[str, float],
) -> tuple[Floats, Floats]:
    """Lower and upper ends of readings scattered about `expected` (readings,), those below a limit censored.

    `scatter` (data.outputs,) as in `fit.posterior.Point`; `size` is the largest score.
    """
    low = np.empty(len(expected))
    high = np.empty(len(expected))
    for i, (mean, output) in enumerate(zip(expected, data.output, strict=True)):
        seen = model.outputs[data.outputs[output]]
        if seen.error == "count":
            p = min(max(mean / size, 1e-6), 1 - 1e-6)
            low[i] = high[i] = rng.binomial(size, rng.beta(p * scatter[output], (1 - p) * scatter[output]))
            continue
        value = (mean + seen.offset) * np.exp(scatter[output] * rng.standard_normal()) - seen.offset
        limit = max(limits.get(seen.name, 0.0), NOTHING)
        low[i], high[i] = (value, value) if value > limit else (0.0, limit)
    return low, high


def named(posterior: Posterior, point: Point) -> dict[str, float]:
    """The population of a point by name, as `Fit.draws` names it."""
    priors = posterior.priors
    return {
        **dict(zip(priors.names, map(float, point.typical), strict=True)),
        **{f"sd_{name}": float(v) for name, v in zip(priors.between, point.between, strict=True)},
        **{f"scatter_{name}": float(v) for name, v in zip(posterior.data.outputs, point.scatter, strict=True)},
    }

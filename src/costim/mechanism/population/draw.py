"""Virtual patients: values scattered between patients, unstable baselines refused and counted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.errors import CostimError
from costim.mechanism.model.model import Model, Parameter
from costim.mechanism.model.steady_state import is_stable
from costim.mechanism.model.validation import with_values
from costim.mechanism.population.patients import Patients
from costim.mechanism.population.random_numbers import normal
from costim.mechanism.population.values import covariate_factors, spread_out

Floats = NDArray[np.float64]

MOST_ATTEMPTS = 200
"""Draws of one patient after which the model is said to have hardly any stable patient."""


def draw_patients(
    model: Model,
    count: int,
    seed: int,
    *,
    covariates: Mapping[str, ArrayLike] | None = None,
    means: Mapping[str, float] | None = None,
    first: int = 0,
) -> Patients:
    """Patients of a population.

    Patient i is the same whatever `count` and `first`, and has the same deviates in every variant of the model. One
    whose baseline is unstable (an eigenvalue of the Jacobian with a positive real part), or with a value outside
    the range of its parameter, is drawn again as a whole; how often is in the result.

    Args:
        model: Typical values, spreads and ranges.
        count: Patients wanted, 1 or more.
        seed: Of the draw.
        covariates: Measured covariates, one number or (count,) by name (`BSA` in m2, `weight` in kg); NaN and names
            left out are drawn.
        means: Other typical values by name, before covariates.
        first: Number of the first patient: draws in pieces give the same patients.

    Raises:
        CostimError: fewer than one patient; names or values that the model does not admit; a population in which
            hardly any patient is stable.
    """
    if count < 1 or first < 0:
        raise CostimError(f"{count} patients from number {first} cannot be drawn; draw 1 or more, from 0 or more.")
    model = with_values(model, means) if means else model
    given = _given(model, covariates, count)
    values = np.empty((count, len(model.value_names)))
    sizes = np.empty((count, len(model.covariates)))
    waiting = np.arange(count)
    drawn = unstable = 0
    for attempt in range(MOST_ATTEMPTS):
        new_values, new_sizes, inside = _attempt(model, given, seed, first, count, waiting, attempt)
        stable = np.zeros(len(waiting), dtype=bool)
        if inside.any():
            stable[inside] = is_stable(model, new_values[inside])
        drawn += len(waiting)
        unstable += int((inside & ~stable).sum())
        values[waiting[stable]], sizes[waiting[stable]] = new_values[stable], new_sizes[stable]
        waiting = waiting[~stable]
        if not waiting.size:
            return Patients(values, sizes, seed, drawn, unstable)
    raise CostimError(
        f"Of {drawn} patients drawn from model {model.name}, {unstable} had an unstable baseline and "
        f"{drawn - unstable - count + waiting.size} a value out of range; patient {first + waiting[0] + 1} was refused "
        f"{MOST_ATTEMPTS} times. Choose typical values nearer to those of the model."
    )


def typical(
    model: Model, *, bsa: float = 1.6, weight: float | None = None, means: Mapping[str, float] | None = None
) -> Patients:
    """The typical patient: no deviation from any typical value.

    Args:
        model: Any.
        bsa: Body surface area, m2.
        weight: Body weight, kg; that of the model by itself.
        means: Other typical values by name, before covariates.

    Raises:
        CostimError: a name or value that the model does not admit.
    """
    chosen = {"BSA": bsa} | ({} if weight is None else {"weight": weight})
    model = with_values(model, {**(means or {}), **{k: v for k, v in chosen.items() if k in model.covariates}})
    sizes = np.array([[entry.value for entry in model.covariates.values()]])
    plain = np.array([[entry.value for entry in _entries(model)]])
    return Patients(plain * covariate_factors(model, sizes), sizes, 0, 1, 0)


def _entries(model: Model) -> tuple[Parameter, ...]:
    return (*model.parameters.values(), *model.scales.values())


def _given(model: Model, covariates: Mapping[str, ArrayLike] | None, count: int) -> dict[str, Floats]:
    """Measured covariates, checked."""
    found = {}
    for name, numbers in (covariates or {}).items():
        if name not in model.covariates:
            raise CostimError(f"Model {model.name} has no covariate {name!r}; it has {', '.join(model.covariates)}.")
        column = np.asarray(numbers, dtype=np.float64)
        if column.ndim and column.shape != (count,):
            raise CostimError(f"{column.size} values of {name} for {count} patients: give one for each.")
        column = np.broadcast_to(column, (count,))
        entry = model.covariates[name]
        wrong = np.flatnonzero((column < entry.minimum) | (column > entry.maximum))
        if wrong.size:
            raise CostimError(
                f"{name} of patient {wrong[0] + 1} is {column[wrong[0]]:g} {entry.unit}; expected "
                f"{entry.minimum:g} to {entry.maximum:g} {entry.unit}."
            )
        found[name] = column
    return found


def _attempt(  # noqa: PLR0917 - each of them names whose values are drawn
    model: Model,
    given: Mapping[str, Floats],
    seed: int,
    first: int,
    count: int,
    rows: NDArray[np.int64],
    attempt: int,
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Values and covariates of the patients `rows`, and whether all lie in the ranges of the model."""

    def deviates(entry: Parameter) -> Floats:
        if entry.spread == 0:
            return np.zeros(len(rows))
        if len(rows) == count:
            return normal(seed, entry.name, first, count, attempt)
        low, high = int(rows[0]), int(rows[-1]) + 1
        return normal(seed, entry.name, first + low, high - low, attempt)[rows - low]

    sizes = np.empty((len(rows), len(model.covariates)))
    for place, entry in enumerate(model.covariates.values()):
        column = spread_out(entry, deviates(entry))
        measured = given[entry.name][rows] if entry.name in given else np.full(len(rows), np.nan)
        sizes[:, place] = np.where(np.isnan(measured), column, measured)
    entries = _entries(model)
    values = np.stack([spread_out(entry, deviates(entry)) for entry in entries], axis=1)
    inside = _inside(values, entries) & _inside(sizes, tuple(model.covariates.values()))
    factors = np.ones_like(values)
    factors[inside] = covariate_factors(model, sizes[inside])
    values = values * factors
    return values, sizes, inside & _inside(values, entries)


def _inside(values: Floats, entries: tuple[Parameter, ...]) -> NDArray[np.bool_]:
    low = np.array([entry.minimum for entry in entries])
    high = np.array([entry.maximum for entry in entries])
    return np.asarray(((values >= low) & (values <= high)).all(axis=1))

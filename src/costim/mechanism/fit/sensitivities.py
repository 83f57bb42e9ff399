"""Outputs of every patient at every visit, with their derivatives by the values that are fitted.

States and forward sensitivities dS/dt = J S + df/dp (Leis & Kramer 1988, ACM Trans Math Softw 14:45) go through the
same Runge-Kutta steps. Only states steer the steps: the sensitivities are then the derivatives of the discrete solution
at those steps, which is what a sampler that moves along gradients needs, and their own tolerance would buy nothing.
Steps end at visits and at starts and ends of infusions, so that nothing is interpolated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.fit.integrator import integrator
from costim.mechanism.fit.work import LANES
from costim.mechanism.model.differentiate import derivative
from costim.mechanism.model.expression import is_number
from costim.mechanism.model.model import Model
from costim.mechanism.model.system import system

RTOL = 1e-6
ATOL = 1e-7
MAX_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Predicted:
    """What the model says, visit by visit."""

    outputs: NDArray[np.float64]
    """(visits, model.outputs)."""
    slopes: NDArray[np.float64]
    """(visits, model.outputs, fitted): derivative by each fitted value of that patient."""
    status: NDArray[np.int64]
    """(patients,), 0: solved; else the patient's rows are nan."""


@dataclass(frozen=True, slots=True)
class Visits:
    """Days on which something is asked of each patient."""

    offset: NDArray[np.int64]
    """(patients + 1,), rows of a patient's visits."""
    day: NDArray[np.float64]
    """(visits,), ascending in each patient."""


class Sensitivities:
    """The compiled equations of one model, for one choice of fitted values.

    Compiling takes some seconds, once per machine: the code is kept.
    """

    def __init__(self, model: Model, fitted: tuple[str, ...], *, rtol: float = RTOL, atol: float = ATOL) -> None:
        """Of `model`, by the values named in `fitted` (any of `model.value_names`)."""
        self.model, self.fitted = model, fitted
        self.rtol, self.atol = rtol, atol
        names = model.value_names
        padded = -(-len(fitted) // LANES) * LANES
        places = np.array([names.index(name) for name in fitted], dtype=np.int64)
        self._value = np.full(padded, len(names), dtype=np.int64)
        self._value[: len(fitted)] = places
        # Scales move no state: their column of derivatives is the one that stays 0.
        self._parameter = np.minimum(self._value, len(model.parameters))
        self._row, self._column = _nonzero(model, tuple(model.states))
        parameters = tuple(model.parameters)
        self._moved_row, column = _nonzero(model, tuple(name for name in fitted if name in model.parameters))
        moving = [k for k, name in enumerate(fitted) if name in model.parameters]
        self._moved = self._moved_row * padded + np.array([moving[c] for c in column], dtype=np.int64)
        self._moved_column = np.array([parameters.index(fitted[moving[c]]) for c in column], dtype=np.int64)
        self._solve = integrator(model, padded)

    def __call__(self, values: NDArray[np.float64], schedule: Schedule, visits: Visits) -> Predicted:
        """Outputs and slopes; `values` (patients, model.value_names), readings on the day of a dose come before it."""
        model = self.model
        outputs = np.full((len(visits.day), len(model.outputs)), np.nan)
        slopes = np.full((len(visits.day), len(model.outputs), len(self._value)), np.nan)
        status = np.zeros(len(values), dtype=np.int64)
        self._solve(
            *(_ready(array) for array in (values, schedule.start, schedule.amount, schedule.duration)),
            visits.offset, _ready(visits.day), self._parameter, self._value, self._row, self._column,
            self._moved, self._moved_row, self._moved_column,
            len(model.states), len(model.parameters), self.rtol, self.atol, MAX_STEPS, outputs, slopes, status,
        )  # fmt: skip
        return Predicted(outputs, slopes[:, :, : len(self.fitted)], status)


def _ready(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """As compiled code takes it."""
    return np.ascontiguousarray(array, dtype=np.float64)


def _nonzero(model: Model, by: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows (states) and columns (of `by`) where the derivative of a rate is not always 0."""
    found = [
        (i, j)
        for i, rate in enumerate(system(model).rates)
        for j, name in enumerate(by)
        if not is_number(derivative(rate, name), 0)
    ]
    table = np.array(found, dtype=np.int64).reshape(-1, 2)
    return np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])

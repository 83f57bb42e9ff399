"""Patients and infusions for tests of the solver."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.model.model import Model
from costim.mechanism.population.draw import draw_patients, typical

Array = NDArray[np.float64]
LOOP = load_model("loop")
DAYS = np.unique(np.r_[np.arange(0.0, 29.0, 2.0), np.linspace(28.0, 730.0, 49)])
"""63 days: often in the first weeks, then every fortnight."""


def one_patient(model: Model = LOOP, **changed: float) -> Array:
    """(1, values): the typical patient with some values changed."""
    values = typical(model).values.copy()
    for name, value in changed.items():
        values[0, model.value_names.index(name)] = value
    return values


def doses(*rows: tuple[float, float, float], patients: int = 1) -> Schedule:
    """The same infusions (day, mg, days) for each patient."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    start, amount, duration = (np.tile(table[:, i], (patients, 1)) for i in range(3))
    return Schedule(start, amount, duration)


def mixed(count: int, seed: int, model: Model = LOOP) -> tuple[Array, Schedule]:
    """Virtual patients, the four regimens of the specification in turn (mg for 1.6 m2)."""
    start = np.tile([0.0, 7.0, 14.0, 21.0], (count, 1))
    amount = np.zeros((count, 4))
    amount[0::4, 0] = 600.0
    amount[1::4, :2] = 600.0
    amount[2::4] = 500.0
    amount[3::4, :2] = 1000.0
    start[1::4, 1] = start[3::4, 1] = 14.0
    return draw_patients(model, count, seed).values, Schedule(start, amount, np.full((count, 4), 0.2))


def relative_error(found: Array, reference: Array) -> Array:
    """As the specification counts: over |reference| + 0.001 x its maximum over time, by patient and state."""
    most = np.abs(reference).max(axis=1, keepdims=True)
    error: Array = np.abs(found - reference) / (np.abs(reference) + 0.001 * most + 1e-300)
    return error

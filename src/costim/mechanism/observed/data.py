"""What a fit sees of a study: infusions, covariates, readings, relapse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.dosing.schedule import Schedule


@dataclass(frozen=True, slots=True)
class FitData:
    """Readings of a few patients, one row per reading, sorted by subject, then day, then output.

    A reading is what is known of one output on one day, `lower <= value <= upper`:

    ======================  ==========  ==========
    reading                 lower       upper
    ======================  ==========  ==========
    exact 12                12          12
    below the limit 5       0           5
    above the limit 500     500         inf
    somewhere from 7 to 11  7           11
    ======================  ==========  ==========

    Counts (SLEDAI) take whole numbers, both ends included. A reading that is missing has no row. MFI may stand in any
    unit: the fit gives every patient and marker a level of its own.
    """

    subjects: tuple[str, ...]
    schedule: Schedule
    """Rows follow `subjects`."""
    covariate_names: tuple[str, ...]
    covariates: NDArray[np.float64]
    """(subjects, covariate_names); nan: unknown, the model's typical value stands in."""
    outputs: tuple[str, ...]
    """Names of `Model.outputs` that were read."""
    subject: NDArray[np.int64]
    """(readings,), position in `subjects`."""
    output: NDArray[np.int64]
    """(readings,), position in `outputs`."""
    day: NDArray[np.float64]
    """(readings,), day 0 = first infusion; a reading on the day of an infusion was taken before it."""
    lower: NDArray[np.float64]
    """(readings,), unit of the output."""
    upper: NDArray[np.float64]
    """(readings,)."""
    relapse: NDArray[np.float64]
    """(subjects, 2): relapsed after the first day and by the second; second inf: free of it so far; nan: unknown."""
    cells: tuple[str, ...] = ()
    """(readings,), ids of the measurement rows behind the readings; empty for simulated data."""

    @property
    def exact(self) -> NDArray[np.bool_]:
        """(readings,), whether the reading is one number."""
        return np.asarray(self.lower == self.upper)

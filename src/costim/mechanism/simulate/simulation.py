"""What a simulation gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.errors import CostimError
from costim.mechanism.population.patients import Patients
from costim.mechanism.simulate.endpoints import Endpoints, Rules
from costim.mechanism.solver.solved import Status

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Course:
    """The patients under one regimen."""

    label: str
    bands: Floats
    """(what, times, levels): quantiles over patients who were integrated."""
    bands_error: float
    """Largest relative error of an order statistic in `bands`: 0 (single precision) or that of counting in bins."""
    endpoints: Endpoints
    status: NDArray[np.uint8]
    """(patients,), `Status`."""
    values: Floats | None
    """(patients, times, what), where all were kept; NaN in patients who could not be integrated."""

    @property
    def failed(self) -> NDArray[np.bool_]:
        """(patients,): could not be integrated. They are in no band and no share, and their rows are NaN."""
        return np.asarray(self.status > Status.SOLVED_STIFF)


@dataclass(frozen=True, slots=True)
class Simulation:
    """The same patients under each regimen."""

    model: str
    patients: Patients
    times: Floats
    """(times,), days."""
    what: tuple[str, ...]
    """Outputs, `NAME/baseline` for those relative to the patient's own baseline."""
    levels: tuple[float, ...]
    """Of the quantiles."""
    rules: Rules
    courses: Mapping[str, Course]
    """By label, in the order asked for."""

    def band(self, label: str, what: str) -> Floats:
        """(times, levels) of one output under one regimen.

        Raises:
            CostimError: no such regimen or output.
        """
        if label not in self.courses or what not in self.what:
            raise CostimError(
                f"No {what!r} under {label!r}. Regimens: {', '.join(self.courses)}. Outputs: {', '.join(self.what)}."
            )
        return np.asarray(self.courses[label].bands[self.what.index(what)])

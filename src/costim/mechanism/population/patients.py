"""Virtual patients, and how many were refused on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Patients:
    """Values of patients of one model."""

    values: NDArray[np.float64]
    """(patients, `model.value_names`), covariates worked in."""
    covariates: NDArray[np.float64]
    """(patients, `model.covariates`)."""
    seed: int
    drawn: int
    """Patients drawn, those refused included."""
    unstable: int
    """Refused because an eigenvalue of their baseline has a positive real part."""

    @property
    def unstable_share(self) -> float:
        """Share of those drawn."""
        return self.unstable / self.drawn if self.drawn else 0.0

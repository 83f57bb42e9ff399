"""Infusions as the solver takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Schedule:
    """Infusions of many patients; patients with fewer have amount 0 at the end of their row."""

    start: NDArray[np.float64]
    """(patients, infusions), days, ascending in each row; may be before day 0."""
    amount: NDArray[np.float64]
    """(patients, infusions), mg, not below 0."""
    duration: NDArray[np.float64]
    """(patients, infusions), days, above 0. Infusions may overlap: their rates add up."""

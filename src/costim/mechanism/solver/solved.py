"""What the solver gives back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Status(IntEnum):
    """How a patient's integration ended. A failed patient is a flagged row of NaN, never a missing one."""

    SOLVED = 0
    SOLVED_STIFF = 1
    TOO_MANY_STEPS = 2
    STEP_TOO_SMALL = 3
    NOT_FINITE = 4


@dataclass(frozen=True, slots=True)
class Solved:
    """Trajectories of many patients."""

    times: NDArray[np.float64]
    """(times,), days, ascending."""
    states: NDArray[np.float64]
    """(patients, times, states)."""
    status: NDArray[np.uint8]
    """(patients,), `Status`."""
    steps: NDArray[np.int64]
    """(patients,), accepted and refused steps."""

"""What compiled code of the fit is handed: equations, which values are fitted, and arrays to work in."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
LANES = 12
"""Columns of sensitivities are filled up to a multiple of this: few sizes to compile, and four numbers at a time."""


class Equations(NamedTuple):
    """Functions of `costim.mechanism.compiled`, compiled."""

    rates: Any
    jacobian: Any
    by_parameters: Any
    outputs: Any
    outputs_by_states: Any
    outputs_by_values: Any
    baseline: Any
    baseline_by_parameters: Any
    at_dose: Any
    at_dose_by_states: Any
    at_dose_by_parameters: Any


class Fitted(NamedTuple):
    """Columns of the sensitivities; those that fill up stay 0."""

    parameter: Integers
    """(columns,), column of derivatives by parameters; the last, which is always 0, for scales and fillings."""
    value: Integers
    """(columns,), column of derivatives by values; the last, which is always 0, for fillings."""
    row: Integers
    """(entries,), of the Jacobian that are not always 0."""
    column: Integers
    moved: Integers
    """(entries,), of the rates by fitted parameters that are not always 0: state * columns + column."""
    moved_row: Integers
    """The same entries: state, and column of derivatives by parameters."""
    moved_column: Integers


class Work(NamedTuple):
    """Arrays that are written over and over; sensitivities stand state by state."""

    y: Array
    """(states,)."""
    z: Array
    """(states * columns,)."""
    new_y: Array
    new_z: Array
    ky: Array
    """(7, states), stages."""
    kz: Array
    """(7, states * columns)."""
    jacobian: Array
    """(states, states)."""
    by_parameters: Array
    """(states, parameters + 1)."""
    by_states: Array
    """(outputs, states)."""
    by_values: Array
    """(outputs, values + 1)."""

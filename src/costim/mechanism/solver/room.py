"""What belongs together in compiled code, by name."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy import float64, int64
from numpy.typing import NDArray

Array = NDArray[float64]


class Equations(NamedTuple):
    """Compiled functions of a model, as `costim.mechanism.compiled` writes them."""

    rates: Any
    """`rates(y, p, infusion, dy)`."""
    jacobian: Any
    """`jacobian(y, p, infusion, J)`."""
    at_dose: Any
    """`at_dose(p, y)`: called when an infusion starts."""


class Infusions(NamedTuple):
    """Of one patient; each (infusions,)."""

    start: Array
    amount: Array
    duration: Array


class Tolerances(NamedTuple):
    """Tolerated error of a step: `absolute + relative * |state|`."""

    relative: float
    absolute: Array
    """(states,)."""


class Room(NamedTuple):
    """Arrays to work in, taken once for many patients."""

    first: Array
    """(states,) rates at the start of the step."""
    z: Array
    """(states,)."""
    new: Array
    """(states,) after the step."""
    k: Array
    """(8, states) stages."""
    q: Array
    """(4, states) interpolant: y + x (q0 + x (q1 + x (q2 + x q3))) at the part x of the step."""
    jacobian: Array
    """(states, states)."""
    factors: Array
    """(states, states)."""
    pivots: NDArray[int64]
    """(states,)."""
    counts: NDArray[int64]
    """(5,), see below."""


# Places in `Room.counts`.
STEPS = 0
"""Accepted and refused."""
IS_STIFF = 1
"""1 once steps are Rosenbrock's."""
HELD_DOWN = 2
"""Steps held down by stability."""
CALM = 3
"""Steps since then that were not."""
KNOWN = 4
"""1 where the Jacobian at the start of the step is known."""

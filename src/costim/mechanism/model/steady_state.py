"""Whether a patient's baseline holds: eigenvalues of the Jacobian there.

The baseline is an exact fixed point by construction, but of some patients an unstable one: the least push and they
leave it. A simulation without drug misses most of them, so the eigenvalues are asked.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.model.equations import python_functions
from costim.mechanism.model.model import Model

TOLERANCE = 1e-9
"""Per day: real parts up to here count as not positive (rounding of an eigenvalue 0)."""
CHUNK = 4096


def is_stable(model: Model, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether no eigenvalue at the baseline has a positive real part; states of the drug included.

    Args:
        model: any model.
        values: (n, `model.value_names`).

    Returns:
        (n,); False also where the Jacobian is not finite.
    """
    return max_real_part(model, values) <= TOLERANCE


def max_real_part(model: Model, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Largest real part of an eigenvalue of the Jacobian at the baseline, per day.

    Args:
        model: any model.
        values: (n, `model.value_names`).

    Returns:
        (n,); NaN where the Jacobian is not finite.
    """
    functions = python_functions(model)
    found = np.full(len(values), np.nan)
    with np.errstate(all="ignore"):  # values out of range give a Jacobian that is not finite, and say so
        for start in range(0, len(values), CHUNK):
            p = np.asarray(values[start : start + CHUNK], dtype=np.float64)
            jacobian = functions.jacobian(functions.baseline(p), p, 0.0)
            finite = np.isfinite(jacobian).all(axis=(1, 2))
            if finite.any():
                found[start : start + CHUNK][finite] = _largest(jacobian[finite])
    return found


def _largest(jacobians: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) from (n, s, s): states that do not act on each other both ways are blocks of their own, and much cheaper."""
    acts = (jacobians != 0).any(axis=0)
    parts = [np.linalg.eigvals(jacobians[:, block[:, None], block]).real.max(axis=1) for block in _blocks(acts)]
    largest: NDArray[np.float64] = np.max(parts, axis=0)
    return largest


def _blocks(acts: NDArray[np.bool_]) -> Iterator[NDArray[np.intp]]:
    """Strongly connected states of (s, s): the diagonal blocks once the states are ordered."""
    reached = acts | np.eye(len(acts), dtype=bool)
    for k in range(len(acts)):
        reached |= reached[:, k : k + 1] & reached[k : k + 1, :]
    both = reached & reached.T
    for i in range(len(acts)):
        block = np.flatnonzero(both[i])
        if block[0] == i:
            yield block

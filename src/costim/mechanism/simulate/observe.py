"""What is seen of states: outputs of many patients and times, compiled. Imported late: numba loads slowly."""

from __future__ import annotations

import threading
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from costim.mechanism.compiled.generate import source
from costim.mechanism.compiled.lookup import kernels
from costim.mechanism.model.fingerprint import fingerprint
from costim.mechanism.model.model import Model
from costim.mechanism.solver.jit import kept
from costim.mechanism.solver.ready import MATRIX, VECTOR, functions

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]

OUTPUTS = types.void(VECTOR, VECTOR, VECTOR)
CUBE = types.Array(types.float64, 3, "C")
LOOK = types.void(types.FunctionType(OUTPUTS), CUBE, MATRIX, CUBE)

_lock = threading.Lock()
_outputs: dict[str, Any] = {}
_look: list[Any] = []


def look(outputs: Any, states: Array, values: Array, seen: Array) -> None:
    """Fill `seen` (outputs, patients, times) from states (patients, times, states) and values (patients, values)."""
    row = np.empty(seen.shape[0])
    for i in range(states.shape[0]):
        for t in range(states.shape[1]):
            outputs(states[i, t], values[i], row)
            for place in range(seen.shape[0]):
                seen[place, i, t] = row[place]


def observe(model: Model, states: Array, values: Array) -> Array:
    """Outputs of a model.

    Args:
        model: Any.
        states: (patients, times, states).
        values: (patients, `model.value_names`).

    Returns:
        (patients, times, outputs); NaN where states are.
    """
    # Each output lies in one piece: whoever looks at one of them over all days reads no other.
    seen = np.empty((len(model.outputs), *states.shape[:2]))
    outputs = _compiled_outputs(model)
    _compiled_look()(outputs, np.ascontiguousarray(states), np.ascontiguousarray(values), seen)
    return np.moveaxis(seen, 0, -1)


def baseline_outputs(model: Model, values: Array) -> Array:
    """(patients, outputs) without drug."""
    states = np.empty((len(values), 1, len(model.states)))
    baseline = functions(model).baseline
    for i, p in enumerate(np.ascontiguousarray(values)):
        baseline(p, states[i, 0])
    return np.asarray(observe(model, states, values)[:, 0])


def _compiled_outputs(model: Model) -> Any:
    key = fingerprint(model)
    with _lock:
        if key not in _outputs:
            module = kernels(model)
            _outputs[key] = kept(module.outputs, OUTPUTS, [_text(module, model)])
        return _outputs[key]


def _compiled_look() -> Any:
    with _lock:
        if not _look:
            _look.append(kept(look, LOOK, [Path(__file__).read_bytes()]))
        return _look[0]


def _text(module: ModuleType, model: Model) -> bytes:
    """What the compiled outputs were made from."""
    file = getattr(module, "__file__", None)
    return Path(file).read_bytes() if file else source(model).encode()

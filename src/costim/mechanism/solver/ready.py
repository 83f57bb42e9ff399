"""Compiled functions of a model and the solver that calls them. Imported late: numba loads slowly."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from importlib import import_module
from inspect import getsource
from pathlib import Path
from types import ModuleType
from typing import Any

from numba import types

from costim.mechanism.compiled.generate import source
from costim.mechanism.compiled.lookup import kernels
from costim.mechanism.model.fingerprint import fingerprint
from costim.mechanism.model.model import Model
from costim.mechanism.solver.batch import batch
from costim.mechanism.solver.jit import kept

VECTOR = types.Array(types.float64, 1, "C")
MATRIX = types.Array(types.float64, 2, "C")
REAL = types.float64
SIGNATURES = {
    "rates": types.void(VECTOR, VECTOR, REAL, VECTOR),
    "jacobian": types.void(VECTOR, VECTOR, REAL, MATRIX),
    "at_dose": types.void(VECTOR, VECTOR),
    "baseline": types.void(VECTOR, VECTOR),
}
BATCH = types.void(
    *(types.FunctionType(signature) for signature in SIGNATURES.values()),
    *(MATRIX, MATRIX, MATRIX, MATRIX, VECTOR),
    *(REAL, REAL, types.int64, types.int64, types.int64),
    types.Array(types.float64, 3, "C"),
    types.Array(types.uint8, 1, "C"),
    types.Array(types.int64, 1, "C"),
    *(MATRIX, types.Array(types.int64, 1, "C"), VECTOR),
)
INSIDE = (
    "attempt",
    "batch",
    "control",
    "explicit",
    "integrate",
    "jit",
    "rodas5p",
    "room",
    "rosenbrock",
    "stops",
    "tsit5",
)
"""Modules whose code ends up in the compiled solver."""


@dataclass(frozen=True, slots=True)
class Functions:
    """Compiled functions of one set of equations."""

    rates: Any
    jacobian: Any
    at_dose: Any
    baseline: Any


_lock = threading.Lock()
_functions: dict[str, Functions] = {}
_recent: deque[tuple[Model, Functions]] = deque(maxlen=8)
"""Models seen last: the digest of the equations takes longer than to solve some patients."""
_batch: list[Any] = []


def functions(model: Model) -> Functions:
    """Compiled functions of a model, at most once per process and set of equations."""
    for known, made in _recent:
        if known is model:
            return made
    key = fingerprint(model)
    with _lock:
        if key not in _functions:
            module = kernels(model)
            text = _text(module, model)
            _functions[key] = Functions(
                **{name: kept(getattr(module, name), signature, [text]) for name, signature in SIGNATURES.items()}
            )
        _recent.append((model, _functions[key]))
        return _functions[key]


def compiled_batch() -> Any:
    """The compiled solver: one for all models, since it calls their functions through pointers."""
    with _lock:
        if not _batch:
            _batch.append(kept(batch, BATCH, inside()))
        return _batch[0]


def inside() -> list[bytes]:
    """Texts of the modules of the solver, for `kept` of whatever calls parts of it."""
    return [Path(str(import_module(f"costim.mechanism.solver.{name}").__file__)).read_bytes() for name in INSIDE]


def _text(module: ModuleType, model: Model) -> bytes:
    return (getsource(module) if getattr(module, "__file__", None) else source(model)).encode()

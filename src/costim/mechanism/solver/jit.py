"""How functions of the solver are compiled, and where the machine code is kept. Imported late: numba loads slowly."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

import numba
from numpy import float64
from numpy.typing import NDArray

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
"""Without the interpreter lock; a division by zero gives infinity, as in numpy."""
WITHIN: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Not to be called from Python: saves a third of the time of compilation."""


UNCOUNTED: dict[str, Any] = {"_nrt": False}
"""Arrays without counts of references."""


def part(function: Callable[..., Any]) -> Any:
    """A function that compiled code calls; compiled into its callers, never kept by itself.

    It counts no references to arrays, which takes a quarter of the time of a step. So it must neither make arrays nor
    give any back: those it is given live on in its caller.
    """
    return numba.njit(**OPTIONS, **WITHIN, **UNCOUNTED)(function)


def naming_part(function: Callable[..., Any]) -> Any:
    """As `part`, for functions that give arrays back: it counts references."""
    return numba.njit(**OPTIONS, **WITHIN)(function)


@part
def copy(source: NDArray[float64], target: NDArray[float64]) -> None:
    """Numbers of one row into another. Slices would do, but take a second to compile for the errors they can raise."""
    for i in range(len(source)):
        target[i] = source[i]


def kept(function: Callable[..., Any], signature: Any, sources: Sequence[bytes]) -> Any:
    """Compile a function for one signature, or load the machine code that an earlier process kept.

    It is kept beside the module; where that folder cannot be written, in the user's cache folder (or in that of
    `NUMBA_CACHE_DIR`); where there is none, or no file holds the function, it is compiled in each process.

    Args:
        function: Plain Python.
        signature: numba types of result and arguments.
        sources: Texts whose code ends up inside. numba looks at the time of the function's own file only; so the digest
            of all of them goes into the name that the machine code is kept by, and old code is never run.
    """
    digest = hashlib.sha256(b"\0".join(sources)).hexdigest()[:16]
    named = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__)
    named.__module__ = function.__module__
    named.__qualname__ = f"{function.__qualname__}-{digest}"
    try:
        compiled = numba.njit(cache=True, **OPTIONS)(named)
    except RuntimeError:
        compiled = numba.njit(**OPTIONS)(named)
    compiled.compile(signature)
    compiled.disable_compile()
    return compiled

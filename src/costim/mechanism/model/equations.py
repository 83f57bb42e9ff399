"""The equations as NumPy functions over arrays of patients and times; the twin of the compiled ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from costim.mechanism.model.array_functions import ArrayFunction, array_functions
from costim.mechanism.model.expression import Expression
from costim.mechanism.model.fingerprint import fingerprint
from costim.mechanism.model.model import Model
from costim.mechanism.model.system import system
from costim.mechanism.model.write_python import Writer, array_call, array_power, function_body

Array = Any
"""Of the array module that was chosen: NumPy's, or one that mimics it."""


@dataclass(frozen=True, slots=True)
class PythonFunctions:
    """Functions of states `y` (..., states), values `p` (..., values) and `infusion` (...); leading axes broadcast."""

    rates: Callable[[Array, Array, Array], Array]
    """(y, p, infusion) -> (..., states), change per day."""
    jacobian: Callable[[Array, Array, Array], Array]
    """(y, p, infusion) -> (..., states, states)."""
    by_parameters: Callable[[Array, Array, Array], Array]
    """(y, p, infusion) -> (..., states, parameters)."""
    outputs: Callable[[Array, Array], Array]
    """(y, p) -> (..., outputs)."""
    outputs_by_states: Callable[[Array, Array], Array]
    """(y, p) -> (..., outputs, states)."""
    outputs_by_values: Callable[[Array, Array], Array]
    """(y, p) -> (..., outputs, values)."""
    baseline: Callable[[Array], Array]
    """(p) -> (..., states)."""
    baseline_by_parameters: Callable[[Array], Array]
    """(p) -> (..., states, parameters)."""
    at_dose: Callable[[Array, Array], Array]
    """(p, y) -> (..., states), the states after an infusion has begun."""


def python_functions(model: Model, xp: ModuleType = np) -> PythonFunctions:
    """The equations of a model as vectorised functions; models that differ in values only share them.

    Args:
        model: any model.
        xp: an array module with NumPy's names (`numpy`, `jax.numpy`).
    """
    key = (fingerprint(model), xp.__name__)
    if key not in _made:
        _made[key] = _make(model, xp)
    return _made[key]


_made: dict[tuple[str, str], PythonFunctions] = {}
"""Functions written before: they depend on the equations alone."""


def _make(model: Model, xp: ModuleType) -> PythonFunctions:
    quantities = system(model).quantities
    sources = {key: f"y[..., {i}]" for i, key in enumerate(model.states)}
    sources |= {key: f"p[..., {i}]" for i, key in enumerate(model.value_names)}
    text = "\n".join(_text(key, f, sources, quantities) for key, f in array_functions(model).items())
    names: dict[str, Any] = dict(_helpers(xp))
    # The text was written by `Writer` from checked trees: names of the model and arithmetic, nothing else.
    exec(compile(text, f"<equations of {model.name}>", "exec"), names)  # noqa: S102
    return PythonFunctions(**{key: names[key] for key in PythonFunctions.__slots__})


def _text(key: str, function: ArrayFunction, sources: dict[str, str], quantities: dict[str, Expression]) -> str:
    arguments = ("p", "y") if key == "at_dose" else function.arguments
    lines = function_body(
        [(f"r{'_'.join(map(str, i))}", e) for i, e in function.entries.items()],
        sources,
        Writer(quantities, array_power, array_call),
    )
    entries = ", ".join(f"({i}, r{'_'.join(map(str, i))})" for i in function.entries)
    leading = ", ".join(f"{a}[..., 0]" if a in ("y", "p") else a for a in arguments)
    kept = ", y" if key == "at_dose" else ""
    lines.append(f"return gather([{entries}], {function.shape}, [{leading}]{kept})")
    return f"def {key}({', '.join(arguments)}):\n" + "".join(f"    {line}\n" for line in lines)


@cache
def _helpers(xp: ModuleType) -> dict[str, Any]:
    def power(base: Array, exponent: Array) -> Array:
        return xp.where(base > 0, xp.where(base > 0, base, 1.0) ** exponent, _at_zero(base, exponent))

    def _at_zero(base: Array, exponent: Array) -> Array:
        # As the compiled functions: whole powers 0, 1 and 2 as they are, nothing else below zero.
        rest = xp.where(exponent == 1, base, 0.0)
        return xp.where(exponent == 0, 1.0, xp.where(exponent == 2, base * base, rest))

    def power_log(base: Array, exponent: Array) -> Array:
        safe = xp.where(base > 0, base, 1.0)
        return xp.where(base > 0, safe**exponent * xp.log(safe), 0.0)

    def gather(
        entries: Sequence[tuple[tuple[int, ...], Array]],
        shape: tuple[int, ...],
        leading: Sequence[Array],
        kept: Array | None = None,
    ) -> Array:
        axes = np.broadcast_shapes(*(xp.shape(a) for a in leading), *(xp.shape(e) for _, e in entries))
        given = dict(entries)
        flat = [
            xp.broadcast_to(xp.asarray(given.get(i, 0.0 if kept is None else kept[..., i[0]]), dtype=float), axes)
            for i in np.ndindex(*shape)
        ]
        return xp.reshape(xp.stack(flat, axis=-1), (*axes, *shape))

    return {"xp": xp, "power": power, "power_log": power_log, "gather": gather}

"""Patients one after the other: from baseline through infusions to visits, with sensitivities. Imported late."""

# ruff: noqa: PLR0917 - compiled code takes its arguments by position.
from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from inspect import getsource
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from costim.mechanism.compiled.generate import source
from costim.mechanism.compiled.lookup import kernels
from costim.mechanism.fit.step import make_advance
from costim.mechanism.fit.work import Array, Equations, Fitted, Integers, Work
from costim.mechanism.model.model import Model
from costim.mechanism.solver.jit import kept, part

FIRST_STEP = 0.05
"""Days, after every start and end of an infusion; the control corrects it at once."""
VECTOR = types.Array(types.float64, 1, "C")
MATRIX = types.Array(types.float64, 2, "C")
WHOLE = types.Array(types.int64, 1, "C")
REAL = types.float64
SIGNATURES = {
    "rates": types.void(VECTOR, VECTOR, REAL, VECTOR),
    "jacobian": types.void(VECTOR, VECTOR, REAL, MATRIX),
    "by_parameters": types.void(VECTOR, VECTOR, REAL, MATRIX),
    "outputs": types.void(VECTOR, VECTOR, VECTOR),
    "outputs_by_states": types.void(VECTOR, VECTOR, MATRIX),
    "outputs_by_values": types.void(VECTOR, VECTOR, MATRIX),
    "baseline": types.void(VECTOR, VECTOR),
    "baseline_by_parameters": types.void(VECTOR, MATRIX),
    "at_dose": types.void(VECTOR, VECTOR),
    "at_dose_by_states": types.void(VECTOR, VECTOR, MATRIX),
    "at_dose_by_parameters": types.void(VECTOR, VECTOR, MATRIX),
}
"""In the order of `Equations`."""
ALL_PATIENTS = types.void(
    *(types.FunctionType(signature) for signature in SIGNATURES.values()),
    *(MATRIX, MATRIX, MATRIX, MATRIX, WHOLE, VECTOR, *[WHOLE] * 7),
    *(types.int64, types.int64, REAL, REAL, types.int64),
    *(MATRIX, types.Array(types.float64, 3, "C"), WHOLE),
)
INSIDE = ("fit.dormand_prince", "fit.integrator", "fit.step", "fit.work", "solver.jit")
"""Modules whose code ends up in the compiled integrator."""


@part
def begin(e: Equations, f: Fitted, w: Work, p: Array) -> None:
    """Baseline and its sensitivities."""
    m = len(f.parameter)
    e.baseline(p, w.y)
    e.baseline_by_parameters(p, w.by_parameters)
    for i in range(len(w.y)):
        for k in range(m):
            w.z[i * m + k] = w.by_parameters[i, f.parameter[k]]


@part
def dose(e: Equations, f: Fitted, w: Work, p: Array) -> None:
    """States that an infusion sets when it starts, and their sensitivities."""
    m = len(f.parameter)
    if m > 0:
        e.at_dose_by_states(p, w.y, w.jacobian)
        e.at_dose_by_parameters(p, w.y, w.by_parameters)
        for i in range(len(w.y)):
            for k in range(m):
                total = w.by_parameters[i, f.parameter[k]]
                for j in range(len(w.y)):
                    total += w.jacobian[i, j] * w.z[j * m + k]
                w.new_z[i * m + k] = total
        for i in range(len(w.z)):
            w.z[i] = w.new_z[i]
    e.at_dose(p, w.y)


@part
def record(e: Equations, f: Fitted, w: Work, p: Array, out: Array, slope: Array) -> None:
    """Outputs (outputs,) and their slopes (outputs, columns)."""
    m = len(f.parameter)
    e.outputs(w.y, p, out)
    if m == 0:
        return
    e.outputs_by_states(w.y, p, w.by_states)
    e.outputs_by_values(w.y, p, w.by_values)
    for o in range(len(out)):
        for k in range(m):
            total = w.by_values[o, f.value[k]]
            for j in range(len(w.y)):
                total += w.by_states[o, j] * w.z[j * m + k]
            slope[o, k] = total


@part
def next_stop(t: float, until: float, start: Array, amount: Array, duration: Array) -> tuple[float, float]:
    """The next day on which something changes, at most `until`, and the infusion rate up to it."""
    stop, rate = until, 0.0
    for i in range(len(start)):
        if amount[i] > 0.0:
            end = start[i] + duration[i]
            if start[i] > t:
                stop = min(stop, start[i])
            elif end > t:
                stop = min(stop, end)
                rate += amount[i] / duration[i]
    return stop, rate


@part
def changes(t: float, start: Array, amount: Array, duration: Array) -> tuple[bool, bool]:
    """Whether an infusion starts at t; whether one starts or ends."""
    starts = ends = False
    for i in range(len(start)):
        if amount[i] > 0.0:
            starts = starts or start[i] == t
            ends = ends or start[i] + duration[i] == t
    return starts, starts or ends


def make_patient(states: int, columns: int) -> Any:
    """`patient`, compiled for so many states and columns of sensitivities."""
    advance = make_advance(states, columns)

    def patient(
        e: Equations, f: Fitted, w: Work, p: Array, start: Array, amount: Array, duration: Array, days: Array,
        rtol: float, atol: float, limit: int, out: Array, slope: Array,
    ) -> int:  # fmt: skip
        """One patient: 0, or 1 where the integration failed. Before the first infusion the baseline stands."""
        begin(e, f, w, p)
        t, h, left, seen = -np.inf, FIRST_STEP, limit, 0
        while seen < len(days):
            stop, rate = next_stop(t, days[seen], start, amount, duration)
            if t > -np.inf and stop > t:
                h, left = advance(e, f, w, p, rate, t, stop, h, rtol, atol, left)
                if left < 0:
                    return 1
            t = stop
            while seen < len(days) and days[seen] <= t:
                record(e, f, w, p, out[seen], slope[seen])
                seen += 1
            starts, changed = changes(t, start, amount, duration)
            if starts:
                dose(e, f, w, p)
            if changed:
                h = min(h, FIRST_STEP)
        return 0

    return part(patient)


if TYPE_CHECKING:
    patient: Any
    """Put in by `_integrator`, made by `make_patient`."""


def all_patients(
    rates: Any, jacobian: Any, by_parameters: Any, outputs: Any, outputs_by_states: Any, outputs_by_values: Any,
    baseline: Any, baseline_by_parameters: Any, at_dose: Any, at_dose_by_states: Any, at_dose_by_parameters: Any,
    values: Array, start: Array, amount: Array, duration: Array, offset: Integers, days: Array,
    parameter: Integers, value: Integers, row: Integers, column: Integers,
    moved: Integers, moved_row: Integers, moved_column: Integers, states: int, parameters: int,
    rtol: float, atol: float, limit: int, out: Array, slope: Array, status: Integers,
) -> None:  # fmt: skip
    """Every patient in turn; rows of one that fails are nan. `offset` (patients + 1,) says which visits are whose."""
    e = Equations(
        rates, jacobian, by_parameters, outputs, outputs_by_states, outputs_by_values, baseline,
        baseline_by_parameters, at_dose, at_dose_by_states, at_dose_by_parameters,
    )  # fmt: skip
    f = Fitted(parameter, value, row, column, moved, moved_row, moved_column)
    s, size = states, states * len(parameter)
    w = Work(
        np.zeros(s), np.zeros(size), np.zeros(s), np.zeros(size), np.zeros((7, s)), np.zeros((7, size)),
        np.zeros((s, s)), np.zeros((s, parameters + 1)), np.zeros((out.shape[1], s)),
        np.zeros((out.shape[1], values.shape[1] + 1)),
    )  # fmt: skip
    for i in range(len(values)):
        a, b = offset[i], offset[i + 1]
        status[i] = patient(  # noqa: F821 - put in by `_integrator`
            e, f, w, values[i], start[i], amount[i], duration[i], days[a:b], rtol, atol, limit, out[a:b], slope[a:b]
        )
        if status[i] != 0:
            out[a:b] = np.nan
            slope[a:b] = np.nan


@cache
def _integrator(states: int, columns: int) -> Any:
    """Compiled once for all models of a size: it calls their equations through pointers."""
    texts = [Path(str(import_module(f"costim.mechanism.{name}").__file__)).read_bytes() for name in INSIDE]
    sized = FunctionType(
        all_patients.__code__, {**globals(), "patient": make_patient(states, columns)}, all_patients.__name__
    )
    sized.__qualname__ = f"{all_patients.__qualname__}-{states}-{columns}"
    return kept(sized, ALL_PATIENTS, texts)


@cache
def _equations(module: ModuleType, text: bytes) -> tuple[Any, ...]:
    return tuple(kept(getattr(module, name), signature, [text]) for name, signature in SIGNATURES.items())


def integrator(model: Model, columns: int) -> Callable[..., None]:
    """`all_patients` with the equations of a model put in, for so many columns of sensitivities."""
    module = kernels(model)
    text = getsource(module) if getattr(module, "__file__", None) else source(model)
    functions, solve = _equations(module, text.encode()), _integrator(len(model.states), columns)

    def run(*arguments: Any) -> None:
        solve(*functions, *arguments)

    return run

"""One piece of a simulation: some patients under one regimen. What a worker of a cluster does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.model import Model
from costim.mechanism.simulate.endpoints import WATCHED, Endpoints, Rules, compute_endpoints

Floats = NDArray[np.float64]

RELATIVE = "/baseline"


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs."""

    model: Model
    values: Floats
    """(patients, values)."""
    schedule: Schedule
    times: Floats
    what: tuple[str, ...]
    rules: Rules
    rtol: float
    threads: int
    single: bool
    """Whether outputs are wanted in single precision."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What comes back."""

    seen: NDArray[np.float64] | NDArray[np.float32]
    """(patients, times, what)."""
    endpoints: Endpoints
    status: NDArray[np.uint8]


def simulate_piece(task: Task) -> Piece:
    """Integrate, look, and find endpoints."""
    from costim.mechanism.simulate.observe import baseline_outputs, observe
    from costim.mechanism.solver.solve import solve

    days = np.arange(0.0, np.floor(task.times[-1]) + 1) if task.times[-1] >= 0 else np.zeros(1)
    grid = np.union1d(days, task.times)
    solved = solve(task.model, task.values, task.schedule, grid, rtol=task.rtol, threads=task.threads)
    outputs = observe(task.model, solved.states, task.values)
    baseline = baseline_outputs(task.model, task.values)
    names = list(task.model.outputs)
    on_days = slice(None) if len(grid) == len(days) else np.searchsorted(grid, days)
    watched = [name for name in WATCHED if name in names]
    endpoints = compute_endpoints(
        days,
        {name: np.ascontiguousarray(outputs[:, on_days, names.index(name)]) for name in watched},
        {name: baseline[:, names.index(name)] for name in watched},
        task.rules,
        count=len(task.values),
    )
    at_times = outputs[:, np.searchsorted(grid, task.times)]
    seen = np.empty((*at_times.shape[:2], len(task.what)), dtype=np.float32 if task.single else np.float64)
    for place, name in enumerate(task.what):
        column = names.index(name.removesuffix(RELATIVE))
        seen[:, :, place] = at_times[:, :, column]
        if name.endswith(RELATIVE):
            with np.errstate(divide="ignore", invalid="ignore"):
                seen[:, :, place] = at_times[:, :, column] / baseline[:, None, column]
    return Piece(seen, endpoints, solved.status)

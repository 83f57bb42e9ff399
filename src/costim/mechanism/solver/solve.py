"""Trajectories of many patients: compiled, on several threads, with the error under control."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.model import Model
from costim.mechanism.solver.asked import check_options, checked
from costim.mechanism.solver.solved import Solved

PIECE = 64
"""Patients that a thread takes at a time; patients differ tenfold in effort."""


def solve(
    model: Model,
    values: NDArray[np.float64],
    schedule: Schedule,
    times: ArrayLike,
    *,
    rtol: float = 1e-6,
    atol: float | None = None,
    threads: int | None = None,
    max_steps: int = 20_000,
) -> Solved:
    """Integrate the equations of a model for each patient.

    Each patient starts at the baseline on day 0, at the first infusion or at the first of `times`, whichever is
    earliest. Steps stop at every start and end of an infusion; infusions that overlap add up. In between, explicit
    steps of order 5 (Tsitouras 2011) adapt to the error; a patient whose steps are held down by stability goes on with
    Rosenbrock steps of order 5 (Steinebach 2023) and the analytic Jacobian. Both interpolate with order 4 at `times`,
    which costs no step.

    In each step the root mean square over the states of (estimated error) / (atol x scale + rtol x |state|) is at most
    1. This bounds the error of a step, not of the trajectory: over two years of the models here the latter was about
    `rtol` at the 99.9th percentile, and 2 to 4 times that at worst (docs/explanation/mechanism-solver.md).

    Args:
        model: Of `load_model`.
        values: (patients, `model.value_names`).
        schedule: Infusions by patient; amount 0 is none.
        times: (times,), days, ascending. The reading on the day of a dose is the one before it.
        rtol: Relative tolerance, 1e-13 to 0.01.
        atol: Absolute tolerance as part of the scale of a state: its baseline; the largest dose for the state that
            infusions enter; 1 for other states with baseline 0. A thousandth of `rtol` where it is not given.
        threads: As many as there are cores where it is not given. The result is the same for any number, bit for bit.
        max_steps: Accepted and refused ones of a patient together; from half of them on the steps are Rosenbrock's.

    Returns:
        Every patient, in their order. One that failed has the status that says why, and NaN.

    Raises:
        CostimError: something of the above was not kept; all of it is said at once.
    """
    asked = checked(model, values, schedule, times)
    check_options(rtol, atol, max_steps, threads)
    patients = len(asked.values)
    states = np.empty((patients, len(asked.times), len(model.states)))
    status, steps = np.zeros(patients, dtype=np.uint8), np.zeros(patients, dtype=np.int64)
    if not patients or not len(asked.times):
        return Solved(asked.times, states, status, steps)
    from costim.mechanism.solver.batch import arrays
    from costim.mechanism.solver.ready import compiled_batch, functions

    batch, of_model = compiled_batch(), functions(model)

    absolute = 1e-3 * rtol if atol is None else atol

    def piece(begin: int) -> None:
        batch(
            of_model.rates, of_model.jacobian, of_model.at_dose, of_model.baseline,
            asked.values, asked.start, asked.amount, asked.duration, asked.times,
            rtol, absolute, max_steps, begin, min(begin + PIECE, patients),
            states, status, steps, *arrays(len(model.states), asked.start.shape[1]),
        )  # fmt: skip

    begins = range(0, patients, PIECE)
    workers = min(threads or cores(), len(begins))
    if workers == 1:
        for begin in begins:
            piece(begin)
    else:
        with ThreadPoolExecutor(workers, thread_name_prefix="costim-solve") as pool:
            for _ in pool.map(piece, begins):
                pass
    return Solved(asked.times, states, status, steps)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

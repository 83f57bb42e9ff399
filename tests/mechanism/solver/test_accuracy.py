"""Trajectories beside SciPy at tolerances far below ours."""

from __future__ import annotations

import numpy as np
import pytest

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.catalogue import MODELS, load_model
from costim.mechanism.solver.plain import solve_plain
from costim.mechanism.solver.solve import solve
from costim.mechanism.solver.solved import Status
from tests.mechanism.solver.asking import DAYS, LOOP, doses, mixed, one_patient, relative_error

TIGHT = {"rtol": 1e-11, "atol": 1e-13}


@pytest.mark.parametrize("name", MODELS)
def test_every_model_beside_lsoda(name):
    model = load_model(name)
    values, schedule = mixed(12, 5, model)
    reference = solve_plain(model, values, schedule, DAYS, **TIGHT)
    error = relative_error(solve(model, values, schedule, DAYS).states, reference.states)
    assert error.max() < 2e-5
    assert (reference.status == Status.SOLVED).all()
    finer = relative_error(solve(model, values, schedule, DAYS, rtol=1e-10).states, reference.states)
    assert finer.max() < 2e-7


@pytest.mark.slow
def test_population_beside_lsoda():
    values, schedule = mixed(100, 11)
    reference = solve_plain(LOOP, values, schedule, DAYS, **TIGHT)
    solved = solve(LOOP, values, schedule, DAYS)
    error = relative_error(solved.states, reference.states)[:, 1:]
    # The specification asks for 1e-3; what is promised here is a hundred times tighter.
    assert np.percentile(error, 99.9) < 1e-5
    assert (solved.status <= Status.SOLVED_STIFF).all()


@pytest.mark.parametrize("kmax", [60.0, 1000.0])
def test_fast_killing_is_stiff_and_comes_back_right(kmax):
    values, schedule = one_patient(kmax=kmax), doses((0, 1000, 0.2), (14, 1000, 0.2))
    solved = solve(LOOP, values, schedule, DAYS)
    assert solved.status[0] == Status.SOLVED_STIFF
    assert solved.steps[0] < 700
    reference = solve_plain(LOOP, values, schedule, DAYS, method="Radau", rtol=1e-9, atol=1e-13)
    assert relative_error(solved.states, reference.states).max() < 1e-4


def test_a_tighter_tolerance_gives_a_smaller_error():
    values, schedule = mixed(64, 3)
    reference = solve(LOOP, values, schedule, DAYS, rtol=1e-12, max_steps=200_000).states
    worst = [
        np.percentile(relative_error(solve(LOOP, values, schedule, DAYS, rtol=rtol).states, reference), 99.9)
        for rtol in (1e-4, 1e-6, 1e-8)
    ]
    assert worst[0] > 20 * worst[1] > 400 * worst[2]
    assert worst[1] < 1e-5


def test_absolute_tolerance_is_part_of_the_scale_of_a_state():
    values, schedule = mixed(64, 3)
    loose = solve(LOOP, values, schedule, DAYS, atol=1e-4)
    tight = solve(LOOP, values, schedule, DAYS, atol=1e-12)
    assert loose.steps.sum() < tight.steps.sum()
    # Another unit of cells: the very same steps, since the scale goes along (a power of 2, so that nothing is rounded).
    rescaled = values.copy()
    for name in ("N0", "M0"):
        rescaled[:, LOOP.value_names.index(name)] *= 2.0**20
    scaled = solve(LOOP, rescaled, schedule, DAYS, atol=1e-4)
    assert (scaled.states[:, :, 3:5] / 2.0**20).tobytes() == loose.states[:, :, 3:5].tobytes()


def test_short_and_strong_infusions_lose_nothing():
    # All of the drug is where it was put: nothing leaves without clearance.
    still = {"CL": 0.0, "CLT": 0.0}
    for days in (1e-9, 1e-4, 0.2, 30.0):
        schedule = Schedule(np.array([[1.0]]), np.array([[600.0]]), np.array([[days]]))
        solved = solve(LOOP, one_patient(**still), schedule, [0.5, 40.0])
        assert solved.states[0, 0, :2].sum() == 0.0
        assert solved.states[0, 1, :2].sum() == pytest.approx(600.0, rel=1e-9)

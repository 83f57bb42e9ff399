"""A patient who cannot be solved is a flagged row of NaN, and the others do not notice."""

from __future__ import annotations

import numpy as np
import pytest

from costim.errors import CostimError
from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.catalogue import model_of
from costim.mechanism.solver.solve import solve
from costim.mechanism.solver.solved import Status
from tests.mechanism.solver.asking import DAYS, LOOP, doses, mixed, one_patient

EXPLOSION = {
    "name": "explosion",
    "title": "Infinite after a finite time",
    "prose": "U' = rise U^2 reaches infinity on day 1 / rise.",
    "inputs": ["infusion"],
    "states": {
        "U": {"baseline": "1", "rate": "rise*U**2 + 0*infusion", "title": "U", "evidence": "speculative"},
        "W": {"baseline": "0", "rate": "U - W", "title": "W", "evidence": "speculative"},
    },
    "parameters": {"rise": {"value": 0.001, "title": "rise", "evidence": "speculative"}},
    "outputs": {"seen": {"formula": "U", "title": "U", "error": "count"}},
}


def test_a_failed_patient_is_a_flagged_row():
    values, schedule = mixed(5, 1)
    broken = values.copy()
    broken[2, LOOP.value_names.index("kP")] = -1000.0  # grows away from the baseline until it is beyond all numbers
    whole, solved = solve(LOOP, values, schedule, DAYS), solve(LOOP, broken, schedule, DAYS)
    assert solved.status[2] == Status.NOT_FINITE
    assert np.isnan(solved.states[2]).all()
    others = [0, 1, 3, 4]
    assert solved.states[others].tobytes() == whole.states[others].tobytes()
    assert (solved.status[others] <= Status.SOLVED_STIFF).all()


def test_too_many_steps():
    values, schedule = mixed(3, 1)
    solved = solve(LOOP, values, schedule, DAYS, max_steps=20)
    assert (solved.status == Status.TOO_MANY_STEPS).all()
    assert np.isnan(solved.states).all()
    assert solved.steps.tolist() == [20, 20, 20]


def test_a_model_from_elsewhere_up_to_its_singularity():
    model = model_of(EXPLOSION)
    values = np.array([[0.001], [0.01], [0.0]])
    solved = solve(model, values, doses(patients=3), [0.0, 50.0, 99.0, 150.0], rtol=1e-9)
    assert solved.status[1] == Status.STEP_TOO_SMALL
    assert (solved.status[[0, 2]] <= Status.SOLVED_STIFF).all()
    assert np.isnan(solved.states[1]).all()
    days = np.array([0.0, 50.0, 99.0, 150.0])
    assert np.allclose(solved.states[0, :, 0], 1 / (1 - 0.001 * days), rtol=1e-8)
    assert np.allclose(solved.states[2, :, 1], 1 - np.exp(-days), rtol=1e-7)
    before = solve(model, values[1:2], doses(), [99.0], rtol=1e-9)
    assert before.states[0, 0, 0] == pytest.approx(100.0, rel=1e-6)


def test_nobody_and_never():
    assert solve(LOOP, np.empty((0, len(LOOP.value_names))), doses(patients=0), DAYS).states.shape == (0, 63, 12)
    assert solve(LOOP, one_patient(), doses(), []).states.shape == (1, 0, 12)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"times": [3.0, 1.0]}, "times fall from 3 to 1; sort them."),
        ({"times": [np.nan]}, "times hold something that is not a finite number."),
        ({"times": [[1.0]]}, r"times have the shape \(1, 1\); expected one row of days."),
        ({"values": np.ones((1, 3))}, r"values have the shape \(1, 3\); expected \(patients, 40\)"),
        ({"values": one_patient(K=np.inf)}, "values of patient 0: K is not a finite number."),
        ({"schedule": doses((2, -1, 0.2))}, "infusion 1 of patient 0: amount -1 at day 2; expected 0 or more."),
        ({"schedule": doses((0, 5, 1), (2, 1, 0))}, "infusion 2 of patient 0: duration 0 at day 2; expected above 0"),
        ({"schedule": doses((np.nan, 1, 1))}, "the schedule holds something that is not a finite number."),
        ({"schedule": doses((1, 1, 1), patients=2)}, r"shapes \(2, 1\); expected \(1, infusions\) of all."),
        ({"rtol": 0.5}, "rtol is 0.5; expected 1e-13 to 0.01."),
        ({"atol": -1.0}, "atol is -1; expected above 0"),
        ({"threads": 0}, "threads is 0; expected 1 or more."),
        ({"max_steps": 0}, "max_steps is 0; expected 1 or more."),
    ],
)
def test_what_cannot_be_asked(changed, message):
    asked = {"values": one_patient(), "schedule": doses((0, 600, 0.2)), "times": [1.0]} | changed
    with pytest.raises(CostimError, match=message):
        solve(LOOP, asked.pop("values"), asked.pop("schedule"), asked.pop("times"), **asked)


def test_all_faults_are_said_at_once():
    ragged = Schedule(np.zeros((1, 2)), np.zeros((1, 1)), np.zeros((1, 2)))
    with pytest.raises(CostimError) as error:
        solve(LOOP, np.ones((1, 2)), ragged, [2.0, 1.0])
    assert len(str(error.value).splitlines()) == 4

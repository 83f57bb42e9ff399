"""Predictions and their slopes: the reference table, the solver of populations, differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.fit.priors import default_priors
from costim.mechanism.fit.sensitivities import Sensitivities, Visits
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.population.draw import draw_patients, typical

TABLE = np.array(
    [  # day, C, N+M, M, X: one dose of 375 mg/m2, typical patient of 1.6 m2
        [7, 68.92, 2.452, 0.9518, 0.8891],
        [28, 28.75, 0.3956, 0.001336, 0.4085],
        [180, 0.1256, 30.55, 0.3330, 0.4505],
        [365, 8.92e-5, 77.78, 4.659, 0.9027],
    ]
)
DAYS = np.array([-5.0, 0.0, 1.0, 14.0, 28.0, 90.0, 200.0, 365.0])


def one_dose(patients: int = 1, second: float = 0.0) -> Schedule:
    start = np.tile([0.0, 14.0], (patients, 1))
    return Schedule(start, np.tile([600.0, second], (patients, 1)), np.full(start.shape, 0.2))


def visits(patients: int, days: np.ndarray = DAYS) -> Visits:
    return Visits(np.arange(patients + 1, dtype=np.int64) * len(days), np.tile(days, patients))


def test_predictions_match_the_reference_table() -> None:
    model = load_model("loop")
    solve = Sensitivities(model, default_priors(model).names, rtol=1e-10, atol=1e-12)
    found = solve(typical(model).values, one_dose(), visits(1, TABLE[:, 0]))
    columns = [list(model.outputs).index(name) for name in ("drug", "cd19", "memory", "cd40")]
    for row, expected in zip(found.outputs[:, columns], TABLE[:, 1:], strict=True):
        tolerance = np.where(expected < 0.01, 0.01, 0.002)
        assert (np.abs(row / expected - 1) < tolerance).all()


def test_predictions_match_the_solver_of_populations() -> None:
    from costim.mechanism.solver.solve import solve

    model = load_model("loop")
    patients = draw_patients(model, 12, seed=5)
    schedule = one_dose(12, 1000.0)
    fitted = default_priors(model).names
    found = Sensitivities(model, fitted)(patients.values, schedule, visits(12)).outputs.reshape(12, len(DAYS), -1)
    solved = solve(model, patients.values, schedule, DAYS, rtol=1e-9, atol=1e-11)
    states = list(model.states)
    cd19 = solved.states[:, :, states.index("N")] + solved.states[:, :, states.index("M")]
    marker = solved.states[:, :, states.index("X")]
    assert found[..., list(model.outputs).index("cd19")] == pytest.approx(cd19, rel=1e-3, abs=1e-3)
    assert found[..., list(model.outputs).index("cd40")] == pytest.approx(marker, rel=1e-3)


@pytest.mark.parametrize("name", ["loop", "no_cooperative_loop", "no_costimulation", "turnover"])
def test_slopes_are_those_of_differences(name: str) -> None:
    model = load_model(name)
    fitted = default_priors(model).names
    solve = Sensitivities(model, fitted, rtol=1e-10, atol=1e-12)
    values, schedule = draw_patients(model, 3, seed=2).values, one_dose(3, 1000.0)
    slopes = solve(values, schedule, visits(3)).slopes
    size = np.abs(slopes * values[:, [model.value_names.index(f) for f in fitted]].repeat(len(DAYS), 0)[:, None]).max()
    assert size > 1
    for k, parameter in enumerate(fitted):
        place = model.value_names.index(parameter)
        step = 1e-5 * values[:, place]
        up, down = values.copy(), values.copy()
        up[:, place] += step
        down[:, place] -= step
        change = solve(up, schedule, visits(3)).outputs - solve(down, schedule, visits(3)).outputs
        expected = change / (2 * step).repeat(len(DAYS))[:, None]
        assert np.abs(slopes[:, :, k] - expected).max() <= 1e-5 * np.abs(expected).max(), parameter


def test_a_patient_that_cannot_be_integrated_is_flagged_and_the_others_stand() -> None:
    model = load_model("loop")
    values = np.repeat(typical(model).values, 2, axis=0)
    values[0, model.value_names.index("kN")] = np.nan
    found = Sensitivities(model, default_priors(model).names)(values, one_dose(2), visits(2))
    assert found.status.tolist() == [1, 0]
    assert np.isnan(found.outputs[: len(DAYS)]).all()
    assert np.isfinite(found.outputs[len(DAYS) :]).all()


def test_readings_on_the_day_of_a_dose_come_before_it() -> None:
    model = load_model("turnover")
    found = Sensitivities(model, ("kE", "eD"))(typical(model).values, one_dose(), visits(1))
    assert found.outputs[:2, list(model.outputs).index("drug")].tolist() == [0, 0]
    assert found.outputs[2, list(model.outputs).index("drug")] > 50
    assert found.outputs[:2, list(model.outputs).index("sledai")].tolist() == [18, 18]


def test_without_infusions_the_baseline_stands() -> None:
    model = load_model("loop")
    schedule = replace(one_dose(), amount=np.zeros((1, 2)))
    found = Sensitivities(model, ("K",))(typical(model).values, schedule, visits(1))
    assert np.ptp(found.outputs, axis=0).max() == 0
    assert np.abs(found.slopes).max() == 0

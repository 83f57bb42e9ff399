"""Simulations: the same for any threads and pieces, failures flagged, endpoints those of the trajectories."""

from __future__ import annotations

import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from costim.errors import CostimError
from costim.mechanism.dosing.of_patients import schedule_of
from costim.mechanism.dosing.regimen import REGIMENS
from costim.mechanism.model.catalogue import MODELS, load_model
from costim.mechanism.model.equations import python_functions
from costim.mechanism.population.draw import draw_patients, typical
from costim.mechanism.simulate import bands
from costim.mechanism.simulate import run as run_module
from costim.mechanism.simulate.endpoints import Rules, share_free
from costim.mechanism.simulate.run import simulate
from costim.mechanism.simulate.simulation import Simulation
from costim.mechanism.solver.solve import solve
from costim.mechanism.solver.solved import Solved, Status
from tests.cytometry.local_cluster import local_cluster

LOOP = load_model("loop")
PATIENTS = draw_patients(LOOP, 60, 11)
TWO = {"one": REGIMENS["375x1"], "two": REGIMENS["1000x2"]}
TIMES = np.array([0.0, 0.2, 7.0, 28.5, 200.0, 400.0])


def as_bytes(found: Simulation) -> bytes:
    return pickle.dumps([
        (c.label, c.bands.tobytes(), c.status.tobytes(), c.values.tobytes() if c.values is not None else b"",
         [getattr(c.endpoints, field.name).tobytes() for field in fields(c.endpoints)])
        for c in found.courses.values()
    ])  # fmt: skip


def test_threads_and_pieces_change_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    once = as_bytes(simulate(LOOP, TWO, PATIENTS, TIMES, keep="all", threads=1))
    assert as_bytes(simulate(LOOP, TWO, PATIENTS, TIMES, keep="all", threads=3)) == once
    monkeypatch.setattr(run_module, "PIECE", 7)
    told = []
    again = simulate(LOOP, TWO, PATIENTS, TIMES, keep="all", threads=2, progress=lambda *how: told.append(how))
    assert as_bytes(again) == once
    assert told == [(done, 18) for done in range(1, 19)]


@pytest.mark.slow
def test_a_cluster_changes_no_byte() -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    here = as_bytes(simulate(LOOP, TWO, PATIENTS, TIMES, threads=1))
    with local_cluster(2) as cluster:
        there = simulate(LOOP, TWO, PATIENTS, TIMES, cluster=cluster.scheduler_address)
    assert as_bytes(there) == here


def test_outputs_and_endpoints_are_those_of_the_trajectories() -> None:
    days = np.arange(0.0, 731.0)
    found = simulate(LOOP, TWO, PATIENTS, days, keep="all", what=("cd19", "sledai/baseline", "cd40", "naive/baseline"))
    course = found.courses["one"]
    solved = solve(LOOP, PATIENTS.values, schedule_of(LOOP, TWO["one"], PATIENTS.covariates), days)
    functions = python_functions(LOOP)
    outputs = functions.outputs(solved.states, PATIENTS.values[:, None])
    start = functions.outputs(functions.baseline(PATIENTS.values), PATIENTS.values)
    names = list(LOOP.outputs)
    cd19, sledai = outputs[..., names.index("cd19")], outputs[..., names.index("sledai")]
    assert course.values is not None
    assert course.values[..., 0] == pytest.approx(cd19, rel=1e-12)
    activity = sledai / start[:, None, names.index("sledai")]
    assert course.values[..., 1] == pytest.approx(activity, rel=1e-12)
    ends = course.endpoints
    assert ends.lowest_cd19 == pytest.approx(cd19.min(axis=1))
    assert ends.lowest_activity == pytest.approx(activity.min(axis=1))
    for person in range(60):
        risen = np.flatnonzero((activity[person] >= np.minimum.accumulate(activity[person]) + 0.25) & (days >= 28))
        assert np.ceil(ends.relapse_day[person]) == (days[risen[0]] if risen.size else np.inf)
        low = np.flatnonzero(cd19[person] < 5)
        assert np.ceil(ends.depletion_day[person]) == (days[low[0]] if low.size else np.inf)
    assert share_free(ends.relapse_day, 365) == ((ends.relapse_day > 365) | ~np.isfinite(ends.relapse_day)).mean()
    assert found.band("one", "cd19") == pytest.approx(np.quantile(cd19, found.levels, axis=0).T, rel=1e-6)


def test_a_finer_grid_of_times_moves_no_endpoint_and_kept_values_match_bands() -> None:
    few = simulate(LOOP, TWO, PATIENTS, [500.0])
    many = simulate(LOOP, TWO, PATIENTS, np.arange(0.0, 500.5, 12.5))
    for label in TWO:
        for field in fields(few.courses[label].endpoints):
            one, other = (getattr(s.courses[label].endpoints, field.name) for s in (few, many))
            assert np.array_equal(one, other)
    assert np.array_equal(few.courses["one"].bands[:, 0], many.courses["one"].bands[:, -1])


def test_bands_of_too_many_numbers_come_from_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = simulate(LOOP, TWO, PATIENTS, TIMES).courses["one"]
    monkeypatch.setattr(bands, "EXACT_BYTES", 1000)
    counted = simulate(LOOP, TWO, PATIENTS, TIMES).courses["one"]
    assert (exact.bands_error, counted.bands_error) == (0, bands.SKETCH_ERROR)
    assert counted.bands == pytest.approx(exact.bands, rel=bands.SKETCH_ERROR, abs=1e-7)
    assert not np.array_equal(counted.bands, exact.bands)


def test_rules_can_be_changed() -> None:
    plain = simulate(LOOP, TWO, PATIENTS, [400.0]).courses["one"].endpoints
    strict = simulate(LOOP, TWO, PATIENTS, [400.0], rules=Rules(depleted_below=1, return_share=0.8, relapse_rise=0.1))
    ends = strict.courses["one"].endpoints
    assert (ends.depletion_day >= plain.depletion_day).all()
    assert (ends.naive_return_day >= plain.naive_return_day).all()
    assert (ends.relapse_day <= plain.relapse_day).all()
    assert (ends.relapse_day < plain.relapse_day).any()


def test_a_failed_patient_is_flagged_and_in_no_band(monkeypatch: pytest.MonkeyPatch) -> None:
    others = replace(PATIENTS, values=PATIENTS.values[1:], covariates=PATIENTS.covariates[1:])
    clean = simulate(LOOP, TWO, others, TIMES)

    def first_fails(*args: object, **settings: object) -> Solved:
        solved = solve(*args, **settings)  # type: ignore[arg-type]
        if len(solved.states) == 60:
            solved.states[0] = np.nan
            solved.status[0] = Status.TOO_MANY_STEPS
        return solved

    monkeypatch.setattr("costim.mechanism.solver.solve.solve", first_fails)
    found = simulate(LOOP, TWO, PATIENTS, TIMES, keep="all")
    for label, course in found.courses.items():
        assert np.flatnonzero(course.failed).tolist() == [0]
        assert course.values is not None
        assert np.isnan(course.values[0]).all()
        assert all(np.isnan(getattr(course.endpoints, field.name)[0]) for field in fields(course.endpoints))
        assert np.array_equal(course.bands, clean.courses[label].bands)
        assert share_free(course.endpoints.relapse_day, 300) == share_free(
            clean.courses[label].endpoints.relapse_day, 300
        )


@pytest.mark.parametrize("name", MODELS)
def test_every_model_can_be_simulated(name: str) -> None:
    model = load_model(name)
    found = simulate(model, TWO, typical(model), np.arange(0.0, 731.0, 73))
    course = found.courses["two"]
    assert not course.failed.any()
    assert course.bands.shape == (len(model.outputs), 11, 5)
    assert 50 < course.endpoints.cd19_return_day[0] < 400
    assert 0.2 < course.endpoints.lowest_activity[0] < 0.8


def test_regimens_by_patient_and_schedules() -> None:
    mixed = [REGIMENS["375x1"], REGIMENS["1000x2"]] * 30
    found = simulate(LOOP, {"mix": mixed, **TWO}, PATIENTS, TIMES, keep="all")
    one, two, mix = (found.courses[label].values for label in ("one", "two", "mix"))
    assert one is not None
    assert two is not None
    assert mix is not None
    assert np.array_equal(mix[1::2], two[1::2])
    assert mix[::2] == pytest.approx(one[::2], rel=1e-9)
    given = schedule_of(LOOP, REGIMENS["1000x2"], PATIENTS.covariates)
    assert np.array_equal(simulate(LOOP, {"x": given}, PATIENTS, TIMES, keep="all").courses["x"].values, two)


def test_what_cannot_be_simulated_is_said_at_once() -> None:
    with pytest.raises(CostimError) as caught:
        simulate(load_model("turnover"), {}, PATIENTS, [3, 2], what=("cd19", "nonsense"), levels=(2,))
    for words in ("no regimen", "draw them from the same model", "ascending", "'nonsense'", "from 0 to 1"):
        assert words in str(caught.value)
    with pytest.raises(CostimError, match="x: infusions of 1 patients for 60"):
        simulate(LOOP, {"x": schedule_of(LOOP, TWO["one"], PATIENTS.covariates[:1])}, PATIENTS, TIMES)
    found = simulate(LOOP, TWO, typical(LOOP), TIMES)
    with pytest.raises(CostimError, match="Regimens: one, two"):
        found.band("three", "cd19")

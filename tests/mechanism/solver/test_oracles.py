"""Trajectories beside tools that share no line with ours: diffrax, and libRoadRunner on the exported SBML."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from costim.mechanism.dosing.regimen import REGIMENS
from costim.mechanism.model.catalogue import MODELS, load_model
from costim.mechanism.model.equations import python_functions
from costim.mechanism.population.draw import draw_patients, typical
from costim.mechanism.solver.solve import solve
from tests.mechanism.solver.asking import DAYS, LOOP, doses, mixed, relative_error

pytestmark = pytest.mark.oracle


def test_beside_diffrax():
    jax = pytest.importorskip("jax")
    diffrax = pytest.importorskip("diffrax")
    jax.config.update("jax_enable_x64", True)
    numbers = jax.numpy
    rates = python_functions(LOOP, numbers).rates
    values = mixed(8, 21)[0]
    infusions = [(0.0, 1000.0, 0.2), (14.0, 1000.0, 0.2)]
    stops = [0.0, 0.2, 14.0, 14.2, DAYS[-1]]

    @jax.jit
    def follow(p):
        y = python_functions(LOOP, numbers).baseline(p)
        seen = []
        for i in range(4):
            inside = DAYS[np.searchsorted(DAYS, stops[i], "right") : np.searchsorted(DAYS, stops[i + 1], "right")]
            rate = 5000.0 if i % 2 == 0 else 0.0
            found = diffrax.diffeqsolve(
                diffrax.ODETerm(lambda _t, y, rate: rates(y, p, rate)), diffrax.Dopri8(), stops[i], stops[i + 1], None,
                y, args=numbers.asarray(rate), max_steps=100_000,
                saveat=diffrax.SaveAt(ts=np.r_[inside, stops[i + 1]]),
                stepsize_controller=diffrax.PIDController(rtol=1e-10, atol=1e-12),
            )  # fmt: skip
            seen.append(found.ys[:-1])
            y = found.ys[-1]
        return numbers.concatenate(seen)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = np.stack([follow(numbers.asarray(p)) for p in values])
    ours = solve(LOOP, values, doses(*infusions, patients=8), DAYS).states[:, 1:]
    assert relative_error(ours, theirs).max() < 1e-4


@pytest.mark.parametrize("name", MODELS)
def test_beside_libroadrunner_on_the_exported_document(name):
    roadrunner = pytest.importorskip("roadrunner")
    from costim.mechanism.dosing.of_patients import schedule_of
    from costim.mechanism.sbml.write import write_sbml

    model = load_model(name)
    patients = typical(model) if name != "loop" else draw_patients(model, 2, 4)
    days = np.arange(0.0, 401.0, 5.0)
    for regimen in REGIMENS.values():
        schedule = schedule_of(model, regimen, patients.covariates)
        ours = solve(model, patients.values, schedule, days, rtol=1e-8).states
        for i in range(len(patients.values)):
            runner = roadrunner.RoadRunner(write_sbml(model, patients.values[i], schedule, patient=i))
            runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = 1e-9, 1e-13
            runner.timeCourseSelections = ["time", *model.states]
            theirs = np.asarray(runner.simulate(0.0, days[-1], len(days)))
            assert np.allclose(theirs[:, 0], days)
            # The readings on days of doses are before the infusion here, after it there: leave those out.
            keep = ~np.isin(days, schedule.start[i])
            assert relative_error(ours[i : i + 1, keep], theirs[None, keep, 1:]).max() < 1e-3, regimen.name

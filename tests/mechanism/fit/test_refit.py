"""Patients that importance sampling cannot leave out: a refit gives the exact score, and counts only where it holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from costim.mechanism.fit.leave_one_out import LeftOut
from costim.mechanism.fit.marginal import Marginals
from costim.mechanism.fit.refit import refit_doubtful, score_of, without
from costim.mechanism.fit.result import Diagnostics, Fit
from tests.mechanism.fit.made_fit import made_fit, simulated

PATIENTS, DRAWS = 6, 40_000


def normal_mean(relapses: int) -> tuple[Marginals, float]:
    """Draws of a normal mean given all readings but the first, and the exact score of the first patient.

    Each of so many patients brings a second normal value that the draws have not seen: it stands for relapse.
    """
    random = np.random.default_rng(3)
    y, late = random.normal(size=PATIENTS), random.normal(size=PATIENTS)
    mean = random.normal(y[1:].mean(), 1 / np.sqrt(PATIENTS - 1), size=DRAWS)
    relapse = np.zeros((DRAWS, PATIENTS))
    relapse[:, :relapses] = stats.norm.logpdf(late[:relapses], mean[:, None], 1)
    seen = np.append(y[1:], late[1:relapses])
    centre, spread = seen.mean(), 1 / np.sqrt(len(seen))
    own = np.append(y[:1], late[: min(relapses, 1)])
    cover = np.eye(len(own)) + spread**2
    exact = stats.multivariate_normal.logpdf(own, np.full(len(own), centre), cover)
    readings = stats.norm.logpdf(y, mean[:, None], 1)
    return Marginals(readings, relapse, np.full(PATIENTS, 9.0), 8), float(exact)


@pytest.mark.parametrize("relapses", [0, 1, 4])
def test_the_score_is_that_of_the_patient_foretold_by_all_that_is_known_of_the_others(relapses: int) -> None:
    marginals, exact = normal_mean(relapses)
    assert score_of("first", 0, marginals) == pytest.approx(exact, abs=0.02)


def test_no_score_where_the_relapse_of_the_others_leaves_too_few_draws() -> None:
    marginals, _ = normal_mean(1)
    relapse = marginals.relapse.copy()
    relapse[:, 3] = 40 * np.random.default_rng(1).standard_normal(DRAWS) - 400
    assert score_of("first", 0, replace(marginals, relapse=relapse)) is None


def test_a_patient_that_nothing_foretells_has_no_score() -> None:
    marginals, _ = normal_mean(0)
    readings = marginals.readings.copy()
    readings[:, 0] = -np.inf
    assert score_of("first", 0, replace(marginals, readings=readings)) is None


def test_without_a_patient_nothing_of_it_is_left_and_all_of_the_others() -> None:
    data = replace(simulated(), relapse=np.tile([100.0, 200.0], (4, 1)))
    data = replace(data, cells=tuple(f"row {i}" for i in range(len(data.day))))
    rest = without(data, 2)
    assert rest.subjects == data.subjects and rest.schedule is data.schedule
    assert not (rest.subject == 2).any()
    others = data.subject != 2
    for name in ("subject", "output", "day", "lower", "upper"):
        np.testing.assert_array_equal(getattr(rest, name), getattr(data, name)[others])
    assert rest.cells == tuple(f"row {i}" for i in np.flatnonzero(others))
    assert np.isnan(rest.relapse[2]).all() and np.isfinite(rest.relapse[[0, 1, 3]]).all()
    assert np.isfinite(data.relapse).all()


def _good(fit: Fit) -> Fit:
    size = len(fit.diagnostics.names)
    fine = Diagnostics(fit.diagnostics.names, np.ones(size), np.full(size, 900.0), np.full(size, 900.0), 0, 0.0)
    return replace(fit, diagnostics=fine)


def test_only_doubtful_patients_are_refitted_and_only_a_trusted_refit_counts() -> None:
    data = simulated()
    fit = made_fit(data=data)
    before = LeftOut(data.subjects, np.full(4, -20.0), np.array([0.1, 0.9, 0.1, 0.1]), 4000)
    asked, told = [], []

    def again(rest):
        asked.append(rest)
        return made_fit(data=rest)

    how = {"draws": 20, "inner": 8, "seed": 1, "threads": 1, "progress": lambda *step: told.append(step)}
    same = refit_doubtful(fit, before, again, **how)
    assert len(asked) == 1 and not (asked[0].subject == 1).any() and told == [(1, 1)]
    assert same.doubtful == ("2",) and same.refitted == ()
    mended = refit_doubtful(fit, before, lambda rest: _good(again(rest)), **how)
    assert mended.refitted == ("2",) and mended.doubtful == ()
    assert np.isfinite(mended.elpd[1]) and mended.elpd[1] != -20
    np.testing.assert_array_equal(mended.elpd[[0, 2, 3]], before.elpd[[0, 2, 3]])

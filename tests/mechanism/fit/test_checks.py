"""Checks of a whole fit, on draws that no sampler made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costim.mechanism.fit.checks import check_fit
from costim.mechanism.fit.contraction import FEWEST
from costim.mechanism.fit.marginal import _Proposal, compute_marginals
from costim.mechanism.fit.panels import bins_of, check_panels, regimens_of
from costim.mechanism.fit.posterior import make_posterior
from costim.mechanism.fit.precision import compute_estimates, compute_ties
from costim.mechanism.fit.prior_predictive import predict_from_priors
from costim.mechanism.fit.priors import default_priors
from costim.mechanism.model.catalogue import load_model
from tests.mechanism.fit.made_fit import made_fit, pattern, simulated


@pytest.fixture(scope="module")
def fitted():
    return made_fit()


@pytest.fixture(scope="module")
def checked(fitted):
    return check_fit(fitted, seed=1, draws=60, inner=16)


def test_every_parameter_has_an_estimate_and_every_believed_one_a_contraction(checked):
    fit = checked.fit
    assert [e.name for e in checked.estimates] == list(fit.draws)
    for e in checked.estimates:
        assert e.lower <= e.median <= e.upper
        assert e.median == pytest.approx(np.median(fit.draws[e.name]), rel=0.05)
    assert [c.name for c in checked.contractions] == [*fit.priors.names, *(f"sd_{n}" for n in fit.priors.between)]
    for c in checked.contractions[: len(fit.priors.names)]:  # drawn with 0.3 prior standard deviations
        assert c.posterior_sd == pytest.approx(0.3, rel=0.35)


def test_shrinkage_is_large_where_patients_were_hardly_told_apart(checked):
    # Deviations of all patients were drawn about starting points a third of a standard deviation apart.
    assert all(s.shrinkage > 0.3 and s.misleading for s in checked.shrinkages)


def test_predictions_stand_at_the_patients_own_levels(checked):
    data = checked.fit.data
    first = data.day == 0  # before treatment the typical patient and this one are alike but for the level
    np.testing.assert_allclose(checked.expected.population[first], checked.expected.individual[first], rtol=1e-6)
    for patient in range(4):
        mine = (data.subject == patient) & (data.output == data.outputs.index("cd40"))
        # The level of a marker was drawn given its readings: on the whole they lie about their predictions.
        assert abs(np.log(checked.expected.individual[mine] / data.lower[mine]).mean()) < 0.2


def test_checks_do_not_depend_on_the_number_of_threads(fitted):
    posterior = make_posterior(fitted.model, fitted.data, fitted.priors)
    vectors = fitted.sampled.reshape(-1, fitted.sampled.shape[-1])[:6]
    one, two = (compute_marginals(posterior, vectors, inner=8, seed=2, threads=t) for t in (1, 2))
    np.testing.assert_array_equal(one.readings, two.readings)
    np.testing.assert_array_equal(one.relapse, two.relapse)


def test_a_patient_without_readings_has_density_one(fitted):
    data = fitted.data
    kept = data.subject != 3
    cut = replace(
        data,
        subject=data.subject[kept],
        output=data.output[kept],
        day=data.day[kept],
        lower=data.lower[kept],
        upper=data.upper[kept],
    )
    posterior = make_posterior(fitted.model, cut, fitted.priors)
    vectors = 0.3 * np.random.default_rng(1).standard_normal((4, posterior.layout.size))
    found = compute_marginals(posterior, vectors, inner=16, seed=1)
    np.testing.assert_array_equal(found.readings[:, 3], 0)
    assert (found.readings[:, :3] != 0).all()
    np.testing.assert_array_equal(found.relapse, 0)


def test_the_mixture_integrates_to_one_and_finds_a_known_integral():
    # Prior standard normal, likelihood normal about 1.2 with sd 0.3: evidence known in closed form.
    random = np.random.default_rng(4)
    variance = 1 / (1 + 1 / 0.09)
    posterior = random.normal(1.2 * variance / 0.09, np.sqrt(variance), (500, 2))
    proposal = _Proposal.of(posterior)
    drawn, weights = proposal.draw(1024, random)
    assert np.exp(weights).mean() == pytest.approx(1, abs=0.02)
    likelihood = -0.5 * ((drawn - 1.2) ** 2).sum(axis=1) / 0.09 - 2 * np.log(0.3) - np.log(2 * np.pi)
    exact = -0.5 * 2 * 1.2**2 / 1.09 - np.log(1.09) - np.log(2 * np.pi)
    assert np.log(np.exp(weights + likelihood).mean()) == pytest.approx(exact, abs=0.02)


def test_late_relapse_pulls_k_up_and_the_draws_say_how_many_are_left(fitted, checked):
    late = np.column_stack([np.full(4, 500.0), np.full(4, np.inf)])
    data = replace(fitted.data, relapse=late)
    found = check_fit(replace(fitted, data=data), seed=1, draws=50, inner=8)
    assert found.population.known == 4
    assert found.population.effective < 50
    before = {e.name: e.median for e in checked.estimates}
    after = {e.name: e.median for e in found.estimates}
    assert after["K"] > before["K"]  # help that is harder to saturate lets activity stay low for longer
    if found.population.effective < FEWEST:
        assert not any(c.informed for c in found.contractions)
    if not found.population.trusted:
        assert any("Ask for more --checked-draws" in reason for reason in found.reasons)


def test_an_impossible_relapse_is_not_hidden(fitted):
    # Nobody relapses before day 28 by the rule of the model.
    data = replace(fitted.data, relapse=np.column_stack([np.full(4, 1.0), np.full(4, 20.0)]))
    found = check_fit(replace(fitted, data=data), seed=1, draws=50, inner=8)
    assert not found.population.trusted
    assert found.reasons
    assert not any(c.informed for c in found.contractions)


def test_panels_cover_all_readings_and_edges_miss_all_days(checked):
    data = checked.fit.data
    panels = check_panels(data, checked.expected)
    assert [p.output for p in panels if not p.regimen] == list(data.outputs)
    for p in panels:
        assert p.vpc.readings.sum() == len(p.day)
    edges = bins_of(data.day)
    assert not np.isin(edges, data.day).any()
    assert np.digitize(np.unique(data.day), edges).tolist() == [1, 2, 3, 4, 5]
    assert bins_of(np.zeros(4)).tolist() == [-1, 1]
    assert regimens_of(data)[0] == "600 mg, days 0"


def test_weights_move_estimates_as_copies_do():
    values = np.array([[1.0, 2.0, 3.0, 10.0]])
    (even,) = compute_estimates({"a": np.repeat(values, 100, axis=0).reshape(1, -1)})
    (weighted,) = compute_estimates({"a": np.array([[1.0, 2.0, 3.0, 10.0, 99.0]])}, np.array([1, 1, 1, 1, 0]) / 4)
    assert even.median == pytest.approx(2.5, abs=0.51) and weighted.median == pytest.approx(2.5)
    assert weighted.rse == pytest.approx(100 * np.std([1, 2, 3, 10]) / 4)


def test_ties_are_pairs_that_go_together():
    random = np.random.default_rng(0)
    a, c = random.normal(size=(2, 200))
    found = compute_ties({"a": a, "b": np.exp(a) + 1e-6 * c, "c": c})
    assert [(t.first, t.second) for t in found] == [("a", "b")]
    assert found[0].correlation > 0.99


def test_priors_of_every_model_expect_such_patients():
    for name in ("loop", "turnover"):
        model = load_model(name)
        found = predict_from_priors(model, pattern(3), default_priors(model), seed=1, populations=60)
        assert found.reasons == ()
        assert found.failed == 0


def test_priors_about_something_else_are_named():
    model = load_model("loop")
    priors = default_priors(model)
    idle = replace(priors, values=tuple(replace(p, location=-20.0) if p.name == "kmax" else p for p in priors.values))
    found = predict_from_priors(model, pattern(3), idle, seed=1, populations=40)
    assert any("below 5 CD19+" in reason for reason in found.reasons)
    assert any("activity" in reason for reason in found.reasons)


def test_readings_of_the_model_itself_lie_where_it_expects_them(checked):
    assert checked.npde is not None and checked.npde.n == len(simulated().day)
    assert np.isfinite(checked.errors).all()

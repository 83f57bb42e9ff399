"""The log density and its gradient: differences, changes of coordinates, the prior, what levels mean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costim.errors import CostimError
from costim.mechanism.fit.centring import centre
from costim.mechanism.fit.layout import folded
from costim.mechanism.fit.posterior import Posterior, make_posterior
from costim.mechanism.fit.priors import default_priors
from costim.mechanism.fit.sensitivities import Sensitivities
from costim.mechanism.fit.simulate_data import simulate_data
from costim.mechanism.fit.unfold import unfold
from costim.mechanism.fit.whiten import search, whiten
from costim.mechanism.model.catalogue import load_model
from tests.mechanism.fit.study import pattern

OUTPUTS = ("drug", "cd19", "memory", "cd40", "icos", "anti_dsdna", "sledai")


def posterior_of(name: str = "loop", patients: int = 3, *, tight: bool = True, open_ends: bool = True) -> Posterior:
    """A small study with every kind of reading."""
    model = load_model(name)
    like = pattern(patients, OUTPUTS)
    # A drug level before the first dose is 0 and no reading.
    keep = (like.output != 0) | (like.day > 0)
    like = replace(like, **{f: getattr(like, f)[keep] for f in ("subject", "output", "day", "lower", "upper")})
    limits = {"cd19": 5.0, "memory": 5.0, "drug": 0.5, "icos": 0.05} if open_ends else {"drug": 1e-6}
    data = simulate_data(model, like, seed=4, limits=limits).data
    if open_ends:
        lower, upper = data.lower.copy(), data.upper.copy()
        scores = np.flatnonzero(data.output == OUTPUTS.index("sledai"))
        upper[scores[1]] += 4
        upper[scores[2]] = np.inf
        data = replace(data, lower=lower, upper=upper)
    posterior = make_posterior(model, data, default_priors(model))
    exact = Sensitivities(model, posterior.priors.names, rtol=1e-10, atol=1e-12)
    return replace(posterior, sensitivities=exact) if tight else posterior


def vector(posterior: Posterior, seed: int = 0) -> np.ndarray:
    return 0.4 * np.random.default_rng(seed).standard_normal(posterior.layout.size)


def differences(height: object, x: np.ndarray, step: float = 1e-5) -> np.ndarray:
    return np.array([(height(x + e)[0] - height(x - e)[0]) / (2 * step) for e in step * np.eye(len(x))])  # type: ignore[operator]


@pytest.mark.parametrize("name", ["loop", "no_costimulation", "turnover"])
def test_the_gradient_is_that_of_differences(name: str) -> None:
    posterior = posterior_of(name)
    assert not posterior.data.exact.all()
    x = vector(posterior)
    gradient = posterior(x)[1]
    assert np.abs(gradient - differences(posterior, x)).max() < 1e-6 * np.abs(gradient).max()


def test_the_tolerance_of_a_fit_is_tight_enough() -> None:
    tight, loose = posterior_of(), posterior_of(tight=False)
    for seed in range(5):
        x = vector(tight, seed)
        assert loose(x)[0] == pytest.approx(tight(x)[0], abs=0.1)


def test_partial_centring_is_a_change_of_variables() -> None:
    posterior = posterior_of()
    x = vector(posterior)
    x[posterior.layout.between] = [0.5, -0.3, 0.8]
    centred = centre(posterior, x)
    xi = centred.centred(x)
    assert centred.plain(xi) == pytest.approx(x)
    gradient = centred(xi)[1]
    assert np.abs(gradient - differences(centred, xi)).max() < 1e-6 * np.abs(gradient).max()
    jacobian = np.array([(centred.plain(xi + e) - centred.plain(xi - e)) / 2e-6 for e in 1e-6 * np.eye(len(xi))])
    assert centred(xi)[0] - posterior(x)[0] == pytest.approx(np.linalg.slogdet(jacobian)[1], abs=1e-6)


def test_whitened_coordinates_keep_the_posterior() -> None:
    posterior = posterior_of(patients=2, tight=False)
    white = whiten(posterior, vector(posterior)[None])
    assert posterior(white.centre)[0] >= posterior(vector(posterior))[0]
    assert np.abs(posterior(white.centre)[1]).max() < 1
    z = 0.1 * np.ones(posterior.layout.size)
    value, gradient = white.density(posterior)(z)
    assert value == posterior(white.x(z))[0]
    assert gradient == pytest.approx(posterior(white.x(z))[1] @ white.stretch)


def test_elements_held_stay_where_they_are() -> None:
    posterior = posterior_of(patients=2, tight=False)
    start = vector(posterior)
    found = search(posterior, start, posterior.layout.between)
    assert found[posterior.layout.between].tolist() == start[posterior.layout.between].tolist()
    assert posterior(found)[0] > posterior(start)[0]


def test_the_sign_of_a_standard_deviation_says_nothing() -> None:
    posterior = posterior_of()
    x = vector(posterior)
    turned = x.copy()
    at = posterior.layout
    turned[at.between] *= -1
    turned[at.deviations] *= -1
    assert posterior(turned)[0] == pytest.approx(posterior(x)[0])
    assert posterior.point(turned).values == pytest.approx(posterior.point(x).values)
    both = folded(at, np.array([x, turned]), 3)
    assert both[0] == pytest.approx(both[1])
    assert (both[:, at.between] >= 0).all()


def test_a_patient_that_cannot_be_integrated_has_no_density() -> None:
    posterior = posterior_of()
    x = vector(posterior)
    for far in (30.0, 1e4):
        x[2] = far
        value, gradient = posterior(x)
        assert value == -np.inf
        assert not gradient.any()


def test_an_integrated_level_is_the_integral_over_the_sampled_one() -> None:
    """The same reading once exact (its level integrated out) and once as a hair-thin interval (its level sampled)."""
    model = load_model("loop")
    data = simulate_data(model, pattern(1, ("icos",)), seed=1).data
    priors = default_priors(model)
    exact = make_posterior(model, data, priors)
    hair = 1e-6
    first = np.arange(len(data.day)) == 0
    thin = replace(
        data,
        lower=np.where(first, data.lower * (1 - hair), data.lower),
        upper=np.where(first, data.upper * (1 + hair), data.upper),
    )
    sampled = make_posterior(model, thin, priors)
    assert (exact.layout.levels.stop - exact.layout.levels.start, len(sampled.likelihood.blocks.levels)) == (0, 1)
    x = vector(exact)
    grid = np.linspace(-1.5, 1.5, 301)
    heights = np.array([sampled(np.append(x, z))[0] for z in grid])
    integral = np.log(np.trapezoid(np.exp(heights - heights.max()), grid)) + heights.max() - 0.5 * np.log(2 * np.pi)
    # the interval holds a probability: density times the width of the logarithm
    assert integral - np.log(2 * hair) == pytest.approx(exact(x)[0], abs=1e-4)


def test_levels_drawn_again_have_the_right_mean_and_spread() -> None:
    model = load_model("loop")
    data = simulate_data(model, pattern(1, ("icos",)), seed=1).data
    posterior = make_posterior(model, data, default_priors(model))
    x = vector(posterior)
    found = unfold(posterior, np.tile(x, (1, 1000, 1)), seed=3)
    levels = found.levels[0, :, 0, 0]
    point = posterior.point(x)
    predicted = posterior.sensitivities(point.values, data.schedule, posterior.visits).outputs[:, posterior.column[0]]
    precision = len(data.day) / point.scatter[0] ** 2 + 1 / 1.5**2
    mean = np.log(data.lower / predicted).sum() / point.scatter[0] ** 2 / precision
    assert levels.mean() == pytest.approx(mean, abs=4 / np.sqrt(precision * 1000))
    assert levels.std() == pytest.approx(precision**-0.5, rel=0.05)


def test_simulated_studies_are_repeatable_and_name_their_truth() -> None:
    model = load_model("turnover")
    priors = default_priors(model)
    like = pattern(2, ("cd19", "sledai"), (0.0, 28.0, 180.0))
    one = simulate_data(model, like, seed=8, levels=False)
    other = simulate_data(model, like, seed=8, levels=False)
    assert one.data.lower.tolist() == other.data.lower.tolist()
    assert set(one.truth) == {*priors.names, *(f"sd_{n}" for n in priors.between), "scatter_cd19", "scatter_sledai"}
    assert (one.data.lower[one.data.output == 1] % 1 == 0).all()


def test_data_at_fault_are_refused_together() -> None:
    model = load_model("loop")
    like = pattern(2, ("cd19", "icos", "sledai"), (0.0, 28.0))
    lower, upper, day = like.lower.copy(), like.upper.copy(), like.day.copy()
    upper[0] = 0.5
    lower[1] = upper[1] = 0.0
    lower[2] = upper[2] = 7.5
    lower[3] = -1.0
    day[4] = np.nan
    amount = like.schedule.amount.copy()
    amount[1, 0] = -5
    data = replace(like, lower=lower, upper=upper, day=day, schedule=replace(like.schedule, amount=amount))
    with pytest.raises(CostimError) as caught:
        make_posterior(model, data, default_priors(model))
    lines = str(caught.value).splitlines()
    assert len(lines) == 6
    assert (
        "Subject p1, cd19, day 0: found 1 to 0.5; the interval is empty; its lower end must not exceed its upper."
        in lines
    )
    assert any("icos" in line and "0 has no logarithm; give the limit of quantification" in line for line in lines)
    assert any("found 7.5 to 7.5; a score is a whole number." in line for line in lines)
    assert any("it is negative" in line for line in lines)
    assert any("the day is not a number" in line for line in lines)
    assert "Subject p2, infusion 1: found day 0, -5 mg over 0.2 days; expected an amount not below 0" in lines[-1]


def test_an_output_that_the_model_does_not_know_is_refused() -> None:
    with pytest.raises(CostimError, match="Model loop does not foretell 'cd86'; it foretells drug, cd19"):
        make_posterior(load_model("loop"), pattern(1, ("cd86",)), default_priors(load_model("loop")))


def test_priors_are_data_of_the_specified_kind() -> None:
    priors = default_priors(load_model("loop"))
    assert {"kmax", "EC50", "K", "rM", "bT", "kTM", "x0", "kM", "kD", "CL", "kN"} == set(priors.names)
    assert priors.between == ("kmax", "EC50", "K")
    assert priors.between_scale == 0.5
    assert all(p.evidence in {"published", "derived", "speculative"} and p.scale > 0 for p in priors.values)
    assert default_priors(load_model("turnover")).between == ("kmax", "EC50", "kE")
    for prior in priors.values:
        assert prior.value(0) == pytest.approx(load_model("loop").parameters[prior.name].value)

"""The hierarchical normal model against quadrature by definition, limits that are known, and its symmetries."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.shrinkage.hierarchical_normal import compute_hierarchical_normal
from costim.inference.shrinkage.normal_prior import NormalPrior, choose_priors
from tests.inference.truth import numbers, read_truth

TRUTH = [row for row in read_truth("hierarchical_normal_base-4.2.2.csv") if 1e-9 < float(row["probability"]) < 1 - 1e-9]
WEAK = choose_priors(2.0)[0]


def posterior_of(found, what):
    if what.startswith("patient_"):
        return found.patients[int(what.removeprefix("patient_")) - 1]
    return getattr(found, what)


@pytest.mark.oracle
@pytest.mark.parametrize("row", TRUTH, ids=lambda row: f"{row['case']}-{row['what']}-{float(row['probability']):.3g}")
def test_limits_are_the_quantiles_that_nested_quadrature_says(row):
    assert len({r["case"] for r in TRUTH}) >= 10
    prior = NormalPrior("p", float(row["mean"]), float(row["mean_sd"]), float(row["scale"]), float(row["df"]))
    p = float(row["probability"])
    found = compute_hierarchical_normal(numbers(row["d"]), float(row["noise_sd"]), prior, level=abs(1 - 2 * p))
    posterior = posterior_of(found, row["what"])
    assert posterior.lower if p < 0.5 else posterior.upper
    limit = posterior.lower if p < 0.5 else posterior.upper
    assert limit == pytest.approx(float(row["at"]), rel=1e-8)


def dense_probabilities(changes, noise_sd, df, prior, at):
    """P(mean < mean_at), P(theta_1 < patient_at) with the noise integrated over its own quantiles: another route."""
    from scipy.special import gammaincinv, ndtr

    mean_at, patient_at = at
    d = np.array(changes)
    nodes, weights = np.polynomial.legendre.leggauss(400)
    u, wu = (nodes + 1) / 2, weights / 2
    # Quantiles of sigma given the estimate: df s^2 / sigma^2 is chi-squared; tau = a tan(pi v / 2) makes v uniform.
    # A cubic map of u crowds the points towards both ends.
    u, wu = u**2 * (3 - 2 * u), wu * 6 * u * (1 - u)
    sigma = noise_sd * np.sqrt(df / (2 * gammaincinv(df / 2, u)))
    tau = prior.between_scale * np.tan(np.pi * u / 2)
    s, t = np.meshgrid(sigma, tau, indexing="ij")
    variance = s**2 + t**2
    like = np.exp(-0.5 * ((d - d.mean()) ** 2).sum() / variance) * variance ** (-(len(d) - 1) / 2)
    spread = variance / len(d) + prior.mean_sd**2
    like *= np.exp(-0.5 * (d.mean() - prior.mean) ** 2 / spread) / np.sqrt(spread)
    mass = like * wu[:, None] * wu[None, :]
    precision = 1 / prior.mean_sd**2 + len(d) / variance
    mean = (prior.mean / prior.mean_sd**2 + d.sum() / variance) / precision
    below_mean = ndtr((mean_at - mean) * np.sqrt(precision))
    pull = s**2 / variance
    sd = np.sqrt((1 - pull) * s**2 + pull**2 / precision)
    below_patient = ndtr((patient_at - pull * mean - (1 - pull) * d[0]) / sd)
    return (mass * below_mean).sum() / mass.sum(), (mass * below_patient).sum() / mass.sum()


@pytest.mark.parametrize("df", [3.0, 9.0, 40.0])
@pytest.mark.parametrize("changes", [[-5, -9, -12, -7, -3], [0, 0, -4], [-4, -4, -4, -4], [10, -10]])
def test_an_estimated_noise_is_integrated_over(changes, df):
    prior = NormalPrior("p", -2.0, 4.0, 2.0)
    found = compute_hierarchical_normal(changes, 2.0, prior, noise_df=df)
    for end, share in (("lower", 0.025), ("estimate", 0.5), ("upper", 0.975)):
        at = getattr(found.mean, end), getattr(found.patients[0], end)
        assert dense_probabilities(changes, 2.0, df, prior, at) == pytest.approx((share, share), rel=3e-8)


def test_the_closed_forms_at_the_edges():
    # One patient and an open mean: tau stays half-Cauchy, and the true change is the observed one with its noise.
    one = compute_hierarchical_normal([5.0], 2.0, WEAK)
    assert one.between_sd.estimate == pytest.approx(20.0, rel=1e-12)
    assert one.between_sd.upper == pytest.approx(20.0 * math.tan(0.975 * math.pi / 2), rel=1e-11)
    assert one.patients[0].upper == pytest.approx(5 + 2 * 1.959963984540054, rel=1e-12)
    # With the noise estimated from 4 degrees of freedom it is a t distribution (R: qt(0.975, 4)).
    few = compute_hierarchical_normal([5.0], 2.0, WEAK, noise_df=4)
    assert few.patients[0].upper == pytest.approx(5 + 2 * 2.7764451051977934, rel=1e-10)
    # A prior that allows no spread leaves the mean of equal normals.
    tight = NormalPrior("p", 0.0, math.inf, 1e-9)
    none = compute_hierarchical_normal([-6, -2, -4], 2.0, tight)
    assert none.mean.lower == pytest.approx(-4 - 1.959963984540054 * 2 / math.sqrt(3), rel=1e-6)
    assert none.patients[0].estimate == pytest.approx(-4, abs=1e-6)


def test_empty_and_wrong_input():
    nothing = compute_hierarchical_normal([], 1.0, WEAK)
    assert (nothing.n, nothing.mean, nothing.between_sd, nothing.patients) == (0, None, None, ())
    with pytest.raises(ValueError, match="finite"):
        compute_hierarchical_normal([1.0, math.nan], 1.0, WEAK)
    with pytest.raises(ValueError, match="above zero"):
        compute_hierarchical_normal([1.0], 0.0, WEAK)
    with pytest.raises(ValueError, match="degrees of freedom"):
        compute_hierarchical_normal([1.0], 1.0, WEAK, noise_df=0)
    with pytest.raises(ValueError, match="level"):
        compute_hierarchical_normal([1.0], 1.0, WEAK, level=1)
    with pytest.raises(ValueError, match="prior mean"):
        NormalPrior("p", math.inf, 1.0, 1.0)
    with pytest.raises(ValueError, match="between patients"):
        NormalPrior("p", 0.0, 1.0, 0.0)


def test_the_three_priors_and_where_there_are_two():
    weak, sceptical, enthusiastic = choose_priors(3.0, -4.0)
    assert (weak.mean_sd, sceptical.mean, enthusiastic.mean) == (math.inf, 0.0, -4.0)
    from scipy.special import ndtr

    assert ndtr((-4 - 0) / sceptical.mean_sd) == pytest.approx(0.05)
    assert 1 - ndtr((0 + 4) / enthusiastic.mean_sd) == pytest.approx(0.05)
    assert {p.between_scale for p in (weak, sceptical, enthusiastic)} == {30.0}
    for hope in (None, 0.0):
        assert [(p.name, p.mean_sd) for p in choose_priors(3.0, hope)] == [("weak", math.inf), ("sceptical", 3.0)]
    with pytest.raises(ValueError, match="finite"):
        choose_priors(3.0, math.nan)


CHANGES = st.lists(st.integers(-20, 20).map(float), min_size=1, max_size=8)


@settings(max_examples=40)
@given(CHANGES, st.sampled_from([None, 6.0]), st.sampled_from([0.5, 3.0]), st.integers(0, 2))
def test_symmetries_of_the_posterior(changes, df, noise, which):
    def solve(values, noise_sd=noise, hope=-5.0):
        return compute_hierarchical_normal(values, noise_sd, choose_priors(noise_sd, hope)[which], noise_df=df)

    found = solve(changes)
    size = max(1.0, *map(abs, changes)) * (1e4 if len(changes) == 1 else 100)

    def same(a, b, scale=1.0, shift=0.0, flip=False):
        ends = (b.upper, b.lower) if flip else (b.lower, b.upper)
        expected = [scale * x + shift for x in (b.estimate, *ends)]
        assert [a.estimate, a.lower, a.upper] == pytest.approx(expected, rel=1e-8, abs=size * 1e-10)

    # Order of patients.
    turned = solve(changes[::-1])
    same(turned.mean, found.mean)
    for a, b in zip(turned.patients[::-1], found.patients, strict=True):
        same(a, b)
    # Sign and unit.
    mirrored = solve([-c for c in changes], hope=5.0)
    same(mirrored.mean, found.mean, scale=-1, flip=True)
    same(mirrored.between_sd, found.between_sd)
    other_unit = solve([4 * c for c in changes], 4 * noise, -20.0)
    same(other_unit.mean, found.mean, scale=4)
    same(other_unit.between_sd, found.between_sd, scale=4)
    # With an open mean, a common shift moves everybody.
    if which == 0:
        shifted = solve([c + 7 for c in changes])
        same(shifted.mean, found.mean, shift=7)
        same(shifted.patients[0], found.patients[0], shift=7)


@settings(max_examples=30)
@given(CHANGES, st.integers(0, 2))
def test_limits_widen_with_the_level_and_the_mean_lies_between_prior_and_data(changes, which):
    prior = choose_priors(2.0, -5.0)[which]
    found = {level: compute_hierarchical_normal(changes, 2.0, prior, level=level) for level in (0.5, 0.8, 0.95)}
    for name in ("mean", "between_sd"):
        ends = [getattr(found[level], name) for level in (0.5, 0.8, 0.95)]
        assert ends[0].lower >= ends[1].lower >= ends[2].lower
        assert ends[0].upper <= ends[1].upper <= ends[2].upper
        assert ends[2].lower < ends[2].estimate < ends[2].upper
    centre = np.mean(changes)
    low, high = sorted((centre, prior.mean if which else centre))
    assert low - 1e-7 <= found[0.95].mean.estimate <= high + 1e-7


def test_equal_input_gives_equal_bytes():
    runs = [compute_hierarchical_normal([-5, -9, -1, 0], 2.0, WEAK, noise_df=7) for _ in range(2)]
    assert repr(runs[0]) == repr(runs[1])

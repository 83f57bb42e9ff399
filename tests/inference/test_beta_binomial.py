"""Beta posteriors of a share."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.shrinkage.beta_binomial import JEFFREYS, BetaPrior, choose_beta_priors, compute_beta_binomial
from tests.inference.truth import read_truth

CASES = read_truth("beta_binomial_stats-4.2.2.csv")


@pytest.mark.oracle
@pytest.mark.parametrize("row", CASES, ids=lambda r: f"{r['count']}-{r['n']}-{r['a']}-{r['b']}")
def test_quantiles_and_probabilities_are_those_of_qbeta_and_pbeta(row):
    assert len(CASES) >= 10
    prior = BetaPrior("p", float(row["a"]), float(row["b"]))
    found = compute_beta_binomial(int(row["count"]), int(row["n"]), prior, reference=float(row["reference"]))
    got = found.share.estimate, found.share.lower, found.share.upper, found.beyond
    assert got == pytest.approx([float(row[k]) for k in ("median", "lower", "upper", "beyond")], rel=1e-8)


def test_whole_number_priors_are_sums_of_binomial_chances():
    # P(Beta(a, b) > x) = P(Bin(a + b - 1, x) < a): another route, in whole-number arithmetic.
    prior = BetaPrior("p", 2, 3)
    found = compute_beta_binomial(4, 9, prior, reference=0.4)
    chances = [math.comb(13, k) * 0.4**k * 0.6 ** (13 - k) for k in range(6)]
    assert found.beyond == pytest.approx(sum(chances), rel=1e-12)


def test_priors_count_for_the_patients_they_say():
    weak, sceptical, enthusiastic = choose_beta_priors(0.2, 0.6, worth=5)
    assert weak is JEFFREYS
    assert (sceptical.successes, sceptical.failures) == (1.0, 4.0)
    assert (enthusiastic.successes, enthusiastic.failures) == (3.0, 2.0)


def test_nobody_seen_is_the_prior_and_wrong_input_is_refused():
    found = compute_beta_binomial(0, 0)
    assert found.share.estimate == pytest.approx(0.5)
    assert found.beyond is None
    for bad in ((-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="0 <= count <= n"):
            compute_beta_binomial(*bad)
    with pytest.raises(ValueError, match="level"):
        compute_beta_binomial(1, 2, level=0)
    with pytest.raises(ValueError, match="reference"):
        compute_beta_binomial(1, 2, reference=2)
    with pytest.raises(ValueError, match="above zero"):
        BetaPrior("p", 0, 1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        choose_beta_priors(0, 0.5)


@settings(max_examples=60)
@given(st.integers(0, 30), st.integers(0, 30), st.floats(0.05, 0.95))
def test_mirror_image_and_duality_of_limit_and_probability(count, other, reference):
    n = count + other
    found = compute_beta_binomial(count, n, reference=reference)
    mirrored = compute_beta_binomial(other, n, reference=1 - reference)
    assert found.share.lower == pytest.approx(1 - mirrored.share.upper, abs=1e-12)
    assert found.beyond == pytest.approx(1 - mirrored.beyond, abs=1e-10)
    assert (found.share.lower > reference) == (found.beyond > 0.975) or abs(found.beyond - 0.975) < 1e-9

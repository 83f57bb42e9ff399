"""Contraction and shrinkage against numbers worked out by hand and against known posteriors."""

from __future__ import annotations

import numpy as np
import pytest

from costim.mechanism.fit.contraction import compute_contractions
from costim.mechanism.fit.shrinkage import compute_shrinkage


def test_contraction_by_hand():
    posterior = np.array([[1.0, 10.0], [3.0, 10.5], [5.0, 11.0]])
    first, second = compute_contractions(["a", "b"], np.array([4.0, 2.0]), posterior)
    assert (first.name, first.posterior_sd, first.contraction) == ("a", pytest.approx(2), pytest.approx(0.75))
    assert (second.posterior_sd, second.contraction) == (pytest.approx(0.5), pytest.approx(1 - 0.0625))


def test_data_that_say_nothing_are_not_called_informative():
    random = np.random.default_rng(1)
    (silent,) = compute_contractions(["a"], np.array([0.7]), random.normal(3, 0.7, (4000, 1)))
    assert abs(silent.contraction) < 0.08
    assert not silent.informed
    assert silent.words == "mostly the prior"


def test_informed_only_beyond_the_monte_carlo_error():
    random = np.random.default_rng(2)
    draws = random.normal(size=(4000, 1)) * np.sqrt(0.45)  # contraction 0.55
    (many,) = compute_contractions(["a"], np.ones(1), draws)
    (few,) = compute_contractions(["a"], np.ones(1), draws, np.array([40.0]))
    assert many.informed and many.words == "informed by data"
    assert few.contraction == many.contraction and not few.informed
    assert many.mc_se == pytest.approx(0.45 * np.sqrt(2 / 4000), rel=0.1)  # normal draws


def test_contraction_refuses_what_it_cannot_judge():
    with pytest.raises(ValueError, match="different numbers"):
        compute_contractions(["a"], np.ones(2), np.zeros((5, 1)))
    with pytest.raises(ValueError, match="prior with spread"):
        compute_contractions(["a"], np.zeros(1), np.zeros((5, 1)))


def test_shrinkage_by_hand():
    etas = np.array([[0.3, 0.0], [-0.4, 0.0]])
    first, second = compute_shrinkage(["K", "EC50"], etas, np.array([0.5, 1.0]))
    assert first.shrinkage == pytest.approx(1 - np.sqrt(0.125) / 0.5)
    assert not first.misleading and first.words == "individual plots may be read"
    assert second.shrinkage == 1 and second.misleading and second.words == "individual plots are void"
    with pytest.raises(ValueError, match="without spread"):
        compute_shrinkage(["K"], etas[:, :1], np.zeros(1))


def test_shrinkage_of_normal_means_is_what_theory_says():
    # One reading each, noise sd 1, true sd 1: posterior means are half of the reading, their sd is sqrt(2) / 2.
    random = np.random.default_rng(3)
    readings = random.normal(size=20_000) + random.normal(size=20_000)
    (found,) = compute_shrinkage(["x"], (readings / 2)[:, None], np.ones(1))
    assert found.shrinkage == pytest.approx(1 - np.sqrt(0.5), abs=0.01)

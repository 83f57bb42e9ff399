"""The fast posterior of the calibration study is that of the program."""

import numpy as np
import pytest
from bench.calibration.families.shrinkage import HOPE, NOISE_SD, posterior_probabilities

from costim.inference.shrinkage.hierarchical_normal import compute_hierarchical_normal
from costim.inference.shrinkage.normal_prior import choose_priors


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("n", [5, 10, 20])
@pytest.mark.parametrize("df", [None, 10])
def test_at_each_limit_of_the_program_the_fast_posterior_has_its_probability(which, n, df):
    rng = np.random.default_rng([which, n])
    prior = choose_priors(NOISE_SD, HOPE)[which]
    changes = rng.normal(-4, 1.5 * NOISE_SD, (3, n))
    noise = np.array([0.8, 1.0, 1.3]) * NOISE_SD
    found = [
        compute_hierarchical_normal(row, float(sd), prior, noise_df=df) for row, sd in zip(changes, noise, strict=True)
    ]
    if df is None:
        points, weights = noise[:, None], np.zeros((3, 1))
    else:
        ratio = np.arange(-1.6, 2.4, 0.1)
        points = noise[:, None] * np.exp(ratio)
        weights = np.broadcast_to(-df * ratio - 0.5 * df * np.exp(-2 * ratio), points.shape)
    for end, share in (("lower", 0.025), ("upper", 0.975)):
        truths = {
            "mean": np.array([getattr(f.mean, end) for f in found]),
            "patient": np.array([getattr(f.patients[0], end) for f in found]),
            "between_sd": np.array([getattr(f.between_sd, end) for f in found]),
        }
        got = posterior_probabilities(changes, prior, points, weights, truths)
        for name, tolerance in (("mean", 1e-6), ("patient", 1e-6), ("between_sd", 1e-6)):
            assert got[name] == pytest.approx(np.full(3, share), abs=tolerance), (name, end)

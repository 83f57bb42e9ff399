"""The quick ways of the calibration study give what the real methods give."""

import numpy as np
import pytest
from bench.calibration.bootstrap import bca_limits
from bench.calibration.effect_size_limits import rank_biserials
from bench.calibration.many_flips import flip_p_values

from costim.inference.paired.effect_sizes import compute_rank_biserial
from costim.inference.paired.sign_flip import compute_sign_flip


@pytest.mark.parametrize("n", [1, 2, 5, 8, 13])
def test_many_sign_flips_at_once_equal_one_after_the_other(n):
    rng = np.random.default_rng(n)
    for changes in (rng.normal(0.5, 1, (40, n)), rng.integers(-4, 6, (40, n)).astype(float), np.zeros((2, n))):
        one_by_one = [compute_sign_flip(np.round(row, 9), resolution=1e-9).p for row in changes]
        assert flip_p_values(changes).tolist() == one_by_one


def test_many_rank_biserials_equal_one_after_the_other():
    changes = np.random.default_rng(3).integers(-3, 5, (50, 8)).astype(float)
    assert rank_biserials(changes) == pytest.approx([compute_rank_biserial(row) or 0.0 for row in changes])


@pytest.mark.parametrize("seed", range(4))
def test_limits_of_the_bca_bootstrap_equal_those_of_scipy(seed):
    """Given the same resampled means."""
    from scipy.stats import bootstrap

    changes = np.random.default_rng(seed).lognormal(0, 1, 12) - 1
    theirs = bootstrap((changes,), np.mean, n_resamples=4000, method="BCa", rng=np.random.default_rng(seed + 10))
    low, high = bca_limits(changes[None, :], theirs.bootstrap_distribution[None, :])
    assert (low[0], high[0]) == pytest.approx(tuple(theirs.confidence_interval), rel=1e-10)

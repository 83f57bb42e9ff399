import numpy as np
import pytest

from costim.inference.cells.spreading import compute_positivity_thresholds, compute_robust_sd, compute_spreading


def controls(seed, coefficient=1.5, own=60.0):
    rng = np.random.default_rng(seed)
    bright = 20000 + 1500 * rng.standard_normal(60_000)
    wide = np.sqrt(own**2 + coefficient**2 * bright) * rng.standard_normal(bright.size)
    return bright, wide, 200 * rng.standard_normal(60_000), own * rng.standard_normal(60_000)


def test_the_spread_of_a_normal_population_is_its_standard_deviation():
    assert compute_robust_sd(np.random.default_rng(2).normal(5, 3, 200_000)) == pytest.approx(3, rel=0.02)


@pytest.mark.parametrize("coefficient", [0.4, 1.5, 6.0])
def test_the_planted_coefficient_is_found(coefficient):
    found = compute_spreading(*controls(3, coefficient))
    assert found.coefficient == pytest.approx(coefficient, rel=0.06)
    assert found.brightness == pytest.approx(20000, rel=0.01)
    assert found.widening == pytest.approx(coefficient * 20000**0.5, rel=0.06)


def test_no_widening_is_no_negative_spread():
    bright, _, dim, own = controls(4)
    assert compute_spreading(bright, 0.5 * own, dim, own).coefficient == 0


def test_cells_dim_in_the_other_colours_keep_the_threshold_of_the_reference():
    reference = np.random.default_rng(5).normal(0, 60, 50_000)
    found = compute_positivity_thresholds(reference, [1.5, 0.3], [[0.0, 0.0], [-500.0, 0.0], [9000.0, 0.0]])
    assert found[0] == found[1] == pytest.approx(np.quantile(reference, 0.99))
    assert found[2] > found[0]


@pytest.mark.parametrize("quantile", [0.95, 0.99])
def test_bright_negative_cells_stay_negative_as_often_as_promised(quantile):
    rng = np.random.default_rng(6)
    reference = rng.normal(0, 60, 50_000)
    bright = np.column_stack([rng.exponential(20_000, 40_000), rng.exponential(3_000, 40_000)])
    cells = np.sqrt(60**2 + bright @ np.array([1.5, 0.8]) ** 2) * rng.standard_normal(40_000)
    aware = compute_positivity_thresholds(reference, [1.5, 0.8], bright, quantile=quantile)
    assert (cells > aware).mean() <= 1 - quantile + 0.003
    assert (cells > np.quantile(reference, quantile)).mean() > 3 * (1 - quantile)


def test_what_gives_no_threshold_is_refused():
    with pytest.raises(ValueError, match="one coefficient"):
        compute_positivity_thresholds([1.0, 2.0], [1.0], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="no spread"):
        compute_positivity_thresholds([1.0, 1.0, 1.0], [1.0], [[1.0]])
    with pytest.raises(ValueError, match=r"between 0.5 and 1, found 0.4"):
        compute_positivity_thresholds([1.0, 2.0], [1.0], [[1.0]], quantile=0.4)
    with pytest.raises(ValueError, match="must be brighter"):
        compute_spreading([1.0, 1.0], [1.0, 2.0], [5.0, 5.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="at least two cells"):
        compute_robust_sd([1.0])

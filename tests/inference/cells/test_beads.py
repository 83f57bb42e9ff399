import numpy as np
import pytest

from costim.inference.cells.bead_calibration import compute_bead_line, compute_molecules, level_of_channel
from costim.inference.cells.bead_peaks import find_bead_peaks

CENTRES = np.array([60.0, 480.0, 2900.0, 9300.0, 41000.0, 180000.0])


def beads(seed, cv=0.05, share=1.0, debris=40):
    rng = np.random.default_rng(seed)
    sizes = np.full(CENTRES.size, 500)
    sizes[3] = int(500 * share)
    groups = [centre * (1 + cv * rng.standard_normal(n)) + 25 * rng.standard_normal(n)
              for centre, n in zip(CENTRES, sizes, strict=True)]  # fmt: skip
    return rng.permutation(np.concatenate([*groups, rng.uniform(-100, 2e5, debris)]))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("cv", [0.03, 0.08, 0.15])
def test_six_peaks_are_found_where_they_are(seed, cv):
    peaks = find_bead_peaks(beads(seed, cv), 6)
    assert [peak.median.estimate for peak in peaks] == pytest.approx(CENTRES, rel=0.05, abs=10)
    assert [peak.left for peak in peaks[1:]] == [peak.right for peak in peaks[:-1]]
    assert peaks[-2].cv == pytest.approx(cv, rel=0.25)


def test_a_rarer_peak_is_found_too():
    assert len(find_bead_peaks(beads(7, share=0.3), 6)) == 6


def test_fewer_peaks_than_the_leaflet_names_are_given_as_they_are():
    rng = np.random.default_rng(1)
    two = np.concatenate([rng.normal(1000, 40, 300), rng.normal(9000, 300, 300)])
    assert len(find_bead_peaks(two, 4)) == 2


def test_a_straight_instrument_gives_back_the_assigned_values():
    line = compute_bead_line([100, 1000, 5000, 20000], [700, 7000, 35000, 140000])
    assert (line.slope, 10**line.intercept) == pytest.approx((1, 7))
    assert line.is_linear
    found = compute_molecules(line, 300.0, 250.0, 400.0)
    assert (found.estimate, found.lower, found.upper) == pytest.approx((2100, 1750, 2800))
    assert not found.extrapolated


def test_a_bent_line_and_levels_outside_the_beads_are_said():
    bent = compute_bead_line([100, 1000, 5000, 20000], [700, 7000, 20000, 300000])
    assert not bent.is_linear
    assert bent.largest_residual > 0.1
    assert not compute_bead_line([100, 1000, 10000], [100, 500, 2500]).is_linear
    line = compute_bead_line([100, 1000, 5000], [690, 7100, 34800])
    assert compute_molecules(line, 300.0, 90.0, 400.0).extrapolated
    assert compute_molecules(line, 9000.0, 8000.0, 9500.0).extrapolated


def test_two_beads_have_a_line_without_an_error_and_zero_has_no_logarithm():
    line = compute_bead_line([100, 1000], [700, 7000])
    assert line.residual_sd is None
    found = compute_molecules(line, 300.0, 250.0, 400.0)
    assert found.estimate == pytest.approx(2100)
    assert (found.lower, found.upper) == (None, None)
    three = compute_bead_line([100, 1000, 5000], [690, 7100, 34800])
    below = compute_molecules(three, 5.0, -3.0, 20.0)
    assert below.lower is None
    assert below.upper > below.estimate
    assert compute_molecules(three, -5.0, None, None).estimate is None


def test_limits_of_the_level_are_asked_at_half_of_the_error():
    assert level_of_channel(0.95) == pytest.approx(0.975)


def test_what_is_no_calibration_is_refused():
    with pytest.raises(ValueError, match="two beads or more"):
        compute_bead_line([100], [700])
    with pytest.raises(ValueError, match="leave out the blank"):
        compute_bead_line([0, 100], [0, 700])
    with pytest.raises(ValueError, match="same channel"):
        compute_bead_line([100, 100], [600, 700])
    with pytest.raises(ValueError, match="6 peaks need at least 120 beads, found 3"):
        find_bead_peaks([1.0, 2.0, 3.0], 6)
    with pytest.raises(ValueError, match="finite"):
        find_bead_peaks([float("inf")] * 50, 1)

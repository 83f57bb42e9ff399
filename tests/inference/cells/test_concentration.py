import pytest

from costim.inference.cells.concentration import compute_from_haematology, compute_per_bead, compute_per_volume
from costim.inference.cells.contamination import compute_net_share
from costim.inference.cells.detection import Control
from costim.inference.counts.rate_ratio import compute_rate_ratio


def test_cells_over_the_volume_acquired():
    found = compute_per_volume(12, 1000, 60.0)
    assert found.estimate == pytest.approx(0.2)
    assert (found.lower * 60, found.upper * 60) == pytest.approx((6.200575, 20.961585), abs=1e-5)  # Garwood of 12


def test_cells_over_beads():
    found, ratio = compute_per_bead(12, 0, 800, 500.0), compute_rate_ratio(12, 1, 800, 1)
    assert found.estimate == pytest.approx(7.5)
    assert (found.lower, found.upper) == pytest.approx((500 * ratio.lower, 500 * ratio.upper))


def test_without_a_bead_there_is_no_number_and_no_upper_limit():
    found = compute_per_bead(12, 0, 0, 500.0)
    assert (found.estimate, found.lower, found.upper) == (None, 0.0, None)


def test_false_events_lower_the_concentration_and_widen_it():
    plain, net = (compute_per_bead(12, 1000, 800, 500.0, control) for control in (None, Control(4, 1000)))
    assert net.estimate == pytest.approx(5.0 / 0.996)
    assert net.lower < plain.lower
    assert compute_per_volume(12, 1000, 60.0, Control(4, 1000)).estimate == pytest.approx(8 / 60 / 0.996)


def test_haematology_scales_the_share_and_its_error_widens_the_interval():
    share = compute_net_share(30, 6000, None)
    exact = compute_from_haematology(30, 6000, 1500.0)
    assert (exact.estimate, exact.lower, exact.upper) == pytest.approx((7.5, 1500 * share.lower, 1500 * share.upper))
    wider = compute_from_haematology(30, 6000, 1500.0, cv=0.08)
    assert wider.estimate == exact.estimate
    assert wider.lower < exact.lower < exact.upper < wider.upper


def test_what_no_concentration_can_come_from_is_refused():
    with pytest.raises(ValueError, match="volume of blood must be above 0"):
        compute_per_volume(3, 10, 0)
    with pytest.raises(ValueError, match="beads per uL"):
        compute_per_bead(3, 10, 100, 0)
    with pytest.raises(ValueError, match="must not be negative"):
        compute_from_haematology(3, 10, -1.0)
    with pytest.raises(ValueError, match="coefficient of variation of haematology"):
        compute_from_haematology(3, 10, 100.0, cv=0)

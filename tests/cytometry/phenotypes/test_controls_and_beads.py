import numpy as np
import pytest

from costim.cytometry.phenotypes.beads import calibrate_beads
from costim.cytometry.phenotypes.controls import control_of, control_within
from costim.cytometry.phenotypes.errors import PhenotypeError
from costim.inference.cells.detection import Control
from tests.cytometry.phenotypes.tubes import STRATEGY, gated, tube_of


def bead_levels(*centres, each=400):
    rng = np.random.default_rng(4)
    return np.concatenate([centre * (1 + 0.05 * rng.standard_normal(each)) for centre in centres])


def test_false_events_of_a_control_tube_are_counted_per_event_of_the_parent():
    found = gated(*tube_of(7, lymphocytes=9_000))
    assert control_of(found, STRATEGY, "b_cells", tube="fmo") == Control(7, 9_000)
    assert control_of(found, STRATEGY, "lymphocytes", tube="fmo", times=2.0) == Control(9_000, 200_000, 2.0)
    assert control_within(found, "naive", "b_cells", tube="p1") == Control(3, 7)


def test_controls_that_say_nothing_are_refused():
    found = gated(*tube_of(0))
    with pytest.raises(PhenotypeError, match="fmo: b_cells: 0 false of 0 events, expected at least one event"):
        control_of(found, STRATEGY, "naive", tube="fmo")
    with pytest.raises(
        PhenotypeError, match="population 'plasma' is not in the strategy 'small'; expected one of lymph"
    ):
        control_of(found, STRATEGY, "plasma", tube="fmo")
    with pytest.raises(PhenotypeError, match="population dead was not gated"):
        control_within(found, "dead", "b_cells", tube="p1")


def test_a_line_through_the_peaks_with_a_value():
    line = calibrate_beads(bead_levels(40, 500, 3000, 9000), [None, 3500, 21000, 63000], tube="beads", marker="cd40")
    assert line.beads == 3
    assert line.slope == pytest.approx(1, abs=0.01)
    assert line.is_linear


@pytest.mark.parametrize(
    ("levels", "assigned", "message"),
    [
        (
            bead_levels(500, 3000),
            [10, 20, 30],
            r"beads, cd40: 2 peaks found \(medians .*\), expected 3; correct the gate",
        ),
        (bead_levels(500, 3000), [20, 10], r"assigned values \[20, 10\], expected two or more above 0 that rise"),
        (bead_levels(500, 3000), [0, 10], "write them from dim to bright and leave the blank bead without one"),
        (bead_levels(500, 3000, each=3), [10, 20], "2 peaks need at least 40 beads, found 6; acquire more beads"),
        (bead_levels(-90, 3000), [10, 20], r"the beads with \[10\] lie at or below 0"),
    ],
)
def test_beads_that_do_not_fit_their_leaflet_are_refused(levels, assigned, message):
    with pytest.raises(PhenotypeError, match=message):
        calibrate_beads(levels, assigned, tube="beads", marker="cd40")

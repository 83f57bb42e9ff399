import numpy as np
import pytest

from costim.cytometry.phenotypes.beads import calibrate_beads
from costim.cytometry.phenotypes.errors import PhenotypeError


def bead_levels(*centres, each=400):
    rng = np.random.default_rng(4)
    return np.concatenate([centre * (1 + 0.05 * rng.standard_normal(each)) for centre in centres])


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

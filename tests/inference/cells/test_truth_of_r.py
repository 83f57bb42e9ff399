"""Numbers of R: ranks by pbinom, limits of blank by binom.test, nets by poisson.test, lines by predict.lm."""

import pytest

from costim.inference.cells.bead_calibration import compute_bead_line, compute_molecules
from costim.inference.cells.contamination import compute_net_count
from costim.inference.cells.detection import Control, compute_detection_limits
from costim.inference.cells.order_statistics import compute_quantile_ranks
from tests.inference.truth import numbers, read_truth

TRUTH = read_truth("cells_stats-4.2.2.csv")


def cases(question):
    rows = [row for row in TRUTH if row["question"] == question]
    assert len(rows) >= 6
    return pytest.mark.parametrize("row", rows, ids=lambda row: row["given"].replace(" ", "_"))


@pytest.mark.oracle
@cases("ranks")
def test_ranks_of_limits_equal_r(row):
    n, quantile, level = numbers(row["given"])
    found = compute_quantile_ranks(int(n), quantile, level=level)
    wanted = [None if text == "NA" else int(text) for text in row["result"].split()]
    assert [found.lower, found.upper] == wanted


@pytest.mark.oracle
@cases("limits")
def test_limits_of_blank_and_detection_equal_r(row):
    events, control, parents, alpha = numbers(row["given"])
    found = compute_detection_limits(int(parents), Control(int(events), int(control)), alpha=alpha)
    lob, lod = numbers(row["result"])
    assert found.lob == int(lob)
    assert found.lod == pytest.approx(lod, rel=1e-9)


@pytest.mark.oracle
@cases("net_count")
def test_limits_of_a_net_count_equal_r(row):
    events, false, ratio = numbers(row["given"])
    found = compute_net_count(int(events), 1000, Control(int(false), 1000, times=ratio))
    assert [found.lower, found.upper] == pytest.approx(numbers(row["result"]), rel=1e-9, abs=1e-12)


@pytest.mark.oracle
@cases("molecules")
def test_molecules_with_prediction_limits_equal_r(row):
    at, *beads = numbers(row["given"])
    line = compute_bead_line(beads[: len(beads) // 2], beads[len(beads) // 2 :])
    found = compute_molecules(line, at, 0.9 * at, 1.2 * at)
    assert [found.estimate, found.lower, found.upper] == pytest.approx(numbers(row["result"]), rel=1e-9)

"""Rows that need the single cells: reweighted means, thresholds that rise with spillover spreading."""

import numpy as np
import pytest

from costim.cytometry.phenotypes.reweighted import reweighted_row
from costim.cytometry.phenotypes.sample import GatedSample
from costim.cytometry.phenotypes.settings import Settings
from costim.cytometry.phenotypes.spread_positivity import spread_positive_row
from costim.inference.cells.detection import Control
from tests.cytometry.phenotypes.tubes import TREE, gated, tube_of

WANTED = {"naive": 0.6, "memory": 0.4}


def test_more_naive_cells_alone_leave_the_reweighted_mean_where_it_was():
    subsets = np.repeat([0, 1], [90, 10])
    levels = np.array([20.0, 80.0])[subsets]
    row = reweighted_row("b_cells", "cd40", levels, subsets, wanted=WANTED)
    assert row.value == pytest.approx(0.6 * 20 + 0.4 * 80)
    assert (row.statistic, row.parent_events, row.flags) == ("mean_reweighted", 100, ("limits_not_calibrated",))
    assert row.events < 100
    logs = reweighted_row("b_cells", "cd40", levels, subsets, wanted=WANTED, logarithms=True)
    assert logs.value == pytest.approx(0.6 * np.log(20) + 0.4 * np.log(80))
    assert (logs.statistic, logs.unit) == ("log_mean_reweighted", "")


def test_what_cannot_be_reweighted_says_why():
    none = reweighted_row("b_cells", "cd40", [5.0], [0], wanted={"naive": 0.0, "memory": 1.0})
    assert none.value is None
    assert "no_cell_in_wanted_subsets" in none.flags
    part = reweighted_row("b_cells", "cd40", [5.0], [0], wanted=WANTED)
    assert part.value == 5.0
    assert "subset_unreachable" in part.flags
    dark = reweighted_row("b_cells", "cd40", [5.0, -1.0], [0, 1], wanted=WANTED, logarithms=True)
    assert dark.value is None
    assert "levels_not_positive" in dark.flags


def sample(n, controls=None):
    return GatedSample(gated(*tube_of(n)), TREE, controls or {}, Settings())


def test_negative_cells_bright_in_another_colour_are_not_called_positive():
    rng = np.random.default_rng(8)
    reference = rng.normal(0, 80, 5_000)
    bright = np.full((2_000, 1), 40_000.0)
    negative = rng.normal(0, (80**2 + 1.5**2 * 40_000) ** 0.5, 2_000)
    given = {"brightness": bright, "reference": reference, "coefficients": [1.5]}
    row = spread_positive_row(sample(2_000), "b_cells", "cd40", negative, **given)
    assert row.value <= 1.5
    assert row.lower <= 1.0
    assert row.flags == ("background_unknown", "threshold_with_spreading")
    assert 100 * np.mean(negative >= np.quantile(reference, 0.99)) > 15
    wider = spread_positive_row(sample(2_000, {"b_cells": Control(4, 20_000)}), "b_cells", "cd40", negative, **given)
    assert wider.interval_method == "worst_share"
    assert wider.lower < row.lower < row.upper < wider.upper


def test_below_the_limit_of_detection_nothing_is_called_positive():
    row = spread_positive_row(
        sample(2), "b_cells", "cd40", [1.0, 900.0],
        brightness=[[0.0], [0.0]], reference=[0.0, 1.0, 2.0, 3.0], coefficients=[1.0],
    )  # fmt: skip
    assert (row.value, row.lower, row.status, row.interval_method) == (None, None, "below_lod", "")
    with pytest.raises(ValueError, match="one brightness in each other colour"):
        spread_positive_row(
            sample(2), "b_cells", "cd40", [1.0],
            brightness=[[0.0], [0.0]], reference=[0.0, 1.0, 2.0, 3.0], coefficients=[1.0],
        )  # fmt: skip

"""Pictures of fits hold what they were given, and the same bytes each time."""

from __future__ import annotations

import numpy as np

from costim.cli.fit_figures import saved
from costim.mechanism.pictures.goodness import Readings, draw_goodness
from costim.mechanism.pictures.learned import Learned, draw_learned
from costim.mechanism.pictures.predictive import Band, draw_vpc
from costim.mechanism.pictures.ranks import draw_ranks
from costim.registry.inks import BETTER, PALE


def goodness(individuals: bool = True):
    seen = np.array([100.0, 5.0, 0.0, 60.0])
    return draw_goodness(
        [
            Readings(
                title="CD19+ B cells $x_1$",  # drawn as it is, no mathematics
                unit="/uL",
                day=np.array([0.0, 28.0, 90.0, 365.0]),
                seen=seen,
                below=np.array([False, True, False, False]),
                population=seen + 1,
                individual=seen + 2,
                errors=np.array([0.1, -1.0, 4.2, 1.0]),
            )
        ],
        individuals=individuals,
    )


def test_goodness_shows_every_reading_once_in_each_panel_and_marks_limits():
    population, individual, errors = goodness().axes
    for panel in (population, individual, errors):
        dots, triangles = (c for c in panel.collections if len(c.get_offsets()))
        assert (len(dots.get_offsets()), len(triangles.get_offsets())) == (3, 1)
    np.testing.assert_allclose(population.collections[0].get_offsets()[0], [102, 101])  # 1 is added on either axis
    np.testing.assert_allclose(individual.collections[0].get_offsets()[0], [103, 101])
    assert errors.get_ylim()[1] > 4.2
    assert len(goodness(individuals=False).axes) == 2


def test_a_check_of_one_day_still_shows_its_band():
    band = Band(
        "all", "MFI", np.array([28.0]), (0.5,), np.array([[2.0]]), np.array([[[1.0]], [[2.0]], [[3.0]]]),
        np.array([28.0, 28.0]), np.array([2.0, np.nan]),
    )  # fmt: skip
    (panel,) = draw_vpc([band]).axes
    assert panel.get_ylim()[0] < 1 and panel.get_ylim()[1] > 3


def test_prior_beside_posterior_says_who_speaks():
    draws = np.random.default_rng(0).normal(1, 0.3, 500)
    weights = np.full(500, 1 / 500)
    told, silent = draw_learned(
        [
            Learned("K", "informed by data", True, draws, weights),
            Learned("kD", "mostly the prior", False, draws, weights),
        ]
    ).axes
    assert told.get_title(loc="left") == "K: informed by data"
    inks = {panel.patches[0].get_facecolor() for panel in (told, silent)}
    assert len(inks) == 2 and BETTER != PALE
    heights = np.array([p.get_height() * p.get_width() for p in told.patches])
    assert heights.sum() == 1 or abs(heights.sum() - 1) < 1e-9
    edges = np.array([p.get_x() for p in told.patches])
    assert abs((heights * (edges + 0.125)).sum() - 1) < 0.05  # the mean of the draws


def test_ranks_are_counted_into_ten_bars_over_a_band_of_chance():
    ranks = np.arange(200) % 100
    (panel,) = draw_ranks({"K": ranks}, 99).axes
    bars = [p.get_height() for p in panel.patches if abs(p.get_width() - 9.2) < 1e-9]
    assert bars == [20] * 10


def test_same_picture_same_bytes():
    first, second = (saved("goodness", goodness) for _ in range(2))
    assert set(first) == {"svg", "png", "pdf"}
    assert first == second
    assert b"<script" not in first["svg"]

"""Density of many events, dots of few: what is drawn is what is there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.pictures.density import BINS, CELLS, MOST_DOTS, SHARES, chosen, compute_density, compute_histogram


def clouds(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    second = rng.random(n) < 0.2
    x = np.where(second, rng.normal(0.7, 0.05, n), rng.normal(0.3, 0.08, n))
    y = np.where(second, rng.normal(0.6, 0.04, n), rng.normal(0.25, 0.06, n))
    return np.clip(x, 0, 1), np.clip(y, 0, 1)


@given(st.integers(0, 10_000), st.integers(200, 5_000))
@settings(max_examples=40)
def test_contours_hold_at_least_the_share_they_state(seed: int, n: int) -> None:
    x, y = clouds(seed, n)
    grid, outside = compute_density(x, y)
    heights = np.array(grid.heights)
    assert heights.shape == (CELLS, CELLS)
    assert heights.max() == 1.0
    assert heights.min() >= 0.0
    at = heights[np.minimum((y * CELLS).astype(int), CELLS - 1), np.minimum((x * CELLS).astype(int), CELLS - 1)]
    for level, share in zip(grid.levels, grid.shares, strict=True):
        assert (at >= level).mean() >= share - 1e-12
    assert list(grid.levels) == sorted(set(grid.levels))
    assert set(grid.shares) <= set(SHARES)
    assert (outside == (at < grid.levels[0])).all()
    assert outside.mean() <= 1 - grid.shares[0] + 1e-12


def test_density_lies_where_the_events_are() -> None:
    x, y = np.full(500, 0.75), np.full(500, 0.25)
    grid, _ = compute_density(x + np.linspace(0, 0.001, 500), y)
    row, column = np.unravel_index(int(np.argmax(grid.heights)), (CELLS, CELLS))
    assert (int(row), int(column)) == (int(0.25 * CELLS), int(0.75 * CELLS))


@pytest.mark.parametrize("at", [0.0, 1.0, 0.5])
def test_all_events_at_one_place(at: float) -> None:
    grid, outside = compute_density(np.full(300, at), np.full(300, at))
    assert grid.levels == (1.0,)
    assert not outside.any()


@given(st.integers(0, 5_000), st.integers(1, 900))
@settings(max_examples=80)
def test_chosen_dots(n: int, most: int) -> None:
    picked = chosen(n, most)
    assert len(picked) == min(n, most)
    assert len(set(picked.tolist())) == len(picked)
    assert (picked < max(n, 1)).all()
    assert (picked == chosen(n, most)).all()
    if n <= MOST_DOTS:
        assert chosen(n).tolist() == list(range(n))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=400))
@settings(max_examples=60)
def test_histogram_is_that_of_numpy(values: list[float]) -> None:
    counts = np.histogram(values, bins=BINS, range=(0.0, 1.0))[0]
    assert np.allclose(compute_histogram(np.array(values)), counts / counts.max(), atol=5e-5)

"""Quantiles in pieces: exact, and from counts within the error that is stated."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.errors import CostimError
from costim.mechanism.simulate import bands
from costim.mechanism.simulate.bands import SKETCH_ERROR, Exact, Sketch, bands_for

LEVELS = (0.0, 0.05, 0.5, 0.9, 1.0)


def numbers(seed: int, count: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).lognormal(0, 3, (count, 3, 2)).astype(np.float32)
    drawn[::17, 1, 0] = 0
    return drawn


def fed(kind: Exact | Sketch, values: np.ndarray, cuts: list[int]) -> np.ndarray:
    edges = [0, *sorted(cuts), len(values)]
    for first, last in pairwise(edges):
        kind.add(first, values[first:last])
    return kind.quantiles(LEVELS)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 60), cuts=st.lists(st.integers(0, 60), max_size=4))
def test_exact_is_numpy_and_pieces_do_not_matter(seed: int, count: int, cuts: list[int]) -> None:
    values = numbers(seed, count)
    found = fed(Exact(count, 3, 2), values, [min(cut, count) for cut in cuts])
    expected = np.quantile(values.astype(np.float64), LEVELS, axis=0).transpose(2, 1, 0)
    assert np.array_equal(found, expected)


def test_counts_stay_within_their_error_and_order_does_not_matter() -> None:
    values = numbers(3, 3001)  # ranks of the levels are whole: order statistics themselves
    found = fed(Sketch(3, 2), values, [])
    expected = np.quantile(values.astype(np.float64), LEVELS, axis=0, method="inverted_cdf").transpose(2, 1, 0)
    order = np.sort(values.astype(np.float64), axis=0)
    ranks = np.array(LEVELS) * 3000
    low, high = order[np.floor(ranks).astype(int)], order[np.ceil(ranks).astype(int)]
    assert (found >= low.transpose(2, 1, 0) * (1 - SKETCH_ERROR) - 1e-7).all()
    assert (found <= high.transpose(2, 1, 0) * (1 + SKETCH_ERROR) + 1e-7).all()
    assert found[..., 2] == pytest.approx(expected[..., 2], rel=SKETCH_ERROR)
    assert np.abs(found / np.where(expected > 0, expected, 1) - 1)[expected > 0].max() > 1e-5  # it is no exact one
    backwards = fed(Sketch(3, 2), values[::-1], [1000, 2000])
    assert np.array_equal(found, backwards)


def test_failed_patients_are_left_out() -> None:
    values = numbers(1, 50)
    holed = np.concatenate([values, np.full((5, 3, 2), np.nan, dtype=np.float32)])
    assert np.array_equal(fed(Exact(55, 3, 2), holed, []), fed(Exact(50, 3, 2), values, []))
    assert np.array_equal(fed(Sketch(3, 2), holed, []), fed(Sketch(3, 2), values, []))
    for kind in (Exact(5, 3, 2), Sketch(3, 2)):
        assert np.isnan(fed(kind, holed[50:], [])).all()


def test_numbers_that_counting_cannot_place_are_refused() -> None:
    for wrong in (-1.0, 2.0**41, np.nan):
        values = numbers(1, 4)
        values[2, 1, 1] = wrong
        with pytest.raises(CostimError, match="outputs from 0 to 1e12"):
            Sketch(3, 2).add(0, values)


def test_kind_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bands_for(100, 3, 2).error == 0
    monkeypatch.setattr(bands, "EXACT_BYTES", 1000)
    assert bands_for(100, 3, 2).error == SKETCH_ERROR == 2**-9

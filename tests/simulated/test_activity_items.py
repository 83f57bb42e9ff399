"""SLEDAI items: possible sums whose mean is the activity wanted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.simulated.activity_items import (
    DNA_BINDING,
    ITEMS,
    WEIGHTS,
    draw_earliness,
    draw_items,
    totals,
)


def generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


@pytest.mark.parametrize("wanted", [0.0, 0.7, 3.0, 9.5, 18.0, 47.3, 105.0, 130.0])
def test_the_mean_total_of_one_patient_is_the_activity_wanted(wanted: float) -> None:
    """For one patient with his own order, not only on average over patients."""
    visits = 20_000
    earliness = draw_earliness(1, generator(3))
    expected = np.full((1, visits), wanted)
    sums = totals(draw_items(expected, earliness, np.zeros((1, visits), dtype=bool), generator(4)))[0]
    error = 4 * max(sums.std(), 1e-9) / np.sqrt(visits)
    assert sums.mean() == pytest.approx(min(wanted, 105.0), abs=error + 1e-9)


@given(st.floats(0, 120), st.integers(0, 2**20), st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_total_is_less_than_one_item_away(wanted: float, seed: int, raised: bool) -> None:
    draw = generator(seed)
    present = draw_items(np.full((3, 4), wanted), draw_earliness(3, draw), np.full((3, 4), raised), draw)
    sums = totals(present)
    assert present.shape == (3, 4, len(ITEMS))
    assert np.all(np.abs(sums - min(wanted, 105.0)) < WEIGHTS.max())
    assert np.all(sums == np.rint(sums))


def test_no_activity_no_item_and_all_activity_every_item() -> None:
    draw = generator(1)
    early = draw_earliness(5, draw)
    raised = np.ones((5, 1), dtype=bool)
    assert not draw_items(np.zeros((5, 1)), early, raised, draw).any()
    assert draw_items(np.full((5, 1), 105.0), early, raised, draw).all()


def test_dna_binding_follows_the_laboratory() -> None:
    draw = generator(2)
    early = draw_earliness(200, draw)
    expected = np.full((200, 1), 12.0)
    high = draw_items(expected, early, np.ones((200, 1), dtype=bool), draw)
    normal = draw_items(expected, early, np.zeros((200, 1), dtype=bool), draw)
    assert high[..., DNA_BINDING].all()
    assert not normal[..., DNA_BINDING].any()


def test_patients_keep_their_items_from_visit_to_visit() -> None:
    """Two visits of one patient share more items than visits of two patients."""
    draw = generator(6)
    present = draw_items(np.full((400, 2), 18.0), draw_earliness(400, draw), np.zeros((400, 2), dtype=bool), draw)
    own = (present[:, 0] & present[:, 1]).sum(axis=-1).mean()
    other = (present[:-1, 0] & present[1:, 1]).sum(axis=-1).mean()
    assert own > 1.5 * other

"""Days of crossings against a plain loop over a fine grid, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.mechanism.simulate.crossings import first_below, first_return, first_rise

DAYS = np.arange(0.0, 41.0)
FINE = np.linspace(0, 40, 40 * 200 + 1)
curves = st.lists(st.floats(0, 2, allow_subnormal=False), min_size=41, max_size=41).map(np.array)


def test_by_hand() -> None:
    x = np.array([[1.0, 0.4, 0.2, 0.4, 0.8, 1.0]])
    days = np.arange(6.0)
    half = np.array([0.5])
    assert first_below(days, x, half) == pytest.approx([0 + 0.5 / 0.6])
    assert first_return(days, x, half) == pytest.approx([3.25])
    assert first_rise(days, x, 0.25, 0) == pytest.approx([3 + 0.05 / 0.4])
    assert first_rise(days, x, 0.25, 3.5) == pytest.approx([3.5])
    assert first_rise(days, x, 0.9, 0) == np.inf
    assert first_return(days, x, np.array([0.1])) == 0
    assert first_below(days, x, np.array([0.1])) == np.inf
    assert first_return(days, x[:, :3], half) == np.inf
    assert first_below(days, x, np.array([2.0])) == 0


def test_a_failed_patient_is_nan_and_no_other() -> None:
    x = np.array([[1.0, 0.1, 1.0], [1.0, np.nan, np.nan]])
    half = np.full(2, 0.5)
    for found in (first_below(DAYS[:3], x, half), first_return(DAYS[:3], x, half), first_rise(DAYS[:3], x, 0.5, 0)):
        assert np.isfinite(found[0])
        assert np.isnan(found[1])


@given(x=curves, level=st.floats(0.1, 1.9))
def test_against_a_fine_grid(x: np.ndarray, level: float) -> None:
    fine = np.interp(FINE, DAYS, x)
    below = np.flatnonzero(fine < level)
    found = first_below(DAYS, x[None], np.array([level]))[0]
    returned = first_return(DAYS, x[None], np.array([level]))[0]
    on_days = x < level
    if on_days.any():  # a dip between days has no place on a daily grid: straight lines dip on days only
        assert found == pytest.approx(FINE[below[0]], abs=0.006)
        back = np.flatnonzero((fine >= level) & (np.arange(len(fine)) > below[0]))
        assert returned == (pytest.approx(FINE[back[0]], abs=0.012) if back.size else np.inf)
    else:
        assert found == np.inf
        assert returned == 0


@given(x=curves, rise=st.floats(0.05, 1.5), after=st.integers(0, 30))
def test_rise_against_a_fine_grid(x: np.ndarray, rise: float, after: int) -> None:
    fine = np.interp(FINE, DAYS, x)
    risen = np.flatnonzero((fine >= np.minimum.accumulate(fine) + rise) & (after <= FINE))
    found = first_rise(DAYS, x[None], rise, after)[0]
    if found == np.inf:
        # Touching the level exactly may be lost to rounding on the fine grid, or found only there.
        assert not risen.size or (fine - np.minimum.accumulate(fine)).max() == pytest.approx(rise, abs=1e-9)
    else:
        assert risen.size or (x - np.minimum.accumulate(x)).max() == pytest.approx(rise, abs=1e-9)
        assert not risen.size or found == pytest.approx(FINE[risen[0]], abs=0.006)

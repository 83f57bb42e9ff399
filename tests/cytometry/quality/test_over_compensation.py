"""Over-compensation is seen; right compensation, spreading and autofluorescence are not mistaken for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.quality.over_compensation import judge_compensation


def events(seed: int, error: float, n: int = 20_000, autofluorescence: float = 0.0) -> np.ndarray:
    """Two channels; `error` is what is taken off too much of the second, as a share of the first. Light is counted in
    photons, so that bright events spread."""
    rng = np.random.default_rng(seed)
    bright = rng.lognormal(9.0, 0.5, n) * (rng.random(n) < 0.4)
    first = bright + rng.normal(0, 40, n)
    second = autofluorescence + rng.normal(0, 60, n) + rng.normal(0, 1, n) * np.sqrt(30 * bright) - error * bright
    return np.column_stack([first, second])


@given(st.integers(0, 10_000), st.floats(0, 300))
@settings(max_examples=40)
def test_right_compensation_is_good(seed: int, autofluorescence: float) -> None:
    assert judge_compensation(("A", "B"), events(seed, 0.0, autofluorescence=autofluorescence)).status == "good"


@pytest.mark.parametrize(("error", "status"), [(0.05, "doubtful"), (0.2, "bad")])
def test_too_much_taken_off_is_seen(error: float, status: str) -> None:
    found = judge_compensation(("A", "B"), events(1, error))
    assert (found.status in (status, "bad"), found.channel) == (True, "B")
    assert "of A" in found.note


def test_too_little_taken_off_is_no_over_compensation() -> None:
    assert judge_compensation(("A", "B"), events(1, -0.2)).status == "good"


@pytest.mark.parametrize("n", [0, 100])
def test_few_events_are_not_judged(n: int) -> None:
    assert judge_compensation(("A", "B"), events(1, 0.2, n=n)).status == "not_known"
    assert judge_compensation(("A",), events(1, 0.2)[:, :1]).status == "not_known"

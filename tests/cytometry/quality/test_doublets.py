"""Doublets by area against height."""

from __future__ import annotations

import numpy as np
import pytest

from costim.cytometry.quality.doublets import doublets_by_gate, doublets_by_pulse


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3])
def test_planted_doublets_are_counted(share: float) -> None:
    rng = np.random.default_rng(1)
    n = 20_000
    height = rng.lognormal(11, 0.3, n)
    two = rng.random(n) < share
    area = height * rng.normal(1.0, 0.03, n) * np.where(two, rng.uniform(1.5, 2.0, n), 1.0)
    found = doublets_by_pulse(area, height)
    assert found.value == pytest.approx(two.mean(), abs=0.01)
    assert found.status == ("good" if share < 0.2 else "doubtful")


def test_by_gate() -> None:
    found = doublets_by_gate(700, 1_000)
    assert (found.value, found.events, found.of, found.status) == (0.3, 300, 1_000, "doubtful")
    assert doublets_by_gate(0, 0).status == "not_known"


def test_few_events_are_not_judged() -> None:
    assert doublets_by_pulse(np.ones(50), np.ones(50)).status == "not_known"
    assert doublets_by_pulse(-np.ones(500), np.ones(500)).status == "not_known"

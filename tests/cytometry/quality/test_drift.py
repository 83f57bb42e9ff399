"""Drift by ranks: its null distribution, its power, its independence of scale and order of ties."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kruskal

from costim.cytometry.quality.drift import ALPHA, LARGE, compute_drift, evenly, judge_drift


def mixture(rng: np.random.Generator, n: int) -> np.ndarray:
    """A bimodal signal in arbitrary order, like a lineage marker on all cells."""
    bright = rng.random(n) < 0.3
    return np.where(bright, rng.normal(9.0, 0.3, n), rng.normal(5.0, 0.6, n))


@pytest.mark.parametrize(("n", "runs"), [(1_000, 200), (5_000, 200), (40_000, 40)])
def test_false_alarms_without_drift_stay_below_five_percent(n: int, runs: int) -> None:
    rng = np.random.default_rng(20070101)
    names = tuple(f"ch{i}" for i in range(8))
    alarms = 0
    for _ in range(runs):
        values = np.column_stack([mixture(rng, n) for _ in names])
        alarms += judge_drift(names, values, "all events").status != "good"
    # 7 and 9 of 200 runs gave an alarm and none of 40: with few events chance alone shifts ranks by more than the least
    # size, with many it does not.
    assert alarms / runs <= ALPHA


def test_p_is_uniform_without_drift() -> None:
    rng = np.random.default_rng(7)
    ps = [drift.p for _ in range(400) if (drift := compute_drift(np.round(mixture(rng, 3_000), 1))) is not None]
    assert len(ps) == 400
    for share in (0.05, 0.25, 0.5, 0.75):
        assert abs(np.mean(np.array(ps) < share) - share) < 4 * np.sqrt(share * (1 - share) / 400)


def test_statistic_is_that_of_kruskal_and_wallis() -> None:
    rng = np.random.default_rng(3)
    values = np.round(rng.normal(0, 1, 4_003) + np.linspace(0, 0.15, 4_003), 1)
    found = compute_drift(values)
    assert found is not None
    edges = (np.arange(found.stretches + 1) * len(values)) // found.stretches
    groups = [values[a:b] for a, b in pairwise(edges.tolist())]
    assert found.p == pytest.approx(kruskal(*groups).pvalue, rel=1e-9)


@pytest.mark.parametrize("course", ["slow", "step", "burst"])
def test_planted_drift_is_found(course: str) -> None:
    rng = np.random.default_rng(11)
    n = 20_000
    time = np.linspace(0, 1, n)
    moved = {"slow": 0.6 * time, "step": 0.6 * (time > 0.7), "burst": 1.0 * ((time > 0.4) & (time < 0.46))}[course]
    steady, drifting = rng.normal(0, 1, n), rng.normal(0, 1, n) + moved
    found = judge_drift(("steady", "drifting"), np.column_stack([steady, drifting]), "all events")
    assert (found.channel, found.status in ("doubtful", "bad")) == ("drifting", True)
    assert found.value is not None
    assert found.value > LARGE
    assert "steady" not in found.note


def test_a_trace_of_drift_in_a_large_file_is_no_alarm() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(0, 1, 400_000) + np.linspace(0, 0.1, 400_000)
    assert judge_drift(("a",), values[:, None], "all events").status == "good"


@given(st.integers(0, 2**32 - 1), st.integers(1_000, 3_000))
@settings(max_examples=30)
def test_monotone_scales_change_nothing(seed: int, n: int) -> None:
    values = np.random.default_rng(seed).normal(0, 1, n)
    assert compute_drift(values) == compute_drift(np.exp(values)) == compute_drift(values**3)


@given(st.integers(1, 10**7), st.integers(1, 50_000))
@settings(max_examples=60)
def test_even_picks_are_distinct_rising_and_start_at_the_first(n: int, most: int) -> None:
    picked = evenly(n, most)
    assert len(picked) == min(n, most)
    assert picked[0] == 0
    assert picked[-1] < n
    assert (np.diff(picked) > 0).all()


@pytest.mark.parametrize("values", [np.ones(5_000), np.arange(900.0), np.empty(0)])
def test_what_cannot_be_judged_is_not_called_good(values: np.ndarray) -> None:
    assert judge_drift(("a",), values[:, None], "all events").status == "not_known"
    assert judge_drift((), values[:, None][:, :0], "all events").status == "not_known"


def test_values_that_are_no_numbers_are_left_out() -> None:
    rng = np.random.default_rng(9)
    values = rng.normal(0, 1, (6_000, 2))
    values[::7, 0] = np.nan
    found = judge_drift(("a", "b"), values, "all events")
    assert found.of == int(np.isfinite(values).all(axis=1).sum())

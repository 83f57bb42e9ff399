"""Time: order, steadiness of the rate, pauses."""

from __future__ import annotations

import numpy as np
import pytest

from costim.cytometry.quality.time_course import judge_time
from costim.registry.cytometry_record import QualityNumber


def stream(seed: int, n: int = 40_000, rate: float = 800.0, step: float = 0.01) -> np.ndarray:
    times = np.cumsum(np.random.default_rng(seed).exponential(1 / rate, n))
    return np.asarray(np.floor(times / step) * step)


def judged(times: np.ndarray) -> dict[str, QualityNumber]:
    return {number.code: number for number in judge_time(times, unit="s")}


def test_false_alarms_of_steady_streams() -> None:
    alarms = 0
    for seed in range(200):
        n, rate = ((40_000, 800.0), (3_000, 60.0), (200_000, 5_000.0))[seed % 3]
        alarms += any(number.status in ("doubtful", "bad") for number in judged(stream(seed, n, rate)).values())
    assert alarms / 200 <= 0.05


def test_a_clog_is_a_gap() -> None:
    times = stream(1)
    times[15_000:] += 3.0
    found = judged(times)
    assert found["acquisition_gap"].status == "doubtful"
    assert found["acquisition_gap"].value == pytest.approx(3.0, abs=0.05)
    assert "of the acquisition" in found["acquisition_gap"].note
    assert found["flow_rate_unsteady"].status != "good"


def test_a_change_of_speed_is_unsteady() -> None:
    times = np.concatenate([stream(1, 20_000, 400.0), 51.0 + stream(2, 20_000, 2_000.0)])
    assert judged(times)["flow_rate_unsteady"].status == "bad"


def test_time_that_runs_back() -> None:
    times = stream(4, 5_000)
    times[2_500:] -= times[2_500]
    found = judged(times)
    assert found["time_not_monotone"].status == "doubtful"
    assert found["time_not_monotone"].events == 1


def test_a_coarse_clock_is_not_judged() -> None:
    assert judged(stream(5, 5_000, 800.0, step=1.0))["flow_rate_unsteady"].status == "not_known"


def test_few_events_are_not_judged() -> None:
    assert judged(stream(6, 200))["flow_rate_unsteady"].status == "not_known"

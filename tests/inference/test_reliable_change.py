"""Reliable change index and reference change value."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.shrinkage.reliable_change import (
    compute_noise_sd,
    compute_reference_limit,
    compute_reliable_change,
)
from tests.inference.truth import read_truth

CASES = read_truth("reliable_change_stats-4.2.2.csv")


@pytest.mark.oracle
def test_reference_limits_are_those_of_r():
    assert len(CASES) >= 10
    for row in CASES:
        df = None if row["df"] == "Inf" else float(row["df"])
        got = compute_reference_limit(
            float(row["within_sd"]), df=df, baselines=int(row["baselines"]), level=float(row["level"])
        )
        assert got == pytest.approx(float(row["limit"]), rel=1e-10), row


def test_by_hand():
    found = compute_reliable_change([-8, -5, 0, 6], 2.0)
    # 1.96 * 2 * sqrt(2) = 5.54
    assert found.reference_limit == pytest.approx(5.543615297, rel=1e-9)
    assert found.beyond_noise.tolist() == [True, False, False, True]
    assert found.index == pytest.approx(np.array([-8, -5, 0, 6]) / (2 * math.sqrt(2)))
    assert (found.lower[0], found.upper[0]) == pytest.approx((-13.543615297, -2.456384703), rel=1e-9)
    few = compute_reliable_change([-8, -5, 0, 6], 2.0, df=3)
    assert few.reference_limit == pytest.approx(3.182446305 * 2 * math.sqrt(2), rel=1e-9)
    assert few.beyond_noise.tolist() == [False, False, False, False]
    assert compute_noise_sd(2.0, baselines=4) == pytest.approx(2 * math.sqrt(1.25))


def test_a_change_at_the_limit_is_within_the_noise():
    limit = compute_reference_limit(1.5)
    assert compute_reliable_change([limit, -limit], 1.5).beyond_noise.tolist() == [False, False]


def test_empty_and_wrong_input():
    assert compute_reliable_change([], 1.0).index.size == 0
    for kwargs, words in (
        ({"changes": [math.inf], "within_sd": 1.0}, "finite"),
        ({"changes": [1.0], "within_sd": 0.0}, "test-retest"),
        ({"changes": [1.0], "within_sd": 1.0, "df": 0.0}, "degrees of freedom"),
        ({"changes": [1.0], "within_sd": 1.0, "level": 0.0}, "level"),
        ({"changes": [1.0], "within_sd": 1.0, "baselines": 0}, "at least one"),
    ):
        with pytest.raises(ValueError, match=words):
            compute_reliable_change(kwargs.pop("changes"), kwargs.pop("within_sd"), **kwargs)


@settings(max_examples=60)
@given(
    st.lists(st.floats(-50, 50), max_size=6),
    st.floats(0.1, 20),
    st.sampled_from([None, 1.0, 6.5]),
    st.sampled_from([0.8, 0.95]),
)
def test_verdict_and_limits_agree_and_mirror(changes, sd, df, level):
    found = compute_reliable_change(changes, sd, df=df, level=level)
    outside = (found.lower > 0) | (found.upper < 0)
    assert np.array_equal(found.beyond_noise, outside)
    mirrored = compute_reliable_change([-c for c in changes], sd, df=df, level=level)
    assert np.array_equal(found.beyond_noise, mirrored.beyond_noise)
    assert mirrored.lower == pytest.approx(-found.upper)
    scaled = compute_reliable_change([8 * c for c in changes], 8 * sd, df=df, level=level)
    assert scaled.index == pytest.approx(found.index)
    wider = compute_reliable_change(changes, sd, df=df, level=0.99)
    assert np.all(wider.lower <= found.lower)

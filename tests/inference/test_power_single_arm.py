"""One exact binomial test: cut-offs, saw-tooth, and the size from which the power holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.planning.binomial import chance_of_at_least, chance_of_each
from costim.inference.planning.single_arm import compute_power, compute_single_arm, find_cut_offs
from tests.inference.truth import numbers, read_truth

CASES = [row for row in read_truth("planning_base-4.2.2.csv") if row["what"] == "single_arm"]


@pytest.mark.oracle
@pytest.mark.parametrize("row", CASES, ids=lambda row: row["case"])
def test_sizes_and_cut_offs_are_those_of_trying_every_size(row):
    assert len(CASES) >= 10
    p0, p1, alpha, power = numbers(row["case"])
    found = compute_single_arm(p0, p1, alpha=alpha, power=power)
    got = found.smallest.n, found.smallest.cut_off, found.smallest.alpha, found.smallest.power
    safe = found.safe.n, found.safe.cut_off, found.safe.power
    assert (*got, *safe) == pytest.approx(numbers(row["numbers"]), rel=1e-10)


def test_a_smaller_share_hoped_for_is_the_mirror_image():
    up, down = compute_single_arm(0.3, 0.6), compute_single_arm(0.7, 0.4)
    assert (down.smallest.n, down.smallest.upwards) == (up.smallest.n, False)
    assert down.smallest.cut_off == up.smallest.n - up.smallest.cut_off
    assert down.smallest.power == pytest.approx(up.smallest.power)


def test_power_never_falls_below_from_the_safe_size_on():
    for p0, p1 in ((0.3, 0.6), (0.05, 0.25), (0.5, 0.65), (0.9, 0.99)):
        safe = compute_single_arm(p0, p1).safe.n
        sizes = np.arange(1, 3000)
        powers = chance_of_at_least(find_cut_offs(sizes, p0, 0.05), sizes, p1)
        assert np.all(powers[safe - 1 :] >= 0.8)
        assert safe == 1 or powers[safe - 2] < 0.8


def test_the_power_of_one_size():
    # 8 of 10 or more: P = (45 + 10 + 1) / 1024 under one half.
    found = compute_power(10, 0.5, 0.9, alpha=0.06)
    assert (found.cut_off, found.upwards, found.alpha) == (8, True, pytest.approx(56 / 1024))
    assert found.power == pytest.approx(0.9**10 + 10 * 0.9**9 * 0.1 + 45 * 0.9**8 * 0.01)
    # With one patient nothing can be claimed at 5 %.
    assert compute_power(1, 0.5, 0.9).cut_off == 2
    assert compute_power(1, 0.5, 0.9).power == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0.0, 0.5), "reference share"),
        ((0.5, 1.0), "hoped for"),
        ((0.5, 0.5), "must differ"),
        ((0.5, 0.5001), "further apart"),
    ],
)
def test_wrong_shares_are_refused_in_words(arguments, words):
    with pytest.raises(ValueError, match=words):
        compute_single_arm(*arguments)


def test_wrong_chances_are_refused_in_words():
    with pytest.raises(ValueError, match="alpha"):
        compute_single_arm(0.3, 0.6, alpha=0)
    with pytest.raises(ValueError, match="power"):
        compute_single_arm(0.3, 0.6, alpha=0.1, power=0.05)
    with pytest.raises(ValueError, match="at least one patient"):
        compute_power(0, 0.3, 0.6)


@settings(max_examples=60)
@given(st.integers(1, 200), st.floats(0.01, 0.99), st.floats(0.001, 0.4))
def test_the_cut_off_is_the_smallest_that_keeps_alpha(n, p0, alpha):
    cut_off = int(find_cut_offs(np.array([n]), p0, alpha)[0])
    chances = chance_of_each(n, p0)
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    tails = np.append(np.cumsum(chances[::-1])[::-1], 0.0)
    assert tails[cut_off] <= alpha + 1e-9
    assert cut_off == 0 or tails[cut_off - 1] > alpha - 1e-9
    assert chance_of_at_least(cut_off, n, p0) == pytest.approx(tails[cut_off], rel=1e-9, abs=1e-13)

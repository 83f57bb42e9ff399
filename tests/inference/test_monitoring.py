"""Boundaries by posterior probability, and what they do, against every possible path."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.planning.monitoring import compute_monitoring
from costim.inference.shrinkage.beta_binomial import BetaPrior, compute_beta_binomial
from tests.inference.truth import numbers, read_truth

CASES = [row for row in read_truth("planning_base-4.2.2.csv") if row["what"] == "monitor"]


@pytest.mark.oracle
def test_boundaries_are_those_of_pbeta():
    assert len(CASES) >= 10
    for row in CASES:
        reference, n, low, high, look = numbers(row["case"])
        found = compute_monitoring(reference, int(n), low_probability=low, high_probability=high)
        boundary = found.boundaries[int(look) - 1]
        expected_low, expected_high = (int(x) for x in numbers(row["numbers"]))
        assert boundary.n == look
        assert boundary.low == (None if expected_low < 0 else expected_low)
        assert boundary.high == (None if expected_high > look else expected_high)


def by_paths(boundaries, n, share):
    """Every sequence of yes and no, one at a time."""
    by_look = {b.n: b for b in boundaries}
    low = high = expected = 0.0
    for path in product((0, 1), repeat=n):
        chance, count, end = 1.0, 0, None
        for x in path:
            chance *= share if x else 1 - share
        for k, x in enumerate(path, start=1):
            count += x
            b = by_look.get(k)
            if b and b.low is not None and count <= b.low:
                end = "low", k
            elif b and b.high is not None and count >= b.high:
                end = "high", k
            if end:
                break
        low += chance * (end is not None and end[0] == "low")
        high += chance * (end is not None and end[0] == "high")
        expected += chance * (end[1] if end else n)
    return low, high, 1 - low - high, expected


@settings(max_examples=25)
@given(
    st.integers(1, 9),
    st.floats(0.1, 0.9),
    st.sampled_from([(0.05, 0.95), (None, 0.9), (0.2, None), (0.3, 0.6)]),
    st.tuples(st.integers(1, 3), st.integers(1, 4)),
    st.floats(0, 1),
)
def test_characteristics_are_those_of_all_paths(n, reference, probabilities, looks, share):
    (low, high), (every, first) = probabilities, looks
    found = compute_monitoring(
        reference, n, low_probability=low, high_probability=high, first_look=min(first, n), every=every, shares=(share,)
    )
    assert found.boundaries[-1].n == n
    assert found.characteristics[0].share == reference
    for row in found.characteristics:
        got = row.stop_low, row.stop_high, row.neither, row.expected_n
        assert got == pytest.approx(by_paths(found.boundaries, n, row.share), abs=1e-10)


def test_boundaries_say_what_the_posterior_says():
    prior = BetaPrior("sceptical", 1.2, 2.8)
    found = compute_monitoring(0.3, 20, prior=prior)
    for b in found.boundaries:
        for k in range(b.n + 1):
            beyond = compute_beta_binomial(k, b.n, prior, reference=0.3).beyond
            assert (b.low is not None and k <= b.low) == (beyond < 0.05)
            assert (b.high is not None and k >= b.high) == (beyond > 0.95)


@pytest.mark.parametrize(
    ("reference", "n", "options", "words"),
    [
        (0, 5, {}, "reference share"),
        (0.3, 0, {}, "number of patients"),
        (0.3, 5, {"low_probability": None, "high_probability": None}, "give a probability"),
        (0.3, 5, {"low_probability": 0.9, "high_probability": 0.5}, "must be below"),
        (0.3, 5, {"high_probability": 1.0}, "posterior probability"),
        (0.3, 5, {"first_look": 6}, "first look"),
        (0.3, 5, {"shares": (1.5,)}, "true share"),
    ],
)
def test_wrong_questions_are_refused_in_words(reference, n, options, words):
    with pytest.raises(ValueError, match=words):
        compute_monitoring(reference, n, **options)

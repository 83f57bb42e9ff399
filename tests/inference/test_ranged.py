"""The enclosing result against the exact one of every completion, by brute force."""

from __future__ import annotations

from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.paired.hodges_lehmann import compute_hodges_lehmann
from costim.inference.paired.ranged import compute_ranged_signed_rank
from costim.inference.paired.signed_rank import compute_signed_rank

ENDS = st.tuples(st.integers(-8, 8), st.integers(0, 3)).map(lambda e: (e[0], e[0] + e[1]))


def test_all_below_the_limit_of_quantification_after_treatment() -> None:
    # Ten patients, B cells exact before and "<1" after: every change is a fall, whatever the true value was.
    before = np.array([120, 95, 210, 15, 60, 44, 310, 7, 82, 133], dtype=float)
    found = compute_ranged_signed_rank(-before, 1 - before)
    assert found.p == found.p_min == 2 / 2**10
    assert found.w_plus == (0, 0)
    exact = [compute_hodges_lehmann(-before + x, resolution=0.01) for x in (0.0, 1.0)]
    assert found.lower == exact[0].lower
    assert found.upper == exact[1].upper
    assert found.estimate == (exact[0].estimate, exact[1].estimate)


def test_an_open_end_leaves_the_limit_open() -> None:
    found = compute_ranged_signed_rank([-inf] * 6, [-1, -2, -3, -4, -5, -6])
    assert found.estimate[0] is None
    assert found.lower is None
    assert found.upper is not None
    assert found.upper < 0
    assert found.p == 2 / 2**6


def test_five_pairs_never_reach_the_level() -> None:
    found = compute_ranged_signed_rank([-5, -4, -3, -2, -1], [-5, -4, -3, -2, -1])
    assert (found.lower, found.upper, found.p) == (None, None, 0.0625)


@pytest.mark.parametrize("n", [1, 6, 10, 25, 60])
@pytest.mark.parametrize("seed", range(5))
def test_exact_changes_without_ties_give_the_exact_test(n: int, seed: int) -> None:
    changes = np.round(np.random.default_rng(seed).normal(-0.4, 1, n), 6)
    found = compute_ranged_signed_rank(changes, changes)
    test, shift = compute_signed_rank(changes), compute_hodges_lehmann(changes)
    assert found.p == pytest.approx(test.p, rel=1e-12)
    assert found.w_plus == (test.w_plus, test.w_plus)
    assert found.estimate == pytest.approx((shift.estimate, shift.estimate))
    assert (found.lower is None) == (shift.lower is None)
    if shift.lower is not None:
        assert (found.lower, found.upper) == pytest.approx((shift.lower, shift.upper))


@settings(max_examples=60, deadline=None)
@given(st.lists(ENDS, min_size=1, max_size=7), st.sampled_from([0.8, 0.9, 0.95]), st.randoms(use_true_random=False))
def test_every_completion_is_enclosed(spans: list[tuple[int, int]], level: float, rng: object) -> None:
    lows, highs = [s[0] for s in spans], [s[1] for s in spans]
    found = compute_ranged_signed_rank(lows, highs, level=level)
    for _ in range(15):
        # Continuous completions have no ties: the tie-free test is the exact one.
        d = np.array([lo + (hi - lo) * rng.random() + 1e-4 * (rng.random() - 0.5) for lo, hi in spans])  # type: ignore[attr-defined]
        shift = compute_hodges_lehmann(d, level=level)
        slack = 1e-3
        assert compute_signed_rank(d).p <= found.p + 1e-12
        if found.estimate[0] is not None and shift.estimate is not None:
            assert found.estimate[0] - slack <= shift.estimate <= (found.estimate[1] or 0.0) + slack
        if found.lower is not None:
            assert shift.lower is not None
            assert found.lower - slack <= shift.lower
        if found.upper is not None:
            assert shift.upper is not None
            assert shift.upper <= found.upper + slack


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(-4, 4), st.integers(0, 2)), min_size=1, max_size=6))
def test_estimates_of_whole_completions_are_enclosed(spans: list[tuple[int, int]]) -> None:
    lows, highs = [a for a, _ in spans], [a + w for a, w in spans]
    found = compute_ranged_signed_rank(lows, highs)
    estimates = [
        compute_hodges_lehmann(c, resolution=1).estimate
        for c in product(*(range(a, b + 1) for a, b in zip(lows, highs, strict=True)))
    ]
    known = [e for e in estimates if e is not None]
    assert (min(known), max(known)) == pytest.approx(found.estimate)


@pytest.mark.parametrize(
    ("lower", "upper", "level"), [([], [], 0.95), ([2], [1], 0.95), ([float("nan")], [1], 0.95), ([1], [2], 1.0)]
)
def test_what_cannot_be_asked_is_refused(lower: list[float], upper: list[float], level: float) -> None:
    with pytest.raises(ValueError, match=r"lower end|level must"):
        compute_ranged_signed_rank(lower, upper, level=level)

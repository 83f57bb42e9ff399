"""Severity bands: both sets of limits, bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import between
from costim.measures.facts import Facts, Visit
from costim.measures.score import score
from tests.measures.sledai_visits import recorded

BANDS = {
    "bands_a": {"none": (0, 0), "low": (1, 4), "moderate": (5, 10), "high": (11, 105)},
    "bands_b": {"none": (0, 0), "low": (1, 5), "moderate": (6, 10), "high": (11, 19), "very_high": (20, 105)},
}


def bands(low: int, high: int, variant: str) -> tuple[str, ...]:
    """Bands a typed total admits."""
    return score("sledai_band", Visit(Facts({"sledai_total": between(low, high)})), variant).possible


@pytest.mark.parametrize("variant", BANDS)
def test_every_score_has_its_band(variant: str) -> None:
    for points in range(106):
        expected = tuple(name for name, (low, high) in BANDS[variant].items() if low <= points <= high)
        assert bands(points, points, variant) == expected, points


@pytest.mark.parametrize("variant", BANDS)
@settings(max_examples=40, deadline=None)
@given(ends=st.tuples(st.integers(0, 30), st.integers(0, 30)))
def test_bounds_admit_the_band_of_every_score(variant: str, ends: tuple[int, int]) -> None:
    low, high = sorted(ends)
    expected = tuple(name for name, (least, most) in BANDS[variant].items() if least <= high and most >= low)
    assert bands(low, high, variant) == expected


def test_the_sets_disagree_and_name_their_evidence() -> None:
    five = Visit(recorded(["arthritis", "fever"]))
    a, b = score("sledai_band", five, "bands_a"), score("sledai_band", five, "bands_b")
    assert (a.state, a.evidence, "unverified_rule" in a.flags) == ("moderate", "S", False)
    assert (b.state, b.evidence, "unverified_rule" in b.flags) == ("low", "M", True)
    assert (a.window_days, a.decided_by) == (30, ("arthritis", "fever"))


def test_unknown_items_that_cannot_matter_leave_the_band_settled() -> None:
    found = score("sledai_band", Visit(recorded(["seizure", "arthritis"], ["rash"])), "bands_b")
    assert (found.state, found.complete, found.missing) == ("high", True, ())
    open_ = score("sledai_band", Visit(recorded(["seizure"], ["arthritis"])), "bands_b")
    assert (open_.state, open_.possible, open_.missing) == ("unknown", ("moderate", "high"), ("arthritis",))

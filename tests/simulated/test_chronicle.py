"""What becomes known at visits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.simulated.chronicle import found_at_visits, last_contact

DAYS = np.array([0, 7, 28, 90, 180])
ALL = np.ones(5, dtype=bool)
SOME = np.array([True, True, True, False, True])


@pytest.mark.parametrize(
    ("day", "attended", "written"),
    [
        (60.2, ALL, "29-90"),
        (60.2, SOME, "29-180"),
        (90.0, ALL, "29-90"),
        (90.001, ALL, "91-180"),
        (np.inf, ALL, ">180"),
        (200.0, ALL, ">180"),
        (170.0, np.array([True, True, True, True, False]), ">90"),
    ],
)
def test_an_event_lies_after_one_visit_and_up_to_the_next(day: float, attended: np.ndarray, written: str) -> None:
    assert found_at_visits(day, DAYS, attended).written == written


def test_one_day_between_visits_is_that_day() -> None:
    assert found_at_visits(8.0, np.array([0, 7, 8]), np.ones(3, dtype=bool)).written == "8"


@given(st.floats(0.5, 300), st.lists(st.booleans(), min_size=4, max_size=4))
@settings(max_examples=100, deadline=None)
def test_the_truth_lies_in_what_is_found(day: float, came: list[bool]) -> None:
    attended = np.array([True, *came])
    found = found_at_visits(day, DAYS, attended)
    assert found.after < day
    if found.by is None:
        assert last_contact(DAYS, attended) == found.after
    else:
        assert day <= found.by

"""Placement of labels and symbols: apart, in order, as near as possible."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.report.figures.spread import dodge, spread, stack

positions = st.lists(st.floats(-50, 150, allow_nan=False), max_size=30)


@given(positions, st.floats(0.1, 3))
def test_labels_are_apart_in_bounds_and_in_order(wanted: list[float], gap: float) -> None:
    placed = spread(wanted, gap, 0, 100)
    assert all(-1e-9 <= p <= 100 + 1e-9 for p in placed)
    assert all(b - a >= gap - 1e-9 for a, b in pairwise(sorted(placed)))
    assert [i for _, i in sorted(zip(placed, range(len(placed)), strict=True))] == sorted(
        range(len(wanted)), key=lambda i: (wanted[i], i)
    )


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([10, 30, 20], 5, 0, 100) == [10, 30, 20]


def test_crowded_labels_share_the_way() -> None:
    assert spread([50, 50, 50], 4, 0, 100) == pytest.approx([46, 50, 54])
    assert spread([0, 0, 0], 4, 0, 100) == pytest.approx([0, 4, 8])


def test_too_many_labels_are_spaced_evenly() -> None:
    assert spread([5, 5, 5], 10, 0, 10) == pytest.approx([0, 5, 10])
    assert spread([], 1, 0, 1) == []


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 20)), max_size=40))
def test_close_symbols_of_one_place_never_share_a_step(marks: list[tuple[str, int]]) -> None:
    steps = dodge([p for p, _ in marks], [v for _, v in marks], 1.5)
    for i, (place, value) in enumerate(marks):
        for j in range(i):
            if marks[j][0] == place and abs(marks[j][1] - value) < 1.5:
                assert steps[i] != steps[j]


def test_equal_values_step_to_both_sides() -> None:
    assert dodge("aaa", [1, 1, 1], 0.5) == [0, 1, -1]
    assert dodge("aab", [1, 5, 1], 0.5) == [0, 0, 0]


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50)).map(lambda s: (min(s), max(s))), max_size=25))
def test_spans_of_one_level_keep_their_distance(spans: list[tuple[float, float]]) -> None:
    levels = stack(spans, 2)
    for i, (a, b) in enumerate(spans):
        for j in range(i):
            if levels[i] == levels[j]:
                assert spans[j][0] - b >= 2 or a - spans[j][1] >= 2

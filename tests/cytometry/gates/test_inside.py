"""Borders and odd values, worked by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.cytometry.gates.inside import in_ellipsoid, in_polygon, in_range, interval_of

NAN, INF = math.nan, math.inf


def told(mask: np.ndarray) -> str:
    return "".join("1" if inside else "0" for inside in mask)


def polygon(points: list[tuple[float, float]], vertices: list[tuple[float, float]]) -> str:
    x, y = np.array(points, dtype=float).T
    return told(in_polygon(x, y, vertices))


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        # values          -inf -1 0 0.5 1 inf nan
        (0.0, 1.0, "0011000"),
        (0.0, None, "0011110"),
        (None, 1.0, "1111000"),
        (None, None, "1111110"),
        (-1.0, 0.0, "0100000"),
    ],
)
def test_a_range_holds_its_lower_end_and_not_its_upper(lower: float | None, upper: float | None, expected: str) -> None:
    values = np.array([-INF, -1.0, 0.0, 0.5, 1.0, INF, NAN])
    assert told(in_range(values, lower, upper)) == expected


def test_a_range_tells_neighbouring_doubles_apart() -> None:
    below, above = np.nextafter(0.5, 0.0), np.nextafter(0.5, 1.0)
    assert told(in_range(np.array([below, 0.5, above]), 0.5, None)) == "011"
    assert told(in_range(np.array([below, 0.5, above]), None, 0.5)) == "100"


SQUARE = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]


def test_corners_and_edges_of_a_square_belong_to_it() -> None:
    on = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)]
    assert polygon(on, SQUARE) == "1" * 8
    assert polygon([(1, 1), (0.001, 1.999)], SQUARE) == "11"
    off = [(-0.001, 0), (2.001, 1), (1, -0.001), (1, 2.001), (3, 0), (3, 2), (-1, 0), (-1, 2), (3, 1), (-1, 1)]
    assert polygon(off, SQUARE) == "0" * 10


def test_slanting_edges_belong_to_a_triangle() -> None:
    triangle = [(0.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
    assert polygon([(1, 1), (2, 2), (3, 3), (0, 0), (4, 4)], triangle) == "11111"
    assert polygon([(1.001, 1), (2, 1.999), (1, 1.001), (4, 3.999)], triangle) == "0010"


def test_a_ray_through_a_corner_is_counted_once() -> None:
    diamond = [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]
    assert polygon([(0, 0), (-0.5, 0), (-2, 0), (2, 0), (-2, 1), (-2, -1)], diamond) == "110000"
    saw = [(0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (3.0, 1.0), (2.0, 2.0), (1.0, 1.0), (0.0, 2.0)]
    assert polygon([(0.5, 1), (-1, 1), (1.5, 1), (1, 1), (1, 1.5), (-1, 2), (2, 2)], saw) == "1011001"


def test_crossing_edges_by_the_even_odd_rule() -> None:
    bow_tie = [(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)]
    assert polygon([(0.5, 1), (1.5, 1), (1, 0.5), (1, 1.5), (1, 1)], bow_tie) == "11001"
    star = [(math.sin(4 * math.pi * i / 5), math.cos(4 * math.pi * i / 5)) for i in range(5)]
    assert polygon([(0, 0), (0, 0.8)], star) == "01"  # the middle is wound around twice
    assert polygon([(1, 1)], [*SQUARE, *SQUARE]) == "0"


def test_a_polygon_with_a_bay_and_repeated_corners() -> None:
    letter_c = [(0, 0), (3, 0), (3, 1), (1, 1), (1, 2), (3, 2), (3, 3), (0, 3)]
    assert polygon([(2, 1.5), (0.5, 1.5), (2, 0.5), (2, 2.5), (1, 1.5), (3, 1.5)], letter_c) == "011110"
    again = [point for point in letter_c for _ in range(2)]
    assert polygon([(2, 1.5), (0.5, 1.5), (2, 0.5), (2, 2.5), (1, 1.5), (3, 1.5)], again) == "011110"


def test_odd_values_are_in_no_polygon() -> None:
    odd = [(NAN, 1), (1, NAN), (NAN, NAN), (INF, 1), (-INF, 1), (1, INF), (1, -INF), (INF, INF), (-INF, 0), (-INF, 2)]
    assert polygon(odd, SQUARE) == "0" * 10


small = st.integers(-6, 6)


@given(st.lists(st.tuples(small, small), min_size=3, max_size=8), st.lists(st.tuples(small, small), min_size=1))
def test_a_polygon_agrees_with_exact_arithmetic(corners: list[tuple[int, int]], points: list[tuple[int, int]]) -> None:
    found = polygon(points, [(float(x), float(y)) for x, y in corners])  # type: ignore[arg-type]
    assert found == "".join("1" if exactly_inside(point, corners) else "0" for point in points)


def exactly_inside(point: tuple[int, int], corners: list[tuple[int, int]]) -> bool:
    """The definition in fractions: on an edge, or an odd number of edges to the right."""
    px, py = point
    crossings = 0
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        flat = (bx - ax) * (py - ay) == (by - ay) * (px - ax)
        if flat and min(ax, bx) <= px <= max(ax, bx) and min(ay, by) <= py <= max(ay, by):
            return True
        if (ay > py) != (by > py):
            crossings += px < ax + Fraction((py - ay) * (bx - ax), by - ay)
    return crossings % 2 == 1


floats = st.floats(-1e3, 1e3)


@given(st.lists(st.tuples(floats, floats), min_size=3, max_size=9), st.integers(0, 8), st.integers(0, 2**32 - 1))
def test_direction_and_first_vertex_do_not_matter(corners: list[tuple[float, float]], turn: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    x, y = generator.uniform(-1e3, 1e3, (2, 50))
    x, y = np.append(x, [c[0] for c in corners]), np.append(y, [c[1] for c in corners])
    start = turn % len(corners)
    turned = corners[start:] + corners[:start]
    expected = in_polygon(x, y, corners)
    assert np.array_equal(in_polygon(x, y, turned), expected)
    assert np.array_equal(in_polygon(x, y, turned[::-1]), expected)
    assert expected[50:].all(), "vertices belong to their polygon"


@given(
    st.lists(st.tuples(small, small), min_size=3, max_size=8), st.sampled_from([0.25, 2.0, -1.0, -8.0]), small, small
)
def test_maps_of_the_plane_move_polygon_and_events_alike(
    corners: list[tuple[int, int]], factor: float, right: int, up: int
) -> None:
    x, y = (axis.ravel().astype(float) for axis in np.meshgrid(np.arange(-7, 8), np.arange(-7, 8)))
    plain = [(float(a), float(b)) for a, b in corners]
    moved = [(a * factor + right, b * factor + up) for a, b in plain]
    assert np.array_equal(in_polygon(x, y, plain), in_polygon(x * factor + right, y * factor + up, moved))
    swapped = in_polygon(y, x, [(b, a) for a, b in plain])
    assert np.array_equal(in_polygon(x, y, plain), swapped)


def ellipse(points: list[tuple[float, ...]], mean: tuple[float, ...], rows: list[list[float]], square: float) -> str:
    return told(in_ellipsoid(list(np.array(points, dtype=float).T), mean, rows, square))


def test_the_border_of_an_ellipse_belongs_to_it() -> None:
    # Variances 4 and 1: half axes 2 and 1 at distance square 1, 4 and 2 at 4.
    rows = [[4.0, 0.0], [0.0, 1.0]]
    points = [(1, 1), (3, 1), (3.001, 1), (1, 2), (1, 2.001), (-1, 1), (2, 1.8), (2, 1.9)]
    assert ellipse(points, (1.0, 1.0), rows, 1.0) == "11010110"
    assert ellipse([(5, 1), (5.001, 1), (1, -1), (1, -1.001)], (1.0, 1.0), rows, 4.0) == "1010"


def test_a_tilted_ellipse() -> None:
    # Correlation 0.5 with variances 1: squared distance (x^2 - x y + y^2) / 0.75.
    rows = [[1.0, 0.5], [0.5, 1.0]]
    points = [(1, 1), (1, -1), (0.5, -0.5), (1, 0), (0, 0.86), (0, 0.87)]
    exact = [4 / 3, 4, 1, 4 / 3, 0.7396 / 0.75, 0.7569 / 0.75]
    assert ellipse(points, (0.0, 0.0), rows, 1.001) == told(np.array(exact) <= 1.001)


def test_ellipsoids_of_three_dimensions_and_of_no_extent() -> None:
    rows = [[1.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 9.0]]
    points = [(1, 0, 0), (0, 2, 0), (0, 0, 3), (0, 0, 3.001), (0.6, 1.6, 0), (0.6, 1.61, 0), (0.5, 1, 1.5)]
    assert ellipse(points, (0.0, 0.0, 0.0), rows, 1.0) == "1110101"
    assert ellipse([(2, 3), (2, 3.001)], (2.0, 3.0), [[1.0, 0.0], [0.0, 1.0]], 0.0) == "10"


def test_odd_values_are_in_no_ellipse() -> None:
    odd = [(NAN, 0), (0, NAN), (INF, 0), (0, -INF), (INF, INF), (INF, -INF)]
    assert ellipse(odd, (0.0, 0.0), [[1.0, 0.5], [0.5, 1.0]], 1e9) == "000000"


def test_a_divider_belongs_to_the_interval_above_it() -> None:
    values = np.array([-INF, 0.9, 1.0, 1.5, 2.0, 2.5, INF, NAN])
    assert interval_of(values, [1.0, 2.0]).tolist() == [0, 0, 1, 1, 2, 2, 2, -1]

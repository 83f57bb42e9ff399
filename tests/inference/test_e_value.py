import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.other_causes.e_value import compute_e_value, compute_e_value_of_difference


def test_the_example_of_the_paper():
    """VanderWeele & Ding 2017: risk ratio 3.9 (1.8 to 8.7) has E-values 7.26 and 3.0."""
    found = compute_e_value(3.9, lower=1.8, upper=8.7)
    assert (round(found.point, 2), round(found.limit, 2)) == (7.26, 3.0)
    assert not found.approximate


@pytest.mark.parametrize(
    ("ratio", "limits", "expected"),
    [
        (1, (None, None), (1, None)),
        (1, (0.5, 2), (1, 1)),
        (2, (None, None), (2 + math.sqrt(2), None)),
        (0.5, (None, None), (2 + math.sqrt(2), None)),
        (0.5, (0.2, 0.8), (2 + math.sqrt(2), 1.25 + math.sqrt(1.25 * 0.25))),
        (0.5, (0.2, 1.3), (2 + math.sqrt(2), 1)),
        (2, (0.9, 5), (2 + math.sqrt(2), 1)),
        (2, (1.0, 5), (2 + math.sqrt(2), 1)),
        (4, (2, math.inf), (4 + math.sqrt(12), 2 + math.sqrt(2))),
        (1.5, (1.2, 1.9), (1.5 + math.sqrt(0.75), 1.2 + math.sqrt(0.24))),
        (0.01, (0.0, 0.1), (100 + math.sqrt(9900), 10 + math.sqrt(90))),
    ],
)
def test_from_the_definition(ratio, limits, expected):
    found = compute_e_value(ratio, lower=limits[0], upper=limits[1])
    assert found.point == pytest.approx(expected[0])
    assert found.limit == (None if expected[1] is None else pytest.approx(expected[1]))


@given(st.floats(0.01, 100))
@settings(max_examples=60, deadline=None)
def test_a_cause_of_that_strength_just_explains_the_ratio(ratio):
    """The bias that two ratios e and e can make at most is e * e / (e + e - 1) (Ding & VanderWeele 2016)."""
    e = compute_e_value(ratio).point
    assert e * e / (2 * e - 1) == pytest.approx(max(ratio, 1 / ratio))
    assert e == pytest.approx(compute_e_value(1 / ratio).point)


def test_a_standardised_difference_goes_by_way_of_a_ratio():
    found = compute_e_value_of_difference(-0.5, se=0.2)
    ratio = math.exp(0.91 * 0.5)
    near = math.exp(0.91 * (0.5 - 1.959963984540054 * 0.2))
    assert found.approximate
    assert found.point == pytest.approx(ratio + math.sqrt(ratio * (ratio - 1)))
    assert found.limit == pytest.approx(near + math.sqrt(near * (near - 1)))
    assert compute_e_value_of_difference(0.0).point == 1
    assert compute_e_value_of_difference(0.3, se=0.4).limit == 1
    assert compute_e_value_of_difference(0.3).limit is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compute_e_value(0), "a ratio must be a positive number, found 0"),
        (lambda: compute_e_value(float("nan")), "a ratio must be a positive number, found nan"),
        (lambda: compute_e_value(2, lower=3), "the limits must enclose the ratio"),
        (lambda: compute_e_value(2, upper=1), "the limits must enclose the ratio"),
        (lambda: compute_e_value_of_difference(1, se=0), "the standard error must be a positive number, found 0"),
        (lambda: compute_e_value_of_difference(math.inf), "the difference must be a finite number, found inf"),
        (lambda: compute_e_value_of_difference(1, level=2), "the level must lie between 0 and 1, found 2"),
    ],
)
def test_wrong_input_is_refused(call, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        call()

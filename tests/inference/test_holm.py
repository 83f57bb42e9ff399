import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.inference.families.holm import compute_holm

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_textbook_case():
    assert compute_holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))


@given(p_values)
def test_never_smaller_never_above_one_and_in_order(values):
    adjusted = compute_holm(values)
    assert all(v <= a <= 1 for v, a in zip(values, adjusted, strict=True))
    by_p = [a for _, a in sorted(zip(values, adjusted, strict=True))]
    assert by_p == sorted(by_p)


@given(p_values, st.randoms(use_true_random=False))
def test_order_of_the_endpoints_does_not_matter(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    adjusted = compute_holm(values)
    assert compute_holm([values[i] for i in order]) == tuple(adjusted[i] for i in order)


def test_p_outside_its_range_is_refused():
    with pytest.raises(ValueError, match=r"^p-values must lie between 0 and 1$"):
        compute_holm([0.2, 1.2])

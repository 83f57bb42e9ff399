import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.inference.families.benjamini_hochberg import compute_benjamini_hochberg
from costim.inference.families.holm import compute_holm
from tests.inference.truth import numbers, read_truth

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@pytest.mark.oracle
@pytest.mark.parametrize("row", read_truth("adjusted_p_stats-4.2.2.csv"), ids=lambda r: r["case"])
def test_equals_p_adjust(row):
    p = numbers(row["p"])
    assert compute_benjamini_hochberg(p) == pytest.approx(numbers(row["benjamini_hochberg"]), rel=1e-12)
    assert compute_holm(p) == pytest.approx(numbers(row["holm"]), rel=1e-12)


def test_example_of_the_paper():
    """Benjamini and Hochberg 1995: fifteen comparisons, of which the procedure rejects four at 5 %."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.759,
        1,
    ]
    assert sum(q <= 0.05 for q in compute_benjamini_hochberg(p)) == 4
    assert sum(q <= 0.05 for q in compute_holm(p)) == 3


@given(p_values)
def test_between_the_raw_p_and_holm(values):
    found = compute_benjamini_hochberg(values)
    holm = compute_holm(values)
    assert all(p <= q <= 1 for p, q in zip(values, found, strict=True))
    assert all(q <= h * (1 + 1e-12) for q, h in zip(found, holm, strict=True))
    by_p = [q for _, q in sorted(zip(values, found, strict=True))]
    assert by_p == sorted(by_p)


@given(p_values, st.randoms(use_true_random=False))
def test_order_of_the_endpoints_does_not_matter(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    found = compute_benjamini_hochberg(values)
    assert compute_benjamini_hochberg([values[i] for i in order]) == tuple(found[i] for i in order)


def test_nothing_and_one():
    assert compute_benjamini_hochberg([]) == ()
    assert compute_benjamini_hochberg([0.03]) == (0.03,)


def test_p_outside_its_range_is_refused():
    with pytest.raises(ValueError, match=r"^p-values must lie between 0 and 1$"):
        compute_benjamini_hochberg([0.2, float("nan")])

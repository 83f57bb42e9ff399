import pytest

from costim.inference.paired.sign_test import compute_sign_test
from tests.inference.truth import read_truth


@pytest.mark.oracle
@pytest.mark.parametrize(
    "row", read_truth("sign_test_stats-4.2.2.csv"), ids=lambda r: f"{r['positive']}/{r['nonzero']}"
)
def test_p_equals_r(row):
    k, n = int(row["positive"]), int(row["nonzero"])
    assert compute_sign_test(k, n - k).p == pytest.approx(float(row["p"]), rel=1e-8)
    assert compute_sign_test(n - k, k).p == compute_sign_test(k, n - k).p


def test_zeros_are_left_out_of_p_but_not_of_the_smallest_p():
    found = compute_sign_test(5, 0, n_zero=3)
    assert (found.n_positive, found.n_nonzero, found.p, found.p_min) == (5, 5, 0.0625, 2 / 2**8)


def test_nothing_that_changed():
    for zeros in (0, 4):
        found = compute_sign_test(0, 0, zeros)
        assert (found.n_nonzero, found.p) == (0, 1)


def test_p_below_every_float_is_never_zero():
    assert 0 < compute_sign_test(2000, 0).p < 1e-300
    assert compute_sign_test(1000, 1000).p == 1


@pytest.mark.parametrize("counts", [(-1, 2, 0), (1, -2, 0), (1, 2, -1)])
def test_negative_counts_are_refused(counts):
    with pytest.raises(ValueError, match=r"^counts must not be negative$"):
        compute_sign_test(*counts)

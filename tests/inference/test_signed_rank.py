from itertools import product
from math import log10

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.paired.sign_sums import compute_two_sided_p
from costim.inference.paired.signed_rank import compute_signed_rank, compute_smallest_p
from tests.inference.truth import numbers, read_truth

small_integers = st.lists(st.integers(-6, 6), min_size=1, max_size=9)


def midranks(sizes):
    ordered = sorted(sizes)
    return [np.mean([k + 1 for k, other in enumerate(ordered) if other == s]) for s in sizes]


def p_by_enumeration(differences, zeros):
    """All sign patterns, one after the other."""
    kept = differences if zeros == "pratt" else [d for d in differences if d != 0]
    ranks = [r for r, d in zip(midranks([abs(d) for d in kept]), kept, strict=True) if d != 0]
    signs = [d > 0 for d in kept if d != 0]
    centre = sum(ranks) / 2
    observed = abs(sum(r for r, s in zip(ranks, signs, strict=True) if s) - centre)
    patterns = list(product([0, 1], repeat=len(ranks)))
    extreme = [abs(sum(r for r, s in zip(ranks, p, strict=True) if s) - centre) >= observed - 1e-9 for p in patterns]
    return sum(extreme) / len(patterns)


@pytest.mark.parametrize("zeros", ["pratt", "wilcoxon"])
@given(differences=small_integers)
@settings(max_examples=60, deadline=None)
def test_p_equals_enumeration(zeros, differences):
    assert compute_signed_rank(differences, zeros=zeros).p == pytest.approx(
        p_by_enumeration(differences, zeros), abs=1e-12
    )


@pytest.mark.oracle
@pytest.mark.parametrize("row", read_truth("signed_rank_coin-1.4-2.csv"), ids=lambda r: f"{r['case']}-{r['zeros']}")
def test_p_equals_coin(row):
    found = compute_signed_rank(numbers(row["differences"]), zeros=row["zeros"])
    assert found.p == pytest.approx(float(row["p"]), abs=1e-8)


@pytest.mark.oracle
@pytest.mark.parametrize("row", read_truth("signed_rank_exactRankTests-0.8-35.csv"), ids=lambda r: r["case"])
def test_p_equals_exact_rank_tests(row):
    found = compute_signed_rank(numbers(row["differences"]), zeros="wilcoxon")
    assert found.p == pytest.approx(float(row["p"]), abs=1e-8)


@pytest.mark.parametrize(
    ("differences", "p"),
    [([0, 0, 0, 0, 0, -2, -4, -4, -6, -8], 0.0625), ([1, 1, 1, -1, -1, -1] + [0] * 6, 1.0), ([0] * 4, 1.0)],
)
def test_cases_where_table_based_programs_fail(differences, p):
    assert compute_signed_rank(differences, zeros="pratt").p == p


@given(small_integers, st.permutations(range(9)), st.integers(1, 50))
@settings(max_examples=60, deadline=None)
def test_p_ignores_order_sign_and_scale(differences, order, factor):
    reference = compute_signed_rank(differences)
    shuffled = [differences[i] for i in order if i < len(differences)]
    assert compute_signed_rank(shuffled) == reference
    mirrored = compute_signed_rank([-factor * d for d in differences])
    assert (mirrored.p, mirrored.w_plus, mirrored.n_ties) == (reference.p, reference.w_minus, reference.n_ties)


def test_float_noise_makes_no_ties_break():
    before, after = np.array([0.3, 1.05, 0.84, 0.7, 2.2]), np.array([0.1, 0.84, 0.63, 0.5, 2.0])
    noisy = after - before
    assert len(set(np.abs(noisy).tolist())) > 2  # the floats do differ
    clean = compute_signed_rank([-20, -21, -21, -20, -20])
    assert compute_signed_rank(noisy) == clean
    assert compute_signed_rank(noisy, resolution=0.01) == clean


def test_noise_grows_with_the_operands_not_with_the_difference():
    before, after = np.array([1e6 + 0.1, 1e6 + 0.3]), np.array([1e6, 1e6 + 0.2])
    noisy = after - before
    assert abs(noisy[0]) != abs(noisy[1])
    assert compute_signed_rank(noisy, scale=1e6).n_ties == 2


def test_differences_are_rounded_to_the_resolution():
    assert compute_signed_rank([1.04, -0.96, 2.01], resolution=1).n_ties == 2


def test_large_n_is_exact_and_quick():
    assert compute_signed_rank([1.0] * 400).p == pytest.approx(2.0**-399, rel=1e-12)
    untied = compute_signed_rank(np.arange(1, 301) * np.where(np.arange(300) % 3 == 0, -1, 1))
    assert 0 < untied.p < 1e-6


def test_p_below_every_float_is_an_upper_bound_and_its_logarithm_exact():
    found = compute_signed_rank([1.0] * 3000)
    assert found.log10_p == pytest.approx(-2999 * log10(2), rel=1e-12)
    assert 0 < found.p < 1e-300
    assert found.p == found.p_min


@pytest.mark.parametrize("observed", [0, 3, 100, 4000, 9000])
def test_logarithm_of_p_equals_whole_number_counting(observed):
    """Python's whole numbers never underflow: the sums of 1 ... 1200 up to `observed`, counted one by one."""
    n = 1200
    counts = [1] + [0] * observed
    for rank in range(1, n + 1):
        for k in range(observed, rank - 1, -1):
            counts[k] += counts[k - rank]
    exact = log10(sum(counts)) + (1 - n) * log10(2)
    found = compute_two_sided_p(np.arange(1, n + 1), observed)
    assert found.log10_p == pytest.approx(exact, rel=1e-12)


def test_two_thousand_pairs_keep_their_p():
    """Half of them with each sign: p near 1 is not lost although single chances are below every float."""
    found = compute_signed_rank(np.arange(1, 1401) * np.where(np.arange(1400) % 2 == 0, 1, -1))
    assert 0.9 < found.p <= 1


def test_smallest_attainable_p():
    assert [compute_smallest_p(n) for n in (0, 1, 3, 5, 6, 10)] == [1, 1, 0.25, 0.0625, 0.03125, 0.001953125]
    assert compute_signed_rank([0, 0, -3]).p_min == 0.25


def test_nothing_given():
    empty = compute_signed_rank([])
    assert (empty.n, empty.n_nonzero, empty.p, empty.p_min) == (0, 0, 1.0, 1.0)


def test_infinite_difference_is_refused():
    with pytest.raises(ValueError, match=r"^values to be ranked must be finite numbers$"):
        compute_signed_rank([1.0, float("nan")])


def test_unknown_rule_for_zeros_is_refused():
    with pytest.raises(ValueError, match=r"^zeros must be 'pratt' or 'wilcoxon', found 'drop'$"):
        compute_signed_rank([1.0], zeros="drop")


def test_impossible_resolution_is_refused():
    with pytest.raises(ValueError, match=r"^the resolution must be a positive number, found 0$"):
        compute_signed_rank([1.0], resolution=0)


@pytest.mark.parametrize("resolution", [None, 0.1, 1.0])
@pytest.mark.parametrize("factor", [1e20, 1e300, 1e-200])
def test_huge_and_tiny_numbers_never_wrap_around(factor, resolution):
    """Steps of 0.1 up to 1e20 do not fit whole numbers of the machine; the test must not see another sign."""
    differences = [factor * d for d in (-1, -2, -3, -4, -5, -6)]
    found = compute_signed_rank(differences, resolution=resolution if factor > 1 else None)
    assert found.p == 0.03125
    assert found.w_plus == 0


def test_numbers_below_every_ordinary_float_count_as_zero():
    assert compute_signed_rank([5e-324] * 6).p == 1

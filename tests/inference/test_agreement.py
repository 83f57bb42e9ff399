import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.inference.agreement import compute_agreement, compute_overall_agreement, compute_pairwise_agreement


def spread(both_yes, yes_no, no_yes, both_no):
    pairs = [("y", "y")] * both_yes + [("y", "n")] * yes_no + [("n", "y")] * no_yes + [("n", "n")] * both_no
    return [a for a, _ in pairs], [b for _, b in pairs]


def test_kappa_by_hand():
    """po = 35/50, pe = (25 * 30 + 25 * 20) / 2500 = 0.5, kappa = 0.4."""
    found = compute_agreement(*spread(20, 5, 10, 15))
    assert (found.n, found.agreed, found.percent) == (50, 35, 70)
    assert found.kappa == pytest.approx(0.4)
    assert found.ac1 == pytest.approx((0.7 - 2 * 0.55 * 0.45) / (1 - 2 * 0.55 * 0.45))


def test_ac1_stays_when_kappa_collapses():
    """118 + 5 + 2 + 0 of 125 (the paradox Gwet 2008 starts from): po 0.944, kappa below zero, AC1 0.9408."""
    found = compute_agreement(*spread(118, 5, 2, 0))
    share = (123 / 125 + 120 / 125) / 2
    chance = 2 * share * (1 - share)
    assert found.percent == pytest.approx(94.4)
    assert found.kappa == pytest.approx((0.944 - (123 * 120 + 2 * 5) / 125**2) / (1 - (123 * 120 + 2 * 5) / 125**2))
    assert found.kappa < 0
    assert found.ac1 == pytest.approx((0.944 - chance) / (1 - chance))
    assert found.ac1 > 0.94


def test_undefined_is_none_not_nan():
    same = compute_agreement(["y"] * 4, ["y"] * 4)
    assert (same.percent, same.kappa, same.ac1) == (100, None, None)
    nothing = compute_agreement([], [])
    assert (nothing.n, nothing.percent, nothing.kappa, nothing.ac1) == (0, None, None, None)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=20))
def test_readers_may_be_swapped_and_categories_renamed(pairs):
    one, two = [a for a, _ in pairs], [b for _, b in pairs]
    reference = compute_agreement(one, two)
    assert compute_agreement(two, one).kappa == pytest.approx(reference.kappa, nan_ok=True)
    renamed = compute_agreement([ord(a) for a in one], [ord(b) for b in two])
    assert (renamed.kappa, renamed.ac1) == pytest.approx((reference.kappa, reference.ac1))
    assert reference.kappa is None or -1 <= reference.kappa <= 1


def test_several_readers_pairwise_over_common_units():
    ratings = [{"A": "y", "B": "y", "C": "n"}, {"A": "n", "B": "n"}, {"A": "y", "C": "y"}]
    found = compute_pairwise_agreement(ratings)
    assert {pair: (a.agreed, a.n) for pair, a in found.items()} == {
        ("A", "B"): (2, 2),
        ("A", "C"): (1, 2),
        ("B", "C"): (0, 1),
    }
    overall = compute_overall_agreement(ratings)
    assert (overall.n, overall.agreed) == (3, 2)
    assert overall.percent == pytest.approx(100 * (1 / 3 + 1 + 1) / 3)


def test_overall_of_two_readers_is_their_pair():
    one, two = spread(20, 5, 10, 15)
    ratings = [{"A": a, "B": b} for a, b in zip(one, two, strict=True)]
    overall, pair = compute_overall_agreement(ratings), compute_agreement(one, two)
    assert (overall.agreed, overall.n) == (pair.agreed, pair.n)
    assert (overall.percent, overall.kappa, overall.ac1) == pytest.approx((pair.percent, pair.kappa, pair.ac1))


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match=r"^the readers have 2 and 1 units$"):
        compute_agreement(["y", "n"], ["y"])

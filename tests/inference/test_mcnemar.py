from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.binary.mcnemar import compute_mcnemar
from costim.inference.paired.sign_test import compute_sign_test
from tests.inference.truth import read_truth


def limit(text):
    return None if text == "Inf" else pytest.approx(float(text), rel=1e-9)


@pytest.mark.oracle
@pytest.mark.parametrize(
    "row", read_truth("mcnemar_stats-4.2.2.csv"), ids=lambda r: f"{r['gained']}and{r['lost']}@{r['level']}"
)
def test_test_and_odds_ratio_equal_r(row):
    gained, lost, level = int(row["gained"]), int(row["lost"]), float(row["level"])
    found = compute_mcnemar(gained, lost, level=level)
    assert found.p == pytest.approx(float(row["p"]), rel=1e-9)
    assert (found.lower, found.upper) == (limit(row["lower"]), limit(row["upper"]))
    assert compute_mcnemar(gained, lost, variant="mid_p").p == pytest.approx(float(row["mid_p"]), rel=1e-9)


def test_the_published_example_of_airways_after_transplantation():
    """Fagerland, Lydersen & Laake 2013, Table 1 and text: 1 and 7 of 21 children turned; exact 0.0703, mid-p 0.0391."""
    assert round(compute_mcnemar(1, 7, 21).p, 4) == 0.0703
    assert round(compute_mcnemar(1, 7, 21, variant="mid_p").p, 4) == 0.0391


def test_nobody_turned_and_nobody_turned_back():
    none = compute_mcnemar(0, 0, 10)
    assert (none.p, none.odds_ratio, none.lower, none.upper, none.p_min) == (1, None, None, None, 2.0**-9)
    one_way = compute_mcnemar(5, 0, 5)
    assert (one_way.p, one_way.odds_ratio, one_way.upper) == (0.0625, float("inf"), None)
    assert one_way.lower == pytest.approx(0.025 ** (1 / 5) / (1 - 0.025 ** (1 / 5)))
    assert compute_mcnemar(5, 0, 5, variant="mid_p").p == 0.03125
    assert compute_mcnemar(0, 0, 0).p_min == 1


@given(st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_exact_test_is_the_sign_test_of_those_that_turned_and_has_no_side(gained, lost):
    found, mirrored = compute_mcnemar(gained, lost), compute_mcnemar(lost, gained)
    assert found.p == compute_sign_test(gained, lost).p == mirrored.p
    assert compute_mcnemar(gained, lost, variant="mid_p").p <= found.p
    if gained and lost:
        assert found.odds_ratio == pytest.approx(1 / mirrored.odds_ratio)
        assert (found.lower, found.upper) == pytest.approx((1 / mirrored.upper, 1 / mirrored.lower))


@pytest.mark.parametrize("variant", ["exact", "mid_p"])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_one_is_inside_the_limits_exactly_when_p_is_above(variant, level):
    for gained, lost in product(range(13), repeat=2):
        if gained + lost == 0:
            continue
        found = compute_mcnemar(gained, lost, variant=variant, level=level)
        inside = found.lower < 1 and (found.upper is None or found.upper > 1)
        assert inside == (found.p > 1 - level), (gained, lost)


def test_impossible_counts():
    with pytest.raises(ValueError, match=r"^counts must not be negative nor exceed the pairs, found -1 and 2 of 5$"):
        compute_mcnemar(-1, 2, 5)
    with pytest.raises(ValueError, match=r"^counts must not be negative nor exceed the pairs, found 3 and 3 of 5$"):
        compute_mcnemar(3, 3, 5)
    with pytest.raises(ValueError, match=r"^the level must lie between 0 and 1, found 0$"):
        compute_mcnemar(1, 2, level=0)

from math import exp, factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.counts.garwood import compute_garwood, compute_poisson_mid_p
from costim.inference.counts.rate_ratio import compute_rate_ratio
from tests.inference.truth import read_truth

TRUTH = read_truth("rates_stats-4.2.2.csv")


def limit(text):
    return None if text == "Inf" else pytest.approx(float(text), rel=1e-9, abs=1e-14)


def name(row):
    return f"{row['first']}per{row['first_time']}-{row['second']}per{row['second_time']}@{row['level']}"


@pytest.mark.oracle
@pytest.mark.parametrize("row", TRUTH, ids=name)
def test_limits_of_a_rate_equal_r(row):
    events, time, level = int(row["first"]), float(row["first_time"]), float(row["level"])
    exact, middle = compute_garwood(events, time, level=level), compute_poisson_mid_p(events, time, level=level)
    assert (exact.lower, exact.upper) == (limit(row["lower"]), limit(row["upper"]))
    assert (middle.lower, middle.upper) == (limit(row["mid_p_lower"]), limit(row["mid_p_upper"]))


@pytest.mark.oracle
@pytest.mark.parametrize("row", TRUTH, ids=name)
def test_ratio_equals_r(row):
    asked = int(row["first"]), float(row["first_time"]), int(row["second"]), float(row["second_time"])
    exact = compute_rate_ratio(*asked, level=float(row["level"]))
    middle = compute_rate_ratio(*asked, level=float(row["level"]), variant="mid_p")
    assert (exact.lower, exact.upper) == (limit(row["ratio_lower"]), limit(row["ratio_upper"]))
    assert exact.p == pytest.approx(float(row["p"]), rel=1e-9)
    assert (middle.lower, middle.upper) == (limit(row["ratio_mid_lower"]), limit(row["ratio_mid_upper"]))
    assert middle.p == pytest.approx(float(row["ratio_mid_p"]), rel=1e-9)


@pytest.mark.parametrize(("events", "lower", "upper"), [(0, 0, 3.69), (5, 1.62, 11.67), (20, 12.22, 30.89)])
def test_known_limits_of_a_number(events, lower, upper):
    found = compute_garwood(events)
    assert (round(found.lower, 2), round(found.upper, 2)) == (lower, upper)


def test_forty_events_against_none_have_a_lower_limit_and_no_upper():
    """The lower limit is 0.025^(1/40) as odds, times the ratio of the exposures; R 4.2.2 gives the same 10.351.

    The 9.90 that is quoted elsewhere for these counts belongs to exposures that are not stated there.
    """
    found = compute_rate_ratio(40, 1, 0, 1)
    share = 0.025 ** (1 / 40)
    assert found.lower == pytest.approx(share / (1 - share), rel=1e-12)
    assert (round(found.lower, 3), found.upper, found.ratio) == (10.351, None, float("inf"))
    assert found.p == pytest.approx(2 * 0.5**40)
    assert compute_rate_ratio(40, 2, 0, 1).lower == pytest.approx(found.lower / 2)


def test_published_ratio_of_rates():
    """Vignettes of the R packages exactci (2023; limits) and rateratio.test (2022; limits and p, section 1)."""
    found = compute_rate_ratio(2, 17877, 10, 20000)
    assert (found.ratio, found.lower, found.upper) == pytest.approx((0.2237512, 0.02383738, 1.04995468), rel=1e-6)
    found = compute_rate_ratio(2, 17877, 9, 16660)
    assert round(found.p, 5) == 0.05011
    assert (found.lower, found.upper) == pytest.approx((0.02177406, 1.00054910), rel=1e-6)


def test_no_event_at_all_gives_no_ratio():
    found = compute_rate_ratio(0, 2, 0, 3)
    assert (found.ratio, found.lower, found.upper, found.p, found.p_min) == (None, None, None, 1, 1)


@given(st.integers(0, 60), st.floats(0.01, 100), st.sampled_from([compute_garwood, compute_poisson_mid_p]))
@settings(max_examples=60, deadline=None)
def test_limits_enclose_scale_and_widen(events, exposure, compute):
    found, unit, wider = compute(events, exposure), compute(events), compute(events, exposure, level=0.99)
    assert 0 <= found.lower <= found.estimate < found.upper
    assert (found.lower * exposure, found.upper * exposure) == pytest.approx((unit.lower, unit.upper))
    assert wider.lower <= found.lower
    assert wider.upper >= found.upper
    assert compute(events + 1).upper > unit.upper


@given(st.floats(0.05, 25))
@settings(max_examples=60, deadline=None)
def test_garwood_covers_at_least_its_level(mean):
    """Coverage summed over the outcomes, no simulation; what is beyond 100 events counts as missed."""
    found = [compute_garwood(k) for k in range(100)]
    covered = sum(exp(-mean) * mean**k / factorial(k) for k, f in enumerate(found) if f.lower <= mean <= f.upper)
    assert covered >= 0.95 - 1e-9


@given(
    st.integers(0, 25), st.integers(0, 25), st.floats(0.1, 10), st.floats(0.1, 10), st.sampled_from(["exact", "mid_p"])
)
@settings(max_examples=80, deadline=None)
def test_ratio_turns_round_with_the_stretches_and_agrees_with_its_test(first, second, t, u, variant):
    found = compute_rate_ratio(first, t, second, u, variant=variant)
    mirrored = compute_rate_ratio(second, u, first, t, variant=variant)
    assert found.p == pytest.approx(mirrored.p)
    assert found.p_min <= found.p + 1e-12
    if first and second:
        assert (found.lower, found.upper) == pytest.approx((1 / mirrored.upper, 1 / mirrored.lower), rel=1e-9)
        assert found.ratio == pytest.approx(1 / mirrored.ratio)
    if first + second:
        inside = found.lower < 1 and (found.upper is None or found.upper > 1)
        assert inside == (found.p > 0.05)


@pytest.mark.parametrize("compute", [compute_garwood, compute_poisson_mid_p])
def test_impossible_numbers_and_times(compute):
    with pytest.raises(ValueError, match=r"^a number of events must be whole and not negative, found -1$"):
        compute(-1)
    with pytest.raises(ValueError, match=r"^a number of events must be whole and not negative, found nan$"):
        compute(float("nan"))
    with pytest.raises(ValueError, match=r"^the time of observation must be above 0, found 0$"):
        compute(1, 0)
    with pytest.raises(ValueError, match=r"^the level must lie between 0 and 1, found 2$"):
        compute(1, level=2)
    with pytest.raises(ValueError, match=r"^the time of observation must be above 0, found inf$"):
        compute_rate_ratio(1, 1, 1, float("inf"))

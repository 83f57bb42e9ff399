from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.effects.estimate import estimate
from costim.inference.counts.garwood import compute_garwood
from costim.inference.counts.rate_ratio import compute_rate_ratio
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, reading

CODE = "event.infection"
RATE = {"parameter": CODE, "kind": "rate"}


def effects(*rows, endpoint=RATE, **plan):
    return estimate(make_plan(endpoint, **plan), frame(*rows), NO_PUBLISHED)


def event(subject, time=None, status="observed", item="1", code=CODE, **fields):
    if time is None:
        return reading(subject, code, text=status, item=item, missing="not_reported", **fields)
    return reading(subject, code, value=time, text=status, item=item, **fields)


def contact(subject, time):
    return event(subject, time, "censored", code="event.last_contact")


def test_events_per_patient_year_until_last_contact():
    found = effects(contact(1, 24), event(1, 3), contact(2, 12), contact(3, 36), event(3, 5), event(4, 2))
    time, rate = one(found, "person_time"), one(found, "rate")
    # Subject 4 has no end: it counts as observed up to its event, two months.
    assert (time.unit, time.estimate, time.n, time.n_missing) == ("patient-years", pytest.approx(74 / 12), 4, 0)
    core = compute_garwood(3, 74 / 12)
    assert (rate.variant, rate.unit, rate.count, rate.level) == ("garwood", "per patient-year", 3, 0.95)
    assert (rate.estimate, rate.lower, rate.upper) == pytest.approx((core.estimate, core.lower, core.upper))
    assert rate.flags == ("observed_to_latest_time", "censored_at_last_contact")
    assert len(rate.measurements) == 6


def test_death_ends_observation_and_a_censored_row_of_the_event_goes_before_it():
    found = effects(
        *(contact(1, 24), event(1, 10, code="event.death")),
        *(contact(2, 24), event(2, 6, "censored")),
        *(contact(3, 24), event(3, 1), event(3, 18, "censored", item="2")),
    )
    assert one(found, "person_time").estimate == pytest.approx((10 + 6 + 18) / 12)
    assert one(found, "rate").count == 1


def test_several_events_of_one_subject_all_count_but_give_no_limits():
    rows = [contact(1, 24), event(1, 3), event(1, 5, item="2"), contact(2, 24)]
    found = effects(*rows, endpoint=RATIO, variants={"share_interval": "mid_p"})
    rate, ratio = one(found, "rate"), one(found, "rate_ratio")
    assert (rate.count, rate.estimate, ratio.count, ratio.denominator) == (2, 0.5, 2, 2)
    assert [(r.variant, r.level, r.lower, r.upper, r.p, r.p_min) for r in (rate, ratio)] == [("", *[None] * 5)] * 2
    assert all("clustered" in r.flags for r in (one(found, "person_time"), rate, ratio))
    assert not {"no_upper_limit", "largest_p"} & set(ratio.flags)


def test_a_second_event_that_may_have_been_gives_bounds_without_limits():
    row = one(effects(contact(1, 24), event(1, 3), event(1, 5, "unknown", item="2")), "rate")
    assert (row.estimate_lower, row.estimate_upper, row.lower, row.upper) == (0.5, 1, None, None)
    assert {"clustered", "status_unknown", "bounds_over_unknowns"} <= set(row.flags)


def test_one_event_each_has_limits():
    row = one(effects(contact(1, 24), event(1, 3), contact(2, 24), event(2, 3)), "rate")
    core = compute_garwood(2, 4)
    assert (row.variant, row.lower, row.upper) == ("garwood", core.lower, core.upper)


def test_nobody_wrote_of_the_event():
    row = one(effects(contact(1, 24), contact(2, 12)), "rate")
    assert (row.n, row.n_missing, row.estimate, row.flags) == (0, 2, None, ("no_data",))
    assert find(effects(contact(1, 24)), "person_time") == []


def test_no_event_in_two_years():
    row = one(effects(event(1, 24, "censored")), "rate")
    assert (row.count, row.estimate, row.lower) == (0, 0, 0)
    assert row.upper == pytest.approx(3.6888794541139 / 2)


def test_a_subject_without_any_time_is_left_out_with_its_events():
    found = effects(contact(1, 12), event(1, 3), event(2))
    rate = one(found, "rate")
    assert (rate.n, rate.n_missing, rate.count) == (1, 1, 1)
    assert "no_follow_up_time" in rate.flags
    alone = one(effects(event(2)), "rate")
    assert (alone.n, alone.n_missing, alone.estimate, alone.flags) == (0, 1, None, ("no_follow_up_time",))


def test_unknown_status_gives_bounds():
    row = one(effects(contact(1, 12), event(1, 4, "unknown"), contact(2, 12), event(2, 6)), "rate")
    assert (row.count, row.estimate, row.estimate_lower, row.estimate_upper) == (None, None, 0.5, 1)
    assert (row.lower, row.upper) == (compute_garwood(1, 2).lower, compute_garwood(2, 2).upper)
    assert {"status_unknown", "bounds_over_unknowns"} <= set(row.flags)


def test_an_event_of_unknown_time_happened_all_the_same():
    row = one(effects(contact(1, 12), event(1), contact(2, 12)), "rate")
    assert (row.count, row.estimate) == (1, 0.5)


def test_an_event_that_may_lie_before_the_first_infusion_may_count():
    found = effects(contact(1, 12), event(1, (-2.0, 3.0)), event(1, -4, item="2"))
    row = one(found, "rate")
    assert (row.estimate_lower, row.estimate_upper) == (0, 1)
    assert "before_first_infusion" in row.flags


def test_unknown_times_bound_the_time_observed():
    """The companion cohort: eight followed for 24 months, two with a relapse at some time up to 24 months."""
    relapse = {"parameter": "event.relapse", "kind": "rate"}
    rows = [event(i, 24, "censored", code="event.relapse") for i in range(8)]
    late = {"lower": 0.0, "upper": 24.0, "relation": "<=", "text": "observed", "unit": "months"}
    rows += [reading(i, "event.relapse", **late) for i in (8, 9)]
    found = effects(*rows, endpoint=relapse)
    time, rate = one(found, "person_time"), one(found, "rate")
    assert (time.estimate, time.estimate_lower, time.estimate_upper) == (None, 16, 20)
    assert (rate.count, rate.estimate_lower, rate.estimate_upper) == (2, 0.1, 0.125)
    assert (rate.lower, rate.upper) == (compute_garwood(2, 20).lower, compute_garwood(2, 16).upper)


def test_an_open_end_leaves_the_time_unbounded():
    rows = [reading(1, "event.last_contact", lower=12.0, relation=">", text="censored", unit="months"), event(1, 2)]
    found = effects(*rows)
    time, rate = one(found, "person_time"), one(found, "rate")
    assert (time.estimate_lower, time.estimate_upper) == (1, None)
    assert (rate.lower, rate.estimate_lower, rate.estimate_upper) == (0, 0, 1)


def test_an_event_after_the_recorded_end_moves_the_end():
    found = effects(contact(1, 12), event(1, 18))
    assert one(found, "person_time").estimate == 1.5
    assert "event_after_end" in one(found, "rate").flags


RATIO = RATE | {"horizons": [6]}


def test_early_against_late():
    rows = [contact(i, t) for i, t in ((1, 24), (2, 12), (3, 24), (4, 12))]
    rows += [event(i, t) for i, t in ((1, 1), (2, 6), (3, 3), (4, 9))]
    row = one(effects(*rows, endpoint=RATIO), "rate_ratio")
    core = compute_rate_ratio(3, 24, 1, 48)
    assert (row.at, row.unit, row.variant, row.count, row.denominator) == (6, "months", "exact", 3, 4)
    assert (row.estimate, row.lower, row.upper, row.p, row.p_min) == (6, core.lower, core.upper, core.p, core.p_min)
    assert "clustered" not in row.flags


def test_mid_p_only_where_the_plan_names_it():
    rows = [contact(1, 24), event(1, 1), contact(2, 24), event(2, 9)]
    found = effects(*rows, endpoint=RATIO, variants={"share_interval": "mid_p"})
    assert [r.variant for r in find(found, "rate")] == ["garwood", "mid_p"]
    assert [r.variant for r in find(found, "rate_ratio")] == ["exact", "mid_p"]
    assert one(found, "rate", variant="mid_p").upper < one(found, "rate", variant="garwood").upper


def test_a_ratio_without_late_events_without_events_and_without_late_time():
    early = one(effects(contact(1, 24), event(1, 1), endpoint=RATIO), "rate_ratio")
    assert (early.estimate, early.upper, early.count, early.denominator) == (None, None, 1, 1)
    assert "no_upper_limit" in early.flags
    none = one(effects(event(1, 24, "censored"), endpoint=RATIO), "rate_ratio")
    assert (none.estimate, none.lower, none.upper, none.p) == (None, None, None, 1)
    assert "no_events" in none.flags
    short = one(effects(contact(1, 5), event(1, 1), endpoint=RATIO), "rate_ratio")
    assert (short.p, short.estimate) == (None, None)
    assert "no_time_on_one_side" in short.flags


def test_bounds_of_a_ratio_contain_every_completion():
    last = {"lower": 20.0, "upper": 28.0, "relation": "range", "text": "censored", "unit": "months"}
    rows = [contact(1, 24), reading(2, "event.last_contact", **last)]
    rows += [contact(i, 24) for i in range(3, 8)]
    rows += [event(i, t) for i, t in ((1, 1), (3, 2), (4, 3), (5, 9), (2, (4.0, 8.0)), (7, 10))]
    rows += [event(6, 2, "unknown")]
    row = one(effects(*rows, endpoint=RATIO), "rate_ratio")
    found = []
    for early, happened, end in product((0, 1), (0, 1), (20, 22, 24, 28)):
        counts = 3 + early + happened, 2 + 1 - early
        found.append(compute_rate_ratio(counts[0], 42, counts[1], 6 * 18 + end - 6))
    assert row.lower <= min(f.lower for f in found)
    assert row.upper >= max(f.upper for f in found)
    assert row.estimate_lower <= min(f.ratio for f in found)
    assert row.estimate_upper >= max(f.ratio for f in found)
    assert row.p == pytest.approx(max(f.p for f in found))
    assert (row.count, row.estimate) == (None, None)
    assert {"bounds_over_unknowns", "largest_p", "status_unknown"} <= set(row.flags)


def test_days_per_month_of_the_study_make_the_years():
    found = effects(contact(1, 12), event(1, 3), study={"days_per_month": "30", "days_per_year": "360"})
    assert one(found, "person_time").estimate == 1
    found = effects(contact(1, 12), event(1, 3), study={"days_per_month": "30", "days_per_year": "365"})
    assert one(found, "person_time").estimate == pytest.approx(360 / 365)


@st.composite
def cohorts(draw):
    """Subjects with a range of observation and events of open time or status; and one way in which it may have been."""
    vague, exact = [], []
    for subject in range(draw(st.integers(1, 4))):
        low = draw(st.integers(8, 24))
        high = low + draw(st.sampled_from([0, 0, 6]))
        end = draw(st.integers(low, high))
        ends = {"text": "censored", "unit": "months"}
        vague.append(reading(subject, "event.last_contact", value=(float(low), float(high)), **ends))
        exact.append(contact(subject, end))
        for k in range(draw(st.sampled_from([0, 1, 1, 1, 3]))):
            first = draw(st.integers(0, 8))
            last = min(first + draw(st.sampled_from([0, 5])), 8)
            status = draw(st.sampled_from(["observed", "observed", "unknown"]))
            vague.append(event(subject, (float(first), float(last)), status, item=str(k)))
            exact.append(event(subject, draw(st.integers(first, last)), draw(HAPPENED[status]), item=str(k)))
    # One event certainly, so that the study has a row of it in either form.
    return [*vague, *(first := [contact(9, 24), event(9, 2)])], [*exact, *first]


HAPPENED = {"observed": st.just("observed"), "unknown": st.sampled_from(["observed", "not counted"])}


@given(cohorts())
@settings(max_examples=60, deadline=None)
def test_bounds_contain_any_way_in_which_it_may_have_been(cohort):
    vague, exact = cohort
    exact = [r for r in exact if r.text != "not counted"]
    outer, inner = (effects(*rows, endpoint=RATIO) for rows in (vague, exact))
    for method in ("person_time", "rate", "rate_ratio"):
        wide, narrow = one(outer, method), one(inner, method)
        for end, value in (("estimate", narrow.estimate), ("lower", narrow.lower), ("upper", narrow.upper)):
            low = getattr(wide, "estimate_lower" if end == "estimate" else end)
            high = getattr(wide, "estimate_upper" if end == "estimate" else end)
            low, high = (getattr(wide, end) if b is None else b for b in (low, high))
            if value is None or (end != "estimate" and "clustered" in wide.flags):
                continue
            assert end == "upper" or low is None or low <= value + 1e-12
            assert end == "lower" or high is None or value <= high + 1e-12
        if narrow.p is not None and "clustered" not in wide.flags:
            assert wide.p >= narrow.p - 1e-12


@given(st.permutations(range(5)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_does_not_matter(order):
    rows = [contact(1, 24), event(1, 3), event(1, 9, item="2"), contact(2, 12), event(2, 4, "unknown")]
    assert effects(*(rows[i] for i in order), endpoint=RATIO) == effects(*rows, endpoint=RATIO)

import pytest

from costim.effects.estimate import estimate
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, reading

EVENT = "event.end_of_response"
ENDPOINT = {"parameter": EVENT, "kind": "time_to_event", "horizons": [12]}
ALL_CENSORED_KNOWN = [(1, 6, "observed"), (2, 14, "censored"), (3, 20, "observed"), (4, 20, "censored")]


def effects(*rows, endpoint=ENDPOINT, **plan):
    return estimate(make_plan(endpoint, **plan), frame(*rows), NO_PUBLISHED)


def event(subject, value=None, text="observed", parameter=EVENT, **fields):
    return reading(subject, parameter, value=value, text=text, unit="months", **fields)


def test_known_times_and_statuses_give_an_estimate():
    found = effects(*(event(s, t, status) for s, t, status in ALL_CENSORED_KNOWN))
    survival = {r.at: r.estimate for r in find(found, "kaplan_meier")}
    assert survival == {0: 1, 6: 0.75, 12: 0.75, 14: 0.75, 20: 0.375}
    assert {r.at: r.count for r in find(found, "at_risk")} == {0: 4, 6: 4, 12: 3, 14: 3, 20: 2}
    assert (one(found, "events").count, one(found, "censored").count) == (2, 2)
    median = one(found, "median_survival")
    assert (median.estimate, median.unit) == (20, "months")
    assert all("bounds_over_unknowns" not in r.flags for r in found)
    beyond = one(found, "proportion_beyond")
    assert (beyond.count, beyond.denominator, beyond.text) == (3, 4, "documented beyond")
    assert "documented_only" not in beyond.flags


def test_a_censoring_before_the_horizon_is_said():
    found = effects(event(1, 6, "censored"), event(2, 15))
    assert "documented_only" in one(found, "proportion_beyond").flags
    assert "censoring_ignored" in one(found, "mean", parameter=EVENT).flags


def test_unknown_statuses_give_bounds():
    found = effects(event(1, 6, "unknown"), event(2, 15))
    row = one(found, "kaplan_meier", at=6.0)
    assert (row.estimate, row.estimate_lower, row.estimate_upper) == (None, 0.5, 1)
    assert {"status_unknown", "bounds_over_unknowns"} <= set(row.flags)
    events = one(found, "events")
    assert (events.count, events.estimate_lower, events.estimate_upper) == (None, 1, 2)


def test_a_stated_number_of_censorings_is_used_and_named():
    rule = {"id": "k1", "event": "end_of_response", "censored_exactly": 1, "basis": "said"}
    found = effects(event(1, 6, "unknown"), event(2, 15, "unknown"), constraints=[rule])
    assert one(found, "censored").count == 1
    row = one(found, "kaplan_meier", at=15.0)
    assert (row.estimate_lower, row.estimate_upper, row.constraints) == (0, 0.5, ("k1",))
    assert "conditional_on_constraint" in row.flags


def test_a_bounded_missing_time_decides_a_horizon_under_its_constraint():
    rule = {"id": "k2", "event": "end_of_response", "subject": "2", "at_most": 1, "unit": "years", "basis": "said"}
    rows = [event(1, 15), event(2, missing="not_recovered")]
    beyond = one(effects(*rows, constraints=[rule]), "proportion_beyond")
    assert (beyond.count, beyond.denominator, beyond.constraints) == (1, 2, ("k2",))
    open_end = one(effects(*rows), "proportion_beyond")
    assert (open_end.count, open_end.estimate_lower, open_end.estimate_upper) == (None, 0.5, 1)
    assert open_end.constraints == ()


def test_a_constraint_in_the_unit_of_the_event_is_not_rounded():
    rule = {"id": "k", "event": EVENT, "subject": "2", "at_least": 12, "unit": "months", "basis": "said"}
    found = effects(event(1, 12), event(2, missing="not_reported"), constraints=[rule])
    assert [r.at for r in find(found, "kaplan_meier", variant="")] == [0, 12]


def test_a_constraint_against_a_recorded_time_is_flagged_and_the_time_stands():
    rule = {"id": "k", "event": EVENT, "subject": "1", "at_most": 3, "unit": "months", "basis": "said"}
    found = effects(event(1, 15), constraints=[rule])
    assert one(found, "mean", parameter=EVENT).estimate == 15
    assert "constraint_contradicted" in one(found, "kaplan_meier", at=15.0).flags


def test_an_impossible_number_of_censorings_gives_no_number():
    rule = {"id": "k", "event": EVENT, "censored_exactly": 2, "basis": "said"}
    row = one(effects(event(1, 5), event(2, 7, "unknown"), constraints=[rule]), "kaplan_meier")
    assert (row.at, row.estimate, row.lower) == (12, None, None)
    assert "constraint_contradicted" in row.flags


def test_many_unknown_censorings_are_enclosed():
    rule = {"id": "k", "event": EVENT, "censored_exactly": 12, "basis": "said"}
    rows = [event(i, i + 0.5, "unknown") for i in range(30)]
    row = one(effects(*rows, constraints=[rule]), "kaplan_meier", at=12)
    assert (row.estimate, row.estimate_lower, row.estimate_upper, row.n) == (None, pytest.approx(0.6), 1.0, 30)
    assert {"bounds_over_unknowns", "outer_bounds"} <= set(row.flags)
    assert one(effects(*rows, constraints=[rule]), "events").count == 18
    assert "outer_bounds" not in one(effects(*rows), "kaplan_meier", at=12).flags
    assert one(effects(*rows), "median", parameter=EVENT).estimate == 15


def test_too_many_orders_of_vague_times_give_bounds_for_any_order():
    found = effects(*(event(i, (i, i + 9), "unknown") for i in range(19)))
    row = one(found, "kaplan_meier", at=12)
    # At 12 six are certainly later (13 to 18), the other thirteen may have had the event, none certainly has.
    assert (row.estimate, row.estimate_lower, row.estimate_upper, row.n) == (None, pytest.approx(6 / 19), 1, 19)
    assert {"bounds_over_unknowns", "order_left_open"} <= set(row.flags)
    assert one(found, "at_risk", at=12.0).estimate_lower == 7
    mean = one(found, "rmst", at=12)
    assert mean.estimate_lower < 12
    assert mean.estimate_upper == 12


def test_last_contact_censors_who_has_no_row_of_the_event():
    found = effects(
        event(1, 6),
        event(2, 18, "observed", parameter="event.last_contact"),
        reading(3, "subject.sex", value="F"),
    )
    row = one(found, "kaplan_meier", at=6.0)
    assert (row.estimate, row.n, row.n_missing) == (0.5, 2, 1)
    assert "censored_at_last_contact" in row.flags
    assert one(found, "censored").count == 1


def test_only_the_first_of_several_events_counts():
    found = effects(event(1, 9, item="2"), event(1, 4, item="1"))
    assert one(found, "mean", parameter=EVENT).estimate == 4
    assert "first_of_several" in one(found, "kaplan_meier", at=4.0).flags


def test_an_event_without_time_may_have_come_before_the_one_with_a_time():
    found = effects(event(1, 20, item="2"), event(1, item="1"), event(2, 30, "censored"))
    assert one(found, "proportion_beyond").estimate_lower == 0.5
    assert one(found, "proportion_beyond").estimate_upper == 1
    row = one(found, "kaplan_meier", at=12.0, variant="")
    assert (row.estimate_lower, row.estimate_upper) == (0.5, 1)
    assert one(found, "kaplan_meier", at=20.0, variant="").estimate == 0.5
    assert len(one(found, "kaplan_meier", at=20.0, variant="").measurements) == 3


def test_a_row_of_unknown_status_before_an_observed_event_leaves_a_range():
    found = effects(event(1, 20, item="2"), event(1, 8, "unknown", item="1"), event(2, 30, "censored"))
    assert (one(found, "events").count, one(found, "censored").count) == (1, 1)
    assert one(found, "kaplan_meier", at=12.0, variant="").estimate_upper == 1


def test_a_censored_row_without_time_does_not_hide_a_last_event():
    found = effects(event(1, text="censored", item="2"), event(1, 7, item="1"))
    assert one(found, "kaplan_meier", at=7.0).estimate == 0


def test_an_event_before_treatment_does_not_take_the_subject_out():
    """Relapse three months before the first infusion, none since, last seen at 24: at risk until 24."""
    rows = [event(1, -3), event(1, 24, parameter="event.last_contact"), event(2, 6)]
    found = effects(*rows)
    row = one(found, "kaplan_meier", at=12.0)
    assert (row.n, row.n_missing, row.estimate) == (2, 0, 0.5)
    assert {"before_first_infusion", "censored_at_last_contact"} <= set(row.flags)


def test_a_stated_number_of_censorings_may_include_subjects_of_whom_nothing_is_known():
    rule = {"id": "k1", "event": "end_of_response", "censored_exactly": 1, "basis": "said"}
    known = [event(1, 6, "unknown"), event(2, 15, "unknown")]
    found = effects(*known, reading(3, "subject.sex", value="F"), constraints=[rule])
    row = one(found, "censored")
    assert (row.count, row.estimate_lower, row.estimate_upper, row.n_missing) == (None, 0, 1, 1)


def test_without_any_time_there_is_one_row_and_no_curve():
    row = one(effects(event(1, missing="not_reported", text="unknown")), "kaplan_meier")
    assert (row.n, row.estimate, row.flags) == (1, None, ("no_times",))
    none = one(effects(reading(1, "subject.sex", value="F")), "kaplan_meier")
    assert (none.n, none.n_missing, none.flags) == (0, 1, ("no_times",))


@pytest.mark.parametrize("later", ["censored", "unknown"])
def test_a_row_of_unknown_status_before_a_later_row_bounds_every_course(later):
    """The first may have been no event; then observation went on, and its weight in the curve with it."""
    others = [event(1, 8), event(2, 10, "censored")]
    row = one(effects(*others, event(3, 5, "unknown"), event(3, 12, later, item="2")), "kaplan_meier", at=8.0)
    for time, text in ((5, "observed"), (5, "censored"), (12, "observed"), (12, "censored")):
        known = one(effects(*others, event(3, time, text)), "kaplan_meier", at=8.0)
        assert row.estimate_lower - 1e-12 <= known.estimate <= row.estimate_upper + 1e-12
        assert row.lower <= known.lower
        assert known.upper <= row.upper


RESOLUTION = {"parameter": "np.resolution_days", "kind": "time_to_resolution", "horizons": [28]}


def resolution(subject, item, value=None, **fields):
    return reading(subject, "np.resolution_days", value=value, item=item, unit="days", **fields)


def test_resolution_of_manifestations():
    still_there = resolution(2, "psychosis", lower=30.0, relation=">")
    found = effects(resolution(1, "seizure", 5), resolution(1, "psychosis", 10), still_there, endpoint=RESOLUTION)
    survival = {r.at: r.estimate for r in find(found, "kaplan_meier")}
    assert survival == pytest.approx({0: 1, 5: 2 / 3, 10: 1 / 3, 28: 1 / 3, 30: 1 / 3})
    assert one(found, "subjects", parameter="np.resolution_days").count == 2
    # Two manifestations of one patient are not independent: an estimate, but no limits.
    rows = [r for r in found if r.method in ("kaplan_meier", "median_survival")]
    assert all("clustered" in r.flags and (r.level, r.lower, r.upper) == (None, None, None) for r in rows)


def test_limits_where_every_patient_has_one_manifestation():
    found = effects(resolution(1, "seizure", 5), resolution(2, "psychosis", 10), endpoint=RESOLUTION)
    row = one(found, "kaplan_meier", at=5.0)
    assert row.lower is not None and row.upper is not None and row.level == 0.95
    assert "clustered" not in row.flags


def test_resolution_without_any_day():
    row = one(effects(resolution(1, "seizure", missing="not_reported"), endpoint=RESOLUTION), "kaplan_meier")
    assert (row.n, row.n_missing, row.flags) == (0, 1, ("no_times",))


def test_resolution_with_unknown_days_is_bounded():
    found = effects(resolution(1, "seizure", 5), resolution(2, "seizure", missing="not_reported"), endpoint=RESOLUTION)
    row = one(found, "kaplan_meier", at=28.0)
    assert (row.estimate_lower, row.estimate_upper) == (0, 0.5)
    assert "status_unknown" in row.flags


def test_the_restricted_mean_has_its_standard_error():
    found = effects(*(event(s, t, status) for s, t, status in ALL_CENSORED_KNOWN))
    row = one(found, "rmst", at=12)
    # Area: 6 months at 1 and 6 at 3/4; SE: area left after 6 months times root of 1/(4 x 3).
    assert (row.estimate, row.unit, row.n) == (pytest.approx(10.5), "months", 4)
    assert row.se == pytest.approx(4.5 / 12**0.5)
    assert row.lower < 10.5 < row.upper <= 12
    last = one(effects(*(event(1, 6), event(2, 9)), endpoint=ENDPOINT | {"horizons": []}), "rmst")
    assert (last.at, last.estimate) == (9, 7.5)


def test_the_restricted_mean_of_unknown_censorings_is_bounded():
    row = one(effects(event(1, 6, "unknown"), event(2, 15)), "rmst", at=12)
    assert (row.estimate, row.se, row.estimate_lower, row.estimate_upper) == (None, None, 9, 12)
    assert "bounds_over_unknowns" in row.flags


def test_observation_that_ends_before_the_horizon_is_said():
    found = effects(event(1, 6), event(2, 8, "censored"))
    assert "beyond_follow_up" in one(found, "kaplan_meier", at=12.0).flags
    assert "beyond_follow_up" not in one(found, "kaplan_meier", at=8.0).flags
    row = one(found, "rmst", at=12)
    assert (row.estimate, row.estimate_lower, row.estimate_upper) == (None, pytest.approx(7), pytest.approx(9))
    assert {"tau_beyond_follow_up", "bounds_over_unknowns"} <= set(row.flags)


def test_log_log_limits_only_where_the_plan_names_them():
    rows = [event(s, t, status) for s, t, status in ALL_CENSORED_KNOWN]
    assert not find(effects(*rows), "kaplan_meier", variant="log_log")
    found = effects(*rows, variants={"survival_limits": "log_log"})
    at = {r.at: r for r in find(found, "kaplan_meier", variant="log_log")}
    assert sorted(at) == [0, 6, 12, 14, 20]
    assert (at[0].estimate, at[0].lower, at[0].upper) == (1, None, None)
    assert "limits_degenerate" in at[0].flags
    # survfit(Surv(c(6, 14, 20, 20), c(1, 0, 1, 0)) ~ 1, conf.type = "log-log") in R
    assert (at[6].lower, at[6].upper) == pytest.approx((0.1279469175951, 0.960548642285), abs=1e-8)
    vague = one(
        effects(event(1, 6, "unknown"), variants={"survival_limits": "log_log"}), "kaplan_meier", variant="log_log"
    )
    assert (vague.at, vague.estimate, vague.lower) == (12, None, None)
    assert "needs_known_times" in vague.flags


def test_times_between_visits_give_turnbull_and_the_curves_of_two_guesses():
    rows = [event(1, (3, 6)), event(2, (6, 9)), event(3, (3, 6)), event(4, 12, "censored")]
    found = effects(*rows)
    share = {r.at: (r.estimate, r.estimate_lower, r.estimate_upper) for r in find(found, "turnbull")}
    assert share == {
        0: (1, None, None),
        3: (1, None, None),
        6: (pytest.approx(0.5), None, None),
        9: (pytest.approx(0.25), None, None),
        12: (pytest.approx(0.25), None, None),
    }
    row = one(found, "turnbull", at=6.0)
    assert "found_at_visits" in row.flags
    assert (row.lower, row.upper) == pytest.approx((0.06758599, 0.93241401), abs=1e-8)  # 2 of 4, Clopper-Pearson
    assert "limits_over_undecided" not in row.flags
    upper = {r.at: r.estimate for r in find(found, "kaplan_meier", variant="at_upper")}
    assert upper == {0: 1, 6: 0.5, 9: 0.25, 12: 0.25}
    middle = find(found, "kaplan_meier", variant="at_midpoint")
    assert {r.at: r.estimate for r in middle} == {0: 1, 4.5: 0.5, 7.5: 0.25, 12: 0.25}
    assert all(r.lower is None and r.level is None for r in middle)
    median = one(found, "median_survival", variant="turnbull")
    assert (median.estimate_lower, median.estimate_upper) == (3, 6)


def test_a_horizon_inside_an_interval_has_bounds_and_limits_over_the_undecided():
    found = effects(event(1, (3, 6)), event(2, 9, "censored"), endpoint=ENDPOINT | {"horizons": [4, 12]})
    row = one(found, "turnbull", at=4.0)
    assert (row.estimate, row.estimate_lower, row.estimate_upper) == (None, 0.5, 1)
    assert {"limits_over_undecided", "bounds_over_unknowns"} <= set(row.flags)
    assert one(found, "turnbull", at=6.0).estimate == 0.5
    late = one(found, "turnbull", at=12.0)
    assert (late.estimate_lower, late.estimate_upper) == (0, 0.5)


def test_unknown_statuses_give_no_turnbull():
    found = effects(event(1, (3, 6)), event(2, 8, "unknown"))
    row = one(found, "turnbull")
    assert (row.at, row.estimate, row.estimate_lower) == (12, None, None)
    assert "status_unknown" in row.flags
    assert not find(effects(event(1, 6), event(2, 8, "unknown")), "turnbull")

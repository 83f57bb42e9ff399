import pytest

from costim.effects.estimate import estimate
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, reading

FIRST = "lldas.first_day"


def day(subject, low, high, parameter=FIRST, **fields):
    relation = "range" if high is not None else ">"
    return reading(subject, parameter, lower=low, upper=high, relation=relation, unit="days", **fields)


def effects(*rows, parameter=FIRST, **fields):
    endpoint = {"parameter": parameter, "kind": "time_to_event", "horizons": [168]} | fields
    return estimate(make_plan(endpoint), frame(*rows), NO_PUBLISHED)


ROWS = [day(1, 28.0, 84.0), day(2, 84.0, 168.0), day(3, 168.0, None), day(4, 28.0, 84.0)]


def test_share_that_has_attained_the_state():
    found = effects(*ROWS)
    share = {r.at: r.estimate for r in find(found, "turnbull", stratum="attained")}
    assert share == pytest.approx({0: 0, 28: 0, 84: 0.5, 168: 0.75})
    row = one(found, "turnbull", at=84.0)
    assert (row.n, row.unit, row.lower, row.upper) == (4, "days", pytest.approx(0.06758599), pytest.approx(0.93241401))
    assert (one(found, "events").count, one(found, "censored").count) == (3, 1)
    median = one(found, "median_survival")
    assert (median.estimate_lower, median.estimate_upper, median.stratum) == (28, 84, "attained")
    assert one(found, "kaplan_meier", variant="at_upper", at=84.0).estimate == pytest.approx(0.5)
    assert one(found, "kaplan_meier", variant="at_midpoint", at=56.0).estimate == pytest.approx(0.5)


def test_a_state_that_was_there_at_the_start():
    found = effects(day(1, None, 0.0), day(2, 0.0, 84.0))
    assert one(found, "turnbull", at=0.0).estimate == pytest.approx(0.5)


def test_a_start_before_the_first_infusion_leaves_bounds_at_day_0():
    found = effects(day(1, -14.0, 28.0), day(2, 28.0, 84.0))
    row = one(found, "turnbull", at=0.0)
    assert (row.estimate_lower, row.estimate_upper) == (0, pytest.approx(0.5))
    assert all(r.at is None or r.at >= 0 for r in found)


def test_nobody_attained_it():
    found = effects(day(1, 168.0, None), day(2, 84.0, None))
    assert "median_not_reached" in one(found, "median_survival").flags
    # Only one patient was seen as late as day 168: the other may have attained the state in between.
    row = one(found, "turnbull", at=168.0)
    assert (row.lower, "limits_over_undecided" in row.flags) == (0, True)


def test_missing_days_and_no_day_at_all():
    found = effects(day(1, 28.0, 84.0), reading(2, FIRST, missing="not_recorded"))
    assert one(found, "turnbull", at=84.0).n_missing == 1
    row = one(effects(reading(2, FIRST, missing="not_recorded")), "turnbull")
    assert (row.n, row.n_missing, row.estimate, row.flags) == (0, 1, None, ("no_times",))


def test_versions_side_by_side_are_estimated_apart():
    found = effects(day(1, 28.0, 84.0, variant="a"), day(1, 84.0, 168.0, variant="b"))
    assert {r.stratum for r in find(found, "turnbull")} == {"attained, a", "attained, b"}
    assert one(found, "turnbull", stratum="attained, a", at=84.0).estimate == 1
    assert one(found, "turnbull", stratum="attained, b", at=84.0).estimate == 0


def test_intercurrent_events_are_not_applied_and_it_is_said():
    found = effects(*ROWS, intercurrent=["retreatment=composite"])
    assert all("intercurrent_not_applied" in r.flags for r in found if r.parameter == FIRST)


def test_return_of_b_cells_is_known_between_two_counts_and_those_never_depleted_are_left_out():
    """Last contact stands in months in another table: it says nothing about days, and nobody is censored by it."""
    rows = [
        day(i, low, high, "bcell.return_day")
        for i, low, high in ((1, 84.0, 194.0), (2, 175.0, 276.0), (3, 280.0, None))
    ]
    contact = [
        reading(i, "event.last_contact", lower=24, upper=24, unit="months", text="observed") for i in (1, 2, 3, 4)
    ]
    found = effects(*rows, *contact, parameter="bcell.return_day", horizons=[183, 270])
    row = one(found, "turnbull", at=183.0, stratum="attained")
    assert (row.n, row.n_missing, row.unit) == (3, 1, "days")
    assert (row.estimate_lower, row.estimate_upper) == (0, pytest.approx(2 / 3))
    assert "status_unknown" not in row.flags
    assert one(found, "turnbull", at=270.0, stratum="attained").estimate == pytest.approx(2 / 3)

import pytest

from costim.effects.estimate import estimate
from costim.effects.time_to_event.endings import Happening, first_of
from costim.inference.survival.incidence_bounds import Ending
from costim.inference.survival.incidence_moments import CENSORED, COMPETING, EVENT
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, reading

RELAPSE, AGAIN, DEATH, LAST = "event.relapse", "event.retreatment", "event.death", "event.last_contact"


def event(subject, parameter, value=None, text="observed", **fields):
    return reading(subject, parameter, value=value, text=text, unit="months", **fields)


ROWS = [
    event(1, RELAPSE, 6),
    event(1, AGAIN, 7),
    event(2, AGAIN, 4),
    event(2, RELAPSE, 9),
    event(3, AGAIN, 8),
    event(3, LAST, 20),
    event(4, LAST, 12),
]


def effects(*strategies, rows=ROWS, **fields):
    endpoint = {"parameter": RELAPSE, "kind": "time_to_event", "horizons": [12], "intercurrent": list(strategies)}
    return estimate(make_plan(endpoint | fields), frame(*rows), NO_PUBLISHED)


def curve(found, variant, method="kaplan_meier"):
    return {r.at: r.estimate for r in find(found, method, variant=variant)}


def test_treatment_policy_changes_nothing():
    found = effects("retreatment=treatment_policy")
    assert curve(found, "retreatment=treatment_policy") == curve(found, "")
    assert curve(found, "") == pytest.approx({0: 1, 6: 0.75, 9: 0.5, 12: 0.5, 20: 0.5})


def test_hypothetical_ends_observation():
    assert curve(effects("retreatment=hypothetical"), "retreatment=hypothetical") == pytest.approx(
        {0: 1, 4: 1, 6: 2 / 3, 8: 2 / 3, 12: 2 / 3}
    )


def test_composite_counts_as_the_event():
    found = effects("retreatment=composite")
    assert curve(found, "retreatment=composite") == pytest.approx({0: 1, 4: 0.75, 6: 0.5, 8: 0.25, 12: 0.25})
    assert one(found, "events", variant="retreatment=composite").count == 3
    assert one(found, "rmst", variant="retreatment=composite", at=12).estimate == pytest.approx(4 + 1.5 + 1 + 1)


def test_competing_gives_the_cumulative_incidence():
    found = effects("retreatment=competing")
    variant = "retreatment=competing"
    assert curve(found, variant, "cumulative_incidence") == pytest.approx({0: 0, 4: 0, 6: 0.25, 8: 0.25, 12: 0.25})
    assert not find(found, "kaplan_meier", variant=variant)
    counts = [one(found, m, variant=variant).count for m in ("events", "competing_events", "censored")]
    assert counts == [1, 2, 1]
    row = one(found, "cumulative_incidence", at=8.0)
    # Nobody is censored by 8 months: the exact limits of 1 in 4.
    assert (row.lower, row.upper) == pytest.approx((0.006309463, 0.805879550), abs=1e-8)


def test_several_strategies_at_once():
    rows = [*ROWS, event(5, DEATH, 3), event(6, RELAPSE, 10)]
    variant = "retreatment=hypothetical; death=competing"
    found = effects("retreatment=hypothetical", "death=competing", rows=rows)
    # Six at risk, one dies at 3, retreated at 4, relapse at 6 (1 of 4), retreated at 8, relapse at 10 (1 of 2).
    expected = 5 / 6 / 4 + 5 / 6 * 3 / 4 / 2
    assert curve(found, variant, "cumulative_incidence")[12] == pytest.approx(expected)


def test_an_unknown_order_leaves_bounds():
    rows = [event(1, RELAPSE, (3, 9)), event(1, AGAIN, 5), event(2, RELAPSE, 20)]
    row = one(effects("retreatment=competing", rows=rows), "cumulative_incidence", at=12.0)
    assert (row.estimate, row.estimate_lower, row.estimate_upper) == (None, 0, 0.5)
    assert {"bounds_over_unknowns", "intercurrent_order_unknown"} <= set(row.flags)
    known = one(effects("retreatment=composite", rows=rows), "events", variant="retreatment=composite")
    assert (known.count, "intercurrent_order_unknown" in known.flags) == (2, False)


def test_an_unknown_status_of_the_event_leaves_bounds():
    rows = [event(1, RELAPSE, 6, "unknown"), event(2, RELAPSE, 20), event(2, AGAIN, 25)]
    row = one(effects("retreatment=competing", rows=rows), "cumulative_incidence", at=12.0)
    assert (row.estimate_lower, row.estimate_upper) == (0, 0.5)
    assert "status_unknown" in row.flags


def test_an_event_that_the_study_does_not_record_is_said():
    found = effects("infection=composite")
    row = one(found, "kaplan_meier", variant="infection=composite", at=12.0)
    assert "intercurrent_not_recorded" in row.flags
    assert row.estimate == 0.5


def test_an_event_that_the_program_does_not_know_gives_no_number():
    row = one(effects("rescue=competing"), "cumulative_incidence")
    assert (row.variant, row.at, row.estimate) == ("rescue=competing", 12, None)
    assert "intercurrent_unknown_event" in row.flags
    assert one(effects("rescue=composite"), "kaplan_meier", variant="rescue=composite").estimate is None


def test_a_subject_known_only_by_the_intercurrent_event_takes_part():
    rows = [event(1, RELAPSE, 6), event(2, AGAIN, 4)]
    found = effects("retreatment=composite", rows=rows)
    assert one(found, "kaplan_meier", variant="", at=6.0).n == 1
    row = one(found, "kaplan_meier", variant="retreatment=composite", at=6.0)
    assert (row.n, row.n_missing, row.estimate) == (2, 0, 0)


def test_which_happening_is_first():
    def at(time, *causes, certain=True):
        return Happening(time, time, causes, certain)

    assert first_of([at(5, EVENT), at(5, COMPETING), at(5, CENSORED)]) == Ending(5, 5, (EVENT,))
    assert first_of([at(5, CENSORED), at(5, COMPETING)]) == Ending(5, 5, (COMPETING,))
    assert first_of([at(5, CENSORED), at(3, EVENT, certain=False)]) == Ending(3, 5, (CENSORED, EVENT))
    assert first_of([at(5, CENSORED), at(8, EVENT)]) == Ending(5, 5, (CENSORED,))
    assert first_of([at(5, CENSORED), at(8, EVENT, certain=False)]) == Ending(5, 5, (CENSORED,))
    assert first_of([at(3, EVENT, certain=False)]) is None
    assert first_of([Happening(2, 9, (EVENT,)), Happening(4, 6, (COMPETING,))]) == Ending(2, 6, (EVENT, COMPETING))

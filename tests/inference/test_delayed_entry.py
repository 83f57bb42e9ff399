import pytest

from costim.inference.survival.kaplan_meier import compute_kaplan_meier


def test_with_delayed_entry_the_curve_has_no_beta_product_limits_and_says_so():
    found = compute_kaplan_meier([4, 6, 9], [1, 1, 1], entry=[0, 0, 5])
    assert found.at_risk.tolist() == [2, 2, 1]
    assert found.survival.tolist() == [0.5, 0.25, 0]
    assert found.flags == ("limits_need_common_start",)
    assert not found.has_limits.any()
    assert (found.lower_at_start, found.median_limits) == (None, (None, None))


def test_entries_at_time_0_are_no_delay():
    delayed = compute_kaplan_meier([4, 6], [1, 0], entry=[0, 0])
    plain = compute_kaplan_meier([4, 6], [1, 0])
    assert delayed.lower.tolist() == plain.lower.tolist()
    assert delayed.flags == ()


def test_log_log_limits_are_there_when_named():
    found = compute_kaplan_meier([4, 6, 9], [1, 1, 0], entry=[0, 0, 3], limits="log_log")
    assert found.has_limits.all()
    assert found.flags == ()


def test_a_curve_that_falls_to_0_while_others_are_still_to_come_is_flagged():
    found = compute_kaplan_meier([2, 9], [1, 1], entry=[0, 5])
    assert found.survival.tolist() == [0, 0]
    assert "risk_set_empties" in found.flags


def test_who_enters_at_the_time_of_an_event_is_not_yet_at_risk():
    assert compute_kaplan_meier([4, 7], [1, 1], entry=[0, 4]).at_risk.tolist() == [1, 1]


def test_impossible_entries():
    with pytest.raises(ValueError, match=r"^an entry time must lie before the end of observation$"):
        compute_kaplan_meier([4, 7], [1, 1], entry=[0, 7])
    with pytest.raises(ValueError, match=r"^need one entry time for each time: 2 times, 1 entries$"):
        compute_kaplan_meier([4, 7], [1, 1], entry=[0])
    with pytest.raises(ValueError, match=r"^times must be finite and not negative$"):
        compute_kaplan_meier([4, 7], [1, 1], entry=[0, -1])

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.binary.clopper_pearson import compute_clopper_pearson
from costim.inference.cells.contamination import (
    compute_false_cells,
    compute_net_count,
    compute_net_share,
    compute_positive_share,
    own_level,
)
from costim.inference.cells.detection import Control
from costim.inference.counts.garwood import compute_garwood

counts = st.integers(0, 400)
controls = st.builds(Control, st.integers(0, 40), st.integers(40, 5000))


@given(counts)
@settings(max_examples=40)
def test_without_a_control_limits_are_the_plain_ones(events):
    net, plain = compute_net_count(events, 1000, None), compute_garwood(events)
    assert (net.estimate, net.lower, net.upper) == (events, plain.lower, plain.upper)
    share, exact = compute_net_share(events, 1000, None), compute_clopper_pearson(events, 1000)
    assert (share.lower, share.upper) == (exact.lower, exact.upper)


@given(counts, controls)
@settings(max_examples=80)
def test_net_numbers_stay_in_their_range_and_limits_hold_the_estimate(events, control):
    for net, most in (
        (compute_net_count(events, 1000, control), events),
        (compute_net_share(events, 1000, control), 1),
    ):
        assert 0 <= net.lower <= net.estimate <= net.upper
        assert net.estimate <= most


@given(counts, controls)
@settings(max_examples=60)
def test_false_events_of_a_larger_gate_move_the_lower_limit_only(events, control):
    own, larger = (compute_net_count(events, 1000, control, at_most=held) for held in (False, True))
    assert larger.estimate == events
    assert larger.lower == own.lower
    assert larger.upper >= own.upper


def test_fewer_events_than_the_control_foretells_are_no_certain_zero():
    net = compute_net_count(2, 1000, Control(60, 1000))
    assert net.estimate == net.lower == 0
    assert net.upper == pytest.approx(3.6889, abs=1e-4)  # Garwood's upper limit of none


@given(counts, controls, st.integers(1000, 5000))
@settings(max_examples=60)
def test_limits_hold_where_false_events_come_from_all_other_cells_or_from_cells_of_their_own(events, control, parents):
    found, rate = compute_net_count(events, parents, control), control.events / control.parents
    if rate < 0.5:
        others = (events - rate * parents) / (1 - rate)
        assert found.estimate == pytest.approx(max(others, 0))
        assert found.lower <= max(events - rate * parents, 0) <= found.upper


def test_all_parent_events_may_be_false_in_the_control():
    net = compute_net_share(50, 100, Control(10, 10))
    assert (net.estimate, net.lower) == (0, 0)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 12))
@settings(max_examples=100)
def test_the_worst_cases_hold_every_way_in_which_cells_can_be_false(positive, negative, false):
    n = positive + negative
    outer = compute_positive_share(positive, n, false_cells=false)
    for from_positive in range(min(false, positive) + 1):
        for from_negative in range(min(false - from_positive, negative) + 1):
            true = n - from_positive - from_negative
            if true == 0 or outer.lower is None:
                continue
            inner = compute_clopper_pearson(positive - from_positive, true)
            assert outer.lower <= inner.lower + 1e-12
            assert outer.upper >= inner.upper - 1e-12


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 5), st.integers(0, 5))
@settings(max_examples=60)
def test_the_worst_cases_hold_negative_cells_taken_for_positive(positive, negative, false, leaked):
    n = positive + negative
    outer = compute_positive_share(positive, n, false_cells=false, falsely_positive=leaked)
    for taken in range(min(leaked, positive) + 1):
        for out in range(min(false, positive - taken) + 1):
            if outer.lower is None or n - out == 0:
                continue
            inner = compute_clopper_pearson(positive - taken - out, n - out)
            assert outer.lower <= inner.lower + 1e-12
            assert outer.upper >= inner.upper - 1e-12


def test_where_all_cells_may_be_false_there_are_no_limits():
    found = compute_positive_share(3, 5, false_cells=5)
    assert (found.estimate, found.lower, found.upper) == (0.6, None, None)
    assert compute_positive_share(0, 0).estimate is None


def test_the_error_is_shared_out_four_to_one():
    assert own_level(0.95) == pytest.approx(0.96)
    assert compute_false_cells(1000, None) == 0
    # P(more than 6 of 6 false in the sample | none in a control as large) = 0.5^7 < 0.01 < 0.5^6
    assert compute_false_cells(1000, Control(0, 1000)) == 6

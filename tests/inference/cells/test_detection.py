from math import exp, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.cells.detection import Control, compute_detection_limits, compute_limit_of_blank

controls = st.builds(Control, st.integers(0, 39), st.integers(40, 5000))


def test_without_a_control_the_limit_of_detection_is_that_of_no_false_event_and_no_limit_of_blank_is_claimed():
    found = compute_detection_limits(1000, None)
    assert found.lob is None
    assert found.false_events is None
    assert found.lod == pytest.approx(2.995732, abs=1e-6)  # -ln 0.05
    assert found.lloq == 25


def test_an_empty_control_is_no_proof_of_no_false_event():
    """None of 1000: in as many events of the sample four may still be false."""
    equal, large = (compute_detection_limits(1000, Control(0, size)) for size in (1000, 1_000_000))
    assert equal.lob == 4
    assert equal.lob > large.lob == 0
    assert large.lod == pytest.approx(2.995732, abs=1e-6)


def test_a_tenth_of_the_variation_needs_a_hundred_events():
    assert compute_detection_limits(10, None, lloq_cv=0.10).lloq == 100


@given(controls, st.integers(1, 10_000))
@settings(max_examples=60)
def test_the_net_number_at_the_limit_of_quantification_varies_as_asked(control, parents):
    found = compute_detection_limits(parents, control)
    ratio = parents / control.parents
    net = found.lloq - control.events * ratio
    cv = (found.lloq + control.events * ratio**2) ** 0.5 / net
    assert cv == pytest.approx(0.20) or (found.lloq == found.lod and cv < 0.20)
    assert found.lob < found.lod <= found.lloq


@given(controls, st.integers(1, 10_000), st.floats(1.0, 4.0))
@settings(max_examples=60)
def test_limits_grow_with_the_rate_of_false_events(control, parents, times):
    one = compute_limit_of_blank(parents, control)
    assert one <= compute_limit_of_blank(parents, Control(control.events + 1, control.parents))
    assert one <= compute_limit_of_blank(parents, Control(control.events, control.parents, times))
    assert one <= compute_limit_of_blank(2 * parents, control)
    assert one <= compute_limit_of_blank(parents, control, alpha=0.01)


@pytest.mark.parametrize("ratio", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("expected", [0.3, 2.0, 11.0])
def test_false_events_exceed_the_limit_of_blank_in_at_most_5_percent_whatever_their_rate(expected, ratio):
    """Summed over every outcome of control and sample, no simulation."""

    def poisson(mean, last):
        terms = [exp(-mean)]
        for k in range(1, last + 1):
            terms.append(terms[-1] * mean / k)
        return np.array(terms)

    found = poisson(expected, 120)
    exceeded = sum(
        chance * found[compute_limit_of_blank(100_000, Control(k, round(100_000 * ratio))) + 1 :].sum()
        for k, chance in enumerate(poisson(expected * ratio, 120))
    )
    assert 0 < exceeded <= 0.05


def test_what_is_no_control_is_refused():
    with pytest.raises(ValueError, match="more parent events than false ones"):
        compute_limit_of_blank(100, Control(5, 4))
    with pytest.raises(ValueError, match="more parent events"):
        compute_limit_of_blank(100, Control(0, 0))
    with pytest.raises(ValueError, match="positive multiple"):
        compute_limit_of_blank(100, Control(1, 40, inf))
    with pytest.raises(ValueError, match="whole and not negative"):
        compute_limit_of_blank(-1, Control(1, 40))
    with pytest.raises(ValueError, match="level must lie"):
        compute_detection_limits(100, None, beta=0)
    with pytest.raises(ValueError, match="coefficient of variation must be above 0"):
        compute_detection_limits(100, None, lloq_cv=0)

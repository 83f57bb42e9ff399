"""Two-stage designs: printed tables, every design tried, characteristics by enumeration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.inference.planning.binomial import chance_of_each
from costim.inference.planning.simon import best_test_power, compute_simon, describe_two_stage
from tests.inference.truth import numbers, read_truth

CASES = [row for row in read_truth("planning_base-4.2.2.csv") if row["what"] == "simon"]

# Simon R. Control Clin Trials 1989;10:1-10, tables 1 and 2: p0, p1, alpha, beta; r1/n1, r/n and EN(p0) of the optimal
# and of the minimax design.
PRINTED = [
    ((0.05, 0.25, 0.10, 0.10), (0, 9, 2, 24, 14.5), (0, 13, 2, 20, 16.4)),
    ((0.05, 0.25, 0.05, 0.20), (0, 9, 2, 17, 12.0), (0, 12, 2, 16, 13.8)),
    ((0.05, 0.25, 0.05, 0.10), (0, 9, 3, 30, 16.8), (0, 15, 3, 25, 20.4)),
    ((0.10, 0.30, 0.10, 0.10), (1, 12, 5, 35, 19.8), (1, 16, 4, 25, 20.4)),
    ((0.10, 0.30, 0.05, 0.20), (1, 10, 5, 29, 15.0), (1, 15, 5, 25, 19.5)),
    ((0.10, 0.30, 0.05, 0.10), (2, 18, 6, 35, 22.5), (2, 22, 6, 33, 26.2)),
    ((0.20, 0.40, 0.05, 0.20), (3, 13, 12, 43, 20.6), (4, 18, 10, 33, 22.3)),
    ((0.30, 0.50, 0.05, 0.20), (5, 15, 18, 46, 23.6), (6, 19, 16, 39, 25.7)),
]


@pytest.mark.parametrize(("question", "optimal", "minimax"), PRINTED)
def test_printed_designs(question, optimal, minimax):
    p0, p1, alpha, beta = question
    found = compute_simon(p0, p1, alpha=alpha, power=1 - beta)
    for design, printed in ((found.optimal, optimal), (found.minimax, minimax)):
        assert (design.r1, design.n1, design.r, design.n) == printed[:4]
        assert round(design.expected_n, 1) == pytest.approx(printed[4], abs=0.051)
        assert design.alpha <= alpha
        assert design.power >= 1 - beta


@pytest.mark.oracle
@pytest.mark.parametrize("row", CASES, ids=lambda row: row["case"])
def test_no_design_of_all_is_better(row):
    assert len(CASES) >= 10
    p0, p1, alpha, power = numbers(row["case"])
    found = compute_simon(p0, p1, alpha=alpha, power=power)
    got = [x for d in (found.optimal, found.minimax) for x in (d.r1, d.n1, d.r, d.n, d.expected_n)]
    assert got == pytest.approx(numbers(row["numbers"]), rel=1e-9)


def test_shares_close_together_are_searched_to_the_end():
    """The largest questions that are answered: hundreds of patients, by leaving out what cannot win."""
    found = compute_simon(0.3, 0.4)
    for design in (found.optimal, found.minimax):
        assert describe_two_stage((design.r1, design.n1, design.r, design.n), 0.3, 0.4) == design
        assert (design.alpha <= 0.05, design.power >= 0.8) == (True, True)
    assert found.minimax.n < found.optimal.n
    assert found.optimal.expected_n < found.minimax.expected_n


def test_no_two_stage_design_beats_the_best_test_of_as_many_patients():
    best = best_test_power(0.2, 0.45, 0.1)
    for n in range(3, 12):
        every = [(r1, n1, r, n) for n1 in range(1, n) for r1 in range(n1) for r in range(r1, n)]
        found = [describe_two_stage(design, 0.2, 0.45) for design in every]
        assert max(d.power for d in found if d.alpha <= 0.1) <= best[n - 1] + 1e-12


@settings(max_examples=40)
@given(st.data())
def test_characteristics_by_enumeration(data):
    n1 = data.draw(st.integers(1, 8))
    n = data.draw(st.integers(n1 + 1, 14))
    r1 = data.draw(st.integers(0, n1 - 1))
    r = data.draw(st.integers(r1, n - 1))
    p0, p1 = data.draw(st.floats(0.05, 0.5)), data.draw(st.floats(0.5, 0.95))
    found = describe_two_stage((r1, n1, r, n), p0, p1)
    for share, got in ((p0, found.alpha), (p1, found.power)):
        first, second = chance_of_each(n1, share), chance_of_each(n - n1, share)
        joint = np.outer(first, second)
        x1, x2 = np.indices(joint.shape)
        assert got == pytest.approx(joint[(x1 > r1) & (x1 + x2 > r)].sum(), abs=1e-12)
    stop = chance_of_each(n1, p0)[: r1 + 1].sum()
    assert found.early_stop == pytest.approx(stop, abs=1e-12)
    assert found.expected_n == pytest.approx(n1 + (1 - stop) * (n - n1))


def test_what_is_refused():
    with pytest.raises(ValueError, match="must be above the reference"):
        compute_simon(0.5, 0.3)
    with pytest.raises(ValueError, match="more than the 400"):
        compute_simon(0.5, 0.52)
    with pytest.raises(ValueError, match="two-stage design needs"):
        describe_two_stage((3, 3, 4, 8), 0.1, 0.3)

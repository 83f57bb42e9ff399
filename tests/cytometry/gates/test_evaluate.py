"""Populations, parents, quadrants and Boolean gates, event by event."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.cytometry.gates.errors import GateError
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Divider,
    Ellipsoid,
    Operand,
    Quadrant,
    Quadrants,
    Range,
    Rectangle,
    Strategy,
)
from costim.cytometry.transforms.log import Log
from tests.cytometry.gates.any_strategy import CHANNELS, RATIOS, strategies
from tests.cytometry.gates.array_events import SQUARE, ArrayEvents, X, Y, strategy_of


def told(strategy: Strategy, **channels: list[float]) -> dict[str, str]:
    found = memberships(strategy, ArrayEvents(channels, strategy))
    return {name: "".join("1" if inside else "0" for inside in mask) for name, mask in found.items()}


LOW = Rectangle("low", "", (Range(X, None, 2.0),))


def test_a_child_is_within_its_parent() -> None:
    child = Rectangle("child", "low", (Range(X, 1.0), Range(Y, None, 1.0)))
    found = told(strategy_of(LOW, child), X=[0, 1, 1.5, 2, 3, 1], Y=[0, 0, 0, 0, 0, 1])
    assert found == {"low": "111001", "child": "011000"}


def test_gates_look_at_the_scale_of_their_axis() -> None:
    axis = Axis("X", transform="log")
    gate = Rectangle("g", "", (Range(axis, 0.5, 1.0),))
    strategy = strategy_of(gate, transforms={"log": Log(1000.0, 4.0)})
    # 10 is two decades below 1000 of four: 0.5.
    assert told(strategy, X=[9.99, 10, 500, 1000, 0, -5])["g"] == "011000"


def test_quadrants_stand_one_by_one_and_a_parent_may_be_one_of_them() -> None:
    dividers = (Divider("a", X, (1.0, 2.0)), Divider("b", Y, (0.0,)))
    regions = (
        Quadrant("low_neg", (("a", 0), ("b", 0))),
        Quadrant("mid_pos", (("a", 1), ("b", 1))),
        Quadrant("high", (("a", 2),)),
    )
    inner = Rectangle("inner", "high", (Range(Y, 5.0),))
    found = told(
        strategy_of(Quadrants("q", "", dividers, regions), inner),
        X=[0.5, 1, 1.9, 2, 2, math.nan, 3],
        Y=[-1, 0, -0.1, -9, 9, 9, math.nan],
    )
    assert found == {"low_neg": "1000000", "mid_pos": "0100000", "high": "0001101", "inner": "0000100"}


def test_boolean_gates_look_at_populations_with_their_parents() -> None:
    inner = Rectangle("inner", "low", (Range(Y, 0.0),))
    gates = (
        LOW,
        inner,
        Rectangle("left", "", (Range(X, None, 1.0),)),
        Boolean("both", "", "and", (Operand("inner"), Operand("left"))),
        Boolean("either", "", "or", (Operand("inner"), Operand("left"))),
        Boolean("neither", "", "not", (Operand("inner"),)),
        Boolean("right", "", "and", (Operand("inner"), Operand("left", complement=True))),
        Boolean("double", "", "not", (Operand("inner", complement=True),)),
        Boolean("rest_of_low", "low", "not", (Operand("inner"),)),
    )
    found = told(strategy_of(*gates), X=[0, 0, 1.5, 5, 5], Y=[1, -1, 1, 1, -1])
    assert found["inner"] == "10100"
    assert found["both"] == "10000"
    assert found["either"] == "11100"
    assert found["neither"] == "01011"
    assert found["right"] == "00100"
    assert found["double"] == found["inner"]
    assert found["rest_of_low"] == "01000"


def test_not_a_number_is_in_no_gate_and_so_in_the_complement() -> None:
    round_gate = Ellipsoid("round", "", (X, Y), (0.0, 0.0), ((1.0, 0.0), (0.0, 1.0)), 4.0)
    gates = (
        SQUARE,
        round_gate,
        Rectangle("open", "", (Range(X, None, 9.0),)),
        Boolean("outside", "", "not", (Operand("square"),)),
    )
    found = told(strategy_of(*gates), X=[1, math.nan, 1], Y=[1, 1, math.nan])
    assert found == {"square": "100", "round": "100", "open": "101", "outside": "011"}


def test_no_events_and_no_gates() -> None:
    assert told(strategy_of()) == {}
    assert told(strategy_of(LOW, SQUARE), X=[], Y=[]) == {"low": "", "square": ""}


def test_a_bound_with_a_name_is_refused() -> None:
    gate = Rectangle("b_cells", "", (Range(X, "cd19_positive"),))
    with pytest.raises(GateError, match=r"gate b_cells: found the threshold 'cd19_positive' as a bound"):
        memberships(strategy_of(gate), ArrayEvents({"X": [1.0]}))
    divided = Quadrants("q", "", (Divider("d", X, (None,)),), (Quadrant("a", (("d", 0),)),))
    with pytest.raises(GateError, match="a divider without a value"):
        memberships(strategy_of(divided), ArrayEvents({"X": [1.0]}))


def test_a_child_before_its_parent_is_refused() -> None:
    with pytest.raises(GateError, match="a population defined before it"):
        memberships(strategy_of(Rectangle("child", "low", (Range(X, 0.0),)), LOW), ArrayEvents({"X": [1.0]}))


@given(strategies(named_bounds=False), st.integers(0, 2**32 - 1))
def test_what_holds_for_every_strategy(strategy: Strategy, seed: int) -> None:
    generator = np.random.default_rng(seed)
    channels = {name: generator.normal(0, 1, 60) * 10 ** generator.uniform(-1, 6, 60) for name in (*CHANNELS, *RATIOS)}
    for values in channels.values():
        values[generator.integers(0, 60, 3)] = math.nan
    found = memberships(strategy, ArrayEvents(channels, strategy))
    parents = dict(strategy.populations())
    assert list(found) == list(parents)
    everything = np.ones(60, dtype=bool)
    for name, parent in parents.items():
        assert not (found[name] & ~(found[parent] if parent else everything)).any(), "a child within its parent"
    for gate in strategy.gates:
        if isinstance(gate, Quadrants):
            whole = [q for q in gate.quadrants if len(q.positions) == len(gate.dividers)]
            distinct = {q.positions: found[q.name] for q in whole}
            assert sum(mask.astype(int) for mask in distinct.values()).max(initial=0) <= 1, "quadrants do not overlap"
        if isinstance(gate, Boolean) and gate.operation == "not":
            within = found[gate.parent] if gate.parent else everything
            other = found[gate.operands[0].population]
            other = ~other if gate.operands[0].complement else other
            assert np.array_equal(found[gate.name] | (within & other), within), "together they are the parent"
            assert not (found[gate.name] & other).any(), "and they do not overlap"

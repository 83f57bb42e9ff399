"""Gates a little elsewhere: how far they move, that they stay gates, and that chance is the seed's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.gates.check import strategy_problems
from costim.cytometry.gates.digest import digest
from costim.cytometry.gates.errors import GateError
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.model import (
    Axis,
    Divider,
    Ellipsoid,
    Polygon,
    Quadrant,
    Quadrants,
    Range,
    Rectangle,
    Strategy,
    Threshold,
)
from costim.cytometry.gates.resolve import resolved
from costim.cytometry.gates.shift import ShiftRule, shifted, shifted_numbers
from costim.cytometry.transforms.biex import Biex
from costim.cytometry.transforms.logicle import Logicle
from tests.cytometry.gates.any_strategy import strategies
from tests.cytometry.gates.array_events import SQUARE, ArrayEvents, X, Y, strategy_of

SCALED = Axis("CD19", transform="logicle")
FLOWJO = Axis("CD19", transform="biex")
SCALES = {"logicle": Logicle(262144.0), "biex": Biex()}


def only(gate: object, rule: ShiftRule) -> object:
    return shifted(strategy_of(gate, transforms=SCALES), rule).gates[0]  # type: ignore[arg-type]


def test_without_a_seed_everything_moves_up_by_the_whole_distance() -> None:
    gate = Rectangle("g", "", (Range(SCALED, 0.4, 0.6), Range(FLOWJO, 1000.0), Range(X, 200.0, 300.0)))
    moved = only(gate, ShiftRule(0.02, linear=0.1))
    assert isinstance(moved, Rectangle)
    assert [(r.lower, r.upper) for r in moved.ranges] == [
        (pytest.approx(0.42), pytest.approx(0.62)),
        (pytest.approx(1000 + 81.92), None),
        (pytest.approx(220.0), pytest.approx(330.0)),
    ]


def test_dividers_polygons_and_ellipsoids() -> None:
    dividers = Quadrants("q", "", (Divider("d", SCALED, (0.3, 0.6)),), (Quadrant("low", (("d", 0),)),))
    moved = only(dividers, ShiftRule(-0.05))
    assert isinstance(moved, Quadrants)
    assert moved.dividers[0].values == (pytest.approx(0.25), pytest.approx(0.55))
    corners = only(SQUARE, ShiftRule(0.0, linear=0.1, scale=0.5))
    assert isinstance(corners, Polygon)  # extent 2: moved by 0.2; half as large again about (1, 1)
    assert np.allclose(corners.vertices, [(-0.3, -0.3), (2.7, -0.3), (2.7, 2.7), (-0.3, 2.7)])
    round_gate = Ellipsoid("e", "", (X, Y), (10.0, 20.0), ((4.0, 0.0), (0.0, 9.0)), 4.0)
    grown = only(round_gate, ShiftRule(0.0, linear=0.25, scale=0.1))
    assert isinstance(grown, Ellipsoid)  # half axes 4 and 6, so extents 8 and 12
    assert grown.mean == (pytest.approx(12.0), pytest.approx(23.0))
    assert grown.distance_square == pytest.approx(4.0 * 1.21)
    assert grown.covariance == round_gate.covariance


def test_a_moved_square_holds_the_moved_events() -> None:
    strategy = strategy_of(SQUARE)
    x, y = np.random.default_rng(1).uniform(-1, 3, (2, 500))
    moved = shifted(strategy, ShiftRule(0.0, linear=0.3))
    before = memberships(strategy, ArrayEvents({"X": x, "Y": y}))["square"]
    after = memberships(moved, ArrayEvents({"X": x + 0.6, "Y": y + 0.6}))["square"]
    assert np.array_equal(before, after)
    assert 0 < before.sum() < 500


def test_only_the_gates_and_thresholds_asked_for() -> None:
    gates = (Rectangle("a", "", (Range(SCALED, 0.4),)), Rectangle("b", "", (Range(SCALED, "t"),)))
    fixed = tuple(Threshold(name, SCALED, "a", ("fixed",), value=0.5) for name in ("t", "u"))
    strategy = strategy_of(*gates, thresholds=fixed, transforms=SCALES)
    moved = shifted(strategy, ShiftRule(0.1, gates=("b",), thresholds=("t",)))
    assert moved.gates == gates
    assert [t.value for t in moved.thresholds] == [pytest.approx(0.6), 0.5]
    assert [t.value for t in shifted(strategy, ShiftRule(0.1, thresholds=())).thresholds] == [0.5, 0.5]


def test_numbers_that_were_found_move_once_for_all_gates() -> None:
    gates = (Rectangle("a", "", (Range(SCALED, "t"),)), Rectangle("b", "", (Range(SCALED, None, "t"),)))
    strategy = strategy_of(*gates, thresholds=(Threshold("t", SCALED, "", ("fmo",)),), transforms=SCALES)
    rule = ShiftRule(0.05, seed=3)
    numbers = shifted_numbers(strategy, {"t": 0.5}, rule)
    assert numbers["t"] != 0.5
    assert abs(numbers["t"] - 0.5) <= 0.05
    whole = resolved(shifted(strategy, rule), numbers)
    assert [(r.lower, r.upper) for g in whole.gates for r in g.ranges] == [  # type: ignore[union-attr]
        (numbers["t"], None),
        (None, numbers["t"]),
    ]


def test_bounds_keep_their_order() -> None:
    narrow = Rectangle("g", "", (Range(SCALED, 0.5, 0.5001),))
    for seed in range(40):
        moved = only(narrow, ShiftRule(0.1, seed=seed))
        assert isinstance(moved, Rectangle)
        low, high = moved.ranges[0].lower, moved.ranges[0].upper
        assert isinstance(low, float)
        assert isinstance(high, float)
        assert low < high


def test_a_seed_moves_every_bound_on_its_own_and_evenly() -> None:
    gate = Rectangle("g", "", (Range(SCALED, 0.3, 0.7),))
    steps = []
    for seed in range(2000):
        moved = only(gate, ShiftRule(0.1, seed=seed))
        assert isinstance(moved, Rectangle)
        steps.append((moved.ranges[0].lower - 0.3, moved.ranges[0].upper - 0.7))  # type: ignore[operator]
    found = np.array(steps)
    assert np.abs(found).max() <= 0.1 + 1e-12
    # Evenly from -0.1 to 0.1: mean 0 with standard error 0.0013, standard deviation 0.0577, no correlation.
    assert np.abs(found.mean(axis=0)).max() < 4 * 0.0013
    assert np.abs(found.std(axis=0) - 0.2 / np.sqrt(12)).max() < 0.003
    assert abs(np.corrcoef(found.T)[0, 1]) < 4 / np.sqrt(2000)


def test_the_order_of_gates_and_other_gates_do_not_matter() -> None:
    a, b = Rectangle("a", "", (Range(SCALED, 0.4),)), Rectangle("b", "", (Range(SCALED, 0.6),))
    rule = ShiftRule(0.05, seed=11)
    both = shifted(strategy_of(a, b, transforms=SCALES), rule)
    turned = shifted(strategy_of(b, a, transforms=SCALES), rule)
    assert both.gates == turned.gates[::-1]
    assert both.gates[0] == only(a, rule)
    assert both.gates[0].ranges[0].lower - 0.4 != both.gates[1].ranges[0].lower - 0.6  # type: ignore[union-attr,operator]


@settings(max_examples=60)
@given(strategies(), st.integers(0, 10**9), st.floats(-0.3, 0.3))
def test_what_holds_for_every_strategy(strategy: Strategy, seed: int, amount: float) -> None:
    rule = ShiftRule(amount, linear=abs(amount), scale=amount, seed=seed)
    moved = shifted(strategy, rule)
    assert moved == shifted(strategy, rule)
    assert not [p for p in strategy_problems(moved) if p not in strategy_problems(strategy)]
    assert digest(shifted(strategy, replace(rule, amount=0.0, linear=0.0, scale=0.0))) == digest(strategy)


def test_rules_that_cannot_be() -> None:
    strategy = strategy_of(SQUARE)
    with pytest.raises(GateError, match="the gate 'squaer'; did you mean 'square'"):
        shifted(strategy, ShiftRule(0.1, gates=("squaer",)))
    with pytest.raises(GateError, match="the threshold 't'; expected one of no thresholds"):
        shifted(strategy, ShiftRule(0.1, thresholds=("t",)))
    with pytest.raises(GateError, match="amount = nan"):
        ShiftRule(float("nan"))
    with pytest.raises(GateError, match="scale"):
        ShiftRule(0.1, scale=1.0)

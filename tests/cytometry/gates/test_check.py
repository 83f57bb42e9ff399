"""What makes a strategy unusable, for strategies that no file of ours made; orders and thresholds."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.cytometry.gates.check import check_strategy, set_problems, strategy_problems
from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Divider,
    Ellipsoid,
    Marker,
    Operand,
    Polygon,
    Quadrant,
    Quadrants,
    Range,
    Ratio,
    Rectangle,
    Strategy,
    StrategySet,
    Threshold,
)
from costim.cytometry.gates.order import cycles, in_order, needed_by, population_names
from costim.cytometry.gates.resolve import named_bounds, resolved
from costim.cytometry.transforms.logicle import Logicle
from tests.cytometry.gates.any_strategy import strategies, strategy_sets
from tests.cytometry.gates.array_events import SQUARE, X, Y, strategy_of

LOW = Rectangle("low", "", (Range(X, None, 2.0),))


def found(*gates: Any, **rest: Any) -> list[str]:
    return [str(problem) for problem in strategy_problems(strategy_of(*gates, **rest))]


@given(strategies())
def test_strategies_of_the_generator_are_sound(strategy: Strategy) -> None:
    assert strategy_problems(strategy) == ()
    check_strategy(strategy)


@given(strategy_sets())
def test_sets_of_the_generator_are_sound(strategies: StrategySet) -> None:
    assert set_problems(strategies) == ()


def test_rings_are_told_once_and_in_words() -> None:
    a, b = Rectangle("a", "b", (Range(X, 0.0),)), Rectangle("b", "a", (Range(X, 0.0),))
    assert found(a, b) == [
        "gate a, parent: found a ring: a needs b needs a; expected gates that lead back to all events."
    ]
    selfish = Boolean("s", "", "or", (Operand("s"), Operand("low")))
    assert "a ring: s needs s" in found(LOW, selfish)[0]
    through = Quadrants("q", "r", (Divider("d", X, (0.0,)),), (Quadrant("q1", (("d", 0),)),))
    user = Boolean("r", "", "not", (Operand("q1"),))
    assert "a ring: q needs r needs q" in found(through, user)[0]


def test_a_child_above_its_parent() -> None:
    child = Rectangle("child", "low", (Range(X, 0.0),))
    assert found(child, LOW) == [
        "gate child: found 'low' defined further down; expected parents and operands first. "
        "Sort the gates (order.in_order)."
    ]
    assert found(*in_order([child, LOW])) == []


def test_shapes_that_are_none() -> None:
    bad = [
        Rectangle("r", "", ()),
        Polygon("p", "", X, Y, ((0.0, 0.0), (1.0, 1.0), (0.0, 0.0))),
        Polygon("nan", "", X, Y, ((0.0, 0.0), (1.0, math.nan), (0.0, 1.0))),
        Ellipsoid("one", "", (X,), (0.0,), ((1.0,),), 1.0),
        Ellipsoid("odd", "", (X, Y), (0.0, math.inf), ((1.0, 0.0), (0.0, 1.0)), math.nan),
        Ellipsoid("flat", "", (X, Y), (0.0, 0.0), ((1.0, 1.0), (1.0, 1.0)), 1.0),
        Ellipsoid("nothing", "", (X, Y), (0.0, 0.0), ((0.0, 0.0), (0.0, 1.0)), 1.0),
        Quadrants("q", "", (Divider("d", X, ()), Divider("d", Y, (None,))), ()),
        Quadrants("z", "", (Divider("d", X, (1.0,)),), (Quadrant("z1", ()), Quadrant("z2", (("d", 0), ("d", 1))))),
        Boolean("b", "", "not", (Operand("z1"), Operand("z2"))),
    ]
    told = found(*bad)
    for name in ("r", "p", "nan", "one", "odd", "flat", "nothing", "q", "z", "b"):
        assert any(f"gate {name}, " in line for line in told), name
    assert sum("gate odd" in line for line in told) == 2
    assert sum("gate q" in line for line in told) == 4
    assert sum("gate z" in line for line in told) == 2


def test_very_different_units_are_no_singular_matrix() -> None:
    far = Ellipsoid("far", "", (X, Y), (0.0, 0.0), ((1e12, 0.0), (0.0, 1e-8)), 1.0)
    assert found(far) == []


def test_names_of_transforms_matrices_ratios() -> None:
    axes = [Axis("A", "bench"), Axis("A", transform="logcle"), Axis(" "), Axis("ratio", "file")]
    gates = [Rectangle(f"g{i}", "", (Range(axis, 0.0),)) for i, axis in enumerate(axes)]
    ratios = {"ratio": Ratio(X, Axis("ratio"))}
    told = found(*gates, transforms={"logicle": Logicle(1000.0)}, ratios=ratios)
    assert "gate g0, bounds[1].axis: found the matrix 'bench'; expected one of file." in told[0]
    assert "did you mean 'logicle'?" in told[1]
    assert "an axis without a channel" in told[2]
    assert "the compensation 'file' of the ratio 'ratio'" in told[3]
    assert "ratio ratio, y: found the ratio 'ratio'; expected a channel." in told


def test_thresholds_markers_roles_subsets() -> None:
    thresholds = (
        Threshold("t", X, "nobody", ()),
        Threshold("t", X, "low", ("fixed", "fixed"), value=math.inf),  # type: ignore[arg-type]
        Threshold("u", X, "low", ("reference", "magic"), quantile=1.0),  # type: ignore[arg-type]
        Threshold("v", X, "low", ("fixed",), search=(1.0, 1.0)),
    )
    told = found(
        LOW,
        thresholds=thresholds,
        markers={"m": Marker(X, ("low", "hihg"), threshold="w")},
        roles={"beed": "low", "anything_else": "low"},
        subsets={"low": ("low", "low"), "gone": ("a", "b")},
    )
    for words in (
        "threshold t, name: found the name 't' 2 times",
        "threshold t, population: found the population 'nobody'",
        "threshold t, sources: found no sources",
        "threshold t, sources: found fixed, fixed; expected each source once",
        "threshold t, value: found inf",
        "threshold u, sources: found 'magic'",
        "threshold u, quantile: found 1.0",
        "threshold u, reference: found no reference",
        "threshold v, value: found no value",
        "threshold v, search: found 1.0 to 1.0",
        "marker m, populations[2]: found the population 'hihg'",
        "marker m, threshold: found the threshold 'w'",
        "subsets of low: found low, low",
        "subsets of gone: found the population 'gone'",
    ):
        assert any(words in line for line in told), words
    assert not any("anything_else" in line for line in told)


def test_a_ring_of_thresholds() -> None:
    gates = (Rectangle("a", "", (Range(X, "t"),)), Rectangle("b", "", (Range(X, "u"),)))
    ring = (Threshold("t", X, "b", ("fmo",)), Threshold("u", X, "a", ("fmo",)))
    assert [p.where for p in strategy_problems(strategy_of(*gates, thresholds=ring))] == ["threshold t", "threshold u"]
    straight = (ring[0], Threshold("u", X, "", ("fmo",)))
    assert found(*gates, thresholds=straight) == []


def test_a_threshold_of_an_outcome_is_never_a_valley() -> None:
    marker = {"cd40": Marker(Axis("CD40", "file", "s"), (), outcome=True)}
    scale = {"s": Logicle(1000.0)}
    on_other_scale = Threshold("t", Axis("CD40"), "", ("fmo", "valley"))
    told = found(thresholds=(on_other_scale,), markers=marker, transforms=scale)
    assert len(told) == 1
    assert "the source 'valley' for the outcome marker 'cd40'" in told[0]
    assert found(thresholds=(replace(on_other_scale, sources=("fmo",)),), markers=marker, transforms=scale) == []


def test_exceptions_are_checked_with_the_gates_they_stand_for() -> None:
    shared = strategy_of(LOW, SQUARE)
    good = StrategySet(shared, {"S1": (replace(SQUARE, parent="low"),)})
    assert set_problems(good) == ()
    bad = StrategySet(shared, {"S1": (Rectangle("low", "", ()), replace(SQUARE, name="cube"))})
    told = [str(problem) for problem in set_problems(bad)]
    assert told[0].startswith("exception of sample S1, gate cube: found the gate 'cube'")
    assert told[1].startswith("exception of sample S1, gate low, bounds: found no bounds")


def test_errors_travel_between_processes_and_read_well() -> None:
    problem = GateProblem("gate a", "x", "y", "do z", "parent", "gates.toml", 3)
    error = pickle.loads(pickle.dumps(GateError([problem])))  # noqa: S301
    assert error.problems == (problem,)
    assert str(error) == "gates.toml, line 3, gate a, parent: found x; expected y. Do z."
    assert str(GateError([problem, problem])).startswith("2 things to mend in the gating strategy:\n")


@given(strategies(), st.randoms(use_true_random=False))
def test_any_order_is_put_right(strategy: Strategy, random: Any) -> None:
    mixed = random.sample(strategy.gates, len(strategy.gates))
    ordered = in_order(mixed)
    assert sorted(map(repr, ordered)) == sorted(map(repr, strategy.gates))
    done: set[str] = set()
    for gate in ordered:
        assert set(needed_by(gate)) <= done
        done.update(population_names(gate))
    assert in_order(ordered) == ordered
    assert not list(cycles(ordered))


def test_what_cannot_be_ordered_comes_last_as_given() -> None:
    a, b = Rectangle("a", "b", (Range(X, 0.0),)), Rectangle("b", "a", (Range(X, 0.0),))
    below = Rectangle("below", "a", (Range(X, 0.0),))
    assert in_order([below, a, LOW, b]) == (LOW, below, a, b)


CD19 = Axis("CD19")
NAMED = strategy_of(
    Rectangle("b", "", (Range(CD19, "t", "u"),)),
    Quadrants("q", "b", (Divider("d", CD19, ("t", 9.0)),), (Quadrant("q1", (("d", 0),)),)),
    thresholds=(
        Threshold("t", CD19, "", ("fmo", "fixed"), value=1.0),
        Threshold("u", CD19, "", ("fixed",), value=5.0),
    ),
)


def test_numbers_take_the_place_of_thresholds() -> None:
    assert named_bounds(NAMED) == ("t", "u")
    whole = resolved(NAMED, {"t": 2})
    assert whole.gates[0] == Rectangle("b", "", (Range(CD19, 2.0, 5.0),))
    assert whole.gates[1].dividers[0].values == (2.0, 9.0)  # type: ignore[union-attr]
    assert [(t.sources, t.value) for t in whole.thresholds] == [(("fixed",), 2.0), (("fixed",), 5.0)]
    assert named_bounds(whole) == ()
    check_strategy(whole)


def test_numbers_that_are_missing_odd_or_in_the_wrong_order() -> None:
    with pytest.raises(GateError, match="gate b: found the threshold 't' without a number"):
        resolved(NAMED, {})
    with pytest.raises(GateError) as caught:
        resolved(NAMED, {"t": math.nan, "v": 1.0})
    assert [p.where for p in caught.value.problems] == ["threshold t", "threshold v"]
    with pytest.raises(GateError, match=r"gate b, bounds\[1\]: found from 6 to below 5 on 'CD19'"):
        resolved(NAMED, {"t": 6.0})
    with pytest.raises(GateError, match=r"gate q, dividers\[1\].at: found values 9, 9"):
        resolved(NAMED, {"t": 9.0, "u": 20.0})


def roled(**roles: str) -> list[str]:
    gates = (
        Rectangle("lymphocytes", "", (Range(X, 0.0),)),
        Rectangle("t", "lymphocytes", (Range(X, 2.0),)),
        Rectangle("sticky_t", "t", (Range(Y, 1.0),)),
        Rectangle("b", "lymphocytes", (Range(Y, 1.0),)),
        Rectangle("naive", "b", (Range(Y, 2.0),)),
    )
    return found(*gates, roles=roles)


def test_false_b_cells_are_counted_among_cells_that_cannot_be_b_cells() -> None:
    assert roled(b_cells="b", false_b_cells="sticky_t", false_b_cells_among="t") == []
    assert roled(b_cells="b", t_cells="t") == []
    (alone,) = roled(b_cells="b", false_b_cells="sticky_t")
    assert (
        "found no role false_b_cells_among; expected the roles false_b_cells, false_b_cells_among and b_cells" in alone
    )
    (elsewhere,) = roled(b_cells="b", false_b_cells="t", false_b_cells_among="sticky_t")
    assert elsewhere.startswith("role false_b_cells: found 't'; expected a population inside 'sticky_t'")
    for roles in (
        {"false_b_cells": "naive", "false_b_cells_among": "b"},
        {"false_b_cells": "sticky_t", "false_b_cells_among": "lymphocytes"},
        {"false_b_cells": "b", "false_b_cells_among": "lymphocytes"},
    ):
        (problem,) = roled(b_cells="b", **roles)
        assert "expected cells that cannot be B cells: neither around nor inside 'b'" in problem
    (unknown,) = roled(b_cells="b", false_b_cells="sticky", false_b_cells_among="t")
    assert "the population 'sticky'" in unknown
    (misspelled,) = roled(b_cells="b", false_b_cell="sticky_t")
    assert "did you mean 'false_b_cells'?" in misspelled

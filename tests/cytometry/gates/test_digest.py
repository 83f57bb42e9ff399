"""The digest is that of the content, and differences are there exactly when digests differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.gates.difference import GateDifference, differences
from costim.cytometry.gates.digest import digest
from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Polygon,
    Quadrants,
    Range,
    Rectangle,
    Strategy,
    StrategySet,
)
from costim.cytometry.gates.order import in_order
from costim.cytometry.gates.read_toml import parse_toml
from costim.cytometry.gates.template import template_text
from costim.cytometry.gates.write_toml import write_toml
from tests.cytometry.gates.any_strategy import strategies
from tests.cytometry.gates.array_events import SQUARE, X, Y, strategy_of

TEMPLATE = template_text()
SHARED = parse_toml(TEMPLATE).shared


def test_the_digest_of_the_template_stays() -> None:
    # A change of this number breaks every digest that was ever printed: raise the schema with it.
    assert digest(SHARED) == DIGEST_OF_TEMPLATE


DIGEST_OF_TEMPLATE = "4b19fcc3720af2d434e19e9b07e885c9811b93817bb1409d059b6be137c715c0"


@given(strategies(), st.randoms(use_true_random=False))
def test_order_does_not_matter(strategy: Strategy, random: Any) -> None:
    gates = list(strategy.gates)
    random.shuffle(gates)
    turned = [reordered(gate, random) for gate in gates]
    thresholds = list(strategy.thresholds)
    random.shuffle(thresholds)
    other = replace(
        strategy,
        name="another name",
        gates=in_order(turned),
        transforms=MappingProxyType(dict(reversed(strategy.transforms.items()))),
        matrices=MappingProxyType(dict(reversed(strategy.matrices.items()))),
        thresholds=tuple(thresholds),
    )
    assert digest(other) == digest(strategy)
    assert differences(strategy, other) == ()


def reordered(gate: Any, random: Any) -> Any:
    """The same gate, its parts in another order."""

    def mixed(parts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(parts, len(parts)))

    if isinstance(gate, Rectangle):
        return replace(gate, ranges=mixed(gate.ranges))
    if isinstance(gate, Polygon):
        start = random.randrange(len(gate.vertices))
        turned = gate.vertices[start:] + gate.vertices[:start]
        return replace(gate, vertices=turned[::-1] if random.random() < 0.5 else turned)
    if isinstance(gate, Quadrants):
        quadrants = tuple(replace(q, positions=mixed(q.positions)) for q in mixed(gate.quadrants))
        return replace(gate, dividers=mixed(gate.dividers), quadrants=quadrants)
    if isinstance(gate, Boolean):
        return replace(gate, operands=mixed(gate.operands))
    return gate


def test_how_numbers_are_written_does_not_matter() -> None:
    text = TEMPLATE.replace("t = 262144", "t = 2.62144e+5").replace("from = 0.8", "from = 8.0e-1")
    text = text.replace("value = 0.5\n", "value = 0.50\n").replace("b = 0\n", "b = -0.0\n")
    text = re.sub(r" +#.*", "", text)
    assert text != TEMPLATE
    assert digest(parse_toml(text).shared) == digest(SHARED)
    assert digest(parse_toml(write_toml(parse_toml(TEMPLATE))).shared) == digest(SHARED)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every number, word and truth value inside a strategy."""
    if is_dataclass(value):
        for part in fields(value):
            yield from places(getattr(value, part.name), (*path, part.name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))
    elif hasattr(value, "items"):
        for key, inner in value.items():
            yield from places(inner, (*path, ("key", key)))
    elif value is not None:
        yield path, value


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The same with another leaf."""
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(head, str):
        return replace(value, **{head: changed(getattr(value, head), rest, new)})
    if isinstance(head, int):
        return (*value[:head], changed(value[head], rest, new), *value[head + 1 :])
    return MappingProxyType({**value, head[1]: changed(value[head[1]], rest, new)})


LEAVES = [(path, value) for path, value in places(SHARED) if path != ("name",)]


@pytest.mark.parametrize(("path", "value"), LEAVES, ids=lambda part: str(part)[:60])
def test_every_leaf_counts(path: tuple[Any, ...], value: Any) -> None:
    if isinstance(value, bool):
        new: Any = not value
    elif isinstance(value, int):
        new = value + 1
    elif isinstance(value, float):
        new = float(np.nextafter(value, 1e300))
    else:
        new = value + "x"
    other = changed(SHARED, path, new)
    assert digest(other) != digest(SHARED)
    assert differences(SHARED, other)


def test_leaves_are_all_there() -> None:
    floats = [value for _, value in LEAVES if isinstance(value, float)]
    assert len(floats) > 30
    assert {-1.0 if value is True else value for _, value in LEAVES} >= {262144.0, 0.5, 6.0, 0.995, 0.35, -1.0}


@settings(max_examples=60)
@given(strategies(), strategies(), st.data())
def test_differences_are_empty_exactly_when_digests_are_equal(
    one: Strategy, two: Strategy, data: st.DataObject
) -> None:
    leaves = [(path, value) for path, value in places(one) if isinstance(value, float)]
    path, value = data.draw(st.sampled_from(leaves))
    near = changed(one, path, value if data.draw(st.booleans()) else value + 0.25)
    for other in (two, near, one):
        assert (differences(one, other) == ()) == (digest(one) == digest(other))
        assert len(differences(one, other)) == len(differences(other, one))


def test_a_matrix_and_a_name_count() -> None:
    matrix = SpilloverMatrix.from_array("m", ("A", "B"), [[1.0, 0.1], [0.0, 1.0]])
    other = SpilloverMatrix.from_array("m", ("A", "B"), [[1.0, 0.1], [0.0, 1.0]], ("FITC", "PE"))
    one, two = (strategy_of(matrices={"m": each}) for each in (matrix, other))
    assert digest(one) != digest(two)
    assert [str(each) for each in differences(one, two)] == ["matrix m, fluorochromes: [A, B] before, [FITC, PE] after"]
    renamed = strategy_of(matrices={"n": matrix})
    assert [str(each) for each in differences(one, renamed)] == ["matrix m: only before", "matrix n: only after"]


def test_a_comma_in_a_name_makes_no_two_axes_one() -> None:
    axes = (Axis("CD19", "bench, transform log"), Axis("CD19", "bench", "log"), Axis("CD19, matrix bench", "", "log"))
    found = {digest(strategy_of(Rectangle("g", "", (Range(axis, 1.0),)))) for axis in axes}
    assert len(found) == 3


def test_differences_in_words() -> None:
    text = TEMPLATE.replace("below = 0.45", "below = 0.5").replace("[90000, 1000]", "[90000, 1500]", 1)
    text = text.replace("outcome = true\nthreshold", "threshold").replace('igd", at = 0.5', 'igd", at = 0.55')
    text = text.replace("distance_square = 6", "distance_square = 6.5").replace('operation = "or"', 'operation = "and"')
    assert [str(each) for each in differences(SHARED, parse_toml(text).shared)] == [
        "gate scatter, vertices: 5 vertices [[25000, 1000], [25000, 30000], [60000, 60000], [110000, 40000], "
        "[90000, 1000]] before, 1 of them moved, by at most 0 in x and 500 in y: [[25000, 1000], [25000, 30000], "
        "[60000, 60000], [110000, 40000], [90000, 1500]] after",
        "gate lymphocytes, distance_square: 6 before, 6.5 after",
        "gate b_cells, bounds, CD3, matrix file, transform fluorescence, below: 0.45 before, 0.5 after",
        "gate cd27_igd, dividers, igd, at: [0.5] before, [0.55] after",
        "gate memory_b, operation: or before, and after",
        "marker cd80, outcome: yes before, no after",
    ]


def test_a_bound_that_is_gone_and_another_kind_of_gate() -> None:
    one = strategy_of(Rectangle("g", "", (Range(X, 1.0, 2.0),)), Rectangle("h", "g", (Range(Y, 0.0),)))
    two = strategy_of(Rectangle("g", "", (Range(X, None, 2.0),)), replace(SQUARE, name="h", parent="g"))
    assert differences(one, two) == (
        GateDifference("gate g", "bounds, X, from", "1", ""),
        GateDifference("gate h", "kind", "rectangle", "polygon"),
    )
    assert str(differences(one, two)[0]) == "gate g, bounds, X, from: 1 before, none after"
    three = strategy_of(Rectangle("g", "", (Range(X, 1.0, 2.0), Range(Y, 5.0))), one.gates[1])
    assert [str(each) for each in differences(one, three)] == ["gate g, bounds, Y: none before, [5, none] after"]


def test_two_bounds_on_one_axis_both_count() -> None:
    one = strategy_of(Rectangle("g", "", (Range(X, 1.0), Range(X, None, 2.0))))
    two = strategy_of(Rectangle("g", "", (Range(X, 1.0), Range(X, None, 3.0))))
    assert digest(one) != digest(two)
    assert differences(one, two)


def test_a_sample_with_a_gate_of_its_own_has_another_digest() -> None:
    strategies = StrategySet(strategy_of(SQUARE), {"S2": (replace(SQUARE, vertices=SQUARE.vertices[:3]),)})
    found = {name: digest(strategies.for_sample(name)) for name in ("S1", "S2", "S3")}
    assert found["S1"] == found["S3"] == digest(strategies.shared)
    assert found["S2"] != found["S1"]

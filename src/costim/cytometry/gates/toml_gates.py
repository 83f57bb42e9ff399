"""One gate of gates.toml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Bound,
    Divider,
    Ellipsoid,
    Gate,
    Operand,
    Polygon,
    Quadrant,
    Quadrants,
    Range,
    Rectangle,
)
from costim.cytometry.gates.toml_entry import Entry, is_number
from costim.cytometry.gates.toml_scales import axis_named

SIDES = {"below": 0, "above": 1}
"""Words for the two intervals of a divider with one value."""

OPERATIONS = ("and", "or", "not")


def read_gate(entry: Entry, axes: Mapping[str, Axis]) -> Gate:
    """One table of [[gates]]; one that is wrong becomes an empty gate of the same name, so that checking goes on."""
    name = entry.text("name", "the name of the population")
    entry.where = f"gate {name}" if name else entry.where
    parent = entry.text("parent")
    kind = entry.one_of("kind", KINDS)
    if not kind:
        return Rectangle(name, parent, ())
    gate = KINDS[kind](entry, name, parent, axes)
    entry.close()
    return gate


def _rectangle(entry: Entry, name: str, parent: str, axes: Mapping[str, Axis]) -> Gate:
    ranges = []
    for side in _inner(entry, "bounds", "one { axis, from, below } for each axis"):
        axis = axis_named(side, "axis", axes)
        lower, upper = _bound(side, ("from",), side.get("from")), _bound(side, ("below",), side.get("below"))
        side.close()
        if axis is not None:
            ranges.append(Range(axis, lower, upper))
    return Rectangle(name, parent, tuple(ranges))


def _polygon(entry: Entry, name: str, parent: str, axes: Mapping[str, Axis]) -> Gate:
    x, y = axis_named(entry, "x", axes), axis_named(entry, "y", axes)
    vertices = entry.rows("vertices", "at least three [x, y]", count=2)
    if x is None or y is None:
        return Rectangle(name, parent, ())
    return Polygon(name, parent, x, y, tuple((corner[0], corner[1]) for corner in vertices))


def _ellipsoid(entry: Entry, name: str, parent: str, axes: Mapping[str, Axis]) -> Gate:
    used = []
    for index, wanted in enumerate(entry.names("axes", "the names of two or more axes")):
        if wanted in axes:
            used.append(axes[wanted])
        else:
            from costim.cytometry.gates.check_names import unknown

            problem = unknown(entry.where, "axes", "axis", wanted, axes)
            entry.problem(("axes", index), problem.found, problem.expected, problem.action)
    mean = entry.numbers("mean", "one number for each axis")
    covariance = entry.rows("covariance", "one list of numbers for each axis")
    distance = entry.number("distance_square", "the squared distance of the border from the mean")
    return Ellipsoid(name, parent, tuple(used), mean, covariance, 0.0 if distance is None else distance)


def _quadrants(entry: Entry, name: str, parent: str, axes: Mapping[str, Axis]) -> Gate:
    dividers = []
    for part in _inner(entry, "dividers", "one { name, axis, at } for each axis"):
        own = part.text("name", "the name of the divider")
        axis = axis_named(part, "axis", axes)
        at = part.get("at", "one value, or a list of values that increase")
        values = at if isinstance(at, list) else [at]
        read = [
            _bound(part, ("at", index) if isinstance(at, list) else ("at",), value)
            for index, value in enumerate(values)
        ]
        part.close()
        if axis is not None and "at" in part.raw:
            dividers.append(Divider(own, axis, tuple(read)))
    count = {divider.name: len(divider.values) for divider in dividers}
    quadrants = []
    for part in _inner(entry, "quadrants", "one { name, where } for each population"):
        own = part.text("name", "the name of the population")
        where = part.get("where", "a side of each divider, e.g. { cd27 = 'above' }")
        part.close()
        quadrants.append(Quadrant(own, _positions(part, where, count)))
    return Quadrants(name, parent, tuple(dividers), tuple(quadrants))


def _positions(part: Entry, where: Any, count: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    if not isinstance(where, Mapping):
        if "where" in part.raw:
            part.problem("where", "no table", "a side of each divider, e.g. { cd27 = 'above' }")
        return ()
    found = []
    for divider, side in where.items():
        place = SIDES.get(side) if isinstance(side, str) and count.get(divider, 1) <= 1 else side
        if isinstance(place, int) and not isinstance(place, bool):
            found.append((divider, place))
        else:
            words = "'below' or 'above'" if count.get(divider, 1) <= 1 else "the number of the interval, 0 the lowest"
            part.problem(("where", divider), repr(side), words)
    return tuple(found)


def _boolean(entry: Entry, name: str, parent: str, _axes: Mapping[str, Axis]) -> Gate:
    operation = entry.one_of("operation", OPERATIONS)
    operands = []
    for index, value in enumerate(entry.items("operands", "a list of populations")):
        if isinstance(value, str) and value.strip():
            operands.append(Operand(value.strip()))
        elif isinstance(value, Mapping) and list(value) == ["not"] and isinstance(value["not"], str):
            operands.append(Operand(value["not"].strip(), complement=True))
        else:
            expected = 'a population, or { not = "population" } for all that is not in it'
            entry.problem(("operands", index), "something else", expected)
    return Boolean(name, parent, cast("Literal['and', 'or', 'not']", operation or "and"), tuple(operands))


def _inner(entry: Entry, key: str, expected: str) -> list[Entry]:
    parts = entry.entries(key, expected)
    for index, part in enumerate(parts, start=1):
        part.where = f"{entry.where}, {key}[{index}]"
    return parts


def _bound(entry: Entry, inner: tuple[str | int, ...], value: Any) -> Bound:
    """A number, or the name of a threshold."""
    if value is None:
        return None
    if isinstance(value, str) and value.strip():
        return value.strip()
    if is_number(value):
        return entry.as_number(inner, value)
    entry.problem(inner, "something else", "a number, or the name of a threshold")
    return None


KINDS: Mapping[str, Callable[[Entry, str, str, Mapping[str, Axis]], Gate]] = {
    "rectangle": _rectangle,
    "polygon": _polygon,
    "ellipsoid": _ellipsoid,
    "quadrants": _quadrants,
    "boolean": _boolean,
}

"""Strategies -> gates.toml, the way a person would write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.gates.model import (
    UNCOMPENSATED,
    Axis,
    Boolean,
    Bound,
    Divider,
    Ellipsoid,
    Gate,
    Polygon,
    Quadrant,
    Quadrants,
    Rectangle,
    Strategy,
    StrategySet,
    Threshold,
)
from costim.cytometry.gates.toml_gates import SIDES
from costim.cytometry.gates.toml_scales import SCALES
from costim.cytometry.gates.walk import axes_of, axes_of_gate
from costim.cytometry.transforms.scale import Scale

NO_REASON = "not stated"
"""Written where an exception has no reason, as the file must have one."""

WIDTH = 120


def write_toml(strategies: StrategySet) -> str:
    """The text of a gates.toml that reads back as the same strategies: equal digests, all numbers to the last digit."""
    names = _axis_names(strategies)
    blocks = [f"schema = 1\nname = {_quoted(strategies.shared.name)}", *_shared(strategies.shared, names)]
    for sample, gates in strategies.exceptions.items():
        for gate in gates:
            why = strategies.reasons.get((sample, gate.name), "") or NO_REASON
            head = ["[[exceptions]]", f"sample = {_quoted(sample)}", f"why = {_quoted(why)}", "", "[exceptions.gate]"]
            blocks.append("\n".join([*head, *_gate(gate, names)]))
    return "\n\n".join(blocks) + "\n"


def _shared(strategy: Strategy, names: Mapping[Axis, str]) -> Iterator[str]:
    for name, scale in strategy.transforms.items():
        yield _table(("transforms", name), _scale(scale))
    for name, matrix in strategy.matrices.items():
        yield _table(("matrices", name), _matrix(matrix))
    if names:
        yield _table(("axes",), [f"{_key(name)} = {_axis(axis)}" for axis, name in names.items()])
    for name, ratio in strategy.ratios.items():
        parts = [("x", _quoted(names[ratio.x])), ("y", _quoted(names[ratio.y]))]
        parts += [("a", _number(ratio.a)), ("b", _number(ratio.b)), ("c", _number(ratio.c))]
        yield _table(("ratios", name), [f"{key} = {value}" for key, value in parts])
    for gate in strategy.gates:
        yield "\n".join(["[[gates]]", *_gate(gate, names)])
    for threshold in strategy.thresholds:
        yield _table(("thresholds", threshold.name), _threshold(threshold, names))
    for name, marker in strategy.markers.items():
        lines = [f"axis = {_quoted(names[marker.axis])}", f"populations = {_names(marker.populations)}"]
        lines += ["outcome = true"] if marker.outcome else []
        lines += [f"threshold = {_quoted(marker.threshold)}"] if marker.threshold else []
        yield _table(("markers", name), lines)
    if strategy.roles:
        yield _table(("roles",), [f"{_key(role)} = {_quoted(name)}" for role, name in strategy.roles.items()])
    if strategy.subsets:
        yield _table(("subsets",), [f"{_key(whole)} = {_names(parts)}" for whole, parts in strategy.subsets.items()])


def _axis_names(strategies: StrategySet) -> dict[Axis, str]:
    """A short name for each axis: its channel, with the transform or a number where two have the same channel."""
    used = [axis for _, _, axis in axes_of(strategies.shared)]
    used += [axis for gates in strategies.exceptions.values() for gate in gates for _, axis in axes_of_gate(gate)]
    names: dict[Axis, str] = {}
    for axis in dict.fromkeys(used):
        plain = re.sub(r"[^a-z0-9]+", "_", axis.source.casefold()).strip("_") or "axis"
        scale = re.sub(r"[^a-z0-9]+", "_", axis.transform.casefold()).strip("_") or "linear"
        wanted = [plain, f"{plain}_{scale}", *(f"{plain}_{number}" for number in range(2, len(used) + 3))]
        names[axis] = next(name for name in wanted if name not in names.values())
    return names


def _gate(gate: Gate, names: Mapping[Axis, str]) -> list[str]:
    lines = [f"name = {_quoted(gate.name)}"]
    lines += [f"parent = {_quoted(gate.parent)}"] if gate.parent else []
    lines.append(f'kind = "{type(gate).__name__.lower()}"')
    if isinstance(gate, Rectangle):
        sides = []
        for side in gate.ranges:
            ends = [("from", side.lower), ("below", side.upper)]
            told = [f"{key} = {_bound(value)}" for key, value in ends if value is not None]
            sides.append("{ " + ", ".join([f"axis = {_quoted(names[side.axis])}", *told]) + " }")
        lines.append(f"bounds = {_list(sides)}")
    elif isinstance(gate, Polygon):
        lines += [f"x = {_quoted(names[gate.x])}", f"y = {_quoted(names[gate.y])}"]
        lines.append(f"vertices = {_list(_numbers(corner) for corner in gate.vertices)}")
    elif isinstance(gate, Ellipsoid):
        lines += [f"axes = {_names(names[axis] for axis in gate.axes)}", f"mean = {_numbers(gate.mean)}"]
        lines.append(f"covariance = {_list(_numbers(row) for row in gate.covariance)}")
        lines.append(f"distance_square = {_number(gate.distance_square)}")
    elif isinstance(gate, Quadrants):
        lines.append(f"dividers = {_list(_divider(divider, names) for divider in gate.dividers)}")
        lines.append(f"quadrants = {_list(_quadrant(quadrant, gate) for quadrant in gate.quadrants)}")
    elif isinstance(gate, Boolean):
        told = [
            f"{{ not = {_quoted(operand.population)} }}" if operand.complement else _quoted(operand.population)
            for operand in gate.operands
        ]
        lines += [f'operation = "{gate.operation}"', f"operands = {_list(told)}"]
    return lines


def _divider(divider: Divider, names: Mapping[Axis, str]) -> str:
    values = [_bound(value) for value in divider.values]
    at = values[0] if len(values) == 1 else f"[{', '.join(values)}]"
    return f"{{ name = {_quoted(divider.name)}, axis = {_quoted(names[divider.axis])}, at = {at} }}"


def _quadrant(quadrant: Quadrant, gate: Quadrants) -> str:
    single = {divider.name for divider in gate.dividers if len(divider.values) == 1}
    words = {place: f'"{word}"' for word, place in SIDES.items()}
    sides = [
        f"{_key(name)} = {words.get(place, str(place)) if name in single else place}"
        for name, place in quadrant.positions
    ]
    return f"{{ name = {_quoted(quadrant.name)}, where = {{ {', '.join(sides)} }} }}"


def _scale(scale: Scale) -> list[str]:
    kind = next(word for word, known in SCALES.items() if type(scale) is known)
    values = [(part.name, getattr(scale, part.name)) for part in fields(scale)]
    values.sort(key=lambda item: item[0].startswith("bound_"))
    return [f'kind = "{kind}"', *(f"{name} = {_number(value)}" for name, value in values if value is not None)]


def _matrix(matrix: SpilloverMatrix) -> list[str]:
    lines = [f"detectors = {_names(matrix.detectors)}"]
    if matrix.fluorochromes != matrix.detectors:
        lines.append(f"fluorochromes = {_names(matrix.fluorochromes)}")
    return [*lines, f"values = {_list(_numbers(row) for row in matrix.values)}"]


def _axis(axis: Axis) -> str:
    parts = [f"channel = {_quoted(axis.source)}"]
    parts += [f"compensation = {_quoted(axis.compensation)}"] if axis.compensation != UNCOMPENSATED else []
    parts += [f"transform = {_quoted(axis.transform)}"] if axis.transform else []
    return "{ " + ", ".join(parts) + " }"


def _threshold(threshold: Threshold, names: Mapping[Axis, str]) -> list[str]:
    lines = [f"axis = {_quoted(names[threshold.axis])}"]
    lines += [f"population = {_quoted(threshold.population)}"] if threshold.population else []
    lines += [f"sources = {_names(threshold.sources)}", f"quantile = {_number(threshold.quantile)}"]
    lines += [f"reference = {_quoted(threshold.reference)}"] if threshold.reference else []
    lines += [f"value = {_number(threshold.value)}"] if threshold.value is not None else []
    return lines + ([f"search = {_numbers(threshold.search)}"] if threshold.search else [])


def _table(path: Sequence[str], lines: Iterable[str]) -> str:
    return "\n".join([f"[{'.'.join(_key(part) for part in path)}]", *lines])


def _list(items: Iterable[str]) -> str:
    """On one line where it fits, else one item a line."""
    told = list(items)
    line = f"[{', '.join(told)}]"
    return (
        line if len(line) <= WIDTH - 20 and len(told) <= 4 else "[\n" + "".join(f"  {item},\n" for item in told) + "]"
    )


def _names(names: Iterable[str]) -> str:
    return f"[{', '.join(_quoted(name) for name in names)}]"


def _numbers(values: Iterable[float]) -> str:
    return f"[{', '.join(_number(value) for value in values)}]"


def _bound(bound: Bound) -> str:
    return _quoted(bound) if isinstance(bound, str) else _number(bound or 0.0)


def _number(value: float) -> str:
    """The shortest text that reads back as the same double; whole numbers without a point."""
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)

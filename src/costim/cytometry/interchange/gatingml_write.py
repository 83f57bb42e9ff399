"""Strategy -> Gating-ML 2.0, valid by the schema of the standard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.gates.check import check_strategy
from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import (
    FROM_FILE,
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
    Ratio,
    Rectangle,
    Strategy,
)
from costim.cytometry.gates.resolve import named_bounds
from costim.cytometry.gates.walk import axes_of
from costim.cytometry.interchange.gatingml_custom import NAMESPACE, custom_text
from costim.cytometry.interchange.gatingml_ids import changed, ids_of
from costim.cytometry.interchange.gatingml_lines import PREFIXES, element, fits_xml, number
from costim.cytometry.interchange.gatingml_scales import RATIO, SCALES
from costim.cytometry.transforms.scale import Scale


def write_gatingml(strategy: Strategy, channels: Mapping[str, str] | None = None) -> str:
    """The text of a Gating-ML 2.0 document, which reads back as the same strategy (equal digests).

    Names that are no XML ids get one; they, thresholds, markers, roles and subsets stand in `custom_info`, which other
    programs pass over.

    Args:
        strategy: Bounds must be numbers: the standard has no named thresholds (see `resolved`).
        channels: Axis source -> $PnN. The standard names channels by $PnN; without this, sources are written as they
            are, and a program that looks for $PnN finds a marker only where the two are the same. A strategy written
            with it reads back with these channels.

    Raises:
        GateError: the strategy is wrong, or holds what the standard cannot say: named bounds, FlowJo's scale, a ratio
            of transformed channels or of two compensations, a matrix of one channel.
    """
    check_strategy(strategy)
    if problems := [*_cannot_say(strategy)]:
        raise GateError(problems)
    ids = ids_of(strategy)
    writer = _Writer(strategy, ids, channels or {})
    custom = custom_text(strategy, changed(ids))
    info = element("costim:strategy", {"xmlns:costim": NAMESPACE}, text=custom)
    parts = [f"<data-type:custom_info>\n{info}\n</data-type:custom_info>", *writer.parts()]
    root = {f"xmlns:{prefix}": uri for prefix, uri in PREFIXES.items()}
    head = "gating:Gating-ML" + "".join(f'\n    {key}="{value}"' for key, value in root.items())
    # Not indented as a whole: the text of custom information is content, line by line.
    body = "\n\n".join(parts)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{head}>\n\n{body}\n\n</gating:Gating-ML>\n'


@dataclass(frozen=True, slots=True)
class _Writer:
    strategy: Strategy
    ids: Mapping[tuple[str, str], str]
    channels: Mapping[str, str]

    def parts(self) -> Iterator[str]:
        for name, scale in self.strategy.transforms.items():
            yield self._scale(name, scale)
        for name, ratio in self.strategy.ratios.items():
            yield self._ratio(name, ratio)
        for name, matrix in self.strategy.matrices.items():
            yield self._matrix(name, matrix)
        for gate in self.strategy.gates:
            yield self._gate(gate)

    def _scale(self, name: str, scale: Scale) -> str:
        kind, letters = next((kind, letters) for kind, (made, letters) in SCALES.items() if type(scale) is made)
        values = {f"transforms:{letter}": number(getattr(scale, letter.lower())) for letter in letters}
        bounds = {"boundMin": scale.bound_min, "boundMax": scale.bound_max}
        given = {f"transforms:{key}": number(value) for key, value in bounds.items() if value is not None}
        outer = {"transforms:id": self.ids["scale", name], **given}
        return element("transforms:transformation", outer, [element(f"transforms:{kind}", values)])

    def _ratio(self, name: str, ratio: Ratio) -> str:
        values = {"transforms:A": number(ratio.a), "transforms:B": number(ratio.b), "transforms:C": number(ratio.c)}
        inner = element(f"transforms:{RATIO}", values, [self._channel(ratio.x.source), self._channel(ratio.y.source)])
        return element("transforms:transformation", {"transforms:id": self.ids["ratio", name]}, [inner])

    def _matrix(self, name: str, matrix: SpilloverMatrix) -> str:
        fluorochromes = element("transforms:fluorochromes", {}, map(self._channel, matrix.fluorochromes))
        detectors = element("transforms:detectors", {}, map(self._channel, matrix.detectors))
        rows = [
            element(
                "transforms:spectrum",
                {},
                [element("transforms:coefficient", {"transforms:value": number(value)}) for value in row],
            )
            for row in matrix.values
        ]
        outer = {"transforms:id": self.ids["matrix", name], "transforms:matrix-inverted-already": "false"}
        return element("transforms:spectrumMatrix", outer, [fluorochromes, detectors, *rows])

    def _gate(self, gate: Gate) -> str:
        outer = {"gating:id": self.ids["gate", gate.name]}
        if gate.parent:
            outer["gating:parent_id"] = self.ids["gate", gate.parent]
        if isinstance(gate, Rectangle):
            kind, inside = "RectangleGate", [self._side(r.axis, r.lower, r.upper) for r in gate.ranges]
        elif isinstance(gate, Polygon):
            corners = [element("gating:vertex", {}, map(_coordinate, corner)) for corner in gate.vertices]
            kind, inside = "PolygonGate", [self._dimension(gate.x), self._dimension(gate.y), *corners]
        elif isinstance(gate, Ellipsoid):
            kind, inside = "EllipsoidGate", self._ellipsoid(gate)
        elif isinstance(gate, Quadrants):
            kind, inside = "QuadrantGate", self._quadrants(gate)
        else:
            kind, inside = "BooleanGate", [self._boolean(gate)]
        return element(f"gating:{kind}", outer, inside)

    def _ellipsoid(self, gate: Ellipsoid) -> list[str]:
        rows = [
            element("gating:row", {}, [element("gating:entry", {"data-type:value": number(value)}) for value in row])
            for row in gate.covariance
        ]
        return [
            *map(self._dimension, gate.axes),
            element("gating:mean", {}, map(_coordinate, gate.mean)),
            element("gating:covarianceMatrix", {}, rows),
            element("gating:distanceSquare", {"data-type:value": number(gate.distance_square)}),
        ]

    def _quadrants(self, gate: Quadrants) -> list[str]:
        values = {divider.name: _numbers(divider) for divider in gate.dividers}
        dividers = [
            element(
                "gating:divider",
                {"gating:id": self.ids[f"divider {gate.name}", divider.name], **self._reference(divider.axis)},
                [
                    self._what(divider.axis),
                    *(element("gating:value", text=number(value)) for value in values[divider.name]),
                ],
            )
            for divider in gate.dividers
        ]
        return [*dividers, *(self._quadrant(gate, quadrant, values) for quadrant in gate.quadrants)]

    def _quadrant(self, gate: Quadrants, quadrant: Quadrant, values: Mapping[str, list[float]]) -> str:
        positions = [
            element(
                "gating:position",
                {
                    "gating:divider_ref": self.ids[f"divider {gate.name}", name],
                    "gating:location": number(_location(values[name], place)),
                },
            )
            for name, place in quadrant.positions
        ]
        return element("gating:Quadrant", {"gating:id": self.ids["gate", quadrant.name]}, positions)

    def _boolean(self, gate: Boolean) -> str:
        references = [
            element(
                "gating:gateReference",
                {"gating:ref": self.ids["gate", operand.population]}
                | ({"gating:use-as-complement": "true"} if operand.complement else {}),
            )
            for operand in gate.operands
        ]
        return element(f"gating:{gate.operation}", {}, references)

    def _side(self, axis: Axis, lower: Bound, upper: Bound) -> str:
        ends = {"gating:min": lower, "gating:max": upper}
        given = {key: number(value) for key, value in ends.items() if isinstance(value, float | int)}
        return element("gating:dimension", {**self._reference(axis), **given}, [self._what(axis)])

    def _dimension(self, axis: Axis) -> str:
        return element("gating:dimension", self._reference(axis), [self._what(axis)])

    def _reference(self, axis: Axis) -> dict[str, str]:
        ratio = self.strategy.ratios.get(axis.source)
        named = ratio.x.compensation if ratio is not None else axis.compensation
        words = {UNCOMPENSATED: "uncompensated", FROM_FILE: "FCS"}
        found = {"gating:compensation-ref": words.get(named) or self.ids["matrix", named]}
        if axis.transform:
            found["gating:transformation-ref"] = self.ids["scale", axis.transform]
        return found

    def _what(self, axis: Axis) -> str:
        if axis.source in self.strategy.ratios:
            return element("data-type:new-dimension", {"data-type:transformation-ref": self.ids["ratio", axis.source]})
        return self._channel(axis.source)

    def _channel(self, source: str) -> str:
        return element("data-type:fcs-dimension", {"data-type:name": self.channels.get(source, source)})


def _coordinate(value: float) -> str:
    return element("gating:coordinate", {"data-type:value": number(value)})


def _numbers(divider: Divider) -> list[float]:
    return [value for value in divider.values if isinstance(value, float | int)]


def _location(values: list[float], place: int) -> float:
    """A number in an interval: its lower end, which belongs to it; below the first value one that is surely less."""
    return values[place - 1] if place else values[0] - max(1.0, abs(values[0]))


def _cannot_say(strategy: Strategy) -> Iterator[GateProblem]:
    for name in named_bounds(strategy):
        action = "put numbers in place of thresholds first (resolve.resolved)"
        yield GateProblem(f"threshold {name}", "a bound with a name", "a number: Gating-ML has no thresholds", action)
    kinds = tuple(made for made, _ in SCALES.values())
    for name, scale in strategy.transforms.items():
        if type(scale) not in kinds:
            expected = f"a scale of Gating-ML: {', '.join(SCALES)}"
            yield GateProblem(f"transform {name}", f"a {type(scale).__name__.lower()} scale", expected)
    for name, ratio in strategy.ratios.items():
        if ratio.x.transform or ratio.y.transform:
            yield GateProblem(f"ratio {name}", "a ratio of transformed channels", "channels without a transform")
        if ratio.x.compensation != ratio.y.compensation:
            yield GateProblem(f"ratio {name}", "two compensations in one ratio", "one for both channels")
    for name, matrix in strategy.matrices.items():
        if len(matrix.detectors) < 2 or len(matrix.fluorochromes) < 2:
            yield GateProblem(f"matrix {name}", "a matrix of one channel", "two or more: Gating-ML has no smaller one")
    texts = [(where, axis.source) for where, _, axis in axes_of(strategy)]
    texts += [
        (f"matrix {name}", text) for name, m in strategy.matrices.items() for text in m.detectors + m.fluorochromes
    ]
    for where, text in dict.fromkeys(texts):
        if not fits_xml(text):
            yield GateProblem(where, f"{text!r}", "a name without control characters: XML cannot hold them")

"""What a FlowJo name of a parameter stands for: a channel of the file, compensated or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from costim.cytometry.compensation.keyword_text import parse_named
from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.compensation.problem import CompensationError
from costim.cytometry.compensation.read_matrix import NAMED
from costim.cytometry.gates.model import FROM_FILE, UNCOMPENSATED, Axis
from costim.cytometry.interchange.flowjo_errors import NotApplicableError
from costim.cytometry.interchange.flowjo_names import SharedNames
from costim.cytometry.interchange.flowjo_scales import ChannelScale
from costim.cytometry.interchange.flowjo_xml import attribute, child, children, number
from costim.cytometry.transforms.scale import Scale

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


@dataclass(frozen=True, slots=True)
class SampleMatrix:
    """A matrix as one sample uses it."""

    matrix: SpilloverMatrix | None
    """None where it cannot be used; `problem` says why."""
    compensated: dict[str, str]
    """Name of the compensated parameter -> detector."""
    name: str
    problem: str = ""
    of_file: bool = False
    """Are these the numbers that the FCS file itself carries?"""


ROUNDED = 5e-9
"""FlowJo writes coefficients to ten decimals or fewer digits than the file has."""


def read_matrices(sample: Element, keywords: Mapping[str, str], channels: Sequence[str]) -> list[SampleMatrix]:
    """Matrices of a sample in order; FlowJo keeps the one it applies with the sample itself."""
    return [_matrix(element, keywords, channels) for element in children(sample, "spilloverMatrix")]


def _is_of_file(matrix: SpilloverMatrix, keywords: Mapping[str, str], channels: Sequence[str]) -> bool:
    """Does a keyword that the workspace keeps of the file hold the same numbers for the same channels?"""
    filled = [keyword for keyword in NAMED if keywords.get(keyword, "").strip() not in {"", "0"}]
    if not filled or matrix.detectors != matrix.fluorochromes:
        return False
    try:
        written = parse_named(keywords[filled[0]], channels, filled[0])
    except CompensationError:
        return False
    if sorted(written.names) != sorted(matrix.detectors):
        return False
    order = [written.names.index(name) for name in matrix.detectors]
    return bool(np.allclose(written.values[np.ix_(order, order)], matrix.array(), rtol=0.0, atol=ROUNDED))


def _matrix(element: Element, keywords: Mapping[str, str], channels: Sequence[str]) -> SampleMatrix:
    name = attribute(element, "name") or "matrix"
    prefix, suffix = attribute(element, "prefix") or "", attribute(element, "suffix") or ""
    parameters = children(child(element, "parameters"), "parameter")
    rows = children(element, "spillover")
    compensated = {}
    for parameter in [*parameters, *rows]:
        detector = attribute(parameter, "name", "parameter")
        if detector:
            compensated[prefix + detector + suffix] = detector
            if infix := attribute(parameter, "userProvidedCompInfix"):
                compensated[infix] = detector
    if attribute(element, "spectral") == "1" and (method := attribute(element, "weightOptAlgorithmType")) != "OLS":
        problem = f"spectral unmixing by {method or 'an unnamed method'}; expected ordinary least squares"
        return SampleMatrix(None, compensated, name, problem)
    try:
        matrix = _values(name, rows)
        return SampleMatrix(matrix, compensated, name, of_file=_is_of_file(matrix, keywords, channels))
    except (CompensationError, NotApplicableError) as error:
        return SampleMatrix(None, compensated, name, str(error))


def _values(name: str, rows: list[Element]) -> SpilloverMatrix:
    fluorochromes = [attribute(row, "parameter") or "" for row in rows]
    coefficients = [
        {attribute(cell, "parameter") or "": number(cell, "value") for cell in children(row, "coefficient")}
        for row in rows
    ]
    detectors = list(coefficients[0]) if coefficients else []
    if any(set(row) != set(detectors) for row in coefficients):
        raise NotApplicableError("flowjo_matrix_unusable", "rows that name different detectors", "one set", "check it")
    values = tuple(tuple(row[detector] for detector in detectors) for row in coefficients)
    return SpilloverMatrix(name, tuple(detectors), tuple(fluorochromes), values)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything needed to say what a parameter of one sample is."""

    channels: tuple[str, ...]
    """$PnN of the sample's file, as its keywords in the workspace give them; empty when they are not there."""
    scales: dict[str, ChannelScale]
    matrices: list[SampleMatrix]
    matrix_names: SharedNames[SpilloverMatrix]
    scale_names: SharedNames[Scale]

    def scale(self, name: str) -> ChannelScale | None:
        """How a parameter is displayed: as itself, else as the channel it is the compensated form of."""
        if name in self.scales:
            return self.scales[name]
        used = self._matrix_of(name)
        return self.scales.get(used.compensated[name]) if used else None

    def axis(self, name: str, *, drawn: bool) -> Axis:
        """The axis of a gate.

        Args:
            name: Parameter as the gate names it.
            drawn: Are straight lines drawn on the display (polygons, ellipses)? A rectangle needs the linear bounds
                only, whatever the scale.

        Raises:
            NotApplicableError: a derived parameter, an unusable matrix, or an unknown scale that the gate needs.
        """
        used = self._matrix_of(name)
        source = self._channel(used.compensated[name] if used else name)
        if used and used.matrix is None:
            raise NotApplicableError(
                "flowjo_matrix_unusable",
                f"the matrix {used.name!r} of {name!r}: {used.problem}",
                "a matrix that can be inverted",
                "mend the matrix in FlowJo and save the workspace",
            )
        compensation = UNCOMPENSATED
        if used and used.matrix:
            compensation = FROM_FILE if used.of_file else self.matrix_names.of(used.name, used.matrix)
        return Axis(source, compensation, self._transform(name) if drawn else "")

    def _transform(self, name: str) -> str:
        scale = self.scale(name)
        if scale is None:
            return ""
        if not scale.known:
            raise NotApplicableError(
                "flowjo_scale_not_supported",
                f"a line drawn on {name!r}, which has {scale.problem}",
                "linear, log, logicle, biex, fasinh (arcsinh) or hyperlog",
                "choose one of these scales in FlowJo, look at the gate again and save the workspace",
            )
        return self.scale_names.of(scale.kind, scale.scale) if scale.scale is not None else ""

    def _matrix_of(self, name: str) -> SampleMatrix | None:
        return next((matrix for matrix in self.matrices if name in matrix.compensated), None)

    def _channel(self, name: str) -> str:
        if not self.channels or name in self.channels:
            return name
        # FlowJo writes a stroke in a channel's name as an underscore.
        alike = [channel for channel in self.channels if channel.replace("/", "_") == name]
        if len(alike) == 1:
            return alike[0]
        raise NotApplicableError(
            "flowjo_derived_parameter",
            f"the parameter {name!r}, which is not a channel of the file",
            f"one of {', '.join(self.channels[:12])}{' ...' if len(self.channels) > 12 else ''}",
            "a derived parameter is computed by FlowJo or a plug-in; gate on channels of the file instead",
        )

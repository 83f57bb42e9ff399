"""Transformations, ratios and spectrum matrices of a Gating-ML document (sections 6 and 7 of the standard)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.compensation.problem import CompensationError
from costim.cytometry.interchange.gatingml_xml import DATATYPES, TRANSFORMS, Document, local
from costim.cytometry.transforms.asinh import Asinh
from costim.cytometry.transforms.hyperlog import Hyperlog
from costim.cytometry.transforms.linear import Linear
from costim.cytometry.transforms.log import Log
from costim.cytometry.transforms.logicle import Logicle
from costim.cytometry.transforms.scale import Scale, ScaleError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SCALES: Mapping[str, tuple[type[Scale], str]] = {
    "flin": (Linear, "TA"),
    "flog": (Log, "TM"),
    "fasinh": (Asinh, "TMA"),
    "logicle": (Logicle, "TWMA"),
    "hyperlog": (Hyperlog, "TWMA"),
}
"""Element -> scale and its parameters, which are attributes with capital letters."""

RATIO = "fratio"


@dataclass(frozen=True, slots=True)
class WrittenRatio:
    """A ratio as it stands in the document: its channels are compensated as each dimension that uses it says."""

    x: str
    y: str
    a: float
    b: float
    c: float


def read_transformation(document: Document, element: Element) -> Scale | WrittenRatio | None:
    """One `transformation`; None, and problems, where it is none of the standard."""
    inner = [child for child in element if isinstance(child.tag, str)]
    known = {f"{{{TRANSFORMS}}}{name}" for name in (*SCALES, RATIO)}
    expected = f"one of {', '.join([*SCALES, RATIO])}"
    if len(inner) != 1:
        document.problem(element, f"{len(inner)} elements inside", f"exactly one: {expected}")
        return None
    if inner[0].tag not in known:
        document.problem(element, f"the transformation {local(inner[0].tag)!r}", expected, "replace it in the program")
        return None
    kind = local(inner[0].tag)
    return _ratio(document, element, inner[0]) if kind == RATIO else _scale(document, element, inner[0], kind)


def _scale(document: Document, element: Element, inner: Element, kind: str) -> Scale | None:
    scale, letters = SCALES[kind]
    before = len(document.problems)
    values: dict[str, float | None] = {letter.lower(): document.number(inner, TRANSFORMS, letter) for letter in letters}
    values["bound_min"] = document.optional_number(element, TRANSFORMS, "boundMin")
    values["bound_max"] = document.optional_number(element, TRANSFORMS, "boundMax")
    if len(document.problems) > before:
        return None
    try:
        return scale(**values)
    except ScaleError as error:
        said = str(error).partition("is no scale: ")[2].rstrip(".")
        document.problem(element, f"a {kind} that cannot be: {said}", "parameters as the standard allows them")
        return None


def _ratio(document: Document, element: Element, inner: Element) -> WrittenRatio | None:
    before = len(document.problems)
    for name in ("boundMin", "boundMax"):
        if document.attribute(element, TRANSFORMS, name) is not None:
            document.problem(element, f"{name} of a ratio", "a ratio without bounds", "set bounds of gates instead")
    channels = [
        document.required(child, DATATYPES, "name") for child in document.children(inner, DATATYPES, "fcs-dimension")
    ]
    if len(channels) != 2:
        document.problem(element, f"a ratio of {len(channels)} channels", "two channels")
    a, b, c = (document.number(inner, TRANSFORMS, letter) for letter in "ABC")
    return None if len(document.problems) > before else WrittenRatio(channels[0], channels[1], a, b, c)


def read_matrix(document: Document, element: Element, name: str) -> SpilloverMatrix | None:
    """One `spectrumMatrix`; None, and problems, where it cannot be used.

    A row is a fluorochrome in every detector; where the matrix is said to be inverted already, a row is a detector in
    every fluorochrome, and measured events times it are the compensated ones (section 7.2).
    """
    before = len(document.problems)
    fluorochromes, detectors = (_names(document, element, part) for part in ("fluorochromes", "detectors"))
    rows = [
        [document.number(number, TRANSFORMS, "value") for number in document.children(row, TRANSFORMS, "coefficient")]
        for row in document.children(element, TRANSFORMS, "spectrum")
    ]
    inverted = document.flag(element, TRANSFORMS, "matrix-inverted-already")
    size = (len(detectors), len(fluorochromes)) if inverted else (len(fluorochromes), len(detectors))
    if len(rows) != size[0] or any(len(row) != size[1] for row in rows):
        found = f"{len(rows)} rows of {', '.join(sorted({str(len(row)) for row in rows})) or 'no'} numbers"
        document.problem(element, found, f"{size[0]} rows of {size[1]} numbers")
    if len(document.problems) > before:
        return None
    values = np.array(rows, dtype=np.float64)
    try:
        if inverted:
            back = np.linalg.inv if size[0] == size[1] else np.linalg.pinv
            values = np.asarray(back(values), dtype=np.float64)
        return SpilloverMatrix.from_array(name, tuple(detectors), values, tuple(fluorochromes))
    except np.linalg.LinAlgError:
        document.problem(element, "a singular matrix", "a matrix that can be inverted")
    except CompensationError as error:
        for problem in error.problems:
            document.problem(element, problem.found, problem.expected, problem.action)
    return None


def _names(document: Document, element: Element, part: str) -> list[str]:
    lists = document.children(element, TRANSFORMS, part)
    if len(lists) != 1:
        document.problem(element, f"{len(lists)} lists of {part}", "exactly one")
        return []
    return [
        document.required(child, DATATYPES, "name") for child in document.children(lists[0], DATATYPES, "fcs-dimension")
    ]

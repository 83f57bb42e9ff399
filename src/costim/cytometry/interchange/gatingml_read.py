"""Gating-ML 2.0 -> strategy (ISAC Recommendation, Spidlen, Moore and Brinkman, Cytometry A 2015;87A:683-687)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from costim.cytometry.gates.check import strategy_problems
from costim.cytometry.gates.errors import GateError
from costim.cytometry.gates.model import FROM_FILE, UNCOMPENSATED, Axis, Gate, Ratio, Strategy
from costim.cytometry.gates.order import in_order, population_names
from costim.cytometry.interchange.gatingml_custom import names_in, read_custom, with_measured
from costim.cytometry.interchange.gatingml_gates import KINDS, read_gate
from costim.cytometry.interchange.gatingml_scales import WrittenRatio, read_matrix, read_transformation
from costim.cytometry.interchange.gatingml_xml import (
    DATATYPES,
    GATING,
    TRANSFORMS,
    Document,
    local,
    open_document,
    parse_document,
)
from costim.registry.findings import Finding
from costim.registry.suggest import did_you_mean, listed

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from costim.cytometry.compensation.matrix import SpilloverMatrix
    from costim.cytometry.transforms.scale import Scale

WORDS = {"uncompensated": UNCOMPENSATED, "FCS": FROM_FILE}
"""Values of compensation-ref that are no ids."""

TAKEN = ("file", "none")
"""Names of matrices that mean something else with us."""


def read_gatingml(path: Path) -> Strategy:
    """Read a Gating-ML 2.0 document; see `read_gatingml_noting` for what was noticed.

    Raises:
        GateError: the file is no such document, holds what is not supported, or gates that cannot be evaluated; every
            problem with element, id and line.
    """
    return read_gatingml_noting(path)[0]


def read_gatingml_noting(path: Path) -> tuple[Strategy, tuple[Finding, ...]]:
    """Read a document and what in it is not as the standard has it, but was read all the same.

    Raises:
        GateError: as `read_gatingml`.
    """
    return _read(open_document(path), path.stem)


def parse_gatingml(data: bytes, file: str = "gates.xml") -> tuple[Strategy, tuple[Finding, ...]]:
    """The bytes of a document, as `read_gatingml_noting`.

    Raises:
        GateError: as `read_gatingml`.
    """
    return _read(parse_document(data, file), Path(file).stem)


def _read(document: Document, name: str) -> tuple[Strategy, tuple[Finding, ...]]:
    custom, place = read_custom(document)
    document.names = names_in(custom)
    strategy, homes = _Reader(document).strategy(name)
    if not document.problems:
        for problem in strategy_problems(strategy):
            line = document.lines.get(homes[problem.where]) if problem.where in homes else None
            document.problems.append(replace(problem, file=document.file, line=line))
    if document.problems:
        problems = dict.fromkeys(document.problems)
        raise GateError(sorted(problems, key=lambda problem: problem.line or 0))
    whole = with_measured(document, strategy, custom, place)
    return whole, tuple(dict.fromkeys(document.findings))


@dataclass(slots=True)
class _Reader:
    document: Document
    scales: dict[str, Scale] = field(default_factory=dict)
    ratios: dict[str, WrittenRatio] = field(default_factory=dict)
    matrices: dict[str, SpilloverMatrix] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    """Ids of transformations and matrices -> what they are, also of those that could not be read."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Ids of matrices whose names mean something else with us."""
    uses: dict[str, dict[str, None]] = field(default_factory=dict)
    """Ratio -> compensations it is asked for with."""

    def strategy(self, name: str) -> tuple[Strategy, Mapping[str, Element]]:
        """The strategy, and the element of each gate."""
        document, root = self.document, self.document.root
        self._unknown_elements()
        self._unique_ids()
        for element in document.children(root, TRANSFORMS, "transformation"):
            self._transformation(element)
        for element in document.children(root, TRANSFORMS, "spectrumMatrix"):
            self._matrix(element)
        self._note_uses()
        gates: list[Gate] = []
        homes: dict[str, Element] = {}
        for element in document.children(root, GATING, *KINDS):
            gate = read_gate(document, element, self.axis)
            gates.append(gate)
            homes[f"gate {gate.name}"] = element
            homes.update({f"gate {part}": element for part in population_names(gate)})
        strategy = Strategy(
            name,
            in_order(gates),
            MappingProxyType(self.scales),
            MappingProxyType(self.matrices),
            MappingProxyType(self._asked_ratios()),
        )
        return strategy, homes

    def axis(self, dimension: Element) -> Axis | None:
        """What a dimension or a divider looks at."""
        document = self.document
        compensation = self._compensation(dimension)
        transform = document.attribute(dimension, GATING, "transformation-ref")
        transform = document.names.get(transform, transform) if transform else ""
        if transform and self.known.get(transform) != "scale":
            self._no_such(dimension, "transformation-ref", transform, "scale")
        inner = document.children(dimension, DATATYPES, "fcs-dimension", "new-dimension")
        if len(inner) != 1:
            expected = "exactly one fcs-dimension or new-dimension"
            document.problem(dimension, f"{len(inner)} of them in a {local(dimension.tag)}", expected)
            return None
        if local(inner[0].tag) == "fcs-dimension":
            return Axis(document.required(inner[0], DATATYPES, "name"), compensation, transform)
        ratio = document.reference(inner[0], "transformation-ref", DATATYPES)
        if ratio and self.known.get(ratio) != "ratio":
            self._no_such(dimension, "transformation-ref of new-dimension", ratio, "ratio")
        return Axis(self._ratio_name(ratio, compensation), UNCOMPENSATED, transform)

    def _compensation(self, dimension: Element) -> str:
        """The matrix that a dimension names, as a name of ours."""
        text = self.document.required(dimension, GATING, "compensation-ref")
        own = self.document.names.get(text, text)
        if text in WORDS or not text:
            return WORDS.get(text, UNCOMPENSATED)
        if self.known.get(own) == "matrix":
            return self.renamed.get(own, own)
        for word, meaning in WORDS.items():
            if text.casefold() == word.casefold():
                action = "read as if it were"
                self.document.finding(dimension, "gatingml_nonstandard", repr(text), repr(word), action)
                return meaning
        self._no_such(dimension, "compensation-ref", own, "matrix")
        return UNCOMPENSATED

    def _no_such(self, element: Element, key: str, name: str, kind: str) -> None:
        what = {"scale": "transformation", "ratio": "ratio (fratio)", "matrix": "spectrumMatrix"}[kind]
        ids = [own for own, is_kind in self.known.items() if is_kind == kind]
        words = [*WORDS, *ids] if kind == "matrix" else ids
        expected = did_you_mean(name, words) or (f"one of {listed(words)}" if words else f"a {what}; there is none")
        other = f", which is a {self.known[name]}" if name in self.known else ""
        self.document.problem(element, f"{name[:60]!r}{other}", expected, f"name a {what} of the document", key=key)

    def _transformation(self, element: Element) -> None:
        own = self.document.reference(element, "id", TRANSFORMS)
        read = read_transformation(self.document, element)
        is_ratio = isinstance(read, WrittenRatio) or any(local(child.tag) == "fratio" for child in element)
        self.known[own] = "ratio" if is_ratio else "scale"
        if isinstance(read, WrittenRatio):
            self.ratios[own] = read
        elif read is not None:
            self.scales[own] = read

    def _matrix(self, element: Element) -> None:
        own = self.document.reference(element, "id", TRANSFORMS)
        self.known[own] = "matrix"
        name = own
        if own in TAKEN:
            name = self.renamed[own] = f"{own} matrix"
            action = f"called {name!r}"
            self.document.finding(
                element, "gatingml_nonstandard", repr(own), "another id: it has a meaning here", action
            )
        read = read_matrix(self.document, element, name)
        if read is not None:
            self.matrices[name] = read

    def _note_uses(self) -> None:
        for tag in ("dimension", "divider"):
            for dimension in self.document.root.iter(f"{{{GATING}}}{tag}"):
                for inner in self.document.children(dimension, DATATYPES, "new-dimension"):
                    ratio = inner.get(f"{{{DATATYPES}}}transformation-ref") or inner.get("transformation-ref") or ""
                    text = dimension.get(f"{{{GATING}}}compensation-ref") or dimension.get("compensation-ref") or ""
                    own = self.document.names.get(text, text)
                    compensation = self._known_compensation(own)
                    self.uses.setdefault(self.document.names.get(ratio, ratio), {})[compensation] = None

    def _known_compensation(self, text: str) -> str:
        """As `_compensation`, without a word on what is wrong."""
        words = {word.casefold(): meaning for word, meaning in WORDS.items()}
        if self.known.get(text) == "matrix":
            return self.renamed.get(text, text)
        return words.get(text.casefold(), UNCOMPENSATED)

    def _ratio_name(self, ratio: str, compensation: str) -> str:
        """The id, with the compensation where one ratio is asked for with several."""
        if len(self.uses.get(ratio, {})) < 2:
            return ratio
        return f"{ratio} [{compensation or 'uncompensated'}]"

    def _asked_ratios(self) -> dict[str, Ratio]:
        found = {}
        for name, written in self.ratios.items():
            for compensation in self.uses.get(name) or {UNCOMPENSATED: None}:
                x, y = Axis(written.x, compensation), Axis(written.y, compensation)
                found[self._ratio_name(name, compensation)] = Ratio(x, y, written.a, written.b, written.c)
        return found

    def _unknown_elements(self) -> None:
        """Gates and scales that the standard does not have are refused; what other programs added is passed over."""
        document = self.document
        known = [(GATING, name) for name in KINDS]
        known += [(TRANSFORMS, "transformation"), (TRANSFORMS, "spectrumMatrix")]
        for element in document.unexpected(document.root, *known):
            if element.tag.startswith((f"{{{GATING}}}", f"{{{TRANSFORMS}}}")):
                expected = f"one of {', '.join(KINDS)}, transformation, spectrumMatrix"
                document.problem(element, f"the element {local(element.tag)!r}", expected, "replace it in the program")
            else:
                action = "passed over"
                document.finding(
                    element,
                    "gatingml_not_read",
                    f"the element {local(element.tag)!r}",
                    "elements of the standard",
                    action,
                )

    def _unique_ids(self) -> None:
        """An id is the id of one thing in the whole document (XML Schema, xs:ID)."""
        tags = {f"{{{GATING}}}{name}" for name in (*KINDS, "divider", "Quadrant")}
        tags |= {f"{{{TRANSFORMS}}}{name}" for name in ("transformation", "spectrumMatrix")}
        bearers: list[tuple[str, Element]] = []
        for element in self.document.root.iter():
            if element.tag in tags:
                bearers += [(value, element) for key, value in element.attrib.items() if local(key) == "id"]
        count = Counter(own for own, _ in bearers)
        for own, element in bearers:
            if count[own] > 1 and own.strip():
                found = f"the id {own[:60]!r} {count[own]} times in the document"
                self.document.problem(element, found, "each id once", key="id")

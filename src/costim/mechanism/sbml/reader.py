"""Access to the elements of one document; what cannot be read is noted, not raised."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from costim.mechanism.sbml.formulas import Definition
from costim.mechanism.sbml.mathml_read import MATHML, MathError, definition, formula
from costim.mechanism.sbml.write import ANNOTATION

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NOWHERE = ast.Constant(float("nan"))


class Reader:
    """Elements of one namespace, and the problems met."""

    def __init__(self, root: Element, level: int, version: int) -> None:
        self.namespace = root.tag.partition("}")[0] + "}"
        self.level, self.version = level, version
        self.problems: list[str] = []

    def name(self, element: Element) -> str:
        """Name of an element of SBML; of a foreign one with its namespace."""
        return element.tag.removeprefix(self.namespace)

    def refuse(self, element: Element, reason: str) -> None:
        """Note that an element cannot be read."""
        self.problems.append(f"{self.place(element)}: {reason}")

    def place(self, element: Element) -> str:
        """An element in words."""
        key = next((k for k in ("id", "variable", "symbol", "species") if element.get(k)), "")
        return f"<{self.name(element)}>" + (f" {element.get(key)}" if key else "")

    def members(self, parent: Element, collection: str) -> list[Element]:
        """Elements of a `listOf...` of this namespace."""
        found = parent.find(f"{self.namespace}{collection}")
        return [] if found is None else [e for e in found if e.tag.startswith(self.namespace) and not self._prose(e)]

    def _prose(self, element: Element) -> bool:
        return self.name(element) in ("notes", "annotation")

    def child(self, parent: Element, name: str) -> Element | None:
        """A child of this namespace."""
        return parent.find(f"{self.namespace}{name}")

    def number(self, element: Element, key: str) -> float | None:
        """An attribute that is a number, if it is there."""
        text = element.get(key)
        if text is None:
            return None
        try:
            return float(text.strip().replace("INF", "inf"))
        except ValueError:
            self.refuse(element, f"{key} is {text!r}, expected a number")
            return None

    def flag(self, element: Element, key: str, default: bool) -> bool:
        """An attribute that is true or false."""
        text = element.get(key, "true" if default else "false").strip()
        if text not in ("true", "false", "1", "0"):
            self.refuse(element, f"{key} is {text!r}, expected true or false")
        return text in ("true", "1")

    def formula(self, element: Element) -> ast.expr:
        """The formula of an element."""
        found = element.find(f"{MATHML}math")
        if found is None:
            self.refuse(element, "has no formula")
            return NOWHERE
        try:
            return formula(found)
        except MathError as error:
            self.refuse(element, str(error))
            return NOWHERE

    def definition(self, element: Element) -> Definition:
        """The lambda of a function definition."""
        found = element.find(f"{MATHML}math")
        try:
            if found is None:
                raise MathError("has no formula")
            return definition(found)
        except MathError as error:
            self.refuse(element, str(error))
            return (), NOWHERE

    def about(self, element: Element) -> Mapping[str, str]:
        """Attributes of our own annotation, the name of its element under the blank key."""
        annotation = self.child(element, "annotation")
        for child in annotation if annotation is not None else ():
            if child.tag.startswith(f"{{{ANNOTATION}}}"):
                return {"": child.tag.rpartition("}")[2], **child.attrib}
        return {}

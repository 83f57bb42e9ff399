"""What is known about one visit: items, statements, numbers, choices and drugs, by name.

Names are those of the catalogue of measures (`costim.registry.measure_catalogue.facts()`). A fact that is not there is
unknown, never absent. Values are checked where they come in (`costim.measures.parse`), so rules read them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from costim.measures.bounds import UNBOUNDED, Bounds
from costim.measures.truth import Truth


@dataclass(frozen=True, slots=True)
class Item:
    """A finding of an index: was it there within the window, since when, of what kind, and due to active lupus?

    `state` is the recorder's; a blank attribute was not recorded.
    """

    state: Truth = Truth.UNKNOWN
    day: Bounds = UNBOUNDED
    """Last day on which it was present, counted from the visit: 0 is the day of the visit, -2 two days before."""
    course: str = ""
    """`new`, `recurrent`, `worse` (a documented rise of what was there) or `persistent`; blank when not recorded."""
    detail: str = ""
    """One of the `details` that the catalogue lists for the fact, e.g. `scleritis`."""
    attribution: str = ""
    """`sle`, `not_sle`, `uncertain`; blank when not recorded."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """A reading on a scale with a declared maximum, e.g. a PGA of 36 on `0-100`."""

    reading: Bounds = UNBOUNDED
    scale: str = ""


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug the patient takes at the visit."""

    drug: str
    """Generic name, lower case."""
    dose: Bounds = UNBOUNDED
    unit: str = ""
    """`g`, `mg`, `ug`, `mg/kg`; blank when not stated."""
    frequency: str = ""
    """As in the comedications table: `daily`, `weekly`, `once` (a pulse) ...; blank when not stated."""
    route: str = ""
    change: str = ""
    """Against the assessment before: `new`, `increased`, `unchanged`, `decreased`, `stopped`; blank when not stated."""
    investigational: Truth = Truth.UNKNOWN


FactValue = Item | Truth | Bounds | Scaled | str | tuple[Drug, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one assessment, by name."""

    values: Mapping[str, FactValue] = field(default_factory=lambda: MappingProxyType({}))

    def has(self, name: str) -> bool:
        """Was anything recorded under this name?"""
        return name in self.values

    def item(self, name: str) -> Item:
        """An item; unknown when it was not recorded."""
        value = self.values.get(name)
        return value if isinstance(value, Item) else Item()

    def statement(self, name: str) -> Truth:
        """A statement; unknown when it was not recorded."""
        value = self.values.get(name)
        return value if isinstance(value, Truth) else Truth.UNKNOWN

    def number(self, name: str) -> Bounds:
        """A number in the unit of the catalogue; unbounded when it was not recorded."""
        value = self.values.get(name)
        return value if isinstance(value, Bounds) else UNBOUNDED

    def scaled(self, name: str) -> Scaled:
        """A reading on a declared scale."""
        value = self.values.get(name)
        return value if isinstance(value, Scaled) else Scaled()

    def choice(self, name: str) -> str:
        """A choice; blank when it was not recorded."""
        value = self.values.get(name)
        return value if isinstance(value, str) and not isinstance(value, Truth) else ""

    def drugs(self, name: str = "drugs") -> tuple[Drug, ...] | None:
        """The complete list of current drugs; None when no list was recorded (an empty list says: none)."""
        value = self.values.get(name)
        return value if isinstance(value, tuple) else None


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Visit:
    """An assessment, and those it may be compared with."""

    now: Facts
    previous: Facts = NO_FACTS
    """The assessment before this one."""
    baseline: Facts = NO_FACTS
    """The assessment at entry, before treatment."""

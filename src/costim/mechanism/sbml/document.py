"""What an SBML document says, as far as it is read: symbols, rules, reactions, events."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from costim.mechanism.sbml.formulas import Definition


@dataclass(frozen=True, slots=True)
class Symbol:
    """A compartment, species, parameter or named stoichiometry."""

    name: str
    kind: str
    """compartment, species, parameter."""
    value: float | None
    """Initial value; of a species its initial amount or, with `as_concentration`, concentration."""
    constant: bool
    title: str = ""
    unit: str = ""
    written: str = ""
    """The initial value as it stands in the document."""
    about: Mapping[str, str] = field(default_factory=dict)
    """Attributes of our own annotation, its element under the blank key."""
    compartment: str = ""
    """Of a species whose symbol means a concentration; blank where it means an amount."""
    as_concentration: bool = False
    """Whether `value` is a concentration."""
    boundary: bool = False
    """A species that reactions leave alone."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """Species with net stoichiometry, and how fast."""

    name: str
    stoichiometry: Mapping[str, float]
    """Products positive."""
    rate: ast.expr
    """Extent per time, local parameters worked in."""


@dataclass(frozen=True, slots=True)
class Event:
    """Assignments at the moments a condition on time becomes true."""

    name: str
    trigger: ast.expr
    initially: bool
    """What the trigger counts as just before time 0."""
    assignments: Mapping[str, ast.expr]


@dataclass(frozen=True, slots=True)
class SbmlModel:
    """A document that was read wholly; nothing in it was left out that moves a trajectory."""

    name: str
    title: str
    level: int
    version: int
    symbols: Mapping[str, Symbol]
    functions: Mapping[str, Definition]
    initial_assignments: Mapping[str, ast.expr]
    assignment_rules: Mapping[str, ast.expr]
    rate_rules: Mapping[str, ast.expr]
    reactions: tuple[Reaction, ...]
    events: tuple[Event, ...]
    about: Mapping[str, str]
    """Attributes of our own annotation of the model."""

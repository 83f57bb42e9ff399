"""What a measure says of a visit: value or bounds or state, by which variant, on what evidence, decided by what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costim.measures.bounds import UNBOUNDED, Bounds, to_decimal
from costim.measures.truth import Truth

_WEAKNESS = ("P", "S", "C", "M")


def weakest(marks: Iterable[str]) -> str:
    """The weakest evidence mark: P (primary paper) before S (secondary), C (our convention), M (from memory)."""
    return max((m for m in marks if m), key=_WEAKNESS.index, default="")


def marked(evidence: str, *flags: Iterable[str]) -> tuple[str, ...]:
    """Flags of a result, with `unverified_rule` when it rests on a rule from memory."""
    return distinct(*flags, ("unverified_rule",) if evidence == "M" else ())


def distinct(*groups: Iterable[str]) -> tuple[str, ...]:
    """Names of several origins, each once, in the order they came."""
    return tuple(dict.fromkeys(name for group in groups for name in group))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number that one measure hands to another: what it is known to be, and what it rests on."""

    bounds: Bounds = UNBOUNDED
    missing: tuple[str, ...] = ()
    """Facts that are unknown and could change it."""
    decided_by: tuple[str, ...] = ()
    """Facts that add to it."""
    flags: tuple[str, ...] = ()
    evidence: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One criterion of a state, applied."""

    name: str
    state: Truth
    missing: tuple[str, ...] = ()
    """Unknown facts that leave it unknown; empty when it is decided."""
    flags: tuple[str, ...] = ()
    evidence: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a measure says of a visit. Never without `measure`, `variant`, `evidence` and `source`."""

    measure: str
    variant: str
    window_days: int | None = None
    """Days before the visit that count, both ends included; None where the measure has no window."""
    bounds: Bounds = UNBOUNDED
    """The number, for scores and numbers."""
    unit: str = ""
    state: str = ""
    """For states, grades and classes: the outcome, or `unknown`. For a score: blank."""
    possible: tuple[str, ...] = ()
    """Outcomes the facts still admit, in the order of the catalogue; one when the state is decided."""
    complete: bool
    """Is the result settled: a score without unknown items, a decided state?"""
    decided_by: tuple[str, ...] = ()
    """Facts or criteria that make the result what it is: items that count, criteria that fail or are met."""
    missing: tuple[str, ...] = ()
    """Unknown facts that would complete the score or decide the state; empty when it is settled.

    Of an earlier assessment of which nothing at all was recorded no fact is named: a flag says that it is missing.
    """
    checks: tuple[Check, ...] = ()
    """Criteria of a state, each applied."""
    source: tuple[str, ...] = ()
    """Keys of `references.toml`."""
    evidence: str = ""
    """Weakest mark of the rules that were used: P, S, C or M."""
    flags: tuple[str, ...] = ()
    """Names from `flags.csv`."""

    @property
    def value(self) -> Decimal | None:
        """The point value; None when only bounds are known."""
        return _decimal(self.bounds.value)

    @property
    def lower(self) -> Decimal | None:
        """Lower bound."""
        return _decimal(self.bounds.lower)

    @property
    def upper(self) -> Decimal | None:
        """Upper bound."""
        return _decimal(self.bounds.upper)


def _decimal(number: Fraction | None) -> Decimal | None:
    return None if number is None else to_decimal(number)

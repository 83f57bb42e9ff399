"""Three-valued logic (Kleene): what is not known stays unknown unless it cannot matter."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Truth(StrEnum):
    """Yes, no, or unknown. As text: `yes`, `no`, `unknown`."""

    NO = "no"
    UNKNOWN = "unknown"
    YES = "yes"

    def __bool__(self) -> bool:
        """Refused: `if truth` would read unknown as one of the two others.

        Raises:
            TypeError: always; write `truth is Truth.YES`.
        """
        raise TypeError("a Truth has three values: compare it with Truth.YES, Truth.NO or Truth.UNKNOWN")


def truth_of(value: bool) -> Truth:
    """A decided truth."""
    return Truth.YES if value else Truth.NO


def all_of(truths: Iterable[Truth]) -> Truth:
    """Conjunction: one `no` makes it no, else one `unknown` makes it unknown. Nothing at all is yes."""
    found = set(truths)
    if Truth.NO in found:
        return Truth.NO
    return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.YES


def any_of(truths: Iterable[Truth]) -> Truth:
    """Disjunction: one `yes` makes it yes, else one `unknown` makes it unknown. Nothing at all is no."""
    found = set(truths)
    if Truth.YES in found:
        return Truth.YES
    return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.NO


def negated(truth: Truth) -> Truth:
    """Negation; unknown stays unknown."""
    return {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}[truth]

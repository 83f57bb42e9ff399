"""Visits with SLEDAI items, by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from costim.measures.bounds import Bounds, known
from costim.measures.facts import NO_FACTS, Facts, FactValue, Item, Visit
from costim.measures.score import score
from costim.measures.sledai import weights
from costim.measures.truth import Truth

ITEMS = tuple(weights())
FAMILIES = ("sledai_1992", "sledai_2k", "selena", "selena_2kprot")
VARIANT_OF = {"sledai_2k": "sledai_2k_10d"}
W1 = ("seizure", "organic_brain_syndrome", "rash", "low_complement", "fever")


def number(text: str | int) -> Bounds:
    """An exact number."""
    return known(Decimal(text))


def recorded(
    present: Iterable[str] = (), unknown: Iterable[str] = (), left_out: Iterable[str] = (), **facts: FactValue
) -> Facts:
    """All items absent but those named; `left_out` were not recorded at all."""
    yes, open_, out = set(present), set(unknown), set(left_out)
    state = {i: Truth.YES if i in yes else Truth.UNKNOWN if i in open_ else Truth.NO for i in ITEMS if i not in out}
    return Facts({**{i: Item(s) for i, s in state.items()}, **facts})


def total(now: Facts, variant: str = "", previous: Facts = NO_FACTS, measure: str = "sledai") -> tuple[int, int]:
    """Lower and upper bound."""
    found = score(measure, Visit(now, previous), variant)
    assert found.lower is not None
    assert found.upper is not None
    return int(found.lower), int(found.upper)


def flags(now: Facts, variant: str = "", previous: Facts = NO_FACTS, measure: str = "sledai") -> tuple[str, ...]:
    """Flags of the result."""
    return score(measure, Visit(now, previous), variant).flags


def merged(facts: Facts, more: Mapping[str, FactValue]) -> Facts:
    """The same facts and more."""
    return Facts({**facts.values, **more})

"""Totals of SLEDAI: summed from items, typed by the source, and the two brought together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from costim.measures.answer import number_answer
from costim.measures.bounds import Bounds, Exact, known
from costim.measures.facts import Facts
from costim.measures.overlap import overlap
from costim.measures.result import Quantity, Result, distinct, weakest
from costim.measures.sledai_findings import Finding, recorded_any, weights
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice

_UNSPECIFIED = "version_unspecified"


def add_up(found: Iterable[Finding]) -> Quantity:
    """Sum of the weights of items that are present, with those that are unknown as bounds."""
    entries = tuple(found)
    points = weights()
    present = [entry for entry in entries if entry.state is Truth.YES]
    unknown = [entry for entry in entries if entry.state is Truth.UNKNOWN]
    lower = sum(points[entry.name] for entry in present)
    upper = lower + sum(points[entry.name] for entry in unknown)
    return Quantity(
        bounds=Bounds(known(lower).lower, known(upper).upper),
        missing=tuple(entry.name for entry in unknown),
        decided_by=tuple(entry.name for entry in present),
        flags=distinct(*(entry.flags for entry in entries), ("items_incomplete",) if unknown else ()),
        evidence=weakest(mark for entry in entries for mark in entry.evidence),
        references=distinct(*(entry.references for entry in entries if entry.evidence)),
    )


def reconcile(summed: Quantity, facts: Facts, fact: str, family: str, maximum: Exact) -> Quantity:
    """The total from items beside the one that the source states.

    Args:
        summed: total from items.
        facts: what was recorded at the visit.
        fact: name of the typed total.
        family: version that is asked for; a total scored by another version is not used.
        maximum: largest total, points.
    """
    typed, scored_as = facts.number(fact), facts.choice("sledai_scored_as")
    if typed.unknown:
        return summed
    if scored_as not in ("", family) and family != _UNSPECIFIED:
        return _flagged(summed, "total_of_another_version")
    items = recorded_any(facts)
    common = overlap(summed.bounds, typed)
    if common is None and items:
        return _flagged(summed, "inconsistent_total")
    if not items:
        found = typed.within(0, maximum)
        flags = ("typed_total", *(("inconsistent_total",) if common is None else ()))
        missing = () if found.value is not None else (fact,)
        return Quantity(bounds=found, missing=missing, decided_by=(fact,), flags=flags)
    if common is None or summed.bounds.value is not None:
        return summed
    return replace(
        summed,
        bounds=common,
        missing=summed.missing if common.value is None else (),
        decided_by=distinct((fact,), summed.decided_by),
        flags=distinct(summed.flags, ("typed_total_decides",)),
    )


def resting_on(choice: Choice, found: Quantity) -> Quantity:
    """The same number, with evidence and references of the variant added."""
    return replace(
        found,
        evidence=weakest((choice.variant.evidence, found.evidence)),
        references=distinct(choice.variant.references, found.references),
    )


def as_result(choice: Choice, found: Quantity) -> Result:
    """The result of a total under a variant."""
    unnamed = choice.variant.name == _UNSPECIFIED
    return number_answer(choice, _flagged(found, _UNSPECIFIED) if unnamed else found)


def _flagged(found: Quantity, flag: str) -> Quantity:
    return replace(found, flags=distinct(found.flags, (flag,)))

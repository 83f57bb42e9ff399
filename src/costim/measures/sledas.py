"""SLE-DAS: the gate of its 17 items, and the score as it was typed. No coefficient is shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from costim.measures.bounds import UNBOUNDED, Bounds, exact, known
from costim.measures.criteria import judge
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import overlap
from costim.measures.result import Check, Quantity, Result, distinct
from costim.measures.truth import Truth, all_of, negated
from costim.registry.measure_catalogue import Choice, CriterionInfo, choose, measures

_ATTRIBUTED = {"not_sle": Truth.NO, "uncertain": Truth.UNKNOWN}
_SCORE = "sledas_score"


@dataclass(frozen=True, slots=True)
class GateItem:
    """One of the 17 items as the score takes it."""

    name: str
    counts: Truth
    """Does it enter the score? A value on the wrong side of its limit does not, nor what lupus did not cause."""
    value: Bounds | None
    """What enters when it counts: 1 for a finding, else the number (joints, mg, 10^9/L); None when it cannot count."""
    missing: tuple[str, ...] = ()
    """Unknown facts that leave it open."""
    alone: Truth = Truth.UNKNOWN
    """Would it count if no other item excluded it?"""

    @property
    def used(self) -> Bounds:
        """The value the score takes, 0 when it does not count; bounds when that is open."""
        if self.value is None:
            return known(0)
        if self.counts is Truth.YES:
            return self.value
        # Every value that counts is above 0.
        return Bounds(exact(0), self.value.upper, upper_open=self.value.upper_open)


@dataclass(frozen=True, slots=True)
class Gate:
    """What of a visit enters SLE-DAS: a result of its own, whether or not there are coefficients."""

    variant: str
    items: tuple[GateItem, ...]
    """All 17, in the order of the paper."""
    source: tuple[str, ...]
    evidence: str

    @property
    def used(self) -> Mapping[str, Bounds]:
        """Item -> value that the score takes."""
        return {item.name: item.used for item in self.items}

    @property
    def complete(self) -> bool:
        """Is every value known exactly?"""
        return all(item.used.value is not None for item in self.items)

    @property
    def missing(self) -> tuple[str, ...]:
        """Unknown facts that leave an item open."""
        return distinct(*(item.missing for item in self.items))


def gate(facts: Facts, variant: str = "") -> Gate:
    """The 17 items of SLE-DAS as the score takes them.

    Localised and generalised rash exclude each other and the generalised one wins. Proteinuria enters above 500 mg/g
    or mg in 24 hours, platelets below 100, leukocytes below 3 x10^9/L; equality does not enter. CH50 does not count.

    Args:
        facts: of one visit.
        variant: `sledas_2019`, with `+day_urine_first` for 24-hour protein before the ratio; blank takes the default.

    Raises:
        ValueError: no variant or option of that name.

    Source: Jesus 2019, Table 1.
    """
    choice = choose("sledas", variant)
    items = {c.name: _item(choice, facts, c) for c in choice.measure.criteria}
    items["localised_rash"] = _excluded_by(items["localised_rash"], items["generalised_rash"])
    return Gate(choice.name, tuple(items.values()), choice.variant.references, choice.variant.evidence)


def _item(choice: Choice, facts: Facts, criterion: CriterionInfo) -> GateItem:
    entry: Mapping[str, Any] = choice.measure.extra["gate"][criterion.name]
    if entry["kind"] == "finding":
        return _finding(facts, criterion.name, entry["fact"])
    return _number(choice, facts, criterion, entry)


def _finding(facts: Facts, name: str, fact: str) -> GateItem:
    item = facts.item(fact)
    counts = all_of((item.state, _ATTRIBUTED.get(item.attribution, Truth.YES)))
    return GateItem(
        name,
        counts,
        None if counts is Truth.NO else known(1),
        (fact,) if counts is Truth.UNKNOWN else (),
        counts,
    )


def _number(choice: Choice, facts: Facts, criterion: CriterionInfo, entry: Mapping[str, Any]) -> GateItem:
    """A number that enters only on one side of its limit, and only where lupus caused it."""
    if criterion.limit is None or criterion.relation not in ("<", ">"):
        raise ValueError(f"sledas.toml: item {criterion.name!r} needs a limit and < or >")
    fact = _fact_of(choice, facts, entry)
    number = facts.number(fact).within(0, _largest(fact)).times(entry["factor"])
    blamed = entry.get("attributed_by", "")
    cause = _ATTRIBUTED.get(facts.item(blamed).attribution, Truth.YES) if blamed else Truth.YES
    counts = all_of((number.compare(criterion.relation, criterion.limit), cause))
    limit = exact(criterion.limit)
    side = Bounds(None, limit, upper_open=True) if criterion.relation == "<" else Bounds(limit, None, lower_open=True)
    value = overlap(number, side)
    doubtful = (blamed,) if cause is Truth.UNKNOWN and counts is Truth.UNKNOWN else ()
    unsettled = (fact,) if counts is not Truth.NO and number.value is None else ()
    return GateItem(
        criterion.name, counts, None if counts is Truth.NO else value, distinct(unsettled, doubtful), counts
    )


def _fact_of(choice: Choice, facts: Facts, entry: Mapping[str, Any]) -> str:
    """The fact a number is read from: the first that was recorded, in the order of the option, else the first."""
    if "fact" in entry:
        return str(entry["fact"])
    order: list[str] = entry[choice.options["proteinuria_from"]]
    return next((name for name in order if not facts.number(name).unknown), order[0])


def _largest(fact: str) -> Any:
    own = measures()["sledas"].facts.get(fact)
    return None if own is None else own.maximum


def _excluded_by(item: GateItem, other: GateItem) -> GateItem:
    """An item that does not count beside another one."""
    counts = all_of((item.counts, negated(other.counts)))
    missing = distinct(item.missing, other.missing) if counts is Truth.UNKNOWN else ()
    return GateItem(item.name, counts, None if counts is Truth.NO else item.value, missing, item.counts)


def checks(found: Gate) -> tuple[Check, ...]:
    """The items of a gate as criteria: yes where the item enters the score."""
    info = measures()["sledas"]
    return tuple(judge(info.criterion(item.name), item.counts, item.missing) for item in found.items)


def typed(facts: Facts) -> Quantity:
    """The score as it was typed from the authors' calculator, at least 0 points; else unknown."""
    number = facts.number(_SCORE)
    info = measures()["sledas"]
    variant = info.variants[info.default]
    return Quantity(
        bounds=UNBOUNDED if number.unknown else number.within(0, None),
        missing=() if number.value is not None else (_SCORE,),
        decided_by=() if number.unknown else (_SCORE,),
        flags=() if number.unknown else ("typed_score",),
        evidence=variant.evidence,
        references=variant.references,
    )


def score(choice: Choice, visit: Visit) -> Result:
    """The typed score of the visit, with the gate of its 17 items as checks; unknown where none was typed."""
    found = typed(visit.now)
    return Result(
        measure="sledas",
        variant=choice.name,
        bounds=found.bounds,
        unit=choice.measure.unit,
        complete=found.bounds.value is not None,
        decided_by=found.decided_by,
        missing=found.missing,
        checks=checks(gate(visit.now, choice.name)),
        source=choice.variant.references,
        evidence=choice.variant.evidence,
        flags=found.flags or ("coefficients_not_shipped",),
    )

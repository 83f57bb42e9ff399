"""Attribution of one neuropsychiatric event to lupus by the Italian algorithm: four items, 0 to 10 points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costim.measures.ainiala_minor import minor_event
from costim.measures.bounds import Bounds, exact
from costim.measures.criteria import compare
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import contains
from costim.measures.result import Quantity, Result, distinct, marked, weakest
from costim.measures.truth import Truth
from costim.measures.whole import whole
from costim.registry.measure_catalogue import Choice, MeasureInfo

_ONSET_FACT = {"from_sle_onset": "event_months_from_sle_onset", "from_diagnosis": "event_months_from_diagnosis"}


@dataclass(frozen=True, slots=True)
class ItemPoints:
    """Points that one item of the table may still give."""

    possible: frozenset[int]
    decided_by: tuple[str, ...]
    missing: tuple[str, ...]
    evidence: str
    references: tuple[str, ...]
    flags: tuple[str, ...] = ()


def points(choice: Choice, facts: Facts) -> tuple[ItemPoints, ...]:
    """Points of the four items: time of onset, type of event, confounding factors, favouring factors.

    Source: Bortoluzzi 2015, as printed in Rambam Maimonides Med J 2017;8:e0001, Table 2.
    """
    info = choice.measure
    return (
        _onset(info, choice, facts),
        _minor(info, facts),
        _counted(info, facts, "event_confounders"),
        _counted(info, facts, "event_favouring"),
    )


def score(choice: Choice, visit: Visit) -> Result:
    """Total of the four items with its bounds, and whether it attributes the event to lupus."""
    items = points(choice, visit.now)
    total = Quantity(
        bounds=Bounds(Fraction(sum(min(i.possible) for i in items)), Fraction(sum(max(i.possible) for i in items))),
        missing=distinct(*(i.missing for i in items)),
        evidence=weakest(i.evidence for i in items),
        references=distinct(*(i.references for i in items)),
    )
    check = compare(choice.measure.criterion("attributed"), total)
    words = {Truth.YES: "attributed", Truth.NO: choice.measure.extra["below"][choice.variant.name]}
    evidence = weakest((choice.variant.evidence, check.evidence))
    settled = check.state is not Truth.UNKNOWN
    return Result(
        measure="italian_attribution",
        variant=choice.name,
        bounds=total.bounds,
        unit=choice.measure.unit,
        state=words[check.state] if settled else str(Truth.UNKNOWN),
        possible=(words[check.state],) if settled else tuple(words.values()),
        complete=total.bounds.value is not None,
        decided_by=distinct(*(i.decided_by for i in items)),
        missing=total.missing,
        checks=(check,),
        source=distinct(choice.variant.references, check.references),
        evidence=evidence,
        flags=marked(evidence, *(i.flags for i in items)),
    )


def _item(
    info: MeasureInfo, possible: Iterable[int], facts: tuple[str, ...], evidence: str = "", flags: Iterable[str] = ()
) -> ItemPoints:
    table = info.variants[info.default]
    found = frozenset(possible)
    settled = len(found) == 1
    return ItemPoints(
        possible=found,
        decided_by=facts if settled else (),
        missing=() if settled else facts,
        evidence=weakest((table.evidence, evidence)),
        references=table.references,
        flags=tuple(flags),
    )


def _onset(info: MeasureInfo, choice: Choice, facts: Facts) -> ItemPoints:
    """0 before, 3 within, 2 after the six months on either side; exactly six months count as within."""
    reference = choice.options["onset_reference"]
    months = facts.number(_ONSET_FACT[reference])
    table = info.extra["points"]["onset"]
    before = compare(info.criterion("onset_before"), Quantity(bounds=months)).state
    after = compare(info.criterion("onset_after"), Quantity(bounds=months)).state
    found = [table[name] for name, truth in (("before", before), ("after", after)) if truth is not Truth.NO]
    if Truth.YES not in (before, after):
        found.append(table["within"])
    limits = (info.criterion("onset_before").limit, info.criterion("onset_after").limit)
    convention = reference == "from_diagnosis" or any(_may_be(months, limit) for limit in limits if limit is not None)
    evidence = info.criterion("exactly_6_months").evidence if convention else ""
    return _item(info, found, (_ONSET_FACT[reference],), evidence)


def _may_be(months: Bounds, limit: Decimal) -> bool:
    """Is exactly this one of the numbers that were recorded as possible?"""
    return not months.unknown and contains(months, exact(limit))


def _minor(info: MeasureInfo, facts: Facts) -> ItemPoints:
    check = minor_event(facts)
    table = info.extra["points"]["minor"]
    open_states = (Truth.YES, Truth.NO) if check.state is Truth.UNKNOWN else (check.state,)
    names = check.missing or tuple(n for n in ("event_syndrome", "event_minor") if facts.has(n))
    return _item(info, (table[str(state)] for state in open_states), names, check.evidence, check.flags)


def _counted(info: MeasureInfo, facts: Facts, fact: str) -> ItemPoints:
    """Points for none, one, more than one."""
    table = info.extra["points"][fact]
    count = whole(facts.number(fact).within(0, None))
    last = len(table) - 1
    found = [
        points
        for number, points in enumerate(table)
        if Truth.NO
        not in ((count.at_least(number), count.at_most(number)) if number < last else (count.at_least(last),))
    ]
    return _item(info, found, (fact,))

"""2019 EULAR/ACR classification of SLE: entry criterion, weighted domains, at least one clinical item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import product
from types import MappingProxyType

from costim.measures.bounds import Bounds
from costim.measures.criteria import compare, conjunction, judge
from costim.measures.facts import Facts, Item, Visit
from costim.measures.result import Check, Quantity, Result, distinct, marked
from costim.measures.truth import Truth, any_of
from costim.registry.datafiles import read_rows
from costim.registry.measure_catalogue import Choice, MeasureInfo, measures

ABSENT, OTHER_CAUSE, COUNTS = 0, 1, 2
"""What an item may be: not there, there but of a likelier other cause, there and counting."""
Reading = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DomainPoints:
    """Points of one domain: those of its highest item."""

    domain: str
    clinical: bool
    lower: int
    upper: int
    decided_by: tuple[str, ...]
    missing: tuple[str, ...]


@cache
def domains() -> MappingProxyType[str, tuple[str, ...]]:
    """Items of each domain, in the order of the table."""
    found: dict[str, list[str]] = {}
    for row in _rows().values():
        found.setdefault(row["domain"], []).append(row["item"])
    return MappingProxyType({name: tuple(items) for name, items in found.items()})


def domain_points(facts: Facts) -> tuple[DomainPoints, ...]:
    """Points of every domain, exact over every completion of what is unknown.

    Psychosis counts only where delirium, of whatever cause, is absent. Low C3 and low C4 together count more than one
    of them.

    Source: Aringer 2019 (weights from three copies of the table that agree).
    """
    info = measures()["eular_acr_2019"]
    return tuple(_domain(info, facts, name, items) for name, items in domains().items())


def score(choice: Choice, visit: Visit) -> Result:
    """Total with its bounds, 0 to 51; `state` says whether the classification is met: yes, no or unknown."""
    facts, info = visit.now, choice.measure
    found = domain_points(facts)
    total = _sum(found)
    checks = [
        _entry(info, facts),
        compare(info.criterion("total"), total),
        compare(info.criterion("clinical"), _sum([d for d in found if d.clinical])),
    ]
    state = conjunction(choice, checks)
    psychosis = any(_excluded(info, facts, item) for item in info.extra["excluded_by"])
    return replace(
        state,
        bounds=total.bounds,
        unit=info.unit,
        complete=total.bounds.value is not None and state.complete,
        decided_by=distinct(*(d.decided_by for d in found)),
        missing=distinct(checks[0].missing if not state.complete else (), total.missing),
        flags=marked(
            state.evidence,
            state.flags,
            ("psychosis_with_delirium",) if psychosis else (),
            _laboratory_flags(info, facts),
            () if total.bounds.value is not None else ("items_incomplete",),
        ),
    )


@cache
def _rows() -> MappingProxyType[str, Mapping[str, str]]:
    name = measures()["eular_acr_2019"].extra["items"]
    return MappingProxyType({row["item"]: row for row in read_rows(f"measures/{name}")})


def _entry(info: MeasureInfo, facts: Facts) -> Check:
    """Entry: a titre that reaches the limit is enough; a low one of the day says nothing of other days."""
    criterion = info.criterion("entry")
    ever = compare(criterion, Quantity(bounds=facts.number("ana_highest_titre"))).state
    today = compare(criterion, Quantity(bounds=facts.number("ana_titre"))).state
    shown = any_of((ever, Truth.YES if today is Truth.YES else Truth.UNKNOWN, facts.statement("ana_80_ever")))
    denied = Truth.NO in (ever, facts.statement("ana_80_ever"))
    contradicted = shown is Truth.YES and denied
    state = Truth.NO if denied and shown is not Truth.YES else shown
    names = ("ana_80_ever", "ana_highest_titre")
    return judge(criterion, state, names, ("ana_contradicted",) if contradicted else ())


def _sum(found: list[DomainPoints] | tuple[DomainPoints, ...]) -> Quantity:
    return Quantity(
        bounds=Bounds(Fraction(sum(d.lower for d in found)), Fraction(sum(d.upper for d in found))),
        missing=distinct(*(d.missing for d in found)),
    )


def item_readings(facts: Facts, name: str) -> frozenset[int]:
    """What an item may be by its record: absent, present of another cause, or counting.

    A laboratory value that meets the item shows it present where its state was not recorded.
    """
    item = _with_laboratory(measures()["eular_acr_2019"], facts, name)
    there = {"": {COUNTS}, "sle": {COUNTS}, "not_sle": {OTHER_CAUSE}, "uncertain": {COUNTS, OTHER_CAUSE}}
    if item.state is Truth.NO:
        return frozenset({ABSENT})
    if item.state is Truth.YES:
        return frozenset(there[item.attribution])
    # Where neither state nor attribution is known, another cause may still turn out likelier.
    open_causes = {COUNTS, OTHER_CAUSE} if item.attribution == "" else there[item.attribution]
    return frozenset({ABSENT, *open_causes})


def _with_laboratory(info: MeasureInfo, facts: Facts, name: str) -> Item:
    item, test = facts.item(name), info.extra["laboratory"].get(name)
    if item.state is not Truth.UNKNOWN or test is None:
        return item
    met = compare(info.criterion(name), Quantity(bounds=facts.number(test))).state
    return replace(item, state=Truth.YES) if met is Truth.YES else item


def _laboratory_flags(info: MeasureInfo, facts: Facts) -> tuple[str, ...]:
    """Was an item taken from a laboratory value, or does the record leave out one that a value meets?"""
    flags = []
    for name, test in info.extra["laboratory"].items():
        if compare(info.criterion(name), Quantity(bounds=facts.number(test))).state is not Truth.YES:
            continue
        if item_readings(facts, name) != {COUNTS}:
            flags.append("record_contradicts_laboratory")
        elif facts.item(name).state is Truth.UNKNOWN:
            flags.append("item_from_laboratory")
    return tuple(flags)


def _domain(info: MeasureInfo, facts: Facts, name: str, items: tuple[str, ...]) -> DomainPoints:
    readings = {item: item_readings(facts, item) for item in items}
    found = {_points(info, reading) for reading in _completions(readings)}
    settled = len(found) == 1
    certain = [item for item in items if readings[item] == {COUNTS}]
    counted = [item for item in certain if readings.get(info.extra["excluded_by"].get(item), {ABSENT}) == {ABSENT}]
    highest = max((int(_rows()[item]["weight"]) for item in counted), default=0)
    together = min(found) > highest
    deciding = [item for item in counted if together or int(_rows()[item]["weight"]) == highest]
    return DomainPoints(
        domain=name,
        clinical=_rows()[items[0]]["clinical"] == "yes",
        lower=min(found),
        upper=max(found),
        decided_by=tuple(deciding),
        missing=() if settled else tuple(item for item in items if _matters(info, readings, item)),
    )


def _completions(readings: Mapping[str, frozenset[int]]) -> Iterator[Reading]:
    for values in product(*(sorted(options) for options in readings.values())):
        yield dict(zip(readings, values, strict=True))


def _points(info: MeasureInfo, reading: Reading) -> int:
    """Points of a domain whose items are all known."""
    excluded = {item for item, other in info.extra["excluded_by"].items() if reading.get(other, ABSENT) != ABSENT}
    counted = {item for item, state in reading.items() if state == COUNTS} - excluded
    single = [int(_rows()[item]["weight"]) for item in counted]
    joint = [entry["points"] for entry in info.extra["together"] if counted >= set(entry["items"])]
    return int(max([0, *single, *joint]))


def _matters(info: MeasureInfo, readings: Mapping[str, frozenset[int]], item: str) -> bool:
    """Could knowing this item alone change the points, whatever the others turn out to be?"""
    others = {name: options for name, options in readings.items() if name != item}
    return any(
        len({_points(info, {**rest, item: state}) for state in readings[item]}) > 1 for rest in _completions(others)
    )


def _excluded(info: MeasureInfo, facts: Facts, item: str) -> bool:
    """Is the item present, and excluded by another that is present too?"""
    other = info.extra["excluded_by"].get(item)
    return other is not None and ABSENT not in item_readings(facts, item) and ABSENT not in item_readings(facts, other)

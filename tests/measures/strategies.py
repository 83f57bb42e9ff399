"""Facts drawn from the catalogue: any fact of any measure, whole or partly known."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from hypothesis import strategies as st

from costim.measures.bounds import UNBOUNDED, Bounds, known
from costim.measures.facts import Drug, Facts, FactValue, Item, Scaled, Visit
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Fact, facts_of, measures

DRUGS = (
    "prednisolone",
    "betamethasone",
    "hydroxychloroquine",
    "azathioprine",
    "methotrexate",
    "rituximab",
    "cortisone",
    "x",
)
MEANINGS = ("sledai_scored_as",)
"""Facts that say how others are meant, as a scale does: without them the others mean something else, not less."""
STAND_INS = {
    "thrombocytopenia": "platelets",
    "leukopenia": "leukocytes",
    "proteinuria": "urine_protein",
    "arthritis": "joints",
}
"""Items, and the number that tells them where they were not recorded."""
COURSES = ("", "new", "recurrent", "worse", "persistent")


def _numbers(fact: Fact) -> st.SearchStrategy[Fraction]:
    low = fact.minimum if fact.minimum is not None else -20
    high = fact.maximum if fact.maximum is not None else max(low + 1, 200)
    steps = 1 if fact.kind == "count" else 20
    return st.integers(int(low * steps), int(high * steps)).map(lambda n: Fraction(n, steps))


def _bounds(fact: Fact) -> st.SearchStrategy[Bounds]:
    exact = _numbers(fact).map(known)
    ranges = st.tuples(_numbers(fact), _numbers(fact)).map(lambda ends: Bounds(min(ends), max(ends)))
    return st.one_of(exact, exact, ranges)


def _items(fact: Fact) -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        state=st.sampled_from(list(Truth)),
        day=st.one_of(st.just(UNBOUNDED), st.integers(-60, 0).map(known)),
        course=st.sampled_from(COURSES),
        detail=st.sampled_from(("", *fact.details)),
        attribution=st.sampled_from(("", "", "sle", "not_sle", "uncertain")),
    )


def _drugs() -> st.SearchStrategy[tuple[Drug, ...]]:
    dose = st.one_of(st.just(UNBOUNDED), st.integers(1, 400).map(lambda n: known(Fraction(n, 4))))
    drug = st.builds(
        Drug,
        drug=st.sampled_from(DRUGS),
        dose=dose,
        unit=st.sampled_from(("mg", "mg", "mg", "g", "mg/kg", "")),
        frequency=st.sampled_from(("daily", "daily", "weekly", "once", "")),
        route=st.sampled_from(("", "oral", "iv", "topical")),
        change=st.sampled_from(("", "new", "increased", "unchanged", "stopped")),
        investigational=st.sampled_from(list(Truth)),
    )
    return st.lists(drug, max_size=3).map(tuple)


def value_of(fact: Fact) -> st.SearchStrategy[FactValue]:
    """A legal value of one fact."""
    if fact.kind == "item":
        return _items(fact)
    if fact.kind == "statement":
        return st.sampled_from(list(Truth))
    if fact.kind == "choice":
        return st.sampled_from(fact.values)
    if fact.kind == "drugs":
        return _drugs()
    if fact.kind == "scaled":
        scales = measures()[fact.measure].extra["scales"] if fact.measure else {}
        return st.sampled_from(fact.values).flatmap(
            lambda scale: st.integers(0, 20).map(lambda n: Scaled(known(Fraction(n, 20) * _top(scales[scale])), scale))
        )
    return _bounds(fact)


def _top(entry: object) -> Fraction:
    """The largest reading of a scale, however its entry is written."""
    largest = entry["maximum"] if isinstance(entry, Mapping) else entry
    return Fraction(largest)  # type: ignore[arg-type]


def facts_for(code: str) -> st.SearchStrategy[Facts]:
    """Some of the facts a measure reads."""
    optional = {name: value_of(fact) for name, fact in facts_of(code).items()}
    drawn = st.fixed_dictionaries({}, optional=optional)
    return drawn.map(lambda found: Facts(MappingProxyType(_on_one_coding(found))))


def _on_one_coding(found: dict[str, FactValue]) -> dict[str, FactValue]:
    """At most one total with a declared coding.

    A second one is the same reading written twice, and which one was meant decides a percentage that depends on the
    coding; what the rules make of it stands in the tests of BPRS.
    """
    declared = [name for name in found if name.startswith(("bprs16_", "bprs18_"))]
    return {name: value for name, value in found.items() if name not in declared[1:]}


def visits_for(code: str) -> st.SearchStrategy[Visit]:
    """A visit with the assessments it may be compared with."""
    return st.builds(Visit, now=facts_for(code), previous=facts_for(code), baseline=facts_for(code))


def _less_known(value: FactValue) -> st.SearchStrategy[FactValue | None]:
    """Something that the value refines: the same, less of it, or nothing."""
    options: list[FactValue | None] = [value, value, None]
    if isinstance(value, Item):
        options.append(Item())
        # Without day, course, detail or attribution a state counts as recorded: they say what it means.
        plain = value.day.unknown and value.course == value.detail == value.attribution == ""
        options.append(Item(state=value.state if plain else Truth.UNKNOWN))
    elif isinstance(value, Truth):
        options.append(Truth.UNKNOWN)
    elif isinstance(value, Bounds):
        options += [UNBOUNDED, Bounds(None, value.upper), Bounds(value.lower, None)]
    elif isinstance(value, Scaled):
        options.append(Scaled(UNBOUNDED, value.scale))
    return st.sampled_from(options)


def less_known(facts: Facts) -> st.SearchStrategy[Facts]:
    """Facts of which the given ones are a completion."""
    drawn = st.fixed_dictionaries(
        {name: st.just(value) if name in MEANINGS else _less_known(value) for name, value in facts.values.items()}
    )
    return drawn.map(lambda found: Facts(MappingProxyType(_kept(facts, found))))


def _kept(facts: Facts, found: Mapping[str, FactValue | None]) -> dict[str, FactValue]:
    """What is left; a number that would stand in for an item goes with it."""
    stale = {number for item, number in STAND_INS.items() if found.get(item) != facts.values.get(item)}
    return {name: value for name, value in found.items() if value is not None and name not in stale}


def more_and_less(code: str) -> st.SearchStrategy[tuple[Visit, Visit]]:
    """A visit, and the same visit with less known about it."""
    return visits_for(code).flatmap(
        lambda visit: st.tuples(
            st.just(visit),
            st.builds(
                Visit,
                now=less_known(visit.now),
                previous=less_known(visit.previous),
                baseline=less_known(visit.baseline),
            ),
        )
    )

"""BILAG-2004 neuropsychiatric grade from its twenty items, each coded 0 to 4 or ND."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from costim.measures.facts import Facts, Visit
from costim.measures.result import Result, distinct, marked
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, MeasureInfo, measures

GRADES = ("A", "B", "C", "D", "E")
"""Grades of a system, the most active first."""
_BEFORE = "bilag_np_involved_before"
_ABSENT = "0"


@dataclass(frozen=True, slots=True)
class NeuropsychiatricGrade:
    """What the items say of the grade."""

    possible: frozenset[str]
    """Grades that some completion of the unknown items has."""
    recorded: bool
    """Was any item, or earlier involvement, recorded at all?"""
    decided_by: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    evidence: str = ""
    references: tuple[str, ...] = ()


def grade(facts: Facts) -> NeuropsychiatricGrade:
    """Grades A to E that the neuropsychiatric items still admit.

    An item not recorded or coded ND may have any code. The system has the worst grade that any of its items makes, so
    that one item can settle A; D and E need every item at 0.

    Source: form of September 2009 for items and codes [S]; the grading rule is from memory [M].
    """
    info = measures()["bilag_np"]
    made = {name: _makes(info, facts, name) for name in info.extra["group_of_item"]}
    # Every unknown item may be absent, so the least active outcome is what the known ones make.
    least = min((min(options, key=_activity) for options in made.values()), key=_activity_reversed)
    worse = {g for options in made.values() for g in options if _activity(g) > _activity(least)}
    before = facts.statement(_BEFORE)
    open_items = tuple(name for name, options in made.items() if any(g in worse for g in options))
    variant = info.variants[info.default]
    return NeuropsychiatricGrade(
        possible=frozenset(worse | ({least} if least else _quiet(before))),
        recorded=facts.has(_BEFORE) or any(facts.choice(name) for name in made),
        decided_by=_decided_by(made, least, before) if not worse else (),
        missing=open_items + ((_BEFORE,) if not least and before is Truth.UNKNOWN else ()),
        evidence=variant.evidence,
        references=variant.references,
    )


def _makes(info: MeasureInfo, facts: Facts, name: str) -> frozenset[str]:
    """Grades that an item can make of the system; blank for none."""
    group: Mapping[str, str] = info.extra["grade_of_code"][info.extra["group_of_item"][name]]
    code = facts.choice(name)
    if code in group:
        return frozenset({group[code]})
    return frozenset({""}) if code == _ABSENT else frozenset({"", *group.values()})


def _activity(made: str) -> int:
    return len(GRADES) - GRADES.index(made) if made else 0


def _activity_reversed(made: str) -> int:
    return -_activity(made)


def _quiet(before: Truth) -> frozenset[str]:
    """The grade of a system without activity: D if it was involved before, E if never."""
    return {Truth.YES: frozenset("D"), Truth.NO: frozenset("E"), Truth.UNKNOWN: frozenset("DE")}[before]


def _decided_by(made: Mapping[str, frozenset[str]], least: str, before: Truth) -> tuple[str, ...]:
    if least:
        return tuple(name for name, options in made.items() if options == {least})
    return () if before is Truth.UNKNOWN else (_BEFORE,)


def score(choice: Choice, visit: Visit) -> Result:
    """The neuropsychiatric grade of the visit: A to E, or unknown with the grades still possible."""
    found = grade(visit.now)
    settled = len(found.possible) == 1
    return Result(
        measure="bilag_np",
        variant=choice.name,
        window_days=choice.variant.window_days,
        state=next(iter(found.possible)) if settled else str(Truth.UNKNOWN),
        possible=tuple(g for g in GRADES if g in found.possible),
        complete=settled,
        decided_by=found.decided_by if settled else (),
        missing=() if settled else found.missing,
        source=distinct(choice.variant.references, found.references),
        evidence=choice.variant.evidence,
        flags=marked(choice.variant.evidence),
    )

"""Minor neuropsychiatric events after Ainiala 2001: five syndromes, three of them only with a qualifier."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from costim.measures.criteria import conjunction, judge
from costim.measures.facts import Facts, Visit
from costim.measures.result import Check, Result
from costim.measures.truth import Truth, truth_of
from costim.registry.datafiles import read_rows
from costim.registry.measure_catalogue import Choice, measures

_STATED = "event_minor"


@cache
def _events() -> Mapping[str, Mapping[str, str]]:
    return {row["syndrome"]: row for row in read_rows("measures/ainiala_minor.csv")}


def minor_event(facts: Facts) -> Check:
    """Is the event a minor one?

    Syndrome and qualifier decide; where they leave it open, the recorder's own judgement does.

    Source: Ainiala 2001; the five events as the abstract of Fanouriakis 2016 lists them.
    """
    found, missing = _by_syndrome(facts)
    judged = facts.statement(_STATED)
    contradicted = {found, judged} == {Truth.YES, Truth.NO}
    return judge(
        measures()["ainiala_minor"].criterion("minor_event"),
        judged if found is Truth.UNKNOWN else found,
        (*missing, _STATED),
        ("minor_event_contradicts_syndrome",) if contradicted else (),
    )


def _by_syndrome(facts: Facts) -> tuple[Truth, tuple[str, ...]]:
    syndrome = facts.choice("event_syndrome")
    if not syndrome:
        return Truth.UNKNOWN, ("event_syndrome",)
    if syndrome not in _events():
        return Truth.NO, ()
    qualifier = _events()[syndrome]["fact"]
    if not qualifier:
        return Truth.YES, ()
    found = facts.choice(qualifier)
    return (truth_of(found == _events()[syndrome]["value"]) if found else Truth.UNKNOWN), (qualifier,)


def score(choice: Choice, visit: Visit) -> Result:
    """Yes when the event is a minor one."""
    return conjunction(choice, [minor_event(visit.now)])

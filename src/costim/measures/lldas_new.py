"""Item 2 of LLDAS: new activity, by statement, by items of the index, by BILAG, or by the flare index."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from costim.measures import bilag, sfi
from costim.measures.criteria import criterion_of, stated
from costim.measures.facts import Visit
from costim.measures.index_items import index_with_states
from costim.measures.result import Check, Quantity, distinct, weakest
from costim.measures.truth import Truth, all_of, any_of, negated, truth_of
from costim.registry.measure_catalogue import Choice, choose, measures

STATEMENT = "new_lupus_activity"
PREVIOUS = "previous"


def no_new_activity(choice: Choice, visit: Visit, version: str) -> Check:
    """Is there no new activity? What the assessor states wins over the reading that the option names.

    Args:
        choice: variant of `lldas` with options.
        visit: the visit, with the assessment it is compared with.
        version: variant of `sledai`, options included.
    """
    found = [find(choice, visit, version) for find in READINGS[choice.options["new_activity"]]]
    return settled(choice, visit.now.statement(STATEMENT), found)


def settled(choice: Choice, statement: Truth, found: Sequence[Check]) -> Check:
    """The criterion, from what the assessor states and what the readings found."""
    rule = criterion_of(choice, "no_new_activity")
    state, flags = stated(statement, any_of(entry.state for entry in found))
    missing = distinct(*(entry.missing for entry in found), (STATEMENT,))
    used = found if statement is Truth.UNKNOWN else ()
    return Check(
        name=rule.name,
        state=negated(state),
        missing=missing if state is Truth.UNKNOWN else (),
        flags=distinct(*(entry.flags for entry in used), flags),
        evidence=weakest((rule.evidence, *(entry.evidence for entry in used))),
        references=distinct(rule.references, *(entry.references for entry in used)),
    )


def _by_item(choice: Choice, visit: Visit, version: str) -> Check:
    """An item that is present now and was absent at the previous assessment."""
    before = Visit(visit.previous)
    total_now, now = index_with_states(version, visit)
    total_then, then = index_with_states(version, before)
    new = {name: all_of((now[name], negated(then[name]))) for name in now}
    unsettled = [name for name, state in new.items() if state is Truth.UNKNOWN]
    missing = (
        *(name for name in unsettled if now[name] is Truth.UNKNOWN),
        *(f"{PREVIOUS}.{name}" for name in unsettled if then[name] is Truth.UNKNOWN),
    )
    return replace(new_item(any_of(new.values()), total_now, total_then), missing=missing)


def new_item(state: Truth, now: Quantity, then: Quantity) -> Check:
    """The reading by items, from its state and the totals of the two assessments."""
    return Check(
        name="new_by_item",
        state=state,
        flags=tuple(flag for flag in distinct(now.flags, then.flags) if flag != "items_incomplete"),
        evidence=weakest((now.evidence, then.evidence)),
        references=distinct(now.references, then.references),
    )


def _by_bilag(choice: Choice, visit: Visit, version: str) -> Check:
    """A system that is graded A, B or C now and was less active at the previous assessment."""
    now, then = bilag.assess(visit.now), bilag.assess(visit.previous)
    new = {
        system: _new_grade(now.possible[system], then.possible[system], choice.measure.extra["new_bilag"])
        for system in bilag.SYSTEMS
    }
    unsettled = [system for system, state in new.items() if state is Truth.UNKNOWN]
    return Check(
        name="new_by_bilag",
        state=any_of(new.values()),
        missing=(
            *(f"bilag_{system}" for system in unsettled if len(now.possible[system]) > 1),
            *(f"{PREVIOUS}.bilag_{system}" for system in unsettled if len(then.possible[system]) > 1),
        ),
        flags=distinct(now.flags, then.flags),
        evidence=weakest((now.evidence, then.evidence)),
        references=distinct(now.references, then.references),
    )


def _new_grade(now: Collection[str], then: Collection[str], less_active: Mapping[str, Sequence[str]]) -> Truth:
    """Did the system become more active, whichever of the possible grades it had?"""
    answers = {before in less_active.get(grade, ()) for grade in now for before in then}
    return truth_of(answers.pop()) if len(answers) == 1 else Truth.UNKNOWN


def _by_flare(choice: Choice, visit: Visit, version: str) -> Check:
    """Any flare since the previous assessment."""
    return _flare(choice, visit, "against_previous")


def _by_flare_from_baseline(choice: Choice, visit: Visit, version: str) -> Check:
    """Any flare against the assessment at entry."""
    return _flare(choice, visit, "against_baseline")


def _flare(choice: Choice, visit: Visit, against: str) -> Check:
    usual = measures()["sfi"].default
    name = "+".join((usual, against, choice.options["steroid_table"], choice.options["dexamethasone"]))
    found = sfi.score(choose("sfi", name), visit)
    state = Truth.UNKNOWN
    if sfi.NONE not in found.possible:
        state = Truth.YES
    elif found.possible == (sfi.NONE,):
        state = Truth.NO
    return Check(
        name="new_by_sfi",
        state=state,
        missing=found.missing if state is Truth.UNKNOWN else (),
        flags=tuple(flag for flag in found.flags if flag != "unverified_rule"),
        evidence=found.evidence,
        references=found.source,
    )


READINGS = {
    "new_by_item": (_by_item,),
    "new_by_bilag": (_by_bilag,),
    "new_by_item_and_bilag": (_by_item, _by_bilag),
    "new_by_sfi": (_by_flare,),
    "new_by_sfi_from_baseline": (_by_flare_from_baseline,),
}

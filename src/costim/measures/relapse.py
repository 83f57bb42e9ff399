"""Relapse since the assessment before, by a named definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from costim.measures import bilag, sfi, sledai
from costim.measures.criteria import change, compare, criterion_of, judge, stated, verdict
from costim.measures.facts import Facts, Item, Visit
from costim.measures.result import Check, Quantity, Result, distinct, marked, weakest
from costim.measures.truth import Truth, all_of, any_of, truth_of
from costim.registry.measure_catalogue import Choice, choose

_ATTRIBUTED = {"not_sle": Truth.NO, "uncertain": Truth.UNKNOWN}


def new_a_or_b(now: Facts, before: Facts) -> Truth:
    """Has any BILAG-2004 system a new A or B: A that was not A, or B that was C, D or E?"""
    here, there = bilag.grades(now), bilag.grades(before)
    return any_of(_new(there[system], here[system]) for system in bilag.SYSTEMS)


def _new(before: frozenset[str], now: frozenset[str]) -> Truth:
    answers = {bilag.is_new(b, n) for b in before for n in now}
    return truth_of(answers.pop()) if len(answers) == 1 else Truth.UNKNOWN


def major_features(facts: Facts) -> Mapping[str, Truth]:
    """Each feature of a major relapse: is it there within two weeks of the assessment, and due to lupus?

    Source: table of major and minor relapse criteria (`relapse_table`).
    """
    return {name: state for name, (state, _) in _features(choose("relapse"), facts).items()}


def _features(choice: Choice, facts: Facts) -> dict[str, tuple[Truth, tuple[str, ...]]]:
    """Feature -> its state, and the facts that leave it open."""
    major: Mapping[str, Any] = choice.measure.extra["major"]
    found: dict[str, tuple[Truth, tuple[str, ...]]] = {}
    for name in major["features"]:
        found[name] = (_due(choice, facts.item(name)), (name,))
    for name, entry in major["counts"].items():
        found[name] = _count(choice, facts, name, entry)
    return found


def _due(choice: Choice, item: Item) -> Truth:
    """Was the finding there within the window, both ends included, and due to lupus? Undated ones are as recorded."""
    window = choice.measure.variants["relapse_major_minor"].window_days or 0
    dated = Truth.YES if item.day.unknown else all_of((item.day.at_least(-window), item.day.at_most(0)))
    return all_of((item.state, dated, _ATTRIBUTED.get(item.attribution, Truth.YES)))


def _count(choice: Choice, facts: Facts, name: str, entry: Mapping[str, str]) -> tuple[Truth, tuple[str, ...]]:
    criterion = next(c for c in choice.measure.criteria if c.name == name)
    number = facts.number(entry["fact"]).within(0, None)
    low = number.compare(criterion.relation or "<", criterion.limit or 0)
    if "finding" in entry:
        other, cause = entry["finding"], _due(choice, facts.item(entry["finding"]))
    else:
        # A low count is taken as recorded, unless the SLEDAI item says that lupus did not cause it.
        other = entry["attributed_by"]
        cause = _ATTRIBUTED.get(facts.item(other).attribution, Truth.YES)
    missing = (
        *((entry["fact"],) if low is Truth.UNKNOWN else ()),
        *((other,) if cause is Truth.UNKNOWN else ()),
    )
    return all_of((low, cause)), missing


def _major_minor(choice: Choice, visit: Visit) -> Result:
    features = _features(choice, visit.now)
    told = any_of(state for state, _ in features.values())
    major, contradicted = stated(visit.now.statement("relapse_major_feature"), told)
    listed = (name for state, names in features.values() if state is Truth.UNKNOWN for name in names)
    open_facts = ("relapse_major_feature", *listed)
    index = sledai.index(choice.options["index"], visit)
    before = sledai.index(choice.options["index"], Visit(visit.previous))
    checks = (
        judge(criterion_of(choice, "major_feature"), major, open_facts, contradicted),
        _rise(choice, visit, change(index, before, "previous")),
        compare(criterion_of(choice, "index_level"), index),
        judge(
            criterion_of(choice, "treatment_needed"),
            visit.now.statement("relapse_treatment_needed"),
            ("relapse_treatment_needed",),
        ),
    )
    minor = all_of(check.state for check in checks[1:])
    possible = {
        outcome
        for outcome, left in (
            ("major", major is not Truth.NO),
            ("minor", major is not Truth.YES and minor is not Truth.NO),
            ("none", major is not Truth.YES and minor is not Truth.YES),
        )
        if left
    }
    return verdict(choice, possible, _asked(checks, minor), decided_by=_deciding(possible, checks, features))


def _rise(choice: Choice, visit: Visit, moved: Quantity) -> Check:
    """Did the index rise by enough within six months?

    Two assessments further apart do not tell when it rose, nor whether it fell between: that is unknown, unless the
    source states it.
    """
    rise = compare(criterion_of(choice, "index_rise"), moved)
    months = visit.now.number("months_since_previous").within(0, None)
    near = compare(criterion_of(choice, "within_six_months"), Quantity(bounds=months))
    told = rise.state if near.state is Truth.YES else Truth.UNKNOWN
    state, contradicted = stated(visit.now.statement("relapse_index_rise"), told)
    apart = ("assessments_too_far_apart",) if near.state is Truth.NO else ()
    missing = {
        Truth.YES: (*rise.missing, "relapse_index_rise"),
        Truth.UNKNOWN: ("months_since_previous", *rise.missing, "relapse_index_rise"),
        Truth.NO: ("relapse_index_rise",),
    }[near.state]
    flags = (*rise.flags, *apart, *contradicted)
    return replace(rise, state=state, missing=missing if state is Truth.UNKNOWN else (), flags=flags)


def _asked(checks: tuple[Check, ...], minor: Truth) -> tuple[Check, ...]:
    """Where a minor relapse is excluded only the features of a major one are still asked for."""
    if minor is not Truth.NO:
        return checks
    return (checks[0], *(replace(check, missing=()) for check in checks[1:]))


def _deciding(
    possible: set[str], checks: tuple[Check, ...], features: Mapping[str, tuple[Truth, tuple[str, ...]]]
) -> tuple[str, ...]:
    if possible == {"major"}:
        return tuple(name for name, (state, _) in features.items() if state is Truth.YES) or ("major_feature",)
    if possible == {"minor"}:
        return tuple(check.name for check in checks)
    return ()


def _by_bilag(choice: Choice, visit: Visit) -> Result:
    now, before = bilag.assess(visit.now), bilag.assess(visit.previous)
    news = {system: _new(before.possible[system], now.possible[system]) for system in bilag.SYSTEMS}
    unsettled = [system for system, state in news.items() if state is Truth.UNKNOWN]
    missing = (
        *(f"bilag_{s}" for s in unsettled if len(now.possible[s]) > 1),
        *(f"previous.bilag_{s}" for s in unsettled if len(before.possible[s]) > 1),
    )
    check = judge(criterion_of(choice, "new_bilag_a_or_b"), any_of(news.values()), missing)
    return bilag.resting_on(_yes_no(choice, check), now, before)


def _yes_no(choice: Choice, check: Check) -> Result:
    possible = {
        Truth.YES: {"relapse"},
        Truth.NO: {"none"},
        Truth.UNKNOWN: {"none", "relapse"},
    }[check.state]
    return verdict(choice, possible, (check,), decided_by=(check.name,))


def _by_flare_index(choice: Choice, visit: Visit) -> Result:
    """The flare index decides; its own outcomes are kept."""
    found = sfi.score(choose("sfi", choice.options["flare_index"]), visit)
    evidence = weakest((choice.variant.evidence, found.evidence))
    return replace(
        found,
        measure="relapse",
        variant=choice.name,
        source=distinct(choice.variant.references, found.source),
        evidence=evidence,
        flags=marked(evidence, (flag for flag in found.flags if flag != "unverified_rule")),
    )


def _by_clinician(choice: Choice, visit: Visit) -> Result:
    name = "clinician_relapse"
    return _yes_no(choice, judge(criterion_of(choice, name), visit.now.statement(name), (name,)))


_DEFINITIONS = {
    "relapse_major_minor": _major_minor,
    "relapse_bilag": _by_bilag,
    "relapse_sfi": _by_flare_index,
    "relapse_clinician": _by_clinician,
}


def score(choice: Choice, visit: Visit) -> Result:
    """Relapse at the visit against the assessment before, by the definition that the variant names."""
    return _DEFINITIONS[choice.variant.name](choice, visit)

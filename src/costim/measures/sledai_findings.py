"""One item of SLEDAI as a version and a window see it: recorded state, numbers that tell it, day, attribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from types import MappingProxyType

from costim.measures.bounds import UNBOUNDED, Bounds, Exact, exact
from costim.measures.facts import Facts, Item, Visit
from costim.measures.overlap import overlap
from costim.measures.result import distinct
from costim.measures.sledai_versions import Judged, under_version
from costim.measures.truth import Truth, all_of, any_of, negated
from costim.registry.measure_catalogue import Choice, CriterionInfo, MeasureInfo, choose, measures

_ATTRIBUTED = {"not_sle": Truth.NO, "uncertain": Truth.UNKNOWN}
_LAX_PROTEINURIA = ("sledai_2k", "selena_2kprot")
_PROTEINURIA = "proteinuria"
EITHER_JOINT_RULE = ("arthritis_ge2", "arthritis_gt2")
_DISPUTED = ("sledai_2k", "version_unspecified")
"""Versions of which sources disagree on two joints; 1992 and SELENA ask for more than two."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An item of the index under a version: its state and what the state rests on."""

    name: str
    state: Truth
    flags: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    """Marks of the rules that were used."""
    references: tuple[str, ...] = ()


def catalogue() -> MeasureInfo:
    """The catalogue entry of SLEDAI."""
    return measures()["sledai"]


def family_of(choice: Choice) -> str:
    """The version whose rules a variant of `sledai` follows, whatever its window."""
    return str(catalogue().extra["families"][choice.variant.name])


@cache
def laboratory() -> dict[str, str]:
    """Item -> laboratory fact that tells it."""
    return dict(catalogue().extra["laboratory"])


def find(choice: Choice, visit: Visit, name: str) -> Finding:
    """One of the 24 items under a variant of `sledai`: present, absent or unknown.

    A state that was not recorded is taken from the laboratory number of the visit where one tells it (platelets,
    leukocytes, urinary protein) and from the number of joints. Then window and attribution gate apply: a day outside
    the window or another cause makes the item absent, an undecided day or an uncertain cause unknown.
    """
    now = visit.now
    fact = _number_of(name)
    before = visit.previous.number(fact) if name == _PROTEINURIA else UNBOUNDED
    number = now.number(fact) if fact else UNBOUNDED
    return _find(choice.name, name, now.item(name), now.choice("sledai_scored_as"), (number, before))


@lru_cache(maxsize=8192)
def _find(variant: str, name: str, item: Item, scored_as: str, numbers: tuple[Bounds, Bounds]) -> Finding:
    """The item by what was recorded of it; kept, because most findings of most visits are alike.

    Args:
        variant: of `sledai`, options included.
        name: one of the 24 items.
        item: what was recorded.
        scored_as: version by which the recorder scored; blank where the finding itself was recorded.
        numbers: joints, or the laboratory number that tells the item; and that of the previous assessment, for a rise
            of proteinuria.
    """
    number, before = numbers
    choice = choose("sledai", variant)
    family = family_of(choice)
    judged = under_version(family, name, item, scored_as)
    found = Finding(
        name,
        judged.state,
        flags=_version_flags(judged, item),
        evidence=tuple(rule.evidence for rule in judged.rules),
        references=tuple(rule.reference for rule in judged.rules),
    )
    if name == "arthritis":
        found = _by_joints(choice, number, found)
    elif name in laboratory():
        found = _by_laboratory(family, number, before, found, item)
    window, gate = within_window(choice, item.day), attributed(item)
    state = all_of((found.state, window, gate))
    info = catalogue().facts[name]
    marks = found.evidence
    if state is not Truth.NO or gate is Truth.NO:
        marks = (_exclusion_mark(family, name) if gate is not Truth.YES else info.evidence, *marks)
    return replace(found, state=state, evidence=marks, references=distinct(info.references, found.references))


@cache
def _number_of(name: str) -> str:
    """The fact whose number tells an item; blank where none does."""
    return "joints" if name == "arthritis" else laboratory().get(name, "")


def _exclusion_mark(family: str, name: str) -> str:
    """Evidence for leaving out a finding of another cause."""
    marks: Mapping[str, str] = catalogue().extra["exclusion_evidence"].get(family, {})
    return marks.get(name, catalogue().facts[name].evidence)


def _version_flags(judged: Judged, item: Item) -> tuple[str, ...]:
    undecided = judged.state is Truth.UNKNOWN and item.state is not Truth.UNKNOWN
    return (
        *(("version_undecided",) if undecided else ()),
        *(("kind_contradicts_version",) if judged.contradicts else ()),
    )


@cache
def _limit(name: str) -> tuple[CriterionInfo, Exact]:
    criterion = catalogue().criterion(name)
    return criterion, exact(criterion.limit or 0)


def _meets(name: str, number: Bounds) -> Truth:
    criterion, limit = _limit(name)
    return number.compare(criterion.relation or ">", limit)


def _by_joints(choice: Choice, joints: Bounds, found: Finding) -> Finding:
    """Arthritis by the number of joints; a recorded state stands where no rule agrees with the number."""
    if joints.unknown:
        return found
    chosen = choice.options["arthritis"]
    rules = EITHER_JOINT_RULE if chosen == "arthritis_either" else (chosen,)
    told = {_meets(rule, joints) for rule in rules}
    state = told.pop() if len(told) == 1 else Truth.UNKNOWN
    every = {_meets(rule, joints) for rule in EITHER_JOINT_RULE}
    disputed = family_of(choice) in _DISPUTED and joints.value == _limit("arthritis_ge2")[1]
    flags = ("disputed_joint_count",) if disputed else ()
    if found.state is not Truth.UNKNOWN and every == {negated(found.state)}:
        return replace(found, flags=(*found.flags, *flags, "item_contradicts_joints"))
    if state is Truth.UNKNOWN and found.state is not Truth.UNKNOWN and chosen != "arthritis_either":
        return replace(found, flags=(*found.flags, *flags))
    used = [catalogue().criterion(rule) for rule in rules] if len(every) > 1 else []
    return replace(
        found,
        state=state,
        flags=(*found.flags, *flags),
        evidence=(*found.evidence, *(rule.evidence for rule in used)),
        references=(*found.references, *(name for rule in used for name in rule.references)),
    )


def _by_laboratory(family: str, number: Bounds, before: Bounds, found: Finding, item: Item) -> Finding:
    """Where the record leaves the item open the laboratory number tells it; a recorded state is kept.

    A low count may have another cause (drugs) that the index excludes: without a recorded attribution it leaves the
    item unknown, and beside an absent item it is flagged only as that. A normal number beside a present item is a
    contradiction.
    """
    if found.name == _PROTEINURIA:
        certain = item.state is Truth.YES and found.state is Truth.UNKNOWN
        told, used = _proteinuria(family, number, before, certain=certain)
    else:
        told, used = _meets(found.name, number), (found.name,)
    if found.state is Truth.UNKNOWN:
        if told is Truth.UNKNOWN:
            return found
        if told is Truth.YES and not item.attribution and catalogue().facts[found.name].exclusion:
            return replace(found, flags=(*found.flags, "cause_not_recorded"))
        rules = [catalogue().criterion(name) for name in used]
        return replace(
            found,
            state=told,
            flags=(*(f for f in found.flags if f != "version_undecided"), "item_from_laboratory"),
            evidence=tuple(rule.evidence for rule in rules),
            references=tuple(name for rule in rules for name in rule.references),
        )
    if told is Truth.UNKNOWN or told is found.state:
        return found
    flag = "item_contradicts_laboratory" if found.state is Truth.YES else "absent_despite_laboratory"
    return replace(found, flags=(*found.flags, flag))


def _proteinuria(family: str, now: Bounds, before: Bounds, *, certain: bool) -> tuple[Truth, tuple[str, ...]]:
    """Proteinuria by the numbers of this and the previous assessment, and the criteria that were used.

    `certain`: the record says that it is above the limit, and only onset or rise are asked.
    """
    limit = _limit(_PROTEINURIA)[1]
    if certain:
        over = Bounds(exact(limit), None, lower_open=True)
        now = overlap(now, over) or over
    above = _meets("proteinuria", now)
    if family in _LAX_PROTEINURIA:
        return above, ("proteinuria",)
    fresh = any_of((_meets("proteinuria_onset", before), _meets("proteinuria_rise", now.minus(before))))
    if family == "version_unspecified" and fresh is Truth.NO and above is not Truth.NO:
        return Truth.UNKNOWN, ()
    return all_of((above, fresh)), ("proteinuria", "proteinuria_onset", "proteinuria_rise")


def attributed(item: Item) -> Truth:
    """Is the finding due to active lupus? Without an attribution it counts as recorded."""
    return _ATTRIBUTED.get(item.attribution, Truth.YES)


def within_window(choice: Choice, day: Bounds) -> Truth:
    """Does the day lie within the window, both ends included? Without a day the item counts as recorded."""
    if day.unknown:
        return Truth.YES
    window = choice.variant.window_days
    if window is not None:
        return all_of((day.at_least(-window), day.at_most(0)))
    windows = [entry.window_days for entry in catalogue().variants.values() if entry.window_days is not None]
    answers = {all_of((day.at_least(-days), day.at_most(0))) for days in windows}
    return answers.pop() if len(answers) == 1 else Truth.UNKNOWN


def recorded_any(facts: Facts) -> bool:
    """Was any of the 24 items, or the number of joints, recorded?"""
    return facts.has("joints") or any(facts.has(name) for name in item_names())


@cache
def weights() -> Mapping[str, int]:
    """Item -> points, 1 to 8, in the order of the index; they sum to 105 in every version (Gladman 2002)."""
    return MappingProxyType(
        {name: fact.weight for name, fact in catalogue().facts.items() if fact.kind == "item" and fact.weight}
    )


@cache
def item_names() -> tuple[str, ...]:
    """The 24 items in the order of the index."""
    return tuple(weights())

"""What the versions of SLEDAI count: one recorded finding, seen by each of them.

A finding is absent or of one of the kinds that the versions tell apart (a course or a detail). A version counts some
kinds. What was recorded leaves some kinds possible; where a version counts all of them the item is present, where it
counts none it is absent, else it is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from costim.measures.facts import Item
from costim.measures.truth import Truth
from costim.registry.datafiles import read_rows

DEFINITION = "sledai_2k"
"""The version whose definitions the catalogue prints: what `present` says where no version is named."""
_EFFECTS = MappingProxyType({"counts": Truth.YES, "not": Truth.NO, "unknown": Truth.UNKNOWN})


@dataclass(frozen=True, slots=True)
class VersionRule:
    """What one version makes of one kind of one item."""

    version: str
    item: str
    attribute: str
    """`course` or `detail`: where the kind is recorded."""
    value: str
    effect: Truth
    reference: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An item under a version: its state, and the rules that decided it."""

    state: Truth
    rules: tuple[VersionRule, ...] = ()
    contradicts: bool = False
    """Is the recorded kind one that the version by which it was scored does not count?"""


@cache
def version_rules() -> tuple[VersionRule, ...]:
    """Every rule of `sledai_versions.csv`, one per version, item and kind."""
    return tuple(
        VersionRule(version, item, row["attribute"], value, _EFFECTS[row["effect"]], row["reference"], row["evidence"])
        for row in read_rows("measures/sledai_versions.csv")
        for version in row["versions"].split(";")
        for item in row["items"].split(";")
        for value in row["values"].split(";")
    )


@cache
def _rules_of(version: str) -> Mapping[str, Mapping[str, VersionRule]]:
    found: dict[str, dict[str, VersionRule]] = {}
    for rule in version_rules():
        if rule.version == version:
            found.setdefault(rule.item, {})[rule.value] = rule
    return MappingProxyType(found)


def attribute_of(name: str) -> str:
    """Where the kinds of an item are recorded: `course`, `detail`, or blank where versions do not differ."""
    kinds = _rules_of(DEFINITION).get(name)
    return "" if kinds is None else next(iter(kinds.values())).attribute


def under_version(version: str, name: str, item: Item, scored_as: str = "") -> Judged:
    """An item under a version.

    Args:
        version: `sledai_1992`, `sledai_2k`, `selena`, `selena_2kprot` or `version_unspecified`.
        name: one of the 24 items.
        item: what was recorded; day and attribution do not matter here.
        scored_as: version by which the recorder scored; blank where the finding itself was recorded.

    Returns:
        Present, absent or unknown. Under the version by which it was scored an item is as recorded. What a stricter
        version counts, a looser one counts; what a looser one lacks, a stricter one lacks.
    """
    kinds = _rules_of(version).get(name)
    if kinds is None or version == scored_as:
        return Judged(item.state)
    recorded = item.course if attribute_of(name) == "course" else item.detail
    value = recorded if recorded in kinds else ""
    possible = _kinds_left(name, item.state, scored_as)
    narrowed = tuple(kind for kind in possible if kind in (value, "")) if value else possible
    contradicts = not narrowed
    # A kind that is named is there, even where neither the definition nor the recorder's version counts it.
    narrowed = narrowed or (value,)
    effects = {Truth.NO if kind == "" else kinds[kind].effect for kind in narrowed}
    rules = tuple(kinds[kind] for kind in narrowed if kind)
    state = effects.pop() if len(effects) == 1 else Truth.UNKNOWN
    return Judged(state, rules, contradicts=contradicts and bool(scored_as))


def _kinds_left(name: str, state: Truth, scored_as: str) -> tuple[str, ...]:
    """Kinds that a recorded state leaves possible; a blank one stands for absence."""
    by = _rules_of(scored_as or DEFINITION)[name]
    if state is Truth.YES:
        return tuple(kind for kind, rule in by.items() if rule.effect is not Truth.NO)
    if state is Truth.UNKNOWN:
        return ("", *by)
    return ("", *(kind for kind, rule in by.items() if rule.effect is not Truth.YES)) if scored_as else ("",)

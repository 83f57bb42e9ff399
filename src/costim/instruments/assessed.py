"""Measures applied to the visits of a study: which visits are compared, and what the rule says of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from math import prod
from types import MappingProxyType

from costim.instruments.drug_changes import with_changes
from costim.instruments.recorded import MOST_POSSIBLE, DrugList, Noted, Recorded, VisitFacts
from costim.instruments.rows import joined, to_bounds
from costim.instruments.times import When
from costim.instruments.visit_order import baseline_visit, named_baseline, ordered_visits, visit_before
from costim.measures.completions import merged
from costim.measures.facts import NO_FACTS, Drug, Facts, FactValue, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.unassessed import FLAGS
from costim.registry.measure_catalogue import facts_of, measures
from costim.registry.measure_choices import Asked
from costim.registry.measure_parameters import over_time
from costim.registry.plan import Plan

_DRUGS = "drugs"
_EARLIER = frozenset(FLAGS.values())
_ELAPSED = "months_since_previous"
_Lists = tuple[tuple[Drug, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class Assessed:
    """One measure at one visit."""

    asked: Asked
    subject: str
    visit: str
    when: When
    result: Result | None
    """None when nothing of what the measure asks for was recorded at the visit."""
    missing: str = ""
    """Why there is no result, or none that says anything: a change at a visit without an earlier assessment."""
    flags: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    before: str = ""
    """The last assessed visit before this one; blank when there is none."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One measure and one patient."""

    plan: Plan
    asked: Asked
    names: frozenset[str]
    """Facts the measure reads."""
    sides: frozenset[str]
    """Assessments it compares with; where it asks for drugs, those of the visit before tell what has changed."""
    visits: Mapping[str, VisitFacts]


@dataclass(frozen=True, slots=True)
class _Side:
    """A visit as the rule sees it."""

    visit: VisitFacts | None
    facts: Mapping[str, FactValue]
    lists: _Lists
    known: Mapping[str, Recorded]
    asked: set[str] = field(default_factory=set)
    """Facts that the rule has asked for; filled while it is applied."""

    @property
    def used(self) -> tuple[Recorded, ...]:
        """The recorded facts that the rule asked for."""
        return tuple(self.known[name] for name in sorted(self.known) if name in self.asked)

    @property
    def drugs(self) -> DrugList:
        """The list of drugs, if the rule asked for it."""
        return self.visit.drugs if self.visit is not None and _DRUGS in self.asked else DrugList()

    @property
    def cells(self) -> tuple[str, ...]:
        """Cells of what the rule asked for."""
        return joined(*(entry.cells for entry in self.used), self.drugs.source)

    @property
    def flags(self) -> tuple[str, ...]:
        """Doubts about what the rule asked for."""
        return joined(*(entry.flags for entry in self.used), self.drugs.flags)


def _nothing() -> _Side:
    return _Side(None, MappingProxyType({}), (None,), MappingProxyType({}))


def compared_with(code: str) -> frozenset[str]:
    """The other assessments a measure reads, by itself or through a measure it uses: `previous`, `baseline`."""
    seen: dict[str, None] = {}
    waiting = [code]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen[name] = None
            waiting += measures()[name].uses
    return frozenset(side for name in seen for side in measures()[name].compares)


def assess_subject(plan: Plan, asked: Asked, visits: Mapping[str, VisitFacts]) -> tuple[Assessed, ...]:
    """One measure at every visit of one patient, in time.

    The previous assessment is the last visit before at which anything the measure asks for was recorded. The baseline
    is the visit that all contrasts name, else the last such visit at or before the first infusion; visits up to the
    baseline are compared with no baseline, and left out for a measure that is nothing but a comparison with it.

    Args:
        plan: contrasts, order of visits, length of a month.
        asked: the measure with its variant.
        visits: facts of the patient by visit.

    Returns:
        One entry per visit; when the order of visits is not known, nothing is compared and all are flagged
        `visit_order_unknown`. A measure that is nothing but a change is missing where there is no earlier assessment.
    """
    names = frozenset(facts_of(asked.choice.measure.code))
    sides = compared_with(asked.choice.measure.code)
    case = _Case(plan, asked, names, sides, visits)
    days = {name: entry.when.day for name, entry in visits.items()}
    order = ordered_visits(days, [visit.name for visit in plan.visits])
    listed = order if order is not None else tuple(sorted(visits))
    known = [name for name in listed if visits[name].has_any(names)]
    named = named_baseline(plan)
    baseline = "" if order is None else baseline_visit(order, days, known, named)
    response = asked.choice.measure.compares == ("baseline",)
    doubts = _doubts(sides, ordered=order is not None, response=response, baseline=baseline, named=named)
    found = []
    for place, name in enumerate(listed):
        after = bool(baseline) and place > listed.index(baseline)
        if response and baseline and not after:
            continue
        before = visit_before(listed, name, known) if order is not None else ""
        there = {
            "previous": before if "previous" in sides or _DRUGS in names else "",
            "baseline": baseline if "baseline" in sides and after else "",
        }
        entry = _assess(case, name, there)
        entry = _without_earlier(entry) if order is not None else _unordered(entry)
        found.append(replace(entry, before=before, flags=joined(entry.flags, doubts if entry.result else ())))
    return tuple(found)


def _without_earlier(entry: Assessed) -> Assessed:
    """A change with nothing to compare with is not recorded, unless other facts settle it."""
    result = entry.result
    bare = result is not None and not result.complete and not _EARLIER.isdisjoint(result.flags)
    if not bare or entry.asked.choice.measure.code not in over_time().changes:
        return entry
    return replace(entry, missing="not_recorded")


def _unordered(entry: Assessed) -> Assessed:
    """Where it is not known which visit came before, that there was none is not known either."""
    if entry.result is None:
        return entry
    flags = tuple(flag for flag in entry.result.flags if flag not in _EARLIER)
    return replace(entry, result=replace(entry.result, flags=flags))


def _doubts(sides: frozenset[str], *, ordered: bool, response: bool, baseline: str, named: str) -> tuple[str, ...]:
    """What is not certain about the visits compared with."""
    if not ordered:
        return ("visit_order_unknown",) if sides else ()
    if response and not baseline:
        return ("no_baseline_visit",)
    return ("baseline_by_day",) if response and not named else ()


def _assess(case: _Case, name: str, there: Mapping[str, str]) -> Assessed:
    plan, asked, names, visits = case.plan, case.asked, case.names, case.visits
    here = visits[name]
    entry = Assessed(asked, here.subject, name, here.when, None)
    if not here.has_any(names):
        reasons = sorted({here.unread[fact].reason for fact in names if fact in here.unread})
        cells = joined(*(here.unread[fact].cells for fact in sorted(names) if fact in here.unread), here.row)
        return replace(entry, missing=reasons[0] if len(reasons) == 1 else "not_recorded", cells=cells)
    elapsed = _months_between(plan, visits.get(there["previous"]), here)
    now = _side(here, names, {_ELAPSED: elapsed} if elapsed is not None and _ELAPSED in names else {})
    read = {"previous": names if "previous" in case.sides else frozenset((_DRUGS,)), "baseline": names}
    others = {side: _side(visits[at], read[side], {}) if at else _nothing() for side, at in there.items()}
    result, flags = _score(asked, now, others["previous"], others["baseline"])
    used = [now]
    for side, other in others.items():
        without = {**others, side: _nothing()}
        if other.visit is not None and _score(asked, now, without["previous"], without["baseline"])[0] != result:
            used.append(other)
    return replace(
        entry,
        result=result,
        flags=joined(flags, *(side.flags for side in used)),
        cells=joined(*(side.cells for side in used), *(_day_cells(side) for side in used[1:])),
    )


def _day_cells(side: _Side) -> tuple[str, ...]:
    return side.visit.when.cells if side.visit is not None else ()


def _months_between(plan: Plan, before: VisitFacts | None, here: VisitFacts) -> FactValue | None:
    if before is None or before.when.day.missing or here.when.day.missing:
        return None
    days = to_bounds(here.when.day).minus(to_bounds(before.when.day)).within(0, None)
    return days.times(1 / Fraction(plan.study.days_per_month))


def _side(visit: VisitFacts, names: frozenset[str], more: Mapping[str, FactValue]) -> _Side:
    known = {name: entry for name, entry in {**visit.standing, **visit.recorded}.items() if name in names}
    return _Side(
        visit,
        MappingProxyType({name: known[name].value for name in sorted(known)} | dict(more)),
        visit.drugs.lists() if _DRUGS in names else (None,),
        MappingProxyType(known),
    )


def _score(asked: Asked, now: _Side, previous: _Side, baseline: _Side) -> tuple[Result, tuple[str, ...]]:
    """The result over every list of drugs that the visits may have had."""
    sides = [now, previous, baseline]
    flags: tuple[str, ...] = ()
    if prod(len(side.lists) for side in sides) > 2**MOST_POSSIBLE:
        sides = [replace(side, lists=(None,)) if len(side.lists) > 1 else side for side in sides]
        flags = ("too_many_courses",)
    code, variant = asked.choice.measure.code, asked.choice.name
    results = [
        score(code, Visit(*(_facts(side, drugs) for side, drugs in zip(sides, lists, strict=True))), variant)
        for taken, before, first in product(*(side.lists for side in sides))
        for lists in [(with_changes(taken, before), before, first)]
    ]
    whole = merged(results, _DRUGS)
    return whole, joined(flags, ("course_undecided",) if whole != results[0] else ())


def _facts(side: _Side, drugs: tuple[Drug, ...] | None) -> Facts:
    if side.visit is None:
        return NO_FACTS
    return Facts(Noted(side.facts if drugs is None else {**side.facts, _DRUGS: drugs}, side.asked))


def tables_of(cells: tuple[str, ...]) -> str:
    """Tables the cells stand in, apart from that of the days."""
    names = dict.fromkeys(cell.partition("/")[0] for cell in cells)
    return "+".join(sorted(name for name in names if name != "visits" or len(names) == 1))

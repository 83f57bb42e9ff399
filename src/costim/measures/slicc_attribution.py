"""Attribution of one neuropsychiatric event to lupus by the SLICC models A and B."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from costim.measures.ainiala_minor import minor_event
from costim.measures.criteria import compare, criteria_of, judge, stated, verdict
from costim.measures.facts import Facts, Visit
from costim.measures.result import Check, Quantity, Result, distinct
from costim.measures.truth import Truth, all_of, negated
from costim.measures.whole import whole
from costim.registry.measure_catalogue import Choice, CriterionInfo, MeasureInfo, measures

_MONTHS, _ENROLMENT = "event_months_from_diagnosis", "enrolment_months_from_diagnosis"
_ONSET, _PRESENT = "event_onset_in_window", "event_present_in_window"
ATTRIBUTED, NOT_ATTRIBUTED = "attributed", "not attributed"


def words(state: Truth) -> tuple[str, ...]:
    """Outcomes that are still possible."""
    return {Truth.YES: (ATTRIBUTED,), Truth.NO: (NOT_ATTRIBUTED,), Truth.UNKNOWN: (ATTRIBUTED, NOT_ATTRIBUTED)}[state]


def score(choice: Choice, visit: Visit) -> Result:
    """Attributed when every criterion of the model is met, else not attributed.

    Source: Hanly 2008, Table 2 (A and B); Hanly 2012, Table 2 (A, and B with presence in the enrolment window).
    """
    checks = [_RULES[criterion.name](criterion, visit.now) for criterion in criteria_of(choice)]
    state = all_of(check.state for check in checks)
    met = tuple(check.name for check in checks) if state is Truth.YES else ()
    return verdict(choice, words(state), checks, decided_by=met)


def onset_in_window(facts: Facts) -> Check:
    """Does the onset lie inside the enrolment window?

    A recorded answer stands. Otherwise the months decide: from 6 before the diagnosis to enrolment, both included,
    enrolment at most 15 months after it. An event that was never present in the window did not begin in it either.
    """
    info = measures()["slicc_attribution"]
    criterion, computed = info.criterion("onset_in_window"), _by_months(info, facts)
    never_there = Truth.NO if facts.statement(_PRESENT) is Truth.NO else Truth.UNKNOWN
    told, absent_flags = stated(never_there, computed)
    state, flags = stated(facts.statement(_ONSET), told)
    check = judge(criterion, state, (_ONSET, *_unsaid(info, facts)), distinct(absent_flags, flags))
    recorded = {facts.statement(_ONSET), never_there} != {Truth.UNKNOWN}
    return check if recorded or state is Truth.UNKNOWN else replace(check, evidence=info.extra["window"]["evidence"])


def _by_months(info: MeasureInfo, facts: Facts) -> Truth:
    return all_of(_ends(info, facts))


def _ends(info: MeasureInfo, facts: Facts) -> tuple[Truth, Truth]:
    """Did the onset come after the window opened, and before it closed?"""
    window = info.extra["window"]
    months = facts.number(_MONTHS)
    enrolment = facts.number(_ENROLMENT).within(0, window["latest_enrolment_months"])
    before_enrolment = Truth.UNKNOWN if months.unknown else enrolment.minus(months).at_least(0)
    return months.at_least(-window["months_before_diagnosis"]), before_enrolment


def _unsaid(info: MeasureInfo, facts: Facts) -> tuple[str, ...]:
    """Months that are not known exactly and bear on the window; enrolment where the onset may lie about its close."""
    closes = _ends(info, facts)[1]
    bearing = (_MONTHS, _ENROLMENT) if closes is Truth.UNKNOWN else (_MONTHS,)
    return tuple(name for name in bearing if facts.number(name).value is None)


def _onset_in_window(criterion: CriterionInfo, facts: Facts) -> Check:
    del criterion
    return onset_in_window(facts)


def _onset_within_10_years(criterion: CriterionInfo, facts: Facts) -> Check:
    """Ten years on either side; the enrolment window lies inside them."""
    months = facts.number(_MONTHS)
    near = all_of(compare(criterion, Quantity(bounds=side)).state for side in (months, months.times(-1)))
    inside = onset_in_window(facts)
    if near is Truth.UNKNOWN and inside.state is Truth.YES:
        return replace(judge(criterion, Truth.YES, flags=inside.flags), evidence=inside.evidence)
    # The months of enrolment tell nothing here: an onset they show to be inside lies within ten years anyhow.
    stated_onset = (_ONSET,) if inside.state is Truth.UNKNOWN else ()
    return judge(criterion, near, (_MONTHS, *stated_onset), inside.flags if inside.state is Truth.YES else ())


def _present_in_window(criterion: CriterionInfo, facts: Facts) -> Check:
    """An event that began in the window was present in it."""
    inside = onset_in_window(facts)
    derived = Truth.YES if inside.state is Truth.YES else Truth.UNKNOWN
    state, flags = stated(facts.statement(_PRESENT), derived)
    check = judge(criterion, state, (_PRESENT, *inside.missing), distinct(inside.flags, flags))
    rests_on_onset = facts.statement(_PRESENT) is Truth.UNKNOWN and state is Truth.YES
    return replace(check, evidence=inside.evidence) if rests_on_onset else check


def _none_of(fact: str) -> Callable[[CriterionInfo, Facts], Check]:
    def rule(criterion: CriterionInfo, facts: Facts) -> Check:
        return compare(criterion, Quantity(bounds=whole(facts.number(fact).within(0, None)), missing=(fact,)))

    return rule


def _not_minor(criterion: CriterionInfo, facts: Facts) -> Check:
    minor = minor_event(facts)
    return judge(criterion, negated(minor.state), minor.missing, minor.flags)


_RULES: Mapping[str, Callable[[CriterionInfo, Facts], Check]] = MappingProxyType(
    {
        "onset_in_window": _onset_in_window,
        "onset_within_10_years": _onset_within_10_years,
        "present_in_window": _present_in_window,
        "no_exclusion": _none_of("event_exclusions"),
        "no_association": _none_of("event_associations"),
        "not_minor": _not_minor,
    }
)

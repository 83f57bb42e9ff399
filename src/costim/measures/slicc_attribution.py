"""Attribution of one neuropsychiatric event to lupus by the SLICC models A and B."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from costim.measures.ainiala_minor import minor_event
from costim.measures.criteria import compare, conjunction, judge
from costim.measures.facts import Facts, Visit
from costim.measures.result import Check, Quantity, Result
from costim.measures.truth import Truth, all_of, negated
from costim.measures.whole_numbers import whole
from costim.registry.measure_catalogue import Choice, CriterionInfo, MeasureInfo, measures

_MONTHS, _ENROLMENT = "event_months_from_diagnosis", "enrolment_months_from_diagnosis"
_ONSET, _PRESENT = "event_onset_in_window", "event_present_in_window"
OUTCOMES: Mapping[Truth, str] = MappingProxyType({Truth.YES: "attributed", Truth.NO: "not attributed"})
"""Words for a decided attribution."""


def score(choice: Choice, visit: Visit) -> Result:
    """Attributed when every criterion of the model is met, else not attributed.

    Source: Hanly 2008, Table 2 (A and B); Hanly 2012, Table 2 (A, and B with presence in the enrolment window).
    """
    facts, name = visit.now, choice.variant.name
    wanted = [c for c in choice.measure.criteria if not c.variants or name in c.variants]
    found = conjunction(choice, [_RULES[c.name](c, facts) for c in wanted])
    words = tuple(OUTCOMES[Truth(outcome)] for outcome in found.possible)
    return replace(found, state=words[0] if found.complete else str(Truth.UNKNOWN), possible=words)


def onset_in_window(facts: Facts) -> Check:
    """Does the onset lie inside the enrolment window?

    A recorded answer stands. Otherwise the months decide: from 6 before the diagnosis to enrolment, both included,
    enrolment at most 15 months after it. An event that was never present in the window did not begin in it either.
    """
    info = measures()["slicc_attribution"]
    criterion = info.criterion("onset_in_window")
    stated, computed = facts.statement(_ONSET), _by_months(info, facts)
    contradicted = {stated, computed} == {Truth.YES, Truth.NO}
    if stated is not Truth.UNKNOWN:
        return judge(criterion, stated, flags=("facts_contradict",) if contradicted else ())
    if facts.statement(_PRESENT) is Truth.NO:
        return judge(criterion, Truth.NO, flags=("facts_contradict",) if computed is Truth.YES else ())
    missing = [name for name in (_MONTHS, _ENROLMENT) if facts.number(name).value is None]
    check = judge(criterion, computed, (_ONSET, *missing))
    return check if computed is Truth.UNKNOWN else replace(check, evidence=info.extra["window"]["evidence"])


def _by_months(info: MeasureInfo, facts: Facts) -> Truth:
    window = info.extra["window"]
    months = facts.number(_MONTHS)
    enrolment = facts.number(_ENROLMENT).within(0, window["latest_enrolment_months"])
    before_enrolment = Truth.UNKNOWN if months.unknown else enrolment.minus(months).at_least(0)
    return all_of((months.at_least(-window["months_before_diagnosis"]), before_enrolment))


def _onset_in_window(criterion: CriterionInfo, facts: Facts) -> Check:
    del criterion
    return onset_in_window(facts)


def _onset_within_10_years(criterion: CriterionInfo, facts: Facts) -> Check:
    """Ten years on either side; the enrolment window lies inside them."""
    months = facts.number(_MONTHS)
    near = all_of(compare(criterion, Quantity(bounds=side)).state for side in (months, months.times(-1)))
    inside = onset_in_window(facts)
    if near is Truth.UNKNOWN and inside.state is Truth.YES:
        return replace(judge(criterion, Truth.YES), evidence=inside.evidence)
    return judge(criterion, near, (_MONTHS,))


def _present_in_window(criterion: CriterionInfo, facts: Facts) -> Check:
    """An event that began in the window was present in it."""
    stated = facts.statement(_PRESENT)
    inside = onset_in_window(facts)
    if stated is Truth.UNKNOWN and inside.state is Truth.YES:
        return replace(judge(criterion, Truth.YES), evidence=inside.evidence)
    flags = ("facts_contradict",) if stated is Truth.NO and inside.state is Truth.YES else ()
    return judge(criterion, stated, (_PRESENT,), flags)


def _none_of(fact: str) -> Callable[[CriterionInfo, Facts], Check]:
    def rule(criterion: CriterionInfo, facts: Facts) -> Check:
        return compare(criterion, Quantity(bounds=whole(facts.number(fact)), missing=(fact,)))

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

"""Is the record of an adjudicated neuropsychiatric event complete?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from costim.measures.criteria import compare, criteria_of, judge, verdict
from costim.measures.facts import Facts, Visit
from costim.measures.result import Check, Quantity, Result
from costim.measures.truth import Truth, all_of, any_of
from costim.measures.whole import whole
from costim.registry.measure_catalogue import Choice, CriterionInfo

_EVIDENCE = ("event_evidence_scale", "event_evidence_imaging", "event_evidence_csf")
COMPLETE, INCOMPLETE = "complete", "incomplete"


def score(choice: Choice, visit: Visit) -> Result:
    """Complete when every minimum field is filled; unknown, with the fields that are missing, while one is not.

    Incomplete for good when a field is filled in a way that cannot count: no rater at all, no evidence of any kind.

    Source: minimum fields are a convention of this program; the seven-point scale is that of SLICC (Hanly 2011).
    """
    checks = [_RULES[criterion.name](criterion, visit.now) for criterion in criteria_of(choice)]
    state = all_of(check.state for check in checks)
    possible = {Truth.YES: (COMPLETE,), Truth.NO: (INCOMPLETE,), Truth.UNKNOWN: (COMPLETE, INCOMPLETE)}[state]
    met = tuple(check.name for check in checks) if state is Truth.YES else ()
    return verdict(choice, possible, checks, decided_by=met)


def _filled(*names: str) -> Callable[[CriterionInfo, Facts], Check]:
    """All of these facts are recorded."""

    def rule(criterion: CriterionInfo, facts: Facts) -> Check:
        blank = [name for name in names if not _answered(facts, name)]
        return judge(criterion, Truth.UNKNOWN if blank else Truth.YES, blank)

    return rule


def _answered(facts: Facts, name: str) -> bool:
    return bool(facts.choice(name)) or facts.statement(name) is not Truth.UNKNOWN or not facts.number(name).unknown


def _raters(criterion: CriterionInfo, facts: Facts) -> Check:
    raters = whole(facts.number("adjudication_raters").within(0, None))
    return compare(criterion, Quantity(bounds=raters, missing=("adjudication_raters",)))


def _evidence(criterion: CriterionInfo, facts: Facts) -> Check:
    open_kinds = [name for name in _EVIDENCE if facts.statement(name) is Truth.UNKNOWN]
    return judge(criterion, any_of(facts.statement(name) for name in _EVIDENCE), open_kinds)


_RULES: Mapping[str, Callable[[CriterionInfo, Facts], Check]] = MappingProxyType(
    {
        "blinding_stated": _filled("adjudication_blinded"),
        "raters_stated": _raters,
        "syndrome_stated": _filled("event_syndrome"),
        "attribution_stated": _filled("event_attribution_model", "event_attribution_result"),
        "outcome_stated": _filled("event_outcome"),
        "date_stated": _filled("event_day"),
        "evidence_stated": _evidence,
    }
)

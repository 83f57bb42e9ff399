"""Is the record of an adjudicated neuropsychiatric event complete?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from costim.measures.criteria import compare, conjunction, judge
from costim.measures.facts import Facts, Visit
from costim.measures.result import Check, Quantity, Result, distinct
from costim.measures.truth import Truth, any_of
from costim.measures.whole_numbers import whole
from costim.registry.measure_catalogue import Choice, CriterionInfo

_EVIDENCE = ("event_evidence_scale", "event_evidence_imaging", "event_evidence_csf")
COMPLETE, INCOMPLETE = "complete", "incomplete"


def score(choice: Choice, visit: Visit) -> Result:
    """Complete when every minimum field is filled; else incomplete, with the fields that are missing.

    An incomplete record can still be completed, so `possible` then lists both unless a field is filled wrongly (no
    rater at all, no evidence of any kind).

    Source: minimum fields are a convention of this program; the seven-point scale is that of SLICC (Hanly 2011).
    """
    checks = [_RULES[c.name](c, visit.now) for c in choice.measure.criteria]
    found = conjunction(choice, checks)
    if found.complete and found.state == str(Truth.YES):
        return replace(found, state=COMPLETE, possible=(COMPLETE,))
    return replace(
        found,
        state=INCOMPLETE,
        possible=(INCOMPLETE,) if found.complete else (COMPLETE, INCOMPLETE),
        missing=distinct(*(c.missing for c in checks)),
    )


def _filled(*names: str) -> Callable[[CriterionInfo, Facts], Check]:
    """All of these facts are recorded."""

    def rule(criterion: CriterionInfo, facts: Facts) -> Check:
        blank = [name for name in names if not _answered(facts, name)]
        return judge(criterion, Truth.UNKNOWN if blank else Truth.YES, blank)

    return rule


def _answered(facts: Facts, name: str) -> bool:
    return bool(facts.choice(name)) or facts.statement(name) is not Truth.UNKNOWN or not facts.number(name).unknown


def _raters(criterion: CriterionInfo, facts: Facts) -> Check:
    raters = facts.number("adjudication_raters")
    stated = Quantity(bounds=raters if raters.unknown else whole(raters), missing=("adjudication_raters",))
    return compare(criterion, stated)


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

"""Lupus low disease activity state: five items, each a set of criteria (Franklyn 2016, Table 1)."""

from __future__ import annotations

from collections.abc import Mapping

from costim.measures import pga
from costim.measures.criteria import compare, conjunction, criteria_of, criterion_of, judge
from costim.measures.facts import Facts, Visit
from costim.measures.index_items import counts, index_with_states
from costim.measures.lldas_new import no_new_activity
from costim.measures.lldas_treatment import rituximab_policy, standard_treatment
from costim.measures.low_dose import steroid_checks
from costim.measures.result import Check, Result
from costim.measures.truth import Truth, any_of, negated
from costim.registry.measure_catalogue import Choice, choose


def score(choice: Choice, visit: Visit) -> Result:
    """Is the patient in the state at the visit: yes, no, or unknown with the facts that would decide it?

    Raises:
        ValueError: the scale of the PGA is not known, or its reading lies outside it.
    """
    version = f"{choice.options['sledai_version']}+{choice.options['arthritis']}"
    window = choose("sledai", version).variant.window_days or 0
    total, items = index_with_states(version, visit)
    checks = (
        compare(criterion_of(choice, "sledai_at_most_4"), total),
        *_organs(choice, items),
        *_findings(choice, visit.now, window),
        no_new_activity(choice, visit, version),
        compare(criterion_of(choice, "pga_at_most_1"), pga.on_0_to_3(visit.now)),
        *steroid_checks(choice, visit.now),
        standard_treatment(choice, visit.now),
        rituximab_policy(choice, visit.now),
    )
    return conjunction(choice, checks, window_days=window)


def _organs(choice: Choice, states: Mapping[str, Truth]) -> list[Check]:
    """No item of the organ is present."""
    organs = choice.measure.extra["organs"]
    return [
        judge(
            rule,
            negated(any_of(states[item] for item in organs[rule.name])),
            missing=[item for item in organs[rule.name] if states[item] is Truth.UNKNOWN],
        )
        for rule in criteria_of(choice)
        if rule.name in organs
    ]


def _findings(choice: Choice, facts: Facts, window_days: int) -> list[Check]:
    """No finding outside the index is present."""
    findings = choice.measure.extra["findings"]
    return [
        judge(rule, negated(counts(facts.item(findings[rule.name]), window_days)), missing=[findings[rule.name]])
        for rule in criteria_of(choice)
        if rule.name in findings
    ]

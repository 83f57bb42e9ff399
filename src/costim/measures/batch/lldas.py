"""LLDAS over many visits: as `lldas.score` for one."""

from __future__ import annotations

from collections.abc import Sequence

from costim.measures.batch.apply import Batch
from costim.measures.batch.checks import Checked, checked, compare, conjunction
from costim.measures.batch.coded import Coded
from costim.measures.batch.doris import pga_check
from costim.measures.batch.lldas_new import no_new_activity
from costim.measures.batch.names import Masked
from costim.measures.batch.results import ResultColumns
from costim.measures.batch.sharpen import sharpened_states
from costim.measures.batch.sledai import index
from costim.measures.batch.totals import States
from costim.measures.batch.treatment import low_dose, other_drugs
from costim.measures.criteria import criteria_of, criterion_of, judge
from costim.measures.index_items import counts
from costim.measures.lldas_treatment import rituximab_policy, standard_treatment
from costim.measures.truth import Truth, negated
from costim.registry.measure_catalogue import Choice, CriterionInfo, choose


def score(choice: Choice, batch: Batch) -> ResultColumns:
    """Is each patient in the state at the visit?"""
    version = choose("sledai", f"{choice.options['sledai_version']}+{choice.options['arthritis']}")
    window = version.variant.window_days or 0
    checks = (
        compare(criterion_of(choice, "sledai_at_most_4"), index(version, batch)),
        *_organs(choice, sharpened_states(version, batch)),
        *_findings(choice, batch, window),
        no_new_activity(choice, batch, version),
        pga_check(choice, "pga_at_most_1", batch),
        *low_dose(choice, batch),
        checked(other_drugs(standard_treatment, choice, batch)),
        checked(other_drugs(rituximab_policy, choice, batch)),
    )
    return conjunction(choice, checks, window)


def _organs(choice: Choice, states: States) -> list[Checked]:
    """No item of the organ is present."""
    organs = choice.measure.extra["organs"]
    return [_organ(rule, states, organs[rule.name]) for rule in criteria_of(choice) if rule.name in organs]


def _organ(rule: CriterionInfo, states: States, items: Sequence[str]) -> Checked:
    own = select(states, items)
    any_present, any_unknown = (own.present != 0).astype(int), (own.unknown != 0).astype(int)
    truths = (Truth.YES, Truth.UNKNOWN, Truth.NO)
    check = Coded((2 * any_present).clip(min=any_unknown), tuple(judge(rule, truth) for truth in truths))
    undecided = (any_present == 0) & (any_unknown == 1)
    return Checked(check, (Masked(own.names, own.unknown * undecided),))


def select(states: States, names: Sequence[str]) -> States:
    """Some of the items, in this order."""
    bits = [states.names.index(name) for name in names]
    present = sum(((states.present >> bit & 1) << place for place, bit in enumerate(bits)), 0 * states.present)
    unknown = sum(((states.unknown >> bit & 1) << place for place, bit in enumerate(bits)), 0 * states.unknown)
    return States(tuple(names), present, unknown)


def _findings(choice: Choice, batch: Batch, window_days: int) -> list[Checked]:
    """No finding outside the index is present."""
    findings = choice.measure.extra["findings"]
    return [
        _finding(rule, findings[rule.name], batch, window_days) for rule in criteria_of(choice) if rule.name in findings
    ]


def _finding(rule: CriterionInfo, fact: str, batch: Batch, window_days: int) -> Checked:
    return checked(
        batch.apply(
            lambda visit: judge(rule, negated(counts(visit.now.item(fact), window_days)), missing=[fact]),
            (("now", fact),),
        )
    )

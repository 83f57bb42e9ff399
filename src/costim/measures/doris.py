"""Remission by DORIS 2021: clinical SLEDAI 0, low PGA, little glucocorticoid, stable treatment."""

from __future__ import annotations

from costim.measures import csledai, pga
from costim.measures.criteria import compare, conjunction, criterion_of, stated
from costim.measures.facts import Drug, Facts, Visit
from costim.measures.low_dose import steroid_checks
from costim.measures.lupus_drugs import find_lupus_drug
from costim.measures.result import Check, Result, distinct
from costim.measures.steroids import find_equivalent
from costim.measures.truth import Truth, all_of, any_of, truth_of
from costim.registry.measure_catalogue import Choice, choose

_STATEMENT = "stable_treatment"


def score(choice: Choice, visit: Visit) -> Result:
    """Is the patient in remission at the visit: yes, no, or unknown with the facts that would decide it?

    Raises:
        ValueError: the scale of the PGA is not known, or its reading lies outside it.
    """
    version = f"{choice.options['sledai_version']}+{choice.options['arthritis']}"
    checks = (
        compare(criterion_of(choice, "csledai_zero"), csledai.index(f"c{version}", visit)),
        compare(criterion_of(choice, "pga"), pga.on_0_to_3(visit.now)),
        *steroid_checks(choice, visit.now),
        stable_treatment(choice, visit.now),
    )
    return conjunction(choice, checks, window_days=choose("sledai", version).variant.window_days)


def stable_treatment(choice: Choice, facts: Facts) -> Check:
    """Are antimalarials, immunosuppressives and biologics stable? What the source states wins over the list of drugs.

    Glucocorticoids have a criterion of their own. A drug that the table does not have may be an immunosuppressive: it
    leaves the criterion unknown unless it was left unchanged.
    """
    rule = criterion_of(choice, "stable_treatment")
    allowed = choice.measure.extra["stable_changes"][choice.options["stable"]]
    drugs = facts.drugs()
    judged = [] if drugs is None else [_stable(drug, allowed) for drug in drugs]
    derived = Truth.UNKNOWN if drugs is None else all_of(judged)
    state, contradiction = stated(facts.statement(_STATEMENT), derived)
    outside = drugs is not None and any(
        find_lupus_drug(drug.drug) is None and not _glucocorticoid(drug) for drug in drugs
    )
    return Check(
        name=rule.name,
        state=state,
        missing=(_STATEMENT, "drugs") if state is Truth.UNKNOWN else (),
        flags=distinct(("drug_not_in_table",) if outside else (), contradiction),
        evidence=rule.evidence,
        references=rule.references,
    )


def _stable(drug: Drug, allowed: tuple[str, ...]) -> Truth:
    """Is the drug stable, or one that need not be?"""
    if _glucocorticoid(drug):
        return Truth.YES
    stable = truth_of(drug.change in allowed) if drug.change else Truth.UNKNOWN
    need_not_be = Truth.NO if find_lupus_drug(drug.drug) else Truth.UNKNOWN
    return any_of((stable, need_not_be))


def _glucocorticoid(drug: Drug) -> bool:
    return find_equivalent(drug.drug, "gc_bet_075") is not None

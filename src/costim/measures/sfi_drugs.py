"""Drugs that are new at a visit, and what the flare index makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from costim.measures.criteria import criterion_of, judge, stated
from costim.measures.facts import Drug, Facts
from costim.measures.lupus_drugs import drug_name, find_lupus_drug, taken
from costim.measures.result import Check, distinct, weakest
from costim.measures.sfi_pair import Pair, best
from costim.measures.truth import Truth, any_of, truth_of

_CHANGES = {"new": Truth.YES, "increased": Truth.NO, "unchanged": Truth.NO, "decreased": Truth.NO}


def drugs_mild(pair: Pair) -> Check:
    """Was an NSAID or hydroxychloroquine added for activity? A new one may have another reason: that must be stated."""
    ((names, _),) = _lists(pair, "drugs_mild")
    added = any_new(pair, names)
    derived = Truth.NO if added is Truth.NO else Truth.UNKNOWN
    return _stated(pair, "drugs_mild", "sfi_added_for_activity", derived)


def drugs_severe(pair: Pair) -> Check:
    """Is there a new immunosuppressive drug of the list? A new biologic is none, and flagged."""
    found = [(any_new(pair, names), evidence) for names, evidence in _lists(pair, "drugs_severe")]
    state = any_of(truth for truth, _ in found)
    check = _stated(pair, "drugs_severe", "sfi_new_immunosuppressant", state)
    biologic = any_new(pair, pair.choice.measure.extra["unlisted"]["biologics"]) is Truth.YES
    flags = distinct(check.flags, ("new_biologic_not_listed",) if biologic else ())
    if state is Truth.NO or pair.now.statement("sfi_new_immunosuppressant") is not Truth.UNKNOWN:
        return replace(check, flags=flags)
    # Any one drug suffices, so that the list with the best evidence is what the criterion rests on.
    mark = best(evidence for truth, evidence in found if truth is state)
    return replace(check, flags=flags, evidence=weakest((check.evidence, mark)))


def _lists(pair: Pair, column: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Names of drugs with evidence."""
    entries = pair.choice.measure.extra["drug_lists"]
    return tuple((tuple(entry["names"]), entry["evidence"]) for entry in entries if entry["column"] == column)


def _stated(pair: Pair, name: str, fact: str, derived: Truth) -> Check:
    state, flags = stated(pair.now.statement(fact), derived)
    missing = (fact, *(("drugs",) if pair.now.drugs() is None else ()))
    return judge(criterion_of(pair.choice, name), state, missing, flags)


def any_new(pair: Pair, names: Iterable[str]) -> Truth:
    """Is any of these drugs taken now and was not at the earlier assessment?"""
    drugs = pair.now.drugs()
    if drugs is None:
        return Truth.UNKNOWN
    wanted = set(names)
    return any_of(_is_new(pair, drug) for drug in taken(drugs) if _spelt(drug) in wanted)


def _is_new(pair: Pair, drug: Drug) -> Truth:
    """By what the list says of its change (which is against the previous assessment), else by the earlier list."""
    if pair.assessment == "previous" and drug.change in _CHANGES:
        return _CHANGES[drug.change]
    earlier = _names(pair.before)
    return Truth.UNKNOWN if earlier is None else truth_of(_spelt(drug) not in earlier)


def _names(assessment: Facts) -> set[str] | None:
    drugs = assessment.drugs()
    return None if drugs is None else {_spelt(drug) for drug in taken(drugs)}


def _spelt(drug: Drug) -> str:
    """The name as the tables spell it, synonyms brought together."""
    listed = find_lupus_drug(drug.drug)
    return listed.name if listed else drug_name(drug.drug)

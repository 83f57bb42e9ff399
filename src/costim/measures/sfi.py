"""SELENA-SLEDAI flare index: none, mild or moderate, severe."""

from __future__ import annotations

from dataclasses import replace

from costim.measures.criteria import criterion_of, judge, verdict
from costim.measures.facts import Visit
from costim.measures.result import Check, Result, marked, weakest
from costim.measures.sfi_drugs import drugs_mild, drugs_severe
from costim.measures.sfi_numbers import by_index, by_pga, by_prednisone
from costim.measures.sfi_organs import organ_mild, organ_severe
from costim.measures.sfi_pair import Pair, best
from costim.measures.truth import Truth, any_of
from costim.registry.measure_catalogue import Choice

NONE, MILD, SEVERE = "none", "mild_moderate", "severe"


def score(choice: Choice, visit: Visit) -> Result:
    """The flare since the earlier assessment (Petri 1999; one criterion suffices, severe wins).

    Raises:
        ValueError: the scale of a PGA is not known, or the reading lies outside it.
    """
    pair = Pair(choice, visit)
    domains = (by_index(pair), by_prednisone(pair), by_pga(pair))
    mild = (*(domain.mild for domain in domains), organ_mild(pair), drugs_mild(pair))
    severe = (
        *(domain.severe for domain in domains if domain.severe is not None),
        organ_severe(pair),
        drugs_severe(pair),
        _admission(pair),
    )
    grave = any_of(check.state for check in severe)
    slight = any_of(check.state for check in mild)
    # A rise whose height is not known is a flare, of whichever severity.
    flare = any_of((grave, slight, *(domain.flare for domain in domains)))
    admitted = {
        NONE: flare is not Truth.YES,
        MILD: grave is not Truth.YES and slight is not Truth.NO,
        SEVERE: grave is not Truth.NO,
    }
    possible = tuple(outcome for outcome in choice.measure.outcomes if admitted[outcome])
    deciding = _deciding(possible, mild, severe)
    found = verdict(
        choice,
        possible,
        (*mild, *severe),
        window_days=pair.index.variant.window_days,
        decided_by=[check.name for check in deciding] if len(possible) == 1 else (),
    )
    return _resting_on(found, choice, deciding, severe)


def _admission(pair: Pair) -> Check:
    fact = "admission_for_sle"
    return judge(criterion_of(pair.choice, "admission"), pair.now.statement(fact), (fact,))


def _deciding(possible: tuple[str, ...], mild: tuple[Check, ...], severe: tuple[Check, ...]) -> tuple[Check, ...]:
    """The criteria that are met in the column of the outcome; all of them where there is no flare, or doubt."""
    if possible not in ((SEVERE,), (MILD,)):
        return (*mild, *severe)
    column = severe if possible == (SEVERE,) else mild
    return tuple(check for check in column if check.state is Truth.YES)


def _resting_on(found: Result, choice: Choice, deciding: tuple[Check, ...], severe: tuple[Check, ...]) -> Result:
    """The result with the evidence of what decides it: for a severe flare one criterion, the best, suffices."""
    marks = [check.evidence for check in deciding]
    if found.state in (SEVERE, MILD):
        marks = [best(marks)]
    if found.state == MILD:
        # That nothing is severe is part of it.
        marks += [check.evidence for check in severe]
    evidence = weakest((choice.variant.evidence, *marks))
    flags = tuple(flag for flag in found.flags if flag != "unverified_rule")
    return replace(found, evidence=evidence, flags=marked(evidence, flags))

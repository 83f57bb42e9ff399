"""Mildly, moderately or markedly ill by the total of the Brief Psychiatric Rating Scale."""

from __future__ import annotations

from costim.measures import bprs
from costim.measures.answer import outcome_answer, steps
from costim.measures.criteria import compare
from costim.measures.facts import Visit
from costim.measures.result import Result
from costim.registry.measure_catalogue import Choice


def score(choice: Choice, visit: Visit) -> Result:
    """Severity by the totals 31, 41 and 53 (Leucht 2005, schizophrenia)."""
    found = bprs.total(visit.now, choice.measure.extra["scale"][choice.variant.name])
    limits = [compare(criterion, found) for criterion in choice.measure.criteria]
    possible = steps(choice.measure.outcomes[0], ((limit.name, limit.state) for limit in limits))
    return outcome_answer(choice, possible, found, limits, flags=choice.measure.extra["flags"])

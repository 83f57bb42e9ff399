"""Bands of the Zung Self-Rating Depression Scale by its index."""

from __future__ import annotations

from costim.measures import sds
from costim.measures.answer import outcome_answer, steps
from costim.measures.criteria import compare
from costim.measures.facts import Visit
from costim.measures.result import Result
from costim.registry.measure_catalogue import Choice


def score(choice: Choice, visit: Visit) -> Result:
    """The band of the index: from 50 (raw score 40), 60 and 70."""
    found = sds.index(visit.now)
    limits = [compare(criterion, found) for criterion in choice.measure.criteria]
    possible = steps(choice.measure.outcomes[0], ((limit.name, limit.state) for limit in limits))
    return outcome_answer(choice, possible, found, limits)

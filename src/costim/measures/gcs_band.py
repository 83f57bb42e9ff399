"""Bands of the Glasgow Coma Scale: at most 8, 9 to 12, 13 to 15."""

from __future__ import annotations

from costim.measures import gcs
from costim.measures.answer import outcome_answer, steps
from costim.measures.criteria import compare
from costim.measures.facts import Visit
from costim.measures.result import Result
from costim.registry.measure_catalogue import Choice


def score(choice: Choice, visit: Visit) -> Result:
    """The band of the total; several stay possible when the bounds of the total reach over a limit."""
    found = gcs.total(visit.now)
    limits = [compare(criterion, found) for criterion in choice.measure.criteria]
    possible = steps(choice.measure.outcomes[0], ((limit.name, limit.state) for limit in limits))
    return outcome_answer(choice, possible, found, limits)

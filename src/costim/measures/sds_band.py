"""Bands of the Zung Self-Rating Depression Scale by its index."""

from __future__ import annotations

from dataclasses import replace

from costim.measures import sds
from costim.measures.answer import outcome_answer, steps
from costim.measures.criteria import compare
from costim.measures.facts import Visit
from costim.measures.result import Check, Quantity, Result
from costim.registry.measure_catalogue import Choice


def score(choice: Choice, visit: Visit) -> Result:
    """The band of the index: from 50 (raw score 40), 60 and 70; the band of each reading where there are two."""
    found, readings = sds.read(visit.now)
    possible = {band for bounds in readings for band in _bands(choice, replace(found, bounds=bounds))}
    return outcome_answer(choice, possible, found, _limits(choice, found))


def _limits(choice: Choice, found: Quantity) -> list[Check]:
    return [compare(criterion, found) for criterion in choice.measure.criteria]


def _bands(choice: Choice, found: Quantity) -> tuple[str, ...]:
    return steps(choice.measure.outcomes[0], ((limit.name, limit.state) for limit in _limits(choice, found)))

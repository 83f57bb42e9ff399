"""Meaningful change of SLE-DAS between two assessments."""

from __future__ import annotations

from costim.measures import sledas
from costim.measures.change_class import change_answer, earlier
from costim.measures.criteria import change
from costim.measures.facts import Facts, Visit
from costim.measures.result import Quantity, Result
from costim.registry.measure_catalogue import Choice


def rise(now: Facts, before: Facts, assessment: str = "previous") -> Quantity:
    """Rise of the typed SLE-DAS since an earlier assessment, in points, exactly; negative for a fall.

    Args:
        now: facts of the visit.
        before: facts of the earlier assessment.
        assessment: `previous` or `baseline`, for the names of missing facts.
    """
    return change(sledas.typed(now), sledas.typed(before), assessment)


def score(choice: Choice, visit: Visit) -> Result:
    """The change class of SLE-DAS: improved, unchanged or worse (Jesus 2019: 1.72 points in either direction)."""
    assessment, before = earlier(choice, visit)
    return change_answer(choice, rise(visit.now, before, assessment))

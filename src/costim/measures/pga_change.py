"""Meaningful change of the physician global assessment between two assessments."""

from __future__ import annotations

from costim.measures import pga
from costim.measures.change_class import change_answer, earlier
from costim.measures.criteria import change
from costim.measures.facts import Facts, Visit
from costim.measures.result import Quantity, Result
from costim.registry.measure_catalogue import Choice


def rise(now: Facts, before: Facts, assessment: str = "baseline") -> Quantity:
    """Rise of the PGA on 0 to 3 since an earlier assessment, from -3 to 3 points, exactly; negative for a fall.

    Args:
        now: facts of the visit.
        before: facts of the earlier assessment; its scale may be another one.
        assessment: `previous` or `baseline`, for the names of missing facts.

    Raises:
        ValueError: the scale of a reading is not known, or the reading lies outside it.
    """
    return change(_within_scale(now), _within_scale(before), assessment)


def _within_scale(facts: Facts) -> Quantity:
    """An unknown PGA still lies between 0 and 3."""
    found = pga.on_0_to_3(facts)
    return Quantity(
        bounds=found.bounds.within(0, pga.largest_reading("0-3")),
        missing=found.missing,
        decided_by=found.decided_by,
        flags=found.flags,
        evidence=found.evidence,
        references=found.references,
    )


def score(choice: Choice, visit: Visit) -> Result:
    """The change class of the PGA: improved, unchanged or worse (Jesus 2019: 0.3 points).

    Raises:
        ValueError: the scale of a reading is not known, or the reading lies outside it.
    """
    assessment, before = earlier(choice, visit)
    return change_answer(choice, rise(visit.now, before, assessment))

"""Neurocognitive impairment: a test result at least two standard deviations below the norm."""

from __future__ import annotations

from costim.measures.criteria import compare, conjunction
from costim.measures.facts import Facts, Visit
from costim.measures.result import Quantity, Result
from costim.registry.measure_catalogue import Choice


def z_score(facts: Facts) -> Quantity:
    """Standard deviations from the norm, negative below it."""
    z = facts.number("cognitive_z")
    return Quantity(bounds=z, missing=("cognitive_z",) if z.value is None else (), decided_by=("cognitive_z",))


def score(choice: Choice, visit: Visit) -> Result:
    """Is the patient impaired (ad hoc committee, Mikdashi 2007)?"""
    z = z_score(visit.now)
    return conjunction(choice, [compare(criterion, z) for criterion in choice.measure.criteria])

"""Clinically important neurocognitive response: at least one standard deviation better than at baseline."""

from __future__ import annotations

from costim.measures.cognitive_impairment import z_score
from costim.measures.criteria import change, compare, conjunction
from costim.measures.facts import Visit
from costim.measures.result import Result
from costim.registry.measure_catalogue import Choice


def score(choice: Choice, visit: Visit) -> Result:
    """Did the patient respond (ad hoc committee, Mikdashi 2007)?"""
    gain = change(z_score(visit.now), z_score(visit.baseline), "baseline")
    return conjunction(choice, [compare(criterion, gain) for criterion in choice.measure.criteria])

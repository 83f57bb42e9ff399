"""Is the CSF/serum albumin quotient raised?"""

from __future__ import annotations

from costim.measures import albumin_quotient
from costim.measures.criteria import compare, conjunction
from costim.measures.facts import Visit
from costim.measures.result import Result
from costim.registry.measure_catalogue import Choice


def score(choice: Choice, visit: Visit) -> Result:
    """Raised when it is not below 9."""
    found = albumin_quotient.value(visit.now)
    return conjunction(choice, [compare(criterion, found) for criterion in choice.measure.criteria])

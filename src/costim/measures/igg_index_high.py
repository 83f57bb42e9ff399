"""Is the CSF IgG index above the upper limit of the variant?"""

from __future__ import annotations

from costim.measures import igg_index
from costim.measures.answer import outcome_answer
from costim.measures.criteria import compare, criteria_of
from costim.measures.facts import Visit
from costim.measures.result import Result
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice


def score(choice: Choice, visit: Visit) -> Result:
    """High, not high, or unknown.

    A variant with two limits, the lowest index its source marks and the highest it does not, decides nothing between.
    """
    found = igg_index.index(visit.now)
    limits = [compare(criterion, found) for criterion in criteria_of(choice)]
    possible = [] if all(limit.state is Truth.NO for limit in limits) else ["yes"]
    if not all(limit.state is Truth.YES for limit in limits):
        possible.append("no")
    marked = {limit.state for limit in limits}
    between = ("between_marked_values",) if marked == {Truth.YES, Truth.NO} else ()
    return outcome_answer(choice, possible, found, limits, between)

"""Severity bands of SLEDAI, by a named set of limits."""

from __future__ import annotations

from costim.measures import sledai
from costim.measures.criteria import compare, criteria_of, verdict
from costim.measures.facts import Visit
from costim.measures.result import Result
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, choose


def score(choice: Choice, visit: Visit) -> Result:
    """The band of the visit: each reaches from its own limit to that of the next one.

    Outcomes: `none` (0 points), `low`, `moderate`, `high`, and `very_high` in `bands_b`.
    """
    index = choose("sledai", choice.options["index"])
    total = sledai.index_of(index, visit)
    limits = tuple(compare(criterion, total) for criterion in criteria_of(choice))
    names = (choice.measure.extra["lowest"], *(limit.name for limit in limits))
    reached = (Truth.YES, *(limit.state for limit in limits))
    passed = (*(limit.state for limit in limits), Truth.NO)
    possible = tuple(
        name
        for name, here, beyond in zip(names, reached, passed, strict=True)
        if here is not Truth.NO and beyond is not Truth.YES
    )
    return verdict(choice, possible, limits, window_days=index.variant.window_days, decided_by=total.decided_by)

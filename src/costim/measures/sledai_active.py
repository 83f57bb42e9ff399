"""Active disease by a cut-off of SLEDAI."""

from __future__ import annotations

from costim.measures import sledai
from costim.measures.criteria import compare, conjunction, criterion_of
from costim.measures.facts import Visit
from costim.measures.result import Result
from costim.registry.measure_catalogue import Choice, choose


def score(choice: Choice, visit: Visit) -> Result:
    """Is the disease active: a score of at least 3, or of at least 4 (Yee 2011)?"""
    index = choose("sledai", choice.options["index"])
    check = compare(criterion_of(choice, "active"), sledai.index_of(index, visit))
    return conjunction(choice, (check,), window_days=index.variant.window_days)

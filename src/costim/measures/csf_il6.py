"""Is interleukin 6 in cerebrospinal fluid at the level found in lupus psychosis?"""

from __future__ import annotations

from costim.measures.criteria import compare, conjunction, criteria_of
from costim.measures.facts import Visit
from costim.measures.result import Quantity, Result
from costim.registry.measure_catalogue import Choice


def score(choice: Choice, visit: Visit) -> Result:
    """Raised by the cut-off 4.3 pg/mL (Hirohata 2009); infection and stroke raise it too."""
    level = visit.now.number("csf_il6")
    found = Quantity(bounds=level, missing=("csf_il6",) if level.value is None else (), decided_by=("csf_il6",))
    return conjunction(choice, [compare(criterion, found) for criterion in criteria_of(choice)])

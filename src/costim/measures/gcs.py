"""Glasgow Coma Scale from eye, verbal and motor response."""

from __future__ import annotations

from collections.abc import Mapping

from costim.measures.answer import number_answer
from costim.measures.bounds import UNBOUNDED, Bounds, known
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import with_typed
from costim.measures.result import Quantity, Result
from costim.measures.whole import whole
from costim.registry.measure_catalogue import Choice, measures

COMPONENTS = ("gcs_eye", "gcs_verbal", "gcs_motor")
_TOTAL = "gcs"


def sum_of_components(components: Mapping[str, Bounds]) -> Bounds:
    """Total of the three components, 3 to 15 points (Teasdale and Jennett 1974).

    Args:
        components: `gcs_eye` (1 to 4), `gcs_verbal` (1 to 5), `gcs_motor` (1 to 6). One that is not there or could not
            be tested takes its whole range: there is no total then, only bounds.
    """
    total = known(0)
    for name in COMPONENTS:
        fact = measures()[_TOTAL].facts[name]
        total = total.plus(whole(components.get(name, UNBOUNDED)).within(fact.minimum, fact.maximum))
    return total


def total(facts: Facts) -> Quantity:
    """The total of an assessment, or its bounds: from the components, and from a typed total that agrees with them."""
    components = {name: facts.number(name) for name in COMPONENTS}
    info = measures()[_TOTAL].variants["gcs_1974"]
    computed = Quantity(
        bounds=sum_of_components(components),
        missing=tuple(name for name, points in components.items() if points.value is None),
        decided_by=tuple(name for name, points in components.items() if not points.unknown),
        evidence=info.evidence,
        references=info.references,
    )
    return with_typed(computed, whole(facts.number(_TOTAL)), _TOTAL, "inconsistent_total")


def score(choice: Choice, visit: Visit) -> Result:
    """The Glasgow Coma Scale of the visit, 3 to 15 points; higher is better."""
    return number_answer(choice, total(visit.now))

"""Bands of the physician global assessment: below mild, mild, moderate, severe."""

from __future__ import annotations

from costim.measures import pga
from costim.measures.criteria import compare
from costim.measures.facts import Visit
from costim.measures.result import Result, distinct, weakest
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice


def score(choice: Choice, visit: Visit) -> Result:
    """The band of the PGA on 0 to 3: at least 0.5 is mild, above 1 moderate, above 2 severe (Piga 2022).

    Raises:
        ValueError: the scale of the reading is not known, or the reading lies outside it.
    """
    number = pga.on_0_to_3(visit.now)
    limits = tuple(compare(criterion, number) for criterion in choice.measure.criteria)
    lowest = choice.measure.extra["lowest"]
    reached = (Truth.YES, *(limit.state for limit in limits))
    passed = (*(limit.state for limit in limits), Truth.NO)
    possible = tuple(
        band
        for band, here, beyond in zip((lowest["band"], *(c.name for c in limits)), reached, passed, strict=True)
        if here is not Truth.NO and beyond is not Truth.YES
    )
    settled = len(possible) == 1
    low = lowest["band"] in possible
    return Result(
        measure="pga_band",
        variant=choice.name,
        state=possible[0] if settled else str(Truth.UNKNOWN),
        possible=possible,
        complete=settled,
        decided_by=number.decided_by if settled else (),
        missing=() if settled else number.missing,
        checks=limits,
        source=distinct(choice.variant.references, lowest["references"] if low else ()),
        evidence=weakest((choice.variant.evidence, number.evidence, lowest["evidence"] if low else "")),
        flags=number.flags,
    )

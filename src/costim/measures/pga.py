"""Physician global assessment: readings of any declared scale, on 0 to 3."""

from __future__ import annotations

from fractions import Fraction

from costim.measures.bounds import exact
from costim.measures.facts import Facts, Visit
from costim.measures.result import Quantity, Result
from costim.registry.measure_catalogue import Choice, measures

_TOP = 3


def on_0_to_3(facts: Facts) -> Quantity:
    """The PGA on 0 to 3: `reading x 3 / scale maximum`, exactly; unknown when there is no reading or no scale."""
    given = facts.scaled("pga")
    info = measures()["pga"].variants["pga_0_3"]
    largest = measures()["pga"].extra["scales"].get(given.scale)
    if given.reading.unknown or largest is None:
        return Quantity(missing=("pga",), evidence=info.evidence, references=info.references)
    number = given.reading.times(Fraction(_TOP) / exact(largest)).within(0, _TOP)
    return Quantity(
        bounds=number,
        missing=() if number.value is not None else ("pga",),
        decided_by=("pga",),
        flags=("pga_converted",) if exact(largest) != _TOP else (),
        evidence=info.evidence,
        references=info.references,
    )


def score(choice: Choice, visit: Visit) -> Result:
    """The PGA of the visit on 0 to 3."""
    found = on_0_to_3(visit.now)
    return Result(
        measure="pga",
        variant=choice.name,
        bounds=found.bounds.within(0, _TOP),
        unit=choice.measure.unit,
        complete=found.bounds.value is not None,
        decided_by=found.decided_by,
        missing=found.missing,
        source=found.references,
        evidence=found.evidence,
        flags=found.flags,
    )

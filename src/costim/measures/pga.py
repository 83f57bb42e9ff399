"""Physician global assessment: readings of any declared scale, on 0 to 3."""

from __future__ import annotations

from fractions import Fraction

from costim.measures.bounds import Bounds, exact, to_decimal
from costim.measures.facts import Facts, Visit
from costim.measures.result import Quantity, Result
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Choice, measures


def largest_reading(scale: str) -> Fraction:
    """The number at the upper end of a scale, e.g. 80 for `line_8cm_in_mm`.

    Raises:
        ValueError: no scale of that name.
    """
    scales = measures()["pga"].extra["scales"]
    if scale not in scales:
        raise ValueError(f"PGA: {scale!r} is no scale; write one of {', '.join(scales)}")
    return exact(scales[scale])


def to_0_to_3(reading: Bounds, scale: str) -> Bounds:
    """A reading on 0 to 3: `reading x 3 / largest reading`, exactly.

    Args:
        reading: from 0 to the largest reading of the scale; an open end is closed by the end of the scale.
        scale: e.g. `0-10`.

    Raises:
        ValueError: no scale of that name, or the reading lies outside it, wholly or at one of its stated ends.
    """
    largest = largest_reading(scale)
    ends = [end for end in (reading.lower, reading.upper) if end is not None]
    inside = reading.at_least(0) is not Truth.NO and reading.at_most(largest) is not Truth.NO
    if not inside or any(not 0 <= end <= largest for end in ends):
        found = " to ".join(dict.fromkeys(f"{to_decimal(end).normalize():f}" for end in ends))
        raise ValueError(
            f"PGA: the reading {found} lies outside the scale {scale} (0 to {largest}); check reading and scale"
        )
    return reading.within(0, largest).times(_top() / largest)


def from_0_to_3(number: Bounds, scale: str) -> Bounds:
    """The reading that a PGA on 0 to 3 has on another scale; the inverse of `to_0_to_3`.

    Raises:
        ValueError: no scale of that name, or the number lies outside 0 to 3.
    """
    to_0_to_3(number, "0-3")
    return number.within(0, _top()).times(largest_reading(scale) / _top())


def on_0_to_3(facts: Facts) -> Quantity:
    """The PGA of an assessment on 0 to 3; unknown when no reading or no scale was recorded.

    Raises:
        ValueError: the scale is not known, or the reading lies outside it.
    """
    info = measures()["pga"].variants["pga_0_3"]
    given = facts.scaled("pga")
    if given.reading.unknown or not given.scale:
        return Quantity(missing=("pga",), evidence=info.evidence, references=info.references)
    number = to_0_to_3(given.reading, given.scale)
    return Quantity(
        bounds=number,
        missing=() if number.value is not None else ("pga",),
        decided_by=("pga",),
        flags=("pga_converted",) if given.scale != "0-3" else (),
        evidence=measures()["pga"].extra["scale_evidence"][given.scale],
        references=info.references,
    )


def score(choice: Choice, visit: Visit) -> Result:
    """The PGA of the visit on 0 to 3.

    Raises:
        ValueError: the scale is not known, or the reading lies outside it.
    """
    found = on_0_to_3(visit.now)
    return Result(
        measure="pga",
        variant=choice.name,
        bounds=found.bounds.within(0, _top()),
        unit=choice.measure.unit,
        complete=found.bounds.value is not None,
        decided_by=found.decided_by,
        missing=found.missing,
        source=found.references,
        evidence=found.evidence,
        flags=found.flags,
    )


def _top() -> Fraction:
    return exact(measures()["pga"].maximum or 3)

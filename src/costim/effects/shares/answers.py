"""Yes or no: is a subject in the categories, or above the value, of an endpoint?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from costim.effects.categories import NO_FOLLOW_UP, category_of
from costim.effects.evidence import Reading, unit_doubts, units_of
from costim.inference.lattice import exceeds
from costim.registry.parameters import parameter as registered
from costim.registry.plan_questions import Endpoint


def answer_of(readings: Sequence[Reading], endpoint: Endpoint, units: frozenset[str]) -> str:
    """`yes`, `no`, `undecided` or `missing`; several readings of a subject answer yes when any does."""
    if endpoint.above is None:
        named = {category_of(r) for r in readings}
        if named & set(endpoint.categories):
            return "yes"
        return "no" if named - {NO_FOLLOW_UP} else "missing"
    known = registered(endpoint.parameter)
    numbers = [r for r in readings if r.is_number and r.unit in units]
    spans = [r.span(known.minimum, known.maximum) for r in numbers]
    if not spans:
        return "missing"
    if any(_is_above(r, low, endpoint.above) for r, (low, _) in zip(numbers, spans, strict=True)):
        return "yes"
    if len(numbers) < sum(r.is_number for r in readings):
        return "missing"  # one that cannot be compared may lie above
    return "undecided" if any(exceeds(high, endpoint.above) for _, high in spans) else "no"


def _is_above(reading: Reading, low: float, limit: float) -> bool:
    """Certainly above: beyond the limit, or printed as more than the limit itself."""
    return exceeds(low, limit) or (reading.relation == ">" and low >= limit)


def comparable_units(endpoint: Endpoint, readings: Iterable[Reading]) -> frozenset[str]:
    """The unit of the parameter; of one that the registry gives none, the only unit of its readings."""
    wanted = registered(endpoint.parameter).unit
    found = units_of(readings)
    return frozenset({wanted}) if wanted else found if len(found) == 1 else frozenset()


def unit_flags(endpoint: Endpoint, readings: Sequence[Reading]) -> tuple[str, ...]:
    """Doubts about units, where a number is compared with `above`."""
    if endpoint.above is None:
        return ()
    unlike = units_of(readings) - {""} - comparable_units(endpoint, readings)
    return (*(("units_differ",) if unlike else ()), *unit_doubts(endpoint.parameter, readings))

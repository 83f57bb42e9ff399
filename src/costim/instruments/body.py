"""Body surface area from height and weight by a named formula, or as the source states it."""

from __future__ import annotations

from dataclasses import dataclass

from costim.instruments.choices import chosen
from costim.instruments.rows import Reading, Row, absent, to_bounds, to_reading
from costim.measures.bsa import area, formulas

RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Surface:
    """A body surface area (m2), or why there is none, and its cells."""

    m2: Reading
    cells: tuple[str, ...]


def surface(row: Row, variant: str) -> Surface:
    """Body surface area of a row of the subjects table.

    The named choice is followed to the letter: an area the source states does not stand in for a formula, nor the
    other way round.

    Raises:
        CostimError: the plan names neither `recorded` nor a formula of the measure `bsa`.
    """
    if chosen(variant, (RECORDED, *formulas()), "variants.bsa") == RECORDED:
        return Surface(row.reading("bsa_m2"), row.source("bsa_m2"))
    cells = row.source("weight_kg", "height_cm")
    weight, height = row.reading("weight_kg"), row.reading("height_cm")
    if weight.missing or height.missing:
        return Surface(absent(weight.missing or height.missing), cells)
    return Surface(to_reading(area(variant, to_bounds(weight), to_bounds(height))), cells)

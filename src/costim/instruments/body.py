"""Body surface area from height and weight by a named formula, or as the source states it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from costim.instruments.choices import chosen
from costim.instruments.rows import Reading, Row, absent, point
from costim.registry.datafiles import read_rows

RECORDED = "recorded"


@cache
def _formulas() -> MappingProxyType[str, tuple[Decimal, ...]]:
    names = ("coefficient", "divisor", "weight_exponent", "height_exponent")
    return MappingProxyType({r["variant"]: tuple(Decimal(r[n]) for n in names) for r in read_rows("measures/bsa.csv")})


def compute_bsa(formula: str, weight_kg: Decimal, height_cm: Decimal) -> Decimal:
    """Body surface area in m2.

    Args:
        formula: `du_bois` (0.007184 W^0.425 H^0.725; Du Bois and Du Bois 1916) or `mosteller` (the square root of
            H W / 3600; Mosteller 1987).
        weight_kg: weight, above 0.
        height_cm: height, above 0.

    Raises:
        CostimError: no formula of that name.
    """
    names = _formulas()
    coefficient, divisor, of_weight, of_height = names[chosen(formula, names, "variants.bsa")]
    return coefficient / divisor * weight_kg**of_weight * height_cm**of_height


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
        CostimError: the plan names neither `recorded` nor a formula of `bsa.csv`.
    """
    if chosen(variant, (RECORDED, *_formulas()), "variants.bsa") == RECORDED:
        return Surface(row.reading("bsa_m2"), row.source("bsa_m2"))
    cells = row.source("weight_kg", "height_cm")
    weight, height = row.reading("weight_kg").value, row.reading("height_cm").value
    if weight is None or height is None:
        return Surface(absent(row.missing("weight_kg") or row.missing("height_cm")), cells)
    return Surface(point(compute_bsa(variant, weight, height)), cells)

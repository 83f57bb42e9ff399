"""Height, weight and body surface area: do they go together?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from costim.measures.bsa import compute_bsa
from costim.registry.findings import Finding
from costim.registry.measure_catalogue import measures
from costim.registry.tables import study_tables
from costim.study.cells import render_number
from costim.study.fields import Row
from costim.study.rules.context import Context

FURTHEST = Decimal("0.15")
"""Share by which a stated area may leave both formulas before it is worth a look; the formulas differ by far less."""


def areas(weight_kg: float, height_cm: float) -> dict[str, Decimal]:
    """Body surface area (m2) by every formula of the measure `bsa`; none where weight or height is no patient's.

    Args:
        weight_kg: weight, above 0.
        height_cm: height, above 0.
    """
    weight, height = Decimal(repr(weight_kg)), Decimal(repr(height_cm))
    try:
        return {info.label: compute_bsa(name, weight, height) for name, info in measures()["bsa"].variants.items()}
    except ValueError:
        # No patient is so; the column says so itself.
        return {}


def check_body(context: Context) -> list[Finding]:
    """Areas by formula that no body has, and stated areas far from every formula."""
    return [finding for row in context.rows("subjects") for finding in _check(context, row)]


def _check(context: Context, row: Row) -> Iterator[Finding]:
    if row["height_cm"] is None or row["weight_kg"] is None:
        return
    column = study_tables()["subjects"].columns["bsa_m2"]
    low, high = Decimal(repr(column.min or 0.0)), Decimal(repr(column.max or 0.0))
    body = f"height {render_number(row['height_cm'])} cm, weight {render_number(row['weight_kg'])} kg"
    computed = areas(row["weight_kg"], row["height_cm"])
    if not computed:
        return
    impossible = [f"{area:.2f} m2 by {name}" for name, area in computed.items() if not low <= area <= high]
    if impossible:
        yield context.place("subjects", row, "weight_kg").finding(
            "error",
            "value_out_of_range",
            found=f"{body}: {', '.join(impossible)}",
            expected=f"a body surface area from {low} to {high} m2",
            action="check height (in cm) and weight (in kg)",
        )
    elif row["bsa_m2"] is not None:
        stated = Decimal(repr(row["bsa_m2"]))
        if all(abs(stated - area) > FURTHEST * area for area in computed.values()):
            yield context.place("subjects", row, "bsa_m2").finding(
                "warning",
                "bsa_differs",
                found=f"{stated} m2 with {body}",
                expected=" or ".join(f"{area:.2f} m2 by {name}" for name, area in computed.items()),
                action="check height, weight and area; the stated area is kept",
            )

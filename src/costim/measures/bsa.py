"""Body surface area from weight and height, and doses per area."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

from costim.measures.answer import number_answer
from costim.measures.bounds import Bounds, Exact, exact
from costim.measures.facts import Facts, Visit
from costim.measures.products import product
from costim.measures.result import Quantity, Result
from costim.registry.measure_catalogue import Choice, facts, measures

_CODE = "bsa"
_DIGITS = Context(prec=60)


def formulas() -> tuple[str, ...]:
    """Names of the formulas."""
    return tuple(measures()[_CODE].extra["formulas"])


def compute_bsa(formula: str, weight_kg: Exact, height_cm: Exact) -> Decimal:
    """Body surface area in m2, rounded to 20 decimal places (powers are irrational).

    Args:
        formula: `du_bois` (0.007184 W^0.425 H^0.725; Du Bois and Du Bois 1916) or `mosteller` (the square root of
            H W / 3600; Mosteller 1987).
        weight_kg: weight in kg, from 2 to 300.
        height_cm: height in cm, from 50 to 250.

    Raises:
        ValueError: no formula of that name, or a weight or height no patient has.
    """
    if formula not in formulas():
        raise ValueError(f"body surface area: {formula!r} is no formula; write one of {', '.join(formulas())}")
    weight, height = _in_range("body_weight", weight_kg), _in_range("body_height", height_cm)
    entry = {name: Decimal(number) for name, number in measures()[_CODE].extra["formulas"][formula].items()}
    area = _DIGITS.multiply(
        _DIGITS.divide(entry["coefficient"], entry["divisor"]),
        _DIGITS.multiply(
            _DIGITS.power(_digits(weight), entry["weight_exponent"]),
            _DIGITS.power(_digits(height), entry["height_exponent"]),
        ),
    )
    places = int(measures()[_CODE].extra["decimal_places"])
    return area.quantize(Decimal(1).scaleb(-places), context=_DIGITS)


def _digits(number: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator))


def _in_range(name: str, given: Exact) -> Fraction:
    fact, number = facts()[name], exact(given)
    least, most = exact(fact.minimum or 0), exact(fact.maximum or 0)
    if not least <= number <= most:
        raise ValueError(
            f"{fact.label} {float(number):g} {fact.unit}: expected {least} to {most} {fact.unit}; "
            "check the number and its unit"
        )
    return number


def area(formula: str, weight: Bounds, height: Bounds) -> Bounds:
    """Body surface area (m2) of weight (kg) and height (cm) known within bounds; it grows with both.

    Raises:
        ValueError: no formula of that name, or a weight or height no patient has.
    """
    known_facts = facts()
    kg = weight.within(known_facts["body_weight"].minimum, known_facts["body_weight"].maximum)
    cm = height.within(known_facts["body_height"].minimum, known_facts["body_height"].maximum)
    ends = [
        None if a is None or b is None else exact(compute_bsa(formula, a, b))
        for a, b in ((kg.lower, cm.lower), (kg.upper, cm.upper))
    ]
    apart = ends[0] != ends[1]
    return Bounds(
        ends[0], ends[1], apart and (kg.lower_open or cm.lower_open), apart and (kg.upper_open or cm.upper_open)
    )


def dose_of_body(dose: Bounds, body: Bounds) -> Bounds:
    """A dose in mg of one in mg/m2 or mg/kg: 375 mg/m2 on 1.5011 m2 is 562.9 mg.

    Args:
        dose: mg per m2, or mg per kg.
        body: m2, or kg.
    """
    return product(dose, body)


def surface(facts_of_visit: Facts, formula: str) -> Quantity:
    """Body surface area (m2) of an assessment by a named formula.

    Raises:
        ValueError: no formula of that name, or a weight or height no patient has.
    """
    info = measures()[_CODE].variants[formula]
    parts = {name: facts_of_visit.number(name) for name in ("body_weight", "body_height")}
    nothing = all(part.unknown for part in parts.values())
    return Quantity(
        bounds=area(formula, parts["body_weight"], parts["body_height"]),
        missing=tuple(name for name, part in parts.items() if part.value is None),
        decided_by=() if nothing else tuple(name for name, part in parts.items() if not part.unknown),
        evidence=info.evidence,
        references=info.references,
    )


def score(choice: Choice, visit: Visit) -> Result:
    """Body surface area of the visit by the formula of the variant.

    Raises:
        ValueError: a weight or height no patient has.
    """
    return number_answer(choice, surface(visit.now, choice.variant.name))

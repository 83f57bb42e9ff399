"""Body surface area and doses per area."""

from __future__ import annotations

from decimal import Decimal
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import Bounds, between, known
from costim.measures.bsa import area, compute_bsa, dose_of_body
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import contains
from costim.measures.result import Result
from costim.measures.score import score


def result(variant: str, **numbers: Bounds) -> Result:
    return score("bsa", Visit(Facts(numbers)), variant)


@pytest.mark.parametrize(("formula", "m2", "mg"), [("du_bois", "1.5011", "562.9"), ("mosteller", "1.4907", "559.0")])
def test_w30_area_and_dose(formula: str, m2: str, mg: str) -> None:
    found = result(formula, body_weight=known(50), body_height=known(160))
    assert found.value is not None
    assert (round(found.value, 4), found.unit, found.variant) == (Decimal(m2), "m2", formula)
    dose = dose_of_body(known(375), found.bounds).value
    assert dose is not None
    assert round(float(dose), 1) == float(mg)


def test_areas_are_rounded_to_twenty_places() -> None:
    # 160 x 50 / 3600 = 20/9; its root by integer arithmetic, rounded in the last of 20 places.
    twice = isqrt(4 * 20 * 10**40 // 9)
    assert compute_bsa("mosteller", 50, 160) == Decimal((twice + 1) // 2).scaleb(-20)
    assert compute_bsa("mosteller", 36, 100) == 1


@pytest.mark.parametrize(
    ("weight", "height", "message"),
    [
        ("1.9", "160", "Body weight 1.9 kg: expected 2 to 300 kg; check the number and its unit"),
        ("300.1", "160", "Body weight 300.1 kg: expected 2 to 300 kg; check the number and its unit"),
        ("50", "49", "Body height 49 cm: expected 50 to 250 cm; check the number and its unit"),
        ("50", "251", "Body height 251 cm: expected 50 to 250 cm; check the number and its unit"),
        ("50", "1.60", "Body height 1.6 cm: expected 50 to 250 cm; check the number and its unit"),
    ],
)
def test_slips_of_the_unit_are_refused(weight: str, height: str, message: str) -> None:
    for formula in ("du_bois", "mosteller"):
        with pytest.raises(ValueError, match="expected") as error:
            compute_bsa(formula, weight, height)
        assert str(error.value) == message
        with pytest.raises(ValueError, match="expected"):
            result(formula, body_weight=known(weight), body_height=known(height))


@pytest.mark.parametrize(("weight", "height"), [(2, 50), (300, 250)])
def test_the_limits_themselves_are_allowed(weight: int, height: int) -> None:
    assert compute_bsa("du_bois", weight, height) > 0


def test_an_unknown_formula_lists_the_names() -> None:
    with pytest.raises(ValueError, match="haycock") as error:
        compute_bsa("haycock", 50, 160)
    assert str(error.value) == "body surface area: 'haycock' is no formula; write one of du_bois, mosteller"


def test_a_body_that_is_partly_known_gives_bounds() -> None:
    found = result("mosteller", body_weight=known(50))
    assert (found.value, found.missing, found.decided_by) == (None, ("body_height",), ("body_weight",))
    assert found.bounds == area("mosteller", known(50), between(50, 250))


@given(st.integers(20, 2990), st.integers(500, 2490), st.integers(0, 10), st.integers(0, 10))
@settings(max_examples=60)
def test_area_grows_with_the_body_and_bounds_hold_every_completion(
    weight: int, height: int, more: int, taller: int
) -> None:
    kg, cm = Decimal(weight) / 10, Decimal(height) / 10
    heavier, higher = kg + Decimal(more) / 10, cm + Decimal(taller) / 10
    for formula in ("du_bois", "mosteller"):
        inside = area(formula, between(kg, heavier), between(cm, higher))
        for w, h in ((kg, cm), (kg, higher), (heavier, cm), (heavier, higher)):
            exactly = area(formula, known(w), known(h)).value
            assert exactly is not None
            assert contains(inside, exactly)
        assert (compute_bsa(formula, heavier, cm) > compute_bsa(formula, kg, cm)) is (more > 0)
        assert (compute_bsa(formula, kg, higher) > compute_bsa(formula, kg, cm)) is (taller > 0)
    assert abs(compute_bsa("mosteller", kg, cm) ** 2 - kg * cm / 3600) < Decimal("1e-18")

"""Physician global assessment on 0 to 3."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import UNBOUNDED, Bounds, between, exact, known, to_decimal
from costim.measures.facts import Facts, Scaled, Visit
from costim.measures.pga import from_0_to_3, largest_reading, on_0_to_3, to_0_to_3
from costim.measures.result import Result
from costim.measures.score import score
from costim.registry.measure_catalogue import measures

SCALES = measures()["pga"].facts["pga"].values
QUICK = settings(max_examples=100)


def read(reading: str | Bounds, scale: str) -> Visit:
    bounds = reading if isinstance(reading, Bounds) else known(reading)
    return Visit(Facts({"pga": Scaled(bounds, scale)}))


def pga(reading: str | Bounds, scale: str) -> Result:
    return score("pga", read(reading, scale))


@pytest.mark.parametrize(
    ("reading", "scale", "value", "evidence"),
    [
        ("1.8", "0-3", "1.8", "P"),
        ("2.5", "0-10", "0.75", "P"),
        ("36", "0-100", "1.08", "P"),
        ("2.5", "line_10cm_in_cm", "0.75", "S"),
        ("25", "line_10cm_in_mm", "0.75", "S"),
        ("2.4", "line_8cm_in_cm", "0.9", "S"),
        ("24", "line_8cm_in_mm", "0.9", "S"),
    ],
)
def test_w19_readings_of_every_scale_are_converted_exactly(reading: str, scale: str, value: str, evidence: str) -> None:
    result = pga(reading, scale)
    assert result.value == Decimal(value)
    assert result.evidence == evidence
    assert ("pga_converted" in result.flags) == (scale != "0-3")
    assert result.complete
    assert result.source == ("piga2022", "pitfalls_table")


def test_every_scale_has_a_largest_reading_a_label_and_its_evidence() -> None:
    extra = measures()["pga"].extra
    assert set(SCALES) == set(extra["scales"]) == set(extra["scale_labels"]) == set(extra["scale_evidence"])
    for scale in SCALES:
        assert pga(str(largest_reading(scale)), scale).value == 3
        assert pga("0", scale).value == 0


@QUICK
@given(places=st.integers(0, 3), number=st.integers(0, 10**6), scale=st.sampled_from(SCALES))
def test_a_reading_goes_to_0_to_3_and_comes_back_in_exact_decimals(places: int, number: int, scale: str) -> None:
    reading = exact(Decimal(number).scaleb(-places)) % largest_reading(scale)
    converted = to_0_to_3(known(reading), scale)
    assert from_0_to_3(converted, scale) == known(reading)
    assert converted.value is not None
    # Every largest reading has only the factors 2, 3 and 5, so that the conversion terminates.
    assert exact(to_decimal(converted.value)) == converted.value


@QUICK
@given(places=st.integers(0, 3), number=st.integers(0, 3000), scale=st.sampled_from(SCALES))
def test_a_number_on_0_to_3_goes_to_a_scale_and_comes_back(places: int, number: int, scale: str) -> None:
    value = known(Fraction(number, 1000))
    assert to_0_to_3(from_0_to_3(value, scale), scale) == value


@QUICK
@given(cm=st.integers(0, 80).map(lambda n: Fraction(n, 10)))
def test_the_unit_of_the_ruler_does_not_matter(cm: Fraction) -> None:
    for length in ("8cm", "10cm"):
        in_cm, in_mm = (to_0_to_3(known(cm * f), f"line_{length}_in_{u}") for f, u in ((1, "cm"), (10, "mm")))
        assert in_cm == in_mm


def test_a_line_with_printed_numbers_is_not_a_scale_of_0_to_10_by_name() -> None:
    """1.8 read off a 10-cm line with 0 to 3 along it is 1.8; 1.8 cm on it is 0.54."""
    assert pga("1.8", "0-3").value == Decimal("1.8")
    assert pga("1.8", "line_10cm_in_cm").value == Decimal("0.54")
    assert not {"0-80", "0-8"} & set(SCALES)


@pytest.mark.parametrize(
    ("reading", "scale", "found"),
    [
        (known("3.1"), "0-3", "the reading 3.1 lies outside the scale 0-3 (0 to 3); check reading and scale"),
        (known("-1"), "0-10", "the reading -1 lies outside the scale 0-10 (0 to 10); check reading and scale"),
        (between(2, 5), "0-3", "the reading 2 to 5 lies outside the scale 0-3 (0 to 3); check reading and scale"),
        (Bounds(Fraction(100), None, lower_open=True), "0-100", "the reading 100 lies outside the scale 0-100"),
    ],
)
def test_a_reading_outside_its_scale_is_an_error(reading: Bounds, scale: str, found: str) -> None:
    with pytest.raises(ValueError) as raised:
        pga(reading, scale)
    assert f"PGA: {found}" in str(raised.value)


def test_a_scale_is_never_guessed() -> None:
    unknown = on_0_to_3(Facts({"pga": Scaled(known(2))}))
    assert (unknown.bounds, unknown.missing) == (UNBOUNDED, ("pga",))
    with pytest.raises(ValueError, match="PGA: '0-8' is no scale; write one of 0-3, 0-10, 0-100, line_10cm_in_cm"):
        pga("2", "0-8")


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (Bounds(None, Fraction(5), upper_open=True), Bounds(Fraction(0), Fraction(3, 2), upper_open=True)),
        (Bounds(Fraction(5), None, lower_open=True), Bounds(Fraction(3, 2), Fraction(3), lower_open=True)),
        (between(2, 4), between("0.6", "1.2")),
    ],
)
def test_readings_known_within_bounds_stay_so(reading: Bounds, expected: Bounds) -> None:
    result = pga(reading, "0-10")
    assert result.bounds == expected
    assert not result.complete
    assert result.missing == ("pga",)


def test_without_a_reading_only_the_scale_is_known() -> None:
    result = score("pga", Visit(Facts()))
    assert (result.lower, result.upper, result.value) == (0, 3, None)
    assert result.missing == ("pga",)

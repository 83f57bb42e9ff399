"""Bands of the physician global assessment, and its meaningful change."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import UNBOUNDED, Bounds, between, known
from costim.measures.facts import Facts, Scaled, Visit
from costim.measures.result import Result
from costim.measures.score import score

QUICK = settings(max_examples=100)
GRID = [Fraction(n, 20) for n in range(61)]


def facts(reading: str | Fraction | Bounds, scale: str = "0-3") -> Facts:
    return Facts({"pga": Scaled(reading if isinstance(reading, Bounds) else known(reading), scale)})


def band(reading: str | Fraction | Bounds, scale: str = "0-3") -> Result:
    return score("pga_band", Visit(facts(reading, scale)))


def moved(before: Bounds | str, now: Bounds | str, variant: str = "") -> Result:
    return score("pga_change", Visit(facts(now), previous=facts(before)), variant)


def test_w19_bands_of_converted_readings() -> None:
    mild, moderate = band("2.5", "0-10"), band("36", "0-100")
    assert (mild.state, moderate.state) == ("mild", "moderate")
    assert "pga_converted" in mild.flags


@pytest.mark.parametrize(
    ("reading", "state", "evidence"),
    [
        ("0", "below_mild", "C"),
        ("0.49", "below_mild", "C"),
        ("0.5", "mild", "P"),
        ("1", "mild", "P"),
        ("1.01", "moderate", "P"),
        ("2", "moderate", "P"),
        ("2.01", "severe", "P"),
        ("3", "severe", "P"),
    ],
)
def test_limits_of_the_bands_are_literal(reading: str, state: str, evidence: str) -> None:
    result = band(reading)
    assert (result.state, result.evidence) == (state, evidence)
    assert result.complete
    assert result.decided_by == ("pga",)


def test_an_unknown_reading_admits_every_band() -> None:
    result = band(UNBOUNDED)
    assert result.possible == ("below_mild", "mild", "moderate", "severe")
    assert (result.state, result.missing) == ("unknown", ("pga",))


@QUICK
@given(ends=st.tuples(st.sampled_from(GRID), st.sampled_from(GRID)))
def test_bands_of_a_range_are_those_of_the_numbers_in_it(ends: tuple[Fraction, Fraction]) -> None:
    low, high = min(ends), max(ends)
    # The grid has numbers within every band and at every limit, and one just above each.
    numbers = {low, high, *(n for n in GRID if low <= n <= high)}
    assert set(band(between(low, high)).possible) == {band(number).state for number in numbers}


@pytest.mark.parametrize(
    ("before", "now", "ge", "gt"),
    [
        ("1.20", "1.50", "worse", "unchanged"),
        ("1.50", "1.20", "improved", "unchanged"),
        ("1.20", "1.51", "worse", "worse"),
        ("1.20", "1.49", "unchanged", "unchanged"),
        ("1.51", "1.20", "improved", "improved"),
        ("1.2", "1.2", "unchanged", "unchanged"),
    ],
)
def test_whether_a_change_of_exactly_three_tenths_counts_is_a_variant(before: str, now: str, ge: str, gt: str) -> None:
    assert moved(before, now).state == ge
    assert moved(before, now, "pga_change_gt03").state == gt
    assert moved(before, now).evidence == "C"


def test_a_change_is_against_the_assessment_the_option_names() -> None:
    visit = Visit(facts("1.0"), previous=facts("1.1"), baseline=facts("2.0"))
    assert score("pga_change", visit).state == "unchanged"
    since_entry = score("pga_change", visit, "pga_change_ge03+against_baseline")
    assert (since_entry.state, since_entry.value) == ("improved", -1)
    assert since_entry.decided_by == ("pga", "baseline.pga")


def test_scales_may_differ_between_assessments() -> None:
    result = score("pga_change", Visit(facts("5", "0-10"), previous=facts("1.2")))
    assert (result.state, result.value) == ("worse", Fraction(3, 10))


def test_a_reading_at_the_end_of_the_scale_decides_without_the_other() -> None:
    result = moved(UNBOUNDED, "0")
    assert result.possible == ("improved", "unchanged")
    assert result.missing == ("previous.pga",)


@QUICK
@given(
    before=st.tuples(st.sampled_from(GRID), st.sampled_from(GRID)),
    now=st.sampled_from(GRID),
    variant=st.sampled_from(["pga_change_ge03", "pga_change_gt03"]),
)
def test_changes_of_a_range_are_those_of_the_numbers_in_it(
    before: tuple[Fraction, Fraction], now: Fraction, variant: str
) -> None:
    low, high = min(before), max(before)
    whole = score("pga_change", Visit(facts(now), previous=facts(between(low, high))), variant)
    each = {score("pga_change", Visit(facts(now), previous=facts(n)), variant).state for n in GRID if low <= n <= high}
    assert set(whole.possible) == each

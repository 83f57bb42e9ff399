"""Cerebrospinal fluid: IgG index, albumin quotient, interleukin 6."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import UNBOUNDED, Bounds, between, exact, known
from costim.measures.facts import Facts, Visit
from costim.measures.igg_index import CONCENTRATIONS, compute_igg_index
from costim.measures.overlap import contains
from costim.measures.result import Result
from costim.measures.score import score

W28 = {"csf_igg": known(60), "igg": known(12), "csf_albumin": known(250), "albumin": known(40)}


def result(code: str, facts: dict[str, Bounds], variant: str = "") -> Result:
    return score(code, Visit(Facts(facts)), variant)


def test_w28_igg_index_and_albumin_quotient() -> None:
    found = result("igg_index", W28)
    assert (found.bounds, found.complete, found.unit) == (known("0.8"), True, "index")
    assert (found.decided_by, found.evidence, found.source) == (CONCENTRATIONS, "S", ("csf_limits",))
    assert result("albumin_quotient", W28).bounds == known("6.25")
    assert result("albumin_quotient_raised", W28).state == "no"


@pytest.mark.parametrize(
    ("index", "states"),
    [
        ("0.46", "no no no"),
        ("0.61", "no no unknown"),
        ("0.64", "no no unknown"),
        ("0.6401", "no yes unknown"),
        ("0.70", "no yes unknown"),
        ("0.7001", "yes yes unknown"),
        ("0.7299", "yes yes unknown"),
        ("0.73", "yes yes yes"),
        ("1.05", "yes yes yes"),
    ],
)
def test_upper_limits_by_name(index: str, states: str) -> None:
    facts = {"csf_igg_index": known(index)}
    found = [result("igg_index_high", facts, v).state for v in ("limit_0_70", "limit_0_64", "tokunaga2007")]
    assert " ".join(found) == states


def test_typed_index_stands_in_and_a_contradiction_is_flagged() -> None:
    assert result("igg_index", {"csf_igg_index": known("0.73")}).bounds == known("0.73")
    apart = result("igg_index", {**W28, "csf_igg_index": known("0.9")})
    assert (apart.bounds, apart.flags) == (known("0.8"), ("index_contradicts",))
    third = {**W28, "csf_igg": known(50)}
    rounded = result("igg_index", {**third, "csf_igg_index": known("0.67")})
    assert (rounded.bounds, rounded.flags) == (known(Fraction(2, 3)), ("contradicts_by_rounding",))


def test_what_is_not_known_is_missing() -> None:
    some = {name: value for name, value in W28.items() if name != "albumin"}
    found = result("igg_index", some)
    assert (found.value, found.missing) == (None, ("albumin",))
    assert result("albumin_quotient", some).missing == ("albumin",)
    censored = result("igg_index", {**W28, "csf_igg": Bounds(None, exact(60), upper_open=True)})
    assert censored.bounds == Bounds(exact(0), exact("0.8"), upper_open=True)


def test_a_serum_concentration_of_0_divides_nothing() -> None:
    found = result("igg_index", {**W28, "igg": known(0)})
    assert (found.value, found.missing) == (None, ("igg",))


PARTS = st.integers(1, 500).map(known)


@given(st.tuples(PARTS, PARTS, PARTS, PARTS), st.sampled_from([1, 10, 1000, Fraction(1, 100)]))
@settings(max_examples=60)
def test_a_common_unit_of_a_pair_leaves_the_index_alone(
    parts: tuple[Bounds, Bounds, Bounds, Bounds], factor: int | Fraction
) -> None:
    a, b, c, d = parts
    index = compute_igg_index(a, b, c, d)
    assert compute_igg_index(a.times(factor), b.times(factor), c, d) == index
    assert compute_igg_index(a, b, c.times(factor), d.times(factor)) == index
    assert compute_igg_index(a.times(factor), b, c.times(factor), d) == index


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=4, max_size=4), st.integers(0, 15))
@settings(max_examples=60)
def test_bounds_of_the_index_hold_every_corner(ends: list[tuple[int, int]], corner: int) -> None:
    whole = compute_igg_index(*(between(min(pair), max(pair)) for pair in ends))
    exactly = compute_igg_index(*(known(pair[corner >> i & 1]) for i, pair in enumerate(ends)))
    assert exactly.value is not None
    assert contains(whole, exactly.value)


@pytest.mark.parametrize(("quotient", "state"), [("8.99", "no"), ("9", "yes"), ("9.01", "yes")])
def test_albumin_quotient_is_normal_below_9(quotient: str, state: str) -> None:
    assert result("albumin_quotient_raised", {"csf_albumin_quotient": known(quotient)}).state == state


@pytest.mark.parametrize(
    ("level", "at_least", "above"), [("4.29", "no", "no"), ("4.3", "yes", "no"), ("4.31", "yes", "yes")]
)
def test_interleukin_6_at_its_cut_off(level: str, at_least: str, above: str) -> None:
    facts = {"csf_il6": known(level)}
    found = result("csf_il6", facts)
    assert (found.state, found.variant, found.evidence) == (at_least, "at_least_4_3", "C")
    assert result("csf_il6", facts, "above_4_3").state == above


def test_interleukin_6_that_is_not_known() -> None:
    assert result("csf_il6", {"csf_il6": UNBOUNDED}).missing == ("csf_il6",)
    assert result("csf_il6", {"csf_il6": Bounds(None, exact(4), upper_open=True)}).state == "no"

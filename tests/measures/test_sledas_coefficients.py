"""SLE-DAS from a coefficient file of the user. The numbers here are made up: they only exercise the form."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from costim.errors import CostimError
from costim.measures.bounds import Bounds, between, known
from costim.measures.facts import Facts, FactValue, Item, Visit
from costim.measures.score import score
from costim.measures.sledas import gate
from costim.measures.sledas_category import category
from costim.measures.sledas_coefficients import FORM, Coefficients, compute_sledas, read_coefficients
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures
from tests.measures.test_sledas import FINDINGS, facts

ITEMS = tuple(measures()["sledas"].extra["gate"])
UNITS = {"swollen_joints": "joints", "proteinuria": "mg", "platelets": "10^9/L", "leukocytes": "10^9/L"}
YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


def written(transform: str = "identity", **changes: str) -> str:
    """A made-up file: item number n has the coefficient n."""
    head = {"form": f'form = "{FORM}"', "citation": 'citation = "made up for a test"', "intercept": "intercept = 0.5"}
    lines = [changes.get(key, line) for key, line in head.items()]
    for n, name in enumerate(ITEMS, start=1):
        numeric = f'\ntransform = "{transform}"\nunit = "{UNITS[name]}"\nwhen_not_counted = 0' if name in UNITS else ""
        lines.append(changes.get(name, f"[terms.{name}]\ncoefficient = {n}{numeric}"))
    return "\n".join([*lines, *(line for key, line in changes.items() if key == "more")]) + "\n"


def read(tmp_path: Path, text: str) -> Coefficients:
    path = tmp_path / "sledas.toml"
    path.write_text(text, "utf-8")
    return read_coefficients(path)


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(CostimError) as caught:
        read(tmp_path, text)
    assert str(tmp_path) not in str(caught.value)
    return str(caught.value)


def test_nothing_counts_gives_the_intercept(tmp_path: Path) -> None:
    found = compute_sledas(gate(facts()), read(tmp_path, written()))
    assert (found.quantity.bounds, found.citation, found.variant) == (known("0.5"), "made up for a test", "sledas_2019")
    assert found.quantity.flags == ("user_coefficients",)


def test_terms_are_added_exactly(tmp_path: Path) -> None:
    here = facts(sledas_alopecia=Item(YES), sledas_swollen_joints=known(3), platelets=known("40.5"))
    places = {name: n for n, name in enumerate(ITEMS, start=1)}
    expected = (
        Fraction(1, 2) + places["alopecia"] + 3 * places["swollen_joints"] + Fraction("40.5") * places["platelets"]
    )
    found = compute_sledas(gate(here), read(tmp_path, written()))
    assert found.quantity.bounds == known(expected)
    assert category(found.quantity).state == "moderate_severe"


@pytest.mark.parametrize(
    ("transform", "joints", "points"), [("square_root", 9, 3), ("square_root", 16, 4), ("identity", 9, 9)]
)
def test_transforms_that_are_exact(tmp_path: Path, transform: str, joints: int, points: int) -> None:
    found = compute_sledas(gate(facts(sledas_swollen_joints=known(joints))), read(tmp_path, written(transform)))
    assert found.quantity.bounds == known(Fraction(1, 2) + points)


@pytest.mark.parametrize(
    ("transform", "near"),
    [("natural_log", "3.713572066704307803866763373"), ("natural_log_of_1_plus", "3.737669618283368305917830101")],
)
def test_logarithms_are_rounded_to_28_digits(tmp_path: Path, transform: str, near: str) -> None:
    """ln 41 and ln 42, as any table of logarithms gives them."""
    found = compute_sledas(gate(facts(leukocytes=known(6), platelets=known(41))), read(tmp_path, written(transform)))
    place = ITEMS.index("platelets") + 1
    value = found.quantity.bounds.value
    assert value is not None
    assert abs(value - Fraction(1, 2) - place * Fraction(near)) < Fraction(place, 10**26)


@pytest.mark.parametrize("known_states", list(product((YES, NO, UNKNOWN), repeat=2)))
def test_bounds_are_those_of_all_completions_with_one_rash_at_most(
    tmp_path: Path, known_states: tuple[Truth, Truth]
) -> None:
    coefficients = read(tmp_path, written())
    names = ("sledas_localised_rash", "sledas_generalised_rash", "sledas_alopecia", "sledas_myositis")
    states = (*known_states, UNKNOWN, UNKNOWN)

    def at(given_states: tuple[Truth, ...]) -> Bounds:
        return compute_sledas(
            gate(facts(**dict(zip(names, map(Item, given_states), strict=True)))), coefficients
        ).quantity.bounds

    values = [at(full).value for full in product(*((s,) if s is not UNKNOWN else (YES, NO) for s in states))]
    numbers = [v for v in values if v is not None]
    assert len(numbers) == len(values)
    assert at(states) == Bounds(min(numbers), max(numbers))


def test_a_number_that_may_lie_beyond_its_limit_gives_bounds(tmp_path: Path) -> None:
    place = ITEMS.index("platelets") + 1
    found = compute_sledas(gate(facts(platelets=between(90, 120))), read(tmp_path, written())).quantity
    assert found.bounds == Bounds(Fraction(1, 2), Fraction(1, 2) + 100 * place, upper_open=True)
    assert found.missing == ("platelets",)


def test_an_unbounded_value_leaves_the_score_unbounded(tmp_path: Path) -> None:
    text = written("natural_log")
    here = Facts({n: v for n, v in facts().values.items() if n not in ("upcr", "platelets")})
    found = compute_sledas(gate(here), read(tmp_path, text)).quantity
    assert (found.bounds.lower, found.bounds.upper) == (None, None)
    assert found.missing == ("upcr", "platelets")


def test_points_of_a_value_left_out_are_those_the_file_states(tmp_path: Path) -> None:
    term = '[terms.platelets]\ncoefficient = 1\ntransform = "identity"\nunit = "10^9/L"\nwhen_not_counted = 0.25'
    found = compute_sledas(gate(facts()), read(tmp_path, written(platelets=term)))
    assert found.quantity.bounds == known("0.75")


def test_adding_a_finding_never_lowers_a_score_with_positive_terms(tmp_path: Path) -> None:
    coefficients = read(tmp_path, written())
    base = compute_sledas(gate(facts()), coefficients).quantity.bounds.value
    assert base is not None
    for fact in FINDINGS.values():
        more: dict[str, FactValue] = {fact: Item(YES)}
        value = compute_sledas(gate(facts(**more)), coefficients).quantity.bounds.value
        assert value is not None
        assert value > base


def test_no_coefficient_file_means_no_score() -> None:
    result = score("sledas", Visit(facts(sledas_alopecia=Item(YES))))
    assert (result.bounds.unknown, result.flags) == (True, ("coefficients_not_shipped",))


def test_every_problem_of_a_file_is_listed(tmp_path: Path) -> None:
    text = written(
        citation='citation = " "',
        intercept='intercept = "0.5"',
        form='form = "product"',
        alopecia="[terms.alopezia]\ncoefficient = 1",
        platelets='[terms.platelets]\ncoefficient = true\ntransform = "log2"\nunit = "G/L"\nextra = 1',
        myositis="[terms.myositis]\ncoefficient = nan",
    )
    assert refused(tmp_path, text).splitlines() == [
        "sledas.toml: SLE-DAS coefficients",
        "- form is 'product'; the only form that is understood is 'intercept plus terms'",
        "- citation is missing; name the paper, and its table or equation, that prints these numbers",
        "- intercept is '0.5'; write a number",
        "- terms.alopezia is not understood; did you mean 'alopecia'?",
        "- terms.alopecia is missing; a coefficient of 0 must be said",
        "- terms.myositis.coefficient is Decimal('NaN'); write a number",
        "- terms.platelets.coefficient is True; write a number",
        "- terms.platelets.when_not_counted is missing; write a number",
        "- terms.platelets.transform is 'log2'; write one of identity, square_root, natural_log, natural_log_of_1_plus",
        "- terms.platelets.unit is 'G/L'; the number enters in '10^9/L'",
        "- terms.platelets.extra is not understood; leave it away",
    ]


@pytest.mark.parametrize("key", ["form", "citation", "intercept"])
def test_what_the_file_does_not_state_is_not_assumed(tmp_path: Path, key: str) -> None:
    assert key in refused(tmp_path, written(**{key: ""}))


@pytest.mark.parametrize("name", ITEMS)
def test_no_item_may_be_left_out(tmp_path: Path, name: str) -> None:
    assert f"- terms.{name} is missing; a coefficient of 0 must be said" in refused(tmp_path, written(**{name: ""}))


def test_a_finding_takes_no_transform(tmp_path: Path) -> None:
    text = written(alopecia='[terms.alopecia]\ncoefficient = 1\ntransform = "identity"')
    assert "- terms.alopecia.transform is not understood; leave it away" in refused(tmp_path, text)


def test_terms_must_be_tables(tmp_path: Path) -> None:
    lines = f'form = "{FORM}"\ncitation = "c"\nintercept = 1\n'
    assert "terms are missing" in refused(tmp_path, lines)
    assert "- terms.alopecia is 3; write a table" in refused(tmp_path, lines + "[terms]\nalopecia = 3\n")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(
        CostimError, match=re.escape("none.toml: the file cannot be read (FileNotFoundError); give a TOML file")
    ):
        read_coefficients(tmp_path / "none.toml")
    assert refused(tmp_path, "= broken").startswith("sledas.toml: this is not TOML: ")


def test_coefficients_made_in_python_are_checked_too() -> None:
    with pytest.raises(CostimError, match="SLE-DAS: the coefficients have no term for swollen_joints, localised_rash"):
        compute_sledas(gate(facts()), Coefficients("c", Fraction(0), {}))

"""Low serum IgG by named thresholds."""

from __future__ import annotations

import pytest

from costim.measures.bounds import Bounds, between, exact, known
from costim.measures.facts import Facts, Visit
from costim.measures.result import Result
from costim.measures.score import score

VARIANTS = ("tieu2021", "marco2014", "access", "jcanvas")


def result(variant: str, **numbers: str | Bounds) -> Result:
    values = {name: n if isinstance(n, Bounds) else known(n) for name, n in numbers.items()}
    return score("hypogammaglobulinaemia", Visit(Facts(values)), variant)


def test_w32_igg_of_5_5() -> None:
    found = {variant: result(variant, igg="5.5").state for variant in VARIANTS}
    assert found == {"tieu2021": "mild", "marco2014": "low", "access": "none", "jcanvas": "none"}


@pytest.mark.parametrize(
    ("igg", "states"),
    [
        ("7", "none none none none"),
        ("6.99", "mild none none none"),
        ("6", "mild none none none"),
        ("5.99", "mild low none none"),
        ("5", "mild low none none"),
        ("4.99", "moderate low none low"),
        ("4.5", "moderate low none low"),
        ("4.49", "moderate low low low"),
        ("3", "moderate low low low"),
        ("2.99", "severe severe low low"),
    ],
)
def test_thresholds_are_literal(igg: str, states: str) -> None:
    assert " ".join(result(variant, igg=igg).state for variant in VARIANTS) == states


def test_mg_per_dl_are_a_hundredth() -> None:
    assert result("tieu2021", igg=known(550).times("0.01")).state == "mild"


def test_bounds_leave_grades_open() -> None:
    found = result("tieu2021", igg=between("4.5", "6.5"))
    assert (found.state, found.possible, found.missing) == ("unknown", ("mild", "moderate"), ("igg",))
    below = result("tieu2021", igg=Bounds(None, exact(3), upper_open=True))
    assert below.state == "severe"


@pytest.mark.parametrize(
    ("more", "flags"),
    [
        ({}, ("proteinuria_not_recorded",)),
        ({"urine_protein": "0.5"}, ()),
        ({"urine_protein": "0.51"}, ("low_igg_with_proteinuria",)),
        ({"upcr": "3"}, ("low_igg_with_proteinuria",)),
        ({"upcr": "0.1", "urine_protein": "0.2"}, ()),
    ],
)
def test_low_igg_is_reported_with_proteinuria(more: dict[str, str], flags: tuple[str, ...]) -> None:
    assert result("tieu2021", igg="5.5", **more).flags == flags
    assert result("access", igg="5.5", **more).flags == ()

"""Measures and variants as they are asked for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from costim.measures.problems import Problem
from costim.registry.measure_catalogue import measures
from costim.scoring.asked import read_asked, resolve


@pytest.mark.parametrize(
    ("raw", "asked"),
    [
        (["sledai"], [("sledai", "sledai_2k_30d")]),
        ("sledai; pga", [("sledai", "sledai_2k_30d"), ("pga", "pga_0_3")]),
        (" ; ", []),
        (["sledai:sledai_1992"], [("sledai", "sledai_1992")]),
        ([" sledai : selena+arthritis_ge2 "], [("sledai", "selena+arthritis_ge2")]),
        ([{"measure": "sledai", "variants": ["selena", None]}], [("sledai", "selena"), ("sledai", "sledai_2k_30d")]),
        ([{"measure": "sledai", "variant": "sledai_2k", "window_days": 10}], [("sledai", "sledai_2k_10d")]),
        ([{"measure": "sledai", "variant": "sledai_2k_10d", "window_days": 10}], [("sledai", "sledai_2k_10d")]),
        ([{"measure": "sledai", "variant": "selena", "window_days": Decimal(10)}], [("sledai", "selena")]),
        ([{"measure": "sledai", "window_days": 28}], [("sledai", "sledai_2k_28d")]),
        (
            [{"measure": "sledai", "variant": "sledai_2k+arthritis_gt2", "window_days": 30}],
            [("sledai", "sledai_2k_30d+arthritis_gt2")],
        ),
        (["pga", "pga", "pga:pga_0_3"], [("pga", "pga_0_3")]),
    ],
)
def test_forms(raw: object, asked: list[tuple[str, str]]) -> None:
    found, problems = read_asked(raw)
    assert problems == ()
    assert list(found) == asked


def one(raw: object) -> Problem:
    found, problems = read_asked(raw)
    assert found == () or problems[0].code == "unknown_key"
    assert len(problems) == 1, problems
    return problems[0]


@pytest.mark.parametrize(
    ("raw", "code", "found", "expected", "action"),
    [
        (["sledia"], "unknown_measure", '"sledia"', "the code of a measure", "did you mean 'sled"),
        (["sledai:selina"], "unknown_variant", '"selina"', "write one of sledai_1992", "did you mean 'selena'?"),
        (["sledai:selena+arthritis_ge"], "unknown_option", '"arthritis_ge"', "arthritis_ge2", "did you mean 'arthr"),
        (["pga:pga_0_3+x"], "unknown_option", '"x"', "", "`costim cite pga` lists variants and options"),
        (
            ["sledai:sledai_2k"],
            "window_without_days",
            "sledai_2k, a window without days",
            "one of sledai_2k_10d, sledai_2k_28d, sledai_2k_30d",
            "name the variant with its days, or add window_days",
        ),
        (
            [{"measure": "sledai", "variant": "sledai_2k", "window_days": 14}],
            "no_such_window",
            "sledai_2k with a window of 14 days",
            "one of sledai_2k_10d (10 days), sledai_2k_28d (28 days), sledai_2k_30d (30 days)",
            "name a window the measure has",
        ),
        (
            [{"measure": "sledai", "variant": "sledai_2k_10d", "window_days": 30}],
            "no_such_window",
            "sledai_2k_10d with a window of 30 days",
            "sledai_2k_30d (30 days)",
            "name a window",
        ),
        (
            [{"measure": "pga", "window_days": 30}],
            "no_such_window",
            "the default variant with a window of 30 days",
            "no window: this measure has none",
            "name a window",
        ),
        ([{"measure": "pga", "window_days": -1}], "wrong_type", "-1", "a whole number of days", "write e.g. 30"),
        ([{"measure": "pga", "window_days": True}], "wrong_type", "true", "a whole number of days", "write e.g. 30"),
        ([{"measure": "pga", "varient": "x"}], "unknown_key", '"varient"', "one of measure", "did you mean 'variant'?"),
        ([{"measure": "pga", "variants": []}], "wrong_type", "a list of 0", "names of variants", "`costim cite pga`"),
        ([{"variant": "x"}], "wrong_type", "an object with variant", "the code of a measure", "write"),
        ([3], "wrong_type", "3", "the code of a measure", "write"),
        (3, "wrong_type", "3", "a list of measures", "write"),
    ],
)
def test_refusals(raw: object, code: str, found: str, expected: str, action: str) -> None:
    problem = one(raw)
    assert problem.code == code
    assert problem.found == found
    assert expected in problem.expected
    assert action in problem.action
    assert problem.item == "measures"


def test_variant_and_variants_together() -> None:
    _, problems = read_asked([{"measure": "pga", "variant": "pga_0_3", "variants": ["pga_0_3"]}])
    assert [p.code for p in problems] == ["contradiction"]


def test_every_variant_of_the_catalogue_resolves_to_itself() -> None:
    for code, info in measures().items():
        for name, variant in info.variants.items():
            assert resolve(code, name) == (name, ())
            if variant.window_days is not None:
                assert resolve(code, name, variant.window_days) == (name, ())

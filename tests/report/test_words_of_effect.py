"""Any effect row as text ready to paste."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from factory import companion_like, methods_like, tokunaga_like

from costim.registry.effects import Effect
from costim.report.format import MINUS, STYLES
from costim.report.rows import read_rows
from costim.report.words_of_effect import P_AT_FLOOR, Described, describe_effect

JRHEUM, ARD, AIM, JAMA = (STYLES[name] for name in ("jrheum", "ard", "aim", "jama"))
ALL_DOWN = Effect(
    parameter="sledai.total",
    method="signed_rank",
    variant="pratt",
    n=10,
    estimate=-9.0,
    lower=-12.0,
    upper=-6.0,
    level=0.95,
    p=1 / 512,
    p_min=1 / 512,
    flags=("ties_present",),
)


def said(row: Effect, style: str = "jrheum", **more: Any) -> str:
    return str(describe_effect(row, STYLES[style], **more))


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (
            "jrheum",
            "Hodges–Lehmann shift −9 (95% CI −12 to −6), exact p = 0.00195 (smallest attainable 0.00195), n = 10",
        ),
        ("ard", "Hodges–Lehmann shift −9 (95% CI −12 to −6), exact p=0.00195 (smallest attainable 0.00195), n=10"),
        ("aim", "Hodges–Lehmann shift −9 (95% CI, −12 to −6), exact P = 0.002 (smallest attainable 0.002), n = 10"),
        ("jama", "Hodges–Lehmann shift −9 (95% CI, −12 to −6), exact P = .002 (smallest attainable .002), n = 10"),
    ],
)
def test_the_shift_in_every_house_style(style: str, text: str) -> None:
    assert said(ALL_DOWN, style) == text


def test_a_result_brings_its_methods_assumption_warnings_and_sources() -> None:
    found = describe_effect(ALL_DOWN, JRHEUM)
    assert isinstance(found, Described)
    assert found.text == str(found)
    assert "smallest 95% interval that holds every shift" in found.methods
    assert "Changes of zero are ranked with the others and then dropped (Pratt)." in found.methods
    assert "{level}" not in found.methods
    assert found.assumption.startswith("Changes are independent between subjects and symmetric")
    assert any("smallest that this number of pairs could have given" in warning for warning in found.warnings)
    assert any(source.startswith("Wilcoxon F.") for source in found.references)


def test_a_p_value_at_its_floor_is_a_warning_whether_or_not_the_row_says_so() -> None:
    from dataclasses import replace

    flagged = replace(ALL_DOWN, flags=(P_AT_FLOOR,))
    above = replace(ALL_DOWN, p=2 / 512)
    assert describe_effect(flagged, ARD).warnings == describe_effect(ALL_DOWN, ARD).warnings
    assert len(describe_effect(ALL_DOWN, ARD).warnings) == 1
    assert describe_effect(above, ARD).warnings == ()


def test_decimals_are_as_many_as_the_numbers_need() -> None:
    from dataclasses import replace

    halves = replace(ALL_DOWN, lower=-12.5)
    assert said(halves).startswith("Hodges–Lehmann shift −9.0 (95% CI −12.5 to −6.0)")
    assert said(replace(halves, unit="points")).startswith("Hodges–Lehmann shift −9.0 points (")
    fine = replace(ALL_DOWN, parameter="lab.never_heard_of", estimate=-9.25, lower=-12.12345, upper=-6.0)
    assert said(fine, decimals=2).startswith("Hodges–Lehmann shift −9.25 (95% CI −12.12 to −6.00)")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"method": "sign_test", "count": 8, "denominator": 9, "p": 0.0390625, "p_min": 0.00390625},
            "8 of 9 better, exact sign test p = 0.0391 (smallest attainable 0.00391), n = 10",
        ),
        (
            {"method": "proportion", "variant": "clopper_pearson", "stratum": "improved", "count": 8}
            | {"denominator": 10, "estimate": 0.8, "lower": 0.4439, "upper": 0.9748, "level": 0.95},
            "8 of 10 improved (80%; exact 95% CI 44% to 97%)",
        ),
        (
            {"method": "kaplan_meier", "at": 12.0, "unit": "months", "estimate_lower": 0.5, "estimate_upper": 0.857}
            | {"lower": 0.187, "upper": 0.996, "upper_open": True, "level": 0.95, "parameter": "event.relapse"},
            "Kaplan–Meier share without the event at 12 months anywhere from 0.500 to 0.857 (95% CI 0.187 to below "
            "0.996), n = 10",
        ),
        (
            {"method": "mcnemar", "variant": "exact", "count": 5, "denominator": 6, "p": 0.21875, "p_min": 0.00195}
            | {"estimate": 5.0, "lower": 0.559, "upper": 236.5, "level": 0.95},
            "5 of 6 whose state changed moved the counted way, exact McNemar test p = 0.219 (smallest attainable "
            "0.00195), conditional odds ratio 5.00 (95% CI 0.559 to 237), n = 10",
        ),
        (
            {"method": "signed_rank", "variant": "pratt", "n": 0},
            "Hodges–Lehmann shift not estimated, n = 0",
        ),
        (
            {"method": "friedman", "variant": "exact", "statistic": 14.25, "p": 0.0021, "p_min": 0.0001},
            "difference between visits, statistic 14.3, exact Friedman test p = 0.0021 (smallest attainable 0.0001), "
            "n = 10",
        ),
        (
            {"method": "change_net_of_regression", "variant": "mee_chua", "at": 10.0, "unit": "points"}
            | {"estimate": -6.7412, "lower": -13.663, "upper": 0.1812, "level": 0.95, "p": 0.0554},
            "change net of regression to the mean at an assumed long-run mean of 10 points: −6.7 points (95% CI −13.7 "
            "to 0.2), p = 0.0554, n = 10",
        ),
        (
            {"method": "geometric_mean_ratio", "estimate": 0.512345, "lower": 0.4, "upper": 0.65, "level": 0.95},
            "ratio of geometric means, after to before 0.512 (95% CI 0.400 to 0.650), n = 10",
        ),
        (
            {"method": "shrunken_change", "variant": "sceptical", "stratum": "7", "estimate": -4.1234, "unit": "points"}
            | {"lower": -9.0, "upper": 0.9, "level": 0.95, "n": 1},
            "change pulled towards the mean of all patients (7) −4.1 points (95% credible interval −9.0 to 0.9), n = 1",
        ),
    ],
)
def test_results_of_other_methods(fields: dict[str, Any], text: str) -> None:
    assert said(Effect(**({"parameter": "sledai.total", "n": 10} | fields))) == text


@pytest.mark.parametrize("results", [companion_like(), tokunaga_like(), methods_like()], ids=["ten", "seed", "methods"])
@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_row_of_every_study_can_be_said(results: Any, style: str) -> None:
    for row in read_rows(results).effects:
        text = said(row, style)
        assert text
        assert "None" not in text
        assert not re.search(r"(?<![A-Za-z0-9])-\d", text), text
        if row.estimate is not None and row.estimate < 0 and row.count is None:
            assert MINUS in text


def test_a_fall_of_a_marker_without_a_worse_side_is_not_called_better() -> None:
    row = Effect(parameter="lab.igg", method="sign_test", stratum="decreased", n=8, count=8, denominator=8, p=0.0078125)
    assert str(describe_effect(row, STYLES["ard"])).startswith("8 of 8 decreased, exact sign test p")
    assert str(describe_effect(replace(row, stratum=""), STYLES["ard"])).startswith("8 of 8 better, exact sign test p")

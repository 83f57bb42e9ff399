"""What the report of the two-year cohort must say (published facts and hand calculations)."""

from __future__ import annotations

import polars as pl
import pytest
from tests.integration.conftest import Run

ALTERNATIVE = "patient5_22mg_8to2"


@pytest.mark.parametrize(
    ("parameter", "before", "after", "p"),
    [
        ("sledai.total", 16.2, 3.5, 0.009765625),
        ("scale.bilag_total", 19.8, 3.8, 0.00390625),
        ("steroid.prednisone_equivalent", 35.0, 6.7, 0.001953125),
    ],
)
def test_paired_changes(companion: Run, parameter: str, before: float, after: float, p: float) -> None:
    assert companion.effect(parameter, "mean", stratum="baseline")["estimate"] == pytest.approx(before, abs=0.051)
    assert companion.effect(parameter, "mean", stratum="post")["estimate"] == pytest.approx(after, abs=0.051)
    row = companion.effect(parameter, "signed_rank", variant="pratt")
    assert row["n"] == 10
    assert row["p"] == pytest.approx(p)
    assert row["p_min"] == pytest.approx(2 / 2**10)


def test_the_other_reading_of_patient_5_is_a_named_sensitivity(companion: Run) -> None:
    mean = companion.effect("sledai.total", "mean", reading=ALTERNATIVE, stratum="baseline")
    assert mean["estimate"] == pytest.approx(14.2)
    assert ALTERNATIVE in companion.section("sensitivity")
    assert f"Under the alternative reading {ALTERNATIVE}" in companion.section("summary")


def test_responders(companion: Run) -> None:
    row = companion.effect("scale.clinical_response", "proportion", variant="clopper_pearson")
    assert (row["count"], row["denominator"]) == (8, 10)
    assert row["lower"] == pytest.approx(0.444, abs=5e-4)
    assert row["upper"] == pytest.approx(0.975, abs=5e-4)


def test_no_survival_curve_is_drawn_and_the_report_says_so(companion: Run) -> None:
    assert companion.effects.filter(pl.col("method") == "kaplan_meier").is_empty()
    said = "The printed data permit no Kaplan–Meier curve: they hold no time at which a response ended"
    assert said in companion.section("response")

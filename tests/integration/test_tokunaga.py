"""What the report of the seed study must say (published facts and hand calculations)."""

from __future__ import annotations

import polars as pl
import pytest
from tests.integration.conftest import Run


def test_23_infusions_in_10_patients(tokunaga: Run) -> None:
    assert tokunaga.effect("exposure.infusions", "total")["estimate"] == 23
    assert tokunaga.effect("exposure.infusions", "subjects")["count"] == 10


def test_durations_and_the_one_unknown(tokunaga: Run) -> None:
    rows = tokunaga.measurements.filter(pl.col("parameter") == "event.end_of_response").sort("subject")
    durations = dict(zip(rows["subject"], rows["value"], strict=True))
    assert durations.pop("10") is None
    assert durations == {
        "1": 22, "2": 18, "3": 23, "4": 29, "5": 7, "6": 7, "7": 14, "8": 11, "9": 10,
    }  # fmt: skip


def test_half_beyond_a_year_under_the_stated_constraint(tokunaga: Run) -> None:
    row = tokunaga.effect("event.end_of_response", "proportion_beyond", at=12.0, variant="clopper_pearson")
    assert (row["count"], row["denominator"]) == (5, 10)
    assert row["estimate"] == 0.5
    assert row["lower"] == pytest.approx(0.187, abs=5e-4)
    assert row["upper"] == pytest.approx(0.813, abs=5e-4)
    assert "conditional_on_constraint" in row["flags"]
    assert row["constraints"] == ["c01"]


def test_survival_is_bounds_because_the_censored_are_unknown(tokunaga: Run) -> None:
    rows = tokunaga.effects.filter(
        pl.col("parameter") == "event.end_of_response", pl.col("method") == "kaplan_meier", pl.col("at") == 12
    )
    assert rows.height == 1
    row = rows.row(0, named=True)
    assert row["estimate"] is None
    assert row["estimate_lower"] == pytest.approx(0.5)
    assert row["estimate_upper"] > 0.8
    assert set(row["constraints"]) == {"c01", "c02"}


def test_imaging_verdicts(tokunaga: Run) -> None:
    def count(stratum: str) -> object:
        return tokunaga.effect("imaging.verdict", "category_count", stratum=stratum)["count"]

    assert count("improved") == 6
    assert count("not improved") == 1
    assert count("no follow-up data") == 1
    assert count("not reported or not recovered") == 2


def test_igg_index_cannot_be_significant(tokunaga: Run) -> None:
    row = tokunaga.effect("lab.csf_igg_index", "signed_rank", variant="pratt")
    assert (row["n"], row["p"], row["p_min"]) == (3, 0.25, 0.25)


def test_the_implausible_total_is_flagged_and_kept(tokunaga: Run) -> None:
    rows = tokunaga.measurements.filter(pl.col("subject") == "2", pl.col("visit") == "entry")
    typed = rows.filter(pl.col("parameter") == "sledai.recorded_total").row(0, named=True)
    items = rows.filter(pl.col("parameter") == "sledai.item_total").row(0, named=True)
    assert typed["value"] == 2
    assert "inconsistent_total" in typed["flags"]
    assert (items["value"], items["lower"]) == (None, 10)


def test_coma_scale_stays_a_range(tokunaga: Run) -> None:
    row = tokunaga.measurements.filter(
        pl.col("parameter") == "scale.gcs", pl.col("subject") == "1", pl.col("visit") == "entry"
    ).row(0, named=True)
    assert (row["value"], row["lower"], row["upper"]) == (None, 7, 11)
    assert "7 to 11" in tokunaga.section("changes")


def test_the_ten_of_ten_fall_is_not_recomputable(tokunaga: Run) -> None:
    comparison = tokunaga.effect("published.tok07_r02", "published_comparison")
    assert comparison["text"] == "not recomputable"
    implied = tokunaga.effect("published.tok07_r02", "sign_test_of_published_count")
    assert implied["p"] == pytest.approx(2 / 2**10)
    assert tokunaga.effect("sledai.total", "signed_rank", variant="pratt")["n"] == 0


@pytest.mark.parametrize(
    ("result", "status"),
    [
        ("tok07_r01", "reproduced"),
        ("tok07_r03", "reproduced"),
        ("tok07_r12", "contradicted"),
        ("tok07_r13", "reproduced"),
        ("tok07_r14", "contradicted"),
        ("tok07_r04", "not recomputable"),
    ],
)
def test_published_results(tokunaga: Run, result: str, status: str) -> None:
    assert tokunaga.effect(f"published.{result}", "published_comparison")["text"] == status


def test_both_forms_of_the_model_are_reported_and_half_of_ten_cannot_separate_them(tokunaga: Run) -> None:
    shares = tokunaga.effects.filter(pl.col("method") == "simulated_share", pl.col("at") == 12)
    assert sorted(shares["variant"]) == ["loop", "no_cooperative_loop"]
    # 5 of 10 leave 19 to 81 % open, and both forms foretell something in between.
    assert shares["estimate"].is_between(0.187, 0.813).all()
    said = tokunaga.section("mechanism")
    assert "Nothing in this section was measured." in said
    assert "cooperative (n = 2)" in said and "not cooperative (n = 1)" in said
    assert "the study documented 5 of 10" in said
    assert "cannot separate the forms of the model" in said
    assert "cannot show that costimulation mediates the benefit" in said
    assert "virtual" not in tokunaga.section("sensitivity").lower()

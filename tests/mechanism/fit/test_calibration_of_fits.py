"""Simulation-based calibration: a few small refits now, the verdict of the committed long run, its machinery."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from bench.sbc.case import pattern
from bench.sbc.page import DOCS, render
from bench.sbc.refit import LEAST, RANKED, refit
from bench.sbc.run import PILOT, TABLE
from bench.sbc.uniformity import chi_square, ecdf_band, holm, p_values
from bench.sbc.verdict import judge

LEVELS = RANKED + 1


@pytest.mark.slow
def test_a_few_refits_of_a_small_study_are_not_off() -> None:
    like = pattern(2, (0, 28, 180), ("cd19", "icos", "sledai"))
    rows = [refit(seed, like, "turnover") for seed in range(1, 4)]
    ranks = np.array([[v for k, v in row.items() if k.startswith("rank_")] for row in rows]) / RANKED
    assert ranks.min() >= 0
    assert ranks.max() <= 1
    # Twenty quantities of three studies, hardly correlated: the mean of uniform ranks has a standard deviation of 0.04.
    assert 0.3 < ranks.mean() < 0.7
    assert 0.18 < ranks.std() < 0.4
    assert all(row["least_effective"] >= LEAST for row in rows)


@pytest.mark.skipif(not TABLE.exists(), reason="the long run has not been folded in: python -m bench.sbc.run")
def test_the_committed_run_passes_and_its_page_is_of_it() -> None:
    verdict = judge()
    assert verdict.refits >= 200
    assert [line.name for line in verdict.lines if line.estimable and not line.passes] == []
    assert verdict.passes
    assert (DOCS / "fit.md").read_text("utf-8") == render(verdict, "fit.svg")


def test_uniform_ranks_pass_and_bent_ones_do_not(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    tables = {tmp_path / "table.csv": 200, tmp_path / "pilot.csv": 5}
    for path, count in tables.items():
        rows = [
            {
                "seed": seed,
                "seconds": 30,
                "draws": 120,
                "divergences": 0,
                "least_effective": 50,
                "rank_CL": rng.integers(0, LEVELS),
                "rank_K": rng.binomial(RANKED, rng.beta(3, 3)),
                "rank_kM": rng.integers(0, 10),
                "rank_K_p1": rng.integers(0, LEVELS),
                **{f"contraction_{name}": value for name, value in (("CL", 0.8), ("K", 0.9), ("kM", 0.2))},
            }
            for seed in range(count)
        ]
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    verdict = judge(*tables)
    assert [(line.name, line.estimable, line.passes) for line in verdict.lines] == [
        ("CL", True, True),
        ("K", True, False),
        ("kM", False, False),
        ("K_p1", False, True),
    ]
    assert not verdict.passes
    assert "Not every estimable parameter passes: K." in render(verdict, "fit.svg")


def test_p_values_of_uniform_ranks_are_uniform() -> None:
    ranks = np.random.default_rng(3).integers(0, LEVELS, (200, 60))
    p = p_values(ranks, LEVELS)
    assert 0.35 < p.mean() < 0.65
    assert (p < 0.05).mean() < 0.15


def test_holm_by_hand() -> None:
    assert holm(np.array([0.01, 0.04, 0.03])).tolist() == pytest.approx([0.03, 0.06, 0.06])


def test_chi_square_by_hand() -> None:
    assert chi_square(np.array([0, 1, 5, 9]), 10, bins=2) == pytest.approx(0)
    assert chi_square(np.array([0, 1, 2, 9]), 10, bins=2) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="do not fill"):
        chi_square(np.array([1]), 7, bins=2)


def test_the_band_holds_uniform_curves_as_often_as_it_says() -> None:
    band = ecdf_band(200, LEVELS)
    rng = np.random.default_rng(9)
    grid = np.arange(1, LEVELS + 1) / LEVELS
    inside = [
        (
            np.abs(np.bincount(rng.integers(0, LEVELS, 200), minlength=LEVELS).cumsum() / 200 - grid) <= band + 1e-12
        ).all()
        for _ in range(1000)
    ]
    assert 0.93 < np.mean(inside) < 0.97


def test_tables_hold_no_refit_twice() -> None:
    for path in (TABLE, PILOT):
        if path.exists():
            with path.open(encoding="utf-8") as file:
                seeds = [row["seed"] for row in csv.DictReader(file)]
            assert len(set(seeds)) == len(seeds)

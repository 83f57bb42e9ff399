"""The how-to about simulated studies says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from costim.inference.other_causes.barnett import compute_expected_regression
from costim.simulated.biases import BIASES
from costim.simulated.design import StudyDesign
from costim.simulated.registry_numbers import registry_of
from costim.simulated.sampled import COUNTABLE, Population
from costim.simulated.truth import POPULATION

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "simulate-a-study.md").read_text("utf-8")


def test_every_bias_stands_on_the_page_with_its_usual_amount() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", PAGE, flags=re.MULTILINE)
    assert {name: float(amount) for name, amount in rows} == {k.name: k.usual for k in BIASES.values()}


def test_the_code_on_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102  # our own page
    assert (tmp_path / "out" / "selected" / "truth" / "population.csv").exists()


def test_numbers_on_the_page(selected: Population) -> None:
    registry = registry_of(StudyDesign())
    assert f"mean {registry.mean:.1f}, standard deviations {registry.between_sd:.1f}" in PAGE
    assert f"between and {registry.within_sd:.1f} within" in PAGE
    expected = compute_expected_regression(
        population_mean=registry.mean, between_sd=registry.between_sd, within_sd=registry.within_sd, above=18
    ).change
    assert expected is not None
    assert f"expects {-expected:.1f}:" in PAGE
    planted = float((selected.biased.sledai[:, 0] - selected.fair.sledai[:, 0]).mean())
    assert planted == pytest.approx(2.2, abs=0.5)
    assert "2.2 points too large" in PAGE
    assert f"from {POPULATION:,} virtual patients" in PAGE
    assert f"at least {COUNTABLE} B cells in both tubes" in PAGE
    assert f"at {100 * StudyDesign().dropout_per_year:g} % a year" in PAGE

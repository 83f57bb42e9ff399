"""Who enters."""

from __future__ import annotations

import numpy as np
import pytest

from costim.inference.other_causes.barnett import compute_expected_regression
from costim.mechanism.model.catalogue import load_model
from costim.simulated.activity_items import totals
from costim.simulated.biases import Biases
from costim.simulated.design import StudyDesign
from costim.simulated.enrolment import draw_fluctuation, enrol
from costim.simulated.registry_numbers import registry_of
from costim.simulated.sampled import Population
from tests.simulated.conftest import SELECTED


def test_without_a_cut_everybody_enters_and_with_one_those_above_it() -> None:
    model = load_model("loop")
    everyone = enrol(StudyDesign(), model, 300, 9)
    assert everyone.screened == 300
    some = enrol(StudyDesign(biases=Biases(selected_high=18.0)), model, 100, 9)
    assert totals(some.entered.items).min() > 18
    assert some.screened > 100
    # Those of the first 100 who pass are the first who enter.
    first = some.entered.candidate[some.entered.candidate < 100]
    assert np.array_equal(some.entered.values[: first.size], everyone.entered.values[first])


def test_fluctuation_has_mean_one_and_its_coefficient_of_variation() -> None:
    factors = draw_fluctuation(0.2, (200_000,), np.random.Generator(np.random.PCG64(1)))
    assert factors.mean() == pytest.approx(1.0, abs=0.002)
    assert factors.std() == pytest.approx(0.2, abs=0.002)


def test_high_readings_are_followed_by_lower_ones_without_any_treatment(selected: Population) -> None:
    """The biased and the fair study see the same patients treated alike: they differ by the baseline reading alone."""
    planted = float((selected.fair.sledai[:, 0] - selected.biased.sledai[:, 0]).mean())
    assert selected.biased.sledai[:, 0].min() > 18
    registry = registry_of(SELECTED)
    expected = compute_expected_regression(
        population_mean=registry.mean, between_sd=registry.between_sd, within_sd=registry.within_sd, above=18.0
    )
    # Barnett's formula is for normal readings; SLEDAI is skewed and its noise grows with it.
    assert expected.change is not None
    assert planted == pytest.approx(expected.change, rel=0.3)
    assert planted < -1.5
    assert np.array_equal(selected.fair.sledai[:, 1:], selected.biased.sledai[:, 1:])


def test_registry_numbers_are_those_of_two_readings() -> None:
    """Level 18 x exp(0.4^2 / 2) = 19.5 and between-patient deviation 8.1, from the log-normal of SLEDAI0."""
    registry = registry_of(StudyDesign())
    level = 18 * np.exp(0.4**2 / 2)
    assert registry.mean == pytest.approx(level, abs=0.5)
    assert registry.between_sd == pytest.approx(level * np.sqrt(np.expm1(0.4**2)), abs=0.5)
    still = registry_of(StudyDesign(fluctuation=0.0))
    assert 0 < still.within_sd < registry.within_sd

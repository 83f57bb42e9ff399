"""Readings: each bias does what it says and leaves the rest alone."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from costim.simulated.activity_items import ITEMS, SUBJECTIVE
from costim.simulated.biases import Biases
from costim.simulated.cohort import Cohort, draw_cohort
from costim.simulated.design import StudyDesign
from costim.simulated.readings import PULSE_WEARS_OFF, Readings, attendance, improved_chance, read, visit_days


def biased(cohort: Cohort, **amounts: float) -> Readings:
    design = replace(cohort.design, biases=Biases(**amounts))
    return read(design, cohort.model, cohort.entered, cohort.courses, cohort.seed)


def differing(one: Readings, other: Readings) -> set[str]:
    return {f.name for f in fields(Readings) if not np.array_equal(getattr(one, f.name), getattr(other, f.name))}


@pytest.mark.parametrize(
    ("name", "amount", "touched"),
    [
        ("missing_visits", 0.5, {"attended"}),
        ("missing_when_ill", 0.9, {"attended"}),
        ("unblinded_readers", 0.9, {"items"}),
        ("steroid_pulse", 0.8, {"expected", "items"}),
        ("gate_drift", 0.5, set()),
        ("spill_error", 0.5, set()),
    ],
)
def test_a_bias_touches_nothing_else(cohort: Cohort, name: str, amount: float, touched: set[str]) -> None:
    found = differing(cohort.readings, biased(cohort, **{name: amount}))
    assert found - {"image_improved"} == touched


def test_pulses_lower_activity_after_baseline_and_wear_off(cohort: Cohort) -> None:
    found = biased(cohort, steroid_pulse=0.4).expected / cohort.readings.expected
    assert np.all(found[:, 0] == 1.0)
    days = cohort.readings.days[:, 1:]
    assert found[:, 1:] == pytest.approx(1 - 0.4 * np.exp(-days / PULSE_WEARS_OFF))


def test_unblinded_readers_leave_out_what_rests_on_judgement_after_baseline(cohort: Cohort) -> None:
    found = biased(cohort, unblinded_readers=1.0)
    subjective = np.isin(ITEMS, SUBJECTIVE)
    assert np.array_equal(found.items[:, 0], cohort.readings.items[:, 0])
    assert not found.items[:, 1:, subjective].any()
    assert np.array_equal(found.items[:, 1:, ~subjective], cohort.readings.items[:, 1:, ~subjective])
    assert found.image_improved.all()


def test_visits_lie_in_their_windows() -> None:
    design = StudyDesign()
    days = visit_days(design, 4000, np.random.Generator(np.random.PCG64(1)))
    for column, visit in zip(days.T, design.visits, strict=True):
        assert column.min() == visit.day - visit.window
        assert column.max() == visit.day + visit.window
    assert np.all(np.diff(days, axis=1) > 0)


def test_shares_of_missed_visits() -> None:
    design = StudyDesign(dropout_per_year=0.0, biases=Biases(missing_visits=0.2))
    days = visit_days(design, 4000, np.random.Generator(np.random.PCG64(1)))
    came = attendance(design, days, np.ones(days.shape), np.random.Generator(np.random.PCG64(2)))
    assert came[:, 0].all()
    assert came[:, 1:].mean() == pytest.approx(0.8, abs=0.01)
    ill = StudyDesign(dropout_per_year=0.0, biases=Biases(missing_when_ill=0.4))
    activity = np.tile([0.25, 1.5], (4000, 6))[:, : days.shape[1]]
    came = attendance(ill, days, activity, np.random.Generator(np.random.PCG64(2)))
    assert came[:, 2].mean() == pytest.approx(1 - 0.4 * 0.25, abs=0.02)
    assert came[:, 1].mean() == pytest.approx(1 - 0.4, abs=0.03)


def test_who_is_lost_does_not_come_back() -> None:
    design = StudyDesign(dropout_per_year=0.5)
    days = visit_days(design, 4000, np.random.Generator(np.random.PCG64(1)))
    came = attendance(design, days, np.ones(days.shape), np.random.Generator(np.random.PCG64(2)))
    assert not (came[:, 1:] & ~came[:, :-1]).any()
    year = design.place("month12")
    assert came[:, year].mean() == pytest.approx(np.exp(-0.5), abs=0.03)


def test_images_improve_with_activity() -> None:
    assert improved_chance(np.array([0.6]))[0] == pytest.approx(0.5)
    assert improved_chance(np.array([0.2]))[0] > 0.98
    assert improved_chance(np.array([1.0]))[0] < 0.02


def test_readings_are_the_same_for_the_same_seed_and_other_for_another(cohort: Cohort) -> None:
    assert differing(cohort.readings, draw_cohort(StudyDesign(), 5).readings) == set()
    assert "items" in differing(cohort.readings, draw_cohort(StudyDesign(), 6).readings)

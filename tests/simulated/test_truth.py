"""True values of the population."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costim.inference.composition.kitagawa import compute_kitagawa
from costim.simulated.biases import Biases
from costim.simulated.cell_levels import KINDS, log_means, medians
from costim.simulated.design import StudyDesign
from costim.simulated.questions import mean, pseudo_median, ratio, share
from costim.simulated.questions_cells import parts_of_change
from costim.simulated.sampled import Population, sample_population
from costim.simulated.truth import Truth, population_truth
from tests.simulated.conftest import PATIENTS

DAY28 = "sledai.total/baseline_to_day28/mean_shift"


def test_without_bias_nothing_is_planted(truth: Truth) -> None:
    assert truth.planted == pytest.approx(dict.fromkeys(truth.values, 0.0))


def test_the_mean_change_of_sledai_is_that_of_the_model(truth: Truth) -> None:
    """Another way to the same number: expected SLEDAI0 (D - 1), without items and fluctuation."""
    from costim.mechanism.model.catalogue import load_model
    from costim.simulated.courses import follow
    from costim.simulated.enrolment import enrol
    from costim.simulated.sampled import POPULATION_SEED

    design = StudyDesign()
    model = load_model("loop")
    entered = enrol(design, model, PATIENTS, POPULATION_SEED).entered
    courses = follow(design, model, entered)
    change = courses.outputs["sledai"][:, 28] - courses.outputs["sledai"][:, 0]
    row = next(r for r in truth.rows if r.key == DAY28)
    assert row.value == pytest.approx(change.mean(), abs=4 * row.error)
    assert row.error < 0.5


def test_values_lie_where_the_specification_of_the_model_has_them(truth: Truth) -> None:
    """Calibration checks 10, 11 and 12 in the dose mix of the seed, with room for a thousand patients."""
    values = truth.values
    assert 0.45 <= values["event.relapse/kaplan_meier@12"] <= 0.65
    assert values["event.relapse/kaplan_meier@24"] < values["event.relapse/kaplan_meier@12"]
    assert 0.25 <= values["lab.anti_dsdna/baseline_to_month6/geometric_mean_ratio"] <= 0.5
    back = [values[f"bcell.return_day/kaplan_meier/attained@{day}"] for day in (183, 365)]
    assert 0.3 < back[0] < back[1] <= 1.0
    assert values["bcell.depleted/baseline_to_day28/proportion/yes"] > 0.8
    assert values["cyt.b_cells.cd40.median/baseline_to_month6/geometric_mean_ratio"] < 0.8


def test_a_pulse_is_planted_as_its_formula_says() -> None:
    design = StudyDesign(biases=Biases(steroid_pulse=0.35))
    found = sample_population(design, PATIENTS)
    planted = (found.biased.sledai - found.fair.sledai).mean(axis=0)
    assert planted[0] == 0.0
    place = design.place("day28")
    expected = -0.35 * np.exp(-28 / 30) * found.fair.sledai[:, place].mean()
    assert planted[place] == pytest.approx(expected, rel=0.25)
    assert np.array_equal(found.biased.relapse_day, found.fair.relapse_day)


def test_drift_makes_levels_fall_by_its_amount() -> None:
    """What clings and what glows by itself does not drift: the signal falls by a little less."""
    truth = population_truth(StudyDesign(biases=Biases(gate_drift=0.2)), PATIENTS)
    key = "cyt.b_cells.cd40.median/baseline_to_month6/geometric_mean_ratio"
    # month 6 is the last but one visit with tubes: half of the drift
    assert truth.biased[key] / truth.values[key] == pytest.approx(0.9, abs=0.01)
    assert truth.biased[DAY28] == truth.values[DAY28]
    assert "cyt.cd4_t_cells.cd69.percent_positive/baseline_to_day28/mean_shift" not in truth.biased


def test_values_that_only_files_tell_are_not_given() -> None:
    truth = population_truth(StudyDesign(biases=Biases(spill_error=0.5)), PATIENTS)
    assert not [key for key in truth.biased if key.startswith("cyt.")]
    assert truth.biased[DAY28] == truth.values[DAY28]


def test_fcs_files_and_the_number_of_patients_play_no_part(truth: Truth) -> None:
    other = population_truth(StudyDesign(patients=7, fcs=True), PATIENTS)
    assert other.rows == truth.rows
    assert other.design.patients == 7


def test_parts_of_a_change_are_those_of_kitagawa(selected: Population) -> None:
    sampled = selected.fair
    composition, expression = parts_of_change(sampled, 3, 8)
    known = np.flatnonzero(~np.isnan(composition))
    gone = known[sampled.memory_b[known, 3] == 0]
    assert known.size > 50
    assert gone.size > 0
    for i in [*known[:25], *gone]:
        naive = sampled.naive_share[i]
        levels = [[sampled.naive_cd40[i, k], sampled.memory_cd40[i, k]] for k in (0, 3)]
        if sampled.memory_b[i, 3] == 0:
            levels[1][1] = np.nan
        split = compute_kitagawa((naive[0], 1 - naive[0]), (naive[3], 1 - naive[3]), *levels)
        assert composition[i] == pytest.approx(split.composition, abs=1e-12)
        assert expression[i] == pytest.approx(split.expression, abs=1e-12)


def test_levels_are_those_of_simulated_cells() -> None:
    """Against a million cells drawn as the sample maker draws them, with the median of all other light."""
    from costim.simulated.cell_levels import _light

    draw = np.random.Generator(np.random.PCG64(1))
    factor, naive, size = 0.45, 0.8, 1_000_000
    middle, spread, other = _light("cd40")
    of_memory = draw.choice(len(KINDS) - 1, size, p=[0.4, 0.55, 0.05]) + 1
    kind = np.where(draw.random(size) < naive, 0, of_memory)
    signal = middle[kind] * factor * np.exp(spread[kind] * draw.standard_normal(size)) + other[kind]
    found = medians("cd40", np.array([factor]), np.array([naive]))[0]
    assert found == pytest.approx(np.median(signal), rel=0.003)
    of_naive, of_rest = log_means("cd40", np.array([factor]))
    assert of_naive[0] == pytest.approx(np.log(signal[kind == 0]).mean(), abs=0.002)
    assert of_rest[0] == pytest.approx(np.log(signal[kind > 0]).mean(), abs=0.003)


def test_statistics_of_small_samples() -> None:
    x = np.array([-3.0, -1.0, 0.0, 8.0])
    pairs = [(a + b) / 2 for a in x for b in x]
    assert pseudo_median(x)[0] == pytest.approx(np.median(pairs), abs=0.26)
    assert mean(x) == pytest.approx((1.0, np.std(x, ddof=1) / 2))
    assert ratio(np.log([0.5, 2.0]))[0] == pytest.approx(1.0)
    assert share(np.array([1.0, 0.0, 1.0, 1.0]))[0] == 0.75


def test_no_cooperative_loop_is_another_truth() -> None:
    """With n = 1 fewer are free of relapse at two years: the specification names 2 % against 34 %."""
    other = population_truth(replace(StudyDesign(), model="no_cooperative_loop"), 500).values
    assert other["event.relapse/kaplan_meier@24"] < 0.15

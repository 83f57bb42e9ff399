"""Power of a plan: repeats, carries the uncertainty of the model, says what it rests on."""

import dataclasses

import numpy as np
import pytest

from costim.mechanism.dosing.regimen import REGIMENS
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.planning import virtual_courses
from costim.mechanism.planning.posterior_means import means_of_posterior
from costim.mechanism.planning.power import compute_power
from costim.mechanism.planning.provenance import describe_evidence
from costim.mechanism.planning.study_plan import StudyPlan
from costim.mechanism.planning.virtual_courses import draw_courses
from costim.mechanism.population.uncertainty import draw_means

LOOP = load_model("loop")
PLAN = StudyPlan((REGIMENS["375x2"],), 10, relapse_reference=0.2)
PAIR = StudyPlan((REGIMENS["100x1"], REGIMENS["1000x2"]), 10)


def by_name(rows):
    return {(row.patients, row.endpoint): row for row in rows}


def test_the_same_question_has_the_same_answer_on_any_number_of_threads():
    asked = {"typical": draw_means(LOOP, 2, 4), "sizes": (6, 10), "studies": 10, "seed": 4}
    assert compute_power(LOOP, PLAN, **asked, threads=1) == compute_power(LOOP, PLAN, **asked, threads=2)


def test_larger_studies_are_narrower_and_more_powerful():
    found = by_name(compute_power(LOOP, PLAN, [{}], sizes=(6, 10), studies=80, seed=2))
    for name in ("sledai_change", "bcell_return", "relapse"):
        assert found[10, name].width < found[6, name].width
    assert found[10, "sledai_change"].power > found[6, "sledai_change"].power
    assert found[10, "bcell_return"].power is None


def test_without_drug_power_is_the_level_of_the_test():
    none = dataclasses.replace(REGIMENS["375x2"], name="none", doses=())
    row = by_name(compute_power(LOOP, StudyPlan((none,), 10), [{}], studies=600, seed=3))[10, "sledai_change"]
    assert row.power == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 600) ** 0.5)
    assert row.estimate == pytest.approx(0, abs=0.4)


def test_uncertain_values_spread_the_power_over_draws():
    means = [{"K": 0.1}, {"K": 0.32}, {"K": 0.9}] * 2
    found = by_name(compute_power(LOOP, PLAN, means, studies=40, seed=5))[10, "relapse"]
    alone = by_name(compute_power(LOOP, PLAN, [{}], studies=40, seed=5))[10, "relapse"]
    assert found.power_high - found.power_low > 2 * found.within_error
    assert found.estimate_high - found.estimate_low > 0.1
    assert alone.power_low == alone.power_high == alone.power
    assert alone.standard_error == alone.within_error  # of one draw nothing is known between draws
    assert found.power == pytest.approx(np.mean([row.power for row in _one_by_one(means)]), abs=0.12)


def _one_by_one(means):
    return [by_name(compute_power(LOOP, PLAN, [m], studies=40, seed=8))[10, "relapse"] for m in means]


def test_two_regimens_compare_in_the_order_named():
    found = by_name(compute_power(LOOP, PAIR, [{}], studies=60, seed=6))
    back = by_name(compute_power(LOOP, dataclasses.replace(PAIR, arms=PAIR.arms[::-1]), [{}], studies=60, seed=6))
    assert found[10, "bcell_return"].estimate > 0.05  # more are still depleted after the higher dose
    assert back[10, "bcell_return"].estimate < -0.05
    assert found[10, "bcell_return"].power is not None


def test_courses_are_the_readings_of_the_model_and_failures_are_counted(monkeypatch):
    drawn = draw_courses(LOOP, REGIMENS["375x2"], PLAN, count=30, seed=7, means={}, threads=1)
    assert drawn.failed == 0
    assert drawn.courses.cd19.shape == (30, len(PLAN.visits))
    assert (drawn.courses.sledai[:, 1] < drawn.courses.sledai[:, 0]).mean() > 0.9
    assert drawn.courses.relapse.min() >= 28
    real = virtual_courses.solve

    def failing(*args, **kwargs):
        solved = real(*args, **kwargs)
        solved.states[3] = np.nan
        return solved

    monkeypatch.setattr(virtual_courses, "solve", failing)
    hurt = draw_courses(LOOP, REGIMENS["375x2"], PLAN, count=30, seed=7, means={}, threads=1)
    assert hurt.failed == 1
    assert np.isnan(hurt.courses.relapse[3])
    assert compute_power(LOOP, PLAN, [{}], studies=10)[0].failed == 1


def test_a_posterior_is_drawn_in_whole_draws():
    rng = np.random.default_rng(1)
    k = rng.uniform(0.2, 0.5, (2, 50))
    means = means_of_posterior(LOOP, {"K": k, "kmax": 2 * k, "lp": k}, 20, seed=3)
    assert len({m["K"] for m in means}) == 20
    assert all(m["kmax"] == 2 * m["K"] and set(m) == {"K", "kmax"} for m in means)
    with pytest.raises(ValueError, match="equally many"):
        means_of_posterior(LOOP, {"K": k, "kmax": k[0]}, 5, seed=1)
    with pytest.raises(ValueError, match="none of them"):
        means_of_posterior(LOOP, {"height": k}, 5, seed=1)
    with pytest.raises(ValueError, match=r"K .*expected a number from 0.001"):
        means_of_posterior(LOOP, {"K": -k}, 5, seed=1)


def test_what_is_speculation_is_named():
    words = " ".join(describe_evidence(LOOP, "uncertain"))
    assert all(name in words for name in ("fG", "kG", "rM", "K", "kD", "wT"))
    assert "kN 41%" in words
    assert "taken as they are" in " ".join(describe_evidence(LOOP, "as they are"))
    assert "posterior" in " ".join(describe_evidence(LOOP, "a posterior"))


def test_impossible_questions_are_refused():
    with pytest.raises(ValueError, match="at least one draw"):
        compute_power(LOOP, PLAN, [])
    with pytest.raises(ValueError, match="sizes lie from 2 to 10"):
        compute_power(LOOP, PLAN, [{}], sizes=(11,))
    with pytest.raises(ValueError, match="too many"):
        compute_power(LOOP, PLAN, [{}] * 1000, studies=1000)

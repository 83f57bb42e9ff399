"""Analyses of simulated studies: equal to those of single studies, and honest where nothing differs."""

import numpy as np
import pytest

from costim.inference.paired.signed_rank import compute_signed_rank
from costim.inference.survival.kaplan_meier import compute_kaplan_meier
from costim.mechanism.dosing.regimen import REGIMENS
from costim.mechanism.planning.analyses import analyse_one_arm, analyse_two_arms
from costim.mechanism.planning.readings import Courses, Readings, read_courses
from costim.mechanism.planning.study_plan import StudyPlan

PLAN = StudyPlan((REGIMENS["375x2"],), 10, lost_per_year=0.3, relapse_reference=0.3)


def readings(studies, seed, *, after=10.0, scale=400.0):
    rng = np.random.default_rng(seed)
    count = studies * PLAN.patients
    relapse = scale * rng.standard_exponential(count)
    cd19 = np.where(np.asarray(PLAN.visits) > rng.uniform(100, 400, (count, 1)), 50.0, 0.5)
    courses = Courses(np.tile([20.0, after], (count, 1)), cd19, relapse)
    return read_courses(courses, PLAN, (0.4, 1.0), rng)


def test_one_arm_is_each_study_by_itself():
    read = readings(40, 1, after=17.0)
    found = analyse_one_arm(read, PLAN)
    tests = [compute_signed_rank(row[np.isfinite(row)], resolution=1.0).p <= 0.05 for row in read.change]
    assert found["sledai_change"].successes.tolist() == tests
    assert 0 < sum(tests) < 40
    shares, widths, above = [], [], []
    for times, events in zip(read.relapse_time, read.relapsed, strict=True):
        curve = compute_kaplan_meier(times, events)
        last = np.flatnonzero(curve.times <= PLAN.relapse_day)[-1]
        shares.append(curve.survival[last])
        widths.append(curve.upper[last] - curve.lower[last])
        above.append(bool(curve.lower[last] > 0.3))
    assert found["relapse"].estimate == pytest.approx(np.mean(shares), abs=1e-12)
    assert found["relapse"].width == pytest.approx(np.median(widths), abs=1e-9)
    assert found["relapse"].successes.tolist() == above
    assert found["bcell_return"].successes is None  # no share to exceed was named


def test_two_alike_arms_differ_in_five_per_cent_of_studies():
    found = analyse_two_arms(readings(1500, 2), readings(1500, 3), PLAN, seed=1)
    for name in ("sledai_change", "bcell_return", "relapse"):
        share = found[name].successes.mean()
        assert share <= 0.05 + 4 * (0.05 * 0.95 / 1500) ** 0.5, name
        assert share > 0.01, name  # a test that never rejects would pass the line above
        assert found[name].estimate == pytest.approx(0, abs=0.4)


def test_unlike_arms_are_told_apart_and_the_difference_has_its_sign():
    found = analyse_two_arms(readings(200, 4, scale=120.0), readings(200, 5, after=3.0, scale=2000.0), PLAN, seed=1)
    assert found["relapse"].successes.mean() > 0.8
    assert found["relapse"].estimate > 0.3  # more without relapse in the second arm
    assert found["sledai_change"].successes.mean() > 0.4
    assert found["sledai_change"].estimate == pytest.approx(-7, abs=1)
    assert found["bcell_return"].width > 0


def test_a_study_in_which_everyone_was_lost_succeeds_in_nothing():
    nobody = Readings(
        np.full((2, 10), np.nan), np.zeros((2, 10)), np.zeros((2, 10), bool), np.zeros((2, 10)), np.zeros((2, 10), bool)
    )
    found = analyse_one_arm(nobody, PLAN)
    assert not found["sledai_change"].successes.any()
    assert not found["relapse"].successes.any()
    assert found["relapse"].width > 0.9
    both = analyse_two_arms(nobody, nobody, PLAN, seed=1)
    assert not any(entry.successes.any() for entry in both.values())

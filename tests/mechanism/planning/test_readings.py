"""What a study reads of true courses: the grid of visits, losses, errors of measurement."""

import numpy as np
import pytest

from costim.mechanism.dosing.regimen import REGIMENS
from costim.mechanism.planning.readings import Courses, read_courses
from costim.mechanism.planning.study_plan import StudyPlan

NO_ERROR = (0.0, 1.0)


def plan(**changes):
    return StudyPlan((REGIMENS["375x2"],), **({"patients": 4, "lost_per_year": 0.0, "fluctuation": 0.0} | changes))


def courses(count, *, before=20.0, after=10.0, cd19=100.0, relapse=np.inf, visits=19):
    return Courses(
        np.tile([before, after], (count, 1)),
        np.full((count, visits), cd19) if np.isscalar(cd19) else np.tile(cd19, (count, 1)),
        np.full(count, relapse),
    )


def test_times_are_those_of_the_visit_that_notices():
    asked = plan()
    count = np.where(np.asarray(asked.visits) < 200, 1.0, 60.0)
    read = read_courses(courses(4, cd19=count, relapse=253.0), asked, NO_ERROR, np.random.default_rng(1))
    assert (read.return_time == 224).all()  # the first visit after day 200
    assert read.returned.all()
    assert (read.relapse_time == 280).all()  # visits on days 252 and 280
    assert read.relapsed.all()


def test_without_depletion_b_cells_are_back_at_day_28_and_without_relapse_all_are_censored_at_the_end():
    read = read_courses(courses(4), plan(), NO_ERROR, np.random.default_rng(1))
    assert (read.return_time == 28).all()
    assert not read.relapsed.any()
    assert (read.relapse_time == 730).all()


def test_changes_have_the_expectation_of_the_courses_and_fluctuation_only_widens_them():
    steady = read_courses(courses(8000), plan(), NO_ERROR, np.random.default_rng(1)).change
    moving = read_courses(courses(8000), plan(fluctuation=0.3), NO_ERROR, np.random.default_rng(1)).change
    variance = 20 * (1 - 20 / 105) + 10 * (1 - 10 / 105)  # of two binomial counts
    assert steady.mean() == pytest.approx(-10, abs=4 * (variance / 8000) ** 0.5)
    assert steady.var() == pytest.approx(variance, rel=0.08)
    wider = variance + 0.3**2 * (20**2 + 10**2) * (1 - 1 / 105)
    assert moving.mean() == pytest.approx(-10, abs=4 * (wider / 8000) ** 0.5)
    assert moving.var() == pytest.approx(wider, rel=0.08)


def test_counts_scatter_in_the_logarithm():
    read = read_courses(courses(6000, cd19=5.0), plan(), (0.4, 1.0), np.random.default_rng(2))
    # At the threshold itself half of the readings lie above: return at day 28 in half of the patients.
    assert (read.return_time == 28).mean() == pytest.approx(0.5, abs=0.03)


def test_the_stated_share_is_lost_within_a_year():
    asked = plan(lost_per_year=0.3)
    read = read_courses(courses(8000, cd19=0.0), asked, NO_ERROR, np.random.default_rng(3))
    assert (read.relapse_time < 365).mean() == pytest.approx(0.3, abs=0.03)
    assert np.isnan(read.change).mean() == pytest.approx(1 - 0.7 ** (28 / 365), abs=0.01)
    assert not (read.relapsed | read.returned).any()


def test_failed_patients_are_lost_on_day_0_and_never_dropped():
    four = courses(4)
    four.sledai[2] = np.nan
    four.cd19[2] = np.nan
    four.relapse[2] = np.nan
    read = read_courses(four, plan(), NO_ERROR, np.random.default_rng(1))
    assert read.change.shape == (1, 4)
    assert np.isnan(read.change[0]).tolist() == [False, False, True, False]
    assert read.relapse_time[0, 2] == read.return_time[0, 2] == 0
    assert not read.relapsed[0, 2]
    assert not read.returned[0, 2]


def test_everything_wrong_with_a_plan_is_said_at_once():
    with pytest.raises(ValueError, match="2 to 500") as problem:
        plan(patients=1, visits=(7, 14, 10), lost_per_year=1.0, relapse_reference=1.5, alpha=0.0)
    words = str(problem.value)
    assert all(part in words for part in ("ascending", "share lost", "to be exceeded", "alpha"))
    with pytest.raises(ValueError, match="day 28"):
        plan(visits=(7, 14, 400))
    with pytest.raises(ValueError, match="before the last visit"):
        plan(visits=(28, 365))
    with pytest.raises(ValueError, match="must differ"):
        StudyPlan((REGIMENS["375x2"], REGIMENS["375x2"]), 10)

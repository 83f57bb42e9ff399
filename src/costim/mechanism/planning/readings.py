"""What a study would read of its patients: errors of measurement, the grid of visits, losses to follow-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.planning.study_plan import SLEDAI_DAY, StudyPlan

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST_SLEDAI = 105
DAYS_OF_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Courses:
    """True courses of patients of one arm; NaN in every field of a patient whose integration failed."""

    sledai: Floats
    """(patients, 2): expected SLEDAI at the baseline and on day 28."""
    cd19: Floats
    """(patients, visits), cells per uL."""
    relapse: Floats
    """(patients,), day; infinite without relapse in the time simulated."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Of one arm of many studies, each array (studies, patients)."""

    change: Floats
    """SLEDAI on day 28 minus baseline; NaN where the patient was lost before."""
    return_time: Floats
    returned: Flags
    relapse_time: Floats
    relapsed: Flags

    def of_first(self, patients: int) -> Readings:
        """The same studies with so many patients: a larger study contains the smaller one."""
        return Readings(
            self.change[:, :patients],
            self.return_time[:, :patients],
            self.returned[:, :patients],
            self.relapse_time[:, :patients],
            self.relapsed[:, :patients],
        )


def read_courses(courses: Courses, plan: StudyPlan, errors: tuple[float, float], rng: np.random.Generator) -> Readings:
    """Readings of studies whose patients follow each other in `courses`.

    SLEDAI is a count of points out of 105 about its expectation at the visit (binomial), which fluctuates about the
    course (lognormal, mean 1); CD19 counts scatter in the logarithm after
    `offset` is added. Return: the first visit from day 28 on with a count at the threshold or above, so that patients
    who never were depleted return on day 28. Relapse is noticed at the first visit on or after its day. Losses come at
    a constant rate and know nothing of the patient; a lost patient is censored at the last visit attended.

    Args:
        courses: studies x patients rows, study by study.
        plan: the study.
        errors: standard deviation of the logarithm of a CD19 reading, and the offset in cells per uL.
        rng: numbers of this arm alone.
    """
    failed = np.asarray(~np.isfinite(courses.sledai).all(axis=1))
    visits = np.asarray(plan.visits, dtype=np.float64)
    lost = _days_lost(len(failed), plan.lost_per_year, rng)
    lost[failed] = 0.0
    attended = visits <= lost[:, None]
    change = _sledai_change(courses.sledai, failed, plan.fluctuation, rng)
    change[~attended[:, plan.visits.index(SLEDAI_DAY)]] = np.nan
    sd, offset = errors
    true = np.where(failed[:, None], 0.0, courses.cd19)
    count = np.exp(np.log(true + offset) + sd * rng.standard_normal(true.shape)) - offset
    back = (count >= plan.cd19_threshold) & (visits >= SLEDAI_DAY)
    relapse = visits >= np.where(failed, np.inf, courses.relapse)[:, None]
    times = [_first_seen(seen, attended, visits) for seen in (back, relapse)]
    (return_time, returned), (relapse_time, relapsed) = times
    shape = (-1, plan.patients)
    return Readings(
        change.reshape(shape),
        return_time.reshape(shape),
        returned.reshape(shape),
        relapse_time.reshape(shape),
        relapsed.reshape(shape),
    )


def _days_lost(count: int, lost_per_year: float, rng: np.random.Generator) -> Floats:
    waits = rng.standard_exponential(count)
    rate = -np.log1p(-lost_per_year) / DAYS_OF_YEAR
    return np.asarray(waits / rate if rate > 0 else np.full(count, np.inf))


def _sledai_change(expected: Floats, failed: Flags, fluctuation: float, rng: np.random.Generator) -> Floats:
    spread = np.log1p(fluctuation**2) ** 0.5
    moved = expected * np.exp(spread * rng.standard_normal(expected.shape) - spread**2 / 2)
    share = np.where(failed[:, None], 0.0, np.clip(moved / MOST_SLEDAI, 0.0, 1.0))
    points = rng.binomial(MOST_SLEDAI, share)
    return np.asarray(points[:, 1] - points[:, 0], dtype=np.float64)


def _first_seen(seen: Flags, attended: Flags, visits: Floats) -> tuple[Floats, Flags]:
    """Visit at which it was first seen, else the last visit attended (0: none), and whether it was seen."""
    noticed = seen & attended
    happened = np.asarray(noticed.any(axis=1))
    last = np.where(attended, visits, 0.0).max(axis=1)
    return np.where(happened, visits[noticed.argmax(axis=1)], last), happened

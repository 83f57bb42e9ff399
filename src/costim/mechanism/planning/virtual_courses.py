"""True courses of fresh virtual patients under one regimen, as far as a plan asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from costim.mechanism.dosing.of_patients import schedule_of
from costim.mechanism.dosing.regimen import Regimen
from costim.mechanism.model.equations import python_functions
from costim.mechanism.model.model import Model
from costim.mechanism.planning.readings import Courses
from costim.mechanism.planning.study_plan import SLEDAI_DAY, StudyPlan
from costim.mechanism.population.draw import draw_patients
from costim.mechanism.population.patients import Patients
from costim.mechanism.simulate.crossings import first_rise
from costim.mechanism.simulate.endpoints import Rules
from costim.mechanism.solver.solve import solve

PIECE = 500
"""Patients integrated at a time on a daily grid: about 35 MB of states."""
NEEDED = ("cd19", "sledai")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Courses, and what was lost on the way."""

    courses: Courses
    cd19_error: tuple[float, float]
    """Standard deviation of the logarithm of a CD19 reading, and the offset in cells per uL."""
    failed: int
    """Patients whose integration failed: rows of NaN."""
    drawn: int
    unstable: int


def draw_courses(
    model: Model,
    regimen: Regimen,
    plan: StudyPlan,
    *,
    count: int,
    seed: int,
    means: Mapping[str, float],
    threads: int | None = None,
) -> Drawn:
    """Draw patients and follow them to the last visit.

    Args:
        model: needs the outputs cd19 and sledai.
        regimen: given to everyone.
        plan: which days matter.
        count: patients.
        seed: of the patients.
        means: other typical values.
        threads: of the solver; the result does not depend on it.

    Raises:
        ValueError: the model lacks an output.
        CostimError: hardly any patient has a stable baseline.
    """
    lacking = [name for name in NEEDED if name not in model.outputs]
    if lacking:
        raise ValueError(f"the model {model.name} cannot be planned with: it has no output {', '.join(lacking)}")
    patients = draw_patients(model, count, seed, means=dict(means))
    pieces = [_follow(model, regimen, plan, _some(patients, start), threads) for start in range(0, count, PIECE)]
    courses = Courses(
        np.concatenate([piece.sledai for piece in pieces]),
        np.concatenate([piece.cd19 for piece in pieces]),
        np.concatenate([piece.relapse for piece in pieces]),
    )
    output = model.outputs["cd19"]
    failed = int(np.isnan(courses.relapse).sum())
    return Drawn(courses, (output.error_sd, output.offset), failed, patients.drawn, patients.unstable)


def _some(patients: Patients, start: int) -> Patients:
    rows = slice(start, start + PIECE)
    return replace(patients, values=patients.values[rows], covariates=patients.covariates[rows])


def _follow(model: Model, regimen: Regimen, plan: StudyPlan, patients: Patients, threads: int | None) -> Courses:
    values = patients.values
    days = np.arange(plan.visits[-1] + 1, dtype=np.float64)
    doses = schedule_of(model, regimen, patients.covariates)
    states = solve(model, values, doses, days, threads=threads).states
    seen = python_functions(model).outputs(states, values[:, None, :])
    sledai, cd19 = (seen[..., list(model.outputs).index(name)] for name in ("sledai", "cd19"))
    rules = Rules()
    activity = sledai / sledai[:, :1]  # the first day is the baseline: no dose comes before it
    return Courses(
        sledai[:, [0, SLEDAI_DAY]],
        cd19[:, list(plan.visits)],
        first_rise(days, activity, rules.relapse_rise, rules.after),
    )

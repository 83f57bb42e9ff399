"""The study that is planned: arms, visits, losses, and the question asked of each endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from costim.mechanism.dosing.regimen import Regimen

SLEDAI_DAY = 28
"""Day of the SLEDAI that is compared with the baseline."""
VISITS = (7, 14, 28, 56, 84, 112, 140, 168, 196, 224, 252, 280, 308, 336, 365, 456, 547, 638, 730)
"""Every four weeks for a year, then every three months."""
LEAST_PATIENTS, MOST_PATIENTS = 2, 500


@dataclass(frozen=True, slots=True)
class StudyPlan:
    """One arm (change over time, shares) or two (one regimen against the other)."""

    arms: tuple[Regimen, ...]
    patients: int
    """In each arm."""
    visits: tuple[int, ...] = VISITS
    """Days after the baseline at which patients are seen, ascending; what happens between shows at the next."""
    fluctuation: float = 0.2
    """Coefficient of variation of a patient's activity from visit to visit, without any trend; assumed."""
    lost_per_year: float = 0.1
    """Share lost to follow-up within a year, at a constant rate."""
    cd19_threshold: float = 5.0
    """Cells per uL that the count must reach for B cells to have returned (Reddy 2012)."""
    return_day: float = 168.0
    relapse_day: float = 365.0
    return_reference: float | None = None
    """Share without return at `return_day` that the lower limit must exceed; None: precision alone (one arm)."""
    relapse_reference: float | None = None
    """Share without relapse at `relapse_day` that the lower limit must exceed; None: precision alone (one arm)."""
    alpha: float = 0.05
    """Of two-sided tests; intervals have the level 1 - alpha."""

    def __post_init__(self) -> None:
        """Refuse what is no study, everything at once.

        Raises:
            ValueError: what was found and what was expected.
        """
        problems = [*_problems_of_size(self), *_problems_of_visits(self), *_problems_of_questions(self)]
        if problems:
            raise ValueError("; ".join(problems))


def _problems_of_size(plan: StudyPlan) -> list[str]:
    problems = []
    if len(plan.arms) not in (1, 2):
        problems.append(f"a plan has one regimen or two, found {len(plan.arms)}")
    if len({arm.name for arm in plan.arms}) != len(plan.arms):
        problems.append("the two regimens must differ")
    if not LEAST_PATIENTS <= plan.patients <= MOST_PATIENTS:
        problems.append(f"an arm has {LEAST_PATIENTS} to {MOST_PATIENTS} patients, found {plan.patients}")
    return problems


def _problems_of_visits(plan: StudyPlan) -> list[str]:
    problems = []
    ascending = all(a < b for a, b in zip(plan.visits, plan.visits[1:], strict=False))
    if not plan.visits or not ascending or plan.visits[0] <= 0:
        return [f"visits are days above 0 in ascending order, found {list(plan.visits)}"]
    if SLEDAI_DAY not in plan.visits:
        problems.append(f"a visit on day {SLEDAI_DAY} is needed for the change of SLEDAI")
    last = plan.visits[-1]
    for name, day in (("return of B cells", plan.return_day), ("relapse", plan.relapse_day)):
        if not (isfinite(day) and plan.visits[0] <= day < last):
            problems.append(f"the day of the question of {name} must lie before the last visit ({last}), found {day}")
    return problems


def _problems_of_questions(plan: StudyPlan) -> list[str]:
    problems = []
    if not 0 <= plan.fluctuation <= 1:
        problems.append(f"the fluctuation of activity lies from 0 to 1, found {plan.fluctuation}")
    if not 0 <= plan.lost_per_year < 1:
        problems.append(f"the share lost in a year lies from 0 to below 1, found {plan.lost_per_year}")
    if not (plan.cd19_threshold > 0 and isfinite(plan.cd19_threshold)):
        problems.append(f"the threshold of CD19+ cells must be above 0 per uL, found {plan.cd19_threshold}")
    if not 0 < plan.alpha < 1:
        problems.append(f"alpha must lie between 0 and 1, found {plan.alpha}")
    for share in (plan.return_reference, plan.relapse_reference):
        if share is not None and not 0 < share < 1:
            problems.append(f"a share to be exceeded lies between 0 and 1, found {share}")
    return problems

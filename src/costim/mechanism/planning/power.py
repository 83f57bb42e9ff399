"""Power and precision of a planned study, over draws of what the model itself does not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from costim.mechanism.model.model import Model
from costim.mechanism.planning.analyses import ENDPOINTS, Analysed, analyse_one_arm, analyse_two_arms
from costim.mechanism.planning.readings import Readings, read_courses
from costim.mechanism.planning.study_plan import StudyPlan
from costim.mechanism.planning.virtual_courses import draw_courses

Watch = Callable[[int, int], None]
"""Called with the draws finished and all there are."""
Typical = Mapping[str, float]
"""Values of the typical patient by name; those not named are the model's."""
DRAWS, STUDIES = 40, 100
LARGEST = 4_000_000
"""Patients of all simulated studies together, beyond which a plan takes hours."""


@dataclass(frozen=True, slots=True)
class PlannedPower:
    """One endpoint of one plan under one model. Shares and widths are None where nothing is tested or reached."""

    model: str
    endpoint: str
    patients: int
    """In each arm."""
    power: float | None
    """Mean over draws: the chance of success when the parameters are as uncertain as stated (assurance)."""
    standard_error: float | None
    """Of `power`, of the simulation."""
    power_low: float | None
    power_median: float | None
    power_high: float | None
    """Middle 95 % of draws; each draw's own power has the error `within_error`."""
    within_error: float | None
    estimate: float
    estimate_low: float
    estimate_high: float
    """Mean result of a study: median and middle 95 % of draws."""
    width: float | None
    """Median over draws of the usual width of the interval (one arm) or of the middle 95 % of estimates (two)."""
    draws: int
    studies: int
    """Simulated for each draw."""
    failed: int
    """Virtual patients whose integration failed; they count as lost on day 0."""
    unstable_share: float
    """Of the patients drawn, refused for an unstable baseline."""
    seed: int


def compute_power(
    model: Model,
    plan: StudyPlan,
    typical: Sequence[Typical],
    *,
    sizes: Sequence[int] = (),
    studies: int = STUDIES,
    seed: int = 1,
    threads: int | None = None,
    watch: Watch | None = None,
) -> list[PlannedPower]:
    """Simulate whole studies for each draw of the typical values, and analyse each as costim analyses a study.

    Args:
        model: the mechanism.
        plan: the study; `plan.patients` is the largest size.
        typical: one mapping per draw of what is uncertain; `[{}]` for the model's own values alone.
        sizes: patients per arm to report, at most `plan.patients`; none: that alone.
        studies: simulated for each draw.
        seed: of everything drawn.
        threads: of the solver.
        watch: told of progress.

    Returns:
        One entry for each size and endpoint; the same for any number of threads.

    Raises:
        ValueError: no draw, a size that is none, or more patients than `LARGEST` in all.
    """
    wanted = tuple(sizes) or (plan.patients,)
    _check(plan, typical, wanted, studies)
    found: dict[tuple[int, str], list[Analysed]] = {(size, name): [] for size in wanted for name in ENDPOINTS}
    failed = refused = drawn = 0
    for number, values in enumerate(typical):
        arms = []
        for arm, regimen in enumerate(plan.arms):
            rng = np.random.default_rng([seed, number, arm])
            count = studies * plan.patients
            patients_seed = int(rng.integers(2**31))
            made = draw_courses(model, regimen, plan, count=count, seed=patients_seed, means=values, threads=threads)
            failed, refused, drawn = failed + made.failed, refused + made.unstable, drawn + made.drawn
            arms.append(read_courses(made.courses, plan, made.cd19_error, rng))
        for size in wanted:
            for name, analysed in _analyse(arms, plan, size, seed).items():
                found[size, name].append(analysed)
        if watch is not None:
            watch(number + 1, len(typical))
    common: dict[str, Any] = {"studies": studies, "failed": failed, "unstable_share": refused / drawn, "seed": seed}
    return [
        PlannedPower(model=model.name, endpoint=name, patients=size, **_summary(entries, studies), **common)
        for (size, name), entries in found.items()
    ]


def _analyse(arms: Sequence[Readings], plan: StudyPlan, size: int, seed: int) -> dict[str, Analysed]:
    smaller = [arm.of_first(size) for arm in arms]
    if len(smaller) == 1:
        return analyse_one_arm(smaller[0], plan)
    return analyse_two_arms(smaller[0], smaller[1], plan, seed)


def _summary(entries: list[Analysed], studies: int) -> dict[str, Any]:
    """Fields that follow from the entries of all draws."""
    tested = [e.successes.mean() for e in entries if e.successes is not None]
    powers = np.array(tested, dtype=np.float64)
    low, middle, high = (float(q) for q in np.quantile(powers, (0.025, 0.5, 0.975))) if tested else (None,) * 3
    # Between draws lies also what is between studies of one draw, so that this is the error of the mean as a whole.
    between = float(powers.std(ddof=1)) / len(powers) ** 0.5 if len(powers) > 1 else None
    within = float(np.sqrt((powers * (1 - powers)).mean() / studies)) if tested else None
    estimates = np.quantile([e.estimate for e in entries], (0.025, 0.5, 0.975))
    widths = np.array([e.width for e in entries])
    width = float(np.median(widths))
    return {
        "power": float(powers.mean()) if tested else None,
        "standard_error": within if tested and between is None else between,
        "power_low": low,
        "power_median": middle,
        "power_high": high,
        "within_error": within,
        "estimate": float(estimates[1]),
        "estimate_low": float(estimates[0]),
        "estimate_high": float(estimates[2]),
        "width": width if np.isfinite(width) else None,
        "draws": len(entries),
    }


def _check(plan: StudyPlan, typical: Sequence[Typical], sizes: Sequence[int], studies: int) -> None:
    if not typical or studies < 1:
        raise ValueError("a plan needs at least one draw of the parameters and one study for each")
    if not all(2 <= size <= plan.patients for size in sizes):
        raise ValueError(f"sizes lie from 2 to {plan.patients} patients, found {list(sizes)}")
    count = len(typical) * studies * plan.patients * len(plan.arms)
    if count > LARGEST:
        raise ValueError(
            f"{count} virtual patients are too many: expected at most {LARGEST}; ask for fewer draws or studies"
        )

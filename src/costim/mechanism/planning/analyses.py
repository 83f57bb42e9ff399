"""The analyses that costim makes of a study, applied to many simulated studies of one plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.inference.paired.hodges_lehmann import compute_hodges_lehmann
from costim.inference.planning.paired_change import rejects
from costim.inference.survival.many_curves import compute_kaplan_meier_curves
from costim.inference.two_groups.permutation import compute_permutation_p
from costim.inference.two_groups.scores import compute_log_rank_scores, compute_mid_ranks
from costim.mechanism.planning.readings import Flags, Floats, Readings
from costim.mechanism.planning.study_plan import StudyPlan

WIDTHS = 25
"""Studies of each draw whose Hodges-Lehmann interval is worked out for its width."""
ENDPOINTS = ("sledai_change", "bcell_return", "relapse")


@dataclass(frozen=True, slots=True)
class Analysed:
    """One endpoint of many studies of one draw of the parameters."""

    successes: Flags | None
    """(studies,); None where nothing is tested."""
    estimate: float
    """Mean over studies."""
    width: float
    """Median width of the interval, infinite where most studies have none (one arm); or range of the middle 95 % of
    estimates over studies (two arms)."""


def analyse_one_arm(readings: Readings, plan: StudyPlan) -> dict[str, Analysed]:
    """Change by the exact signed-rank test and its interval; shares by Kaplan-Meier with beta product limits."""
    return {
        "sledai_change": _change(readings.change, plan.alpha),
        "bcell_return": _free(
            readings.return_time, readings.returned, plan.return_day, plan.return_reference, plan.alpha
        ),
        "relapse": _free(
            readings.relapse_time, readings.relapsed, plan.relapse_day, plan.relapse_reference, plan.alpha
        ),
    }


def analyse_two_arms(first: Readings, second: Readings, plan: StudyPlan, seed: int) -> dict[str, Analysed]:
    """Permutation tests: rank sum of changes, log-rank of times. Differences are second arm minus first."""
    return {
        "sledai_change": _change_between(first.change, second.change, plan.alpha, seed),
        "bcell_return": _times_between(
            (first.return_time, second.return_time),
            (first.returned, second.returned),
            plan.return_day,
            plan.alpha,
            seed,
        ),
        "relapse": _times_between(
            (first.relapse_time, second.relapse_time),
            (first.relapsed, second.relapsed),
            plan.relapse_day,
            plan.alpha,
            seed,
        ),
    }


def _change(change: Floats, alpha: float) -> Analysed:
    successes = np.zeros(len(change), dtype=bool)
    seen = np.isfinite(change)
    for count in np.unique(seen.sum(axis=1)):
        rows = np.flatnonzero(seen.sum(axis=1) == count)
        together = change[rows][seen[rows]].reshape(len(rows), count)
        successes[rows] = rejects(together, alpha=alpha, resolution=1.0)
    intervals = [
        compute_hodges_lehmann(row[np.isfinite(row)], level=1 - alpha, resolution=1.0) for row in change[:WIDTHS]
    ]
    widths = [np.inf if i.lower is None or i.upper is None else i.upper - i.lower for i in intervals]
    estimates = [np.mean(row[np.isfinite(row)]) for row in change if np.isfinite(row).any()]
    return Analysed(successes, _mean(estimates), float(np.median(widths)))


def _free(times: Floats, events: Flags, day: float, reference: float | None, alpha: float) -> Analysed:
    """Share without the event on a day."""
    curves = compute_kaplan_meier_curves(times, events, level=1 - alpha)
    index = (curves.times <= day).sum(axis=1) - 1
    rows, before = np.arange(len(times)), index < 0
    estimate = np.where(before, 1.0, curves.survival[rows, index])
    lower = np.where(before, curves.lower_at_start, curves.lower[rows, index])
    upper = np.where(before, 1.0, curves.upper[rows, index])
    successes = None if reference is None else np.asarray(lower > reference)
    return Analysed(successes, float(estimate.mean()), float(np.median(upper - lower)))


def _change_between(first: Floats, second: Floats, alpha: float, seed: int) -> Analysed:
    successes = np.zeros(len(first), dtype=bool)
    seen = np.isfinite(first), np.isfinite(second)
    counts = np.stack([s.sum(axis=1) for s in seen], axis=1)
    for a, b in np.unique(counts, axis=0):
        rows = np.flatnonzero((counts == (a, b)).all(axis=1))
        if a == 0 or b == 0:
            continue
        together = np.hstack([first[rows][seen[0][rows]].reshape(-1, a), second[rows][seen[1][rows]].reshape(-1, b)])
        successes[rows] = compute_permutation_p(compute_mid_ranks(together), int(a), seed=seed) <= alpha
    both = (counts > 0).all(axis=1)
    difference = np.nanmean(second[both], axis=1) - np.nanmean(first[both], axis=1)
    return Analysed(successes, _mean(difference), _spread(difference))


def _times_between(
    times: tuple[Floats, Floats], events: tuple[Flags, Flags], day: float, alpha: float, seed: int
) -> Analysed:
    scores = compute_log_rank_scores(np.hstack(times), np.hstack(events))
    successes = compute_permutation_p(scores, times[0].shape[1], seed=seed) <= alpha
    shares = [_share(t, e, day) for t, e in zip(times, events, strict=True)]
    return Analysed(successes, _mean(shares[1] - shares[0]), _spread(shares[1] - shares[0]))


def _share(times: Floats, events: Flags, day: float) -> Floats:
    """Kaplan-Meier share without the event on a day, of each study."""
    order = np.lexsort((~events, times), axis=-1)
    ordered, happened = np.take_along_axis(times, order, -1), np.take_along_axis(events, order, -1)
    at_risk = np.arange(times.shape[1], 0, -1)
    return np.asarray(np.prod(np.where(happened & (ordered <= day), 1 - 1 / at_risk, 1.0), axis=1))


def _mean(values: list[float] | NDArray[np.float64]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _spread(values: Floats) -> float:
    low, high = np.quantile(values, (0.025, 0.975)) if len(values) else (np.nan, np.nan)
    return float(high - low)

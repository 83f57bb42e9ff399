"""Two groups by permutation: tests that keep their level, and what unequal censoring or unequal scatter do to them."""

from __future__ import annotations

from functools import partial

import numpy as np

from bench.calibration.case import SIZES, Case
from bench.calibration.samples import READINGS
from costim.inference.two_groups.permutation import compute_permutation_p
from costim.inference.two_groups.scores import compute_log_rank_scores, compute_mid_ranks


def rank_sum(scenario: str, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Changes of two groups that are alike."""
    groups = [READINGS[scenario](rng, repetitions, n) for _ in range(2)]
    changes = np.hstack([after - before for before, after in groups])
    return _rejects(compute_mid_ranks(np.rint(changes * 1e9)), n, rng)


def unequal_scatter(n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Medians are equal, but one group scatters three times as far: the groups are not alike."""
    changes = np.hstack([rng.normal(size=(repetitions, n)), 3 * rng.normal(size=(repetitions, n))])
    return _rejects(compute_mid_ranks(changes), n, rng)


def log_rank(
    ends: tuple[float, float], months: float, n: int, rng: np.random.Generator, repetitions: int
) -> np.ndarray:
    """Relapse at one rate in both groups; follow-up ends evenly up to `ends`, times are those of visits if `months`."""
    times, events = [], []
    for end in ends:
        relapse, last = 12 * rng.standard_exponential((repetitions, n)), rng.uniform(3, end, (repetitions, n))
        if months:
            relapse, last = np.ceil(relapse / months) * months, np.floor(last / months) * months
        times.append(np.minimum(relapse, last))
        events.append(relapse <= last)
    return _rejects(compute_log_rank_scores(np.hstack(times), np.hstack(events)), n, rng)


def _rejects(scores: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    return compute_permutation_p(scores, n, seed=int(rng.integers(2**31))) <= 0.05


NOTE = "n patients in each group; every split, or 999 drawn"
FOLLOW_UP = {
    "alike": ((24.0, 24.0), 0.0, True),
    "three_monthly_visits": ((24.0, 24.0), 3.0, True),
    "one_group_followed_for_half_as_long": ((24.0, 12.0), 0.0, False),
}
CASES = [
    *(
        Case("two_groups", "rank_sum", "test", name, n, partial(rank_sum, name, n), note=NOTE)
        for name in ("normal", "skewed", "sledai_like")
        for n in SIZES
    ),
    *(
        Case(
            "two_groups", "rank_sum", "test", "unequal_scatter", n, partial(unequal_scatter, n), note=NOTE,
            assumption_holds=False,
        )
        for n in SIZES
    ),
    *(
        Case(
            "two_groups", "log_rank", "test", name, n, partial(log_rank, ends, months, n), note=NOTE,
            assumption_holds=holds,
        )
        for name, (ends, months, holds) in FOLLOW_UP.items()
        for n in SIZES
    ),
]  # fmt: skip

"""Numbers of a population some of whose events are false. n = true cells expected."""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from bench.calibration.case import Case
from costim.inference.cells.contamination import (
    compute_false_cells,
    compute_net_count,
    compute_net_share,
    compute_positive_share,
    own_level,
)
from costim.inference.cells.detection import Control
from costim.inference.cells.order_statistics import compute_quantile_ranks

FAMILY = "contamination"
CELLS = (5, 12, 20, 50, 200, 5000)
PARENTS = 100_000
FALSE_PARTS = (0.1, 0.5)
"""False events per true cell."""
CONTROLS = {"control as large": 1.0, "control a fifth as large": 0.2}
POSITIVE = 0.3
BOOLE = "by Boole's inequality: covers more than 95 %"
IGNORED = "false events ignored: not printed where a control counts them"


@cache
def _false(found: int, ratio: float) -> int:
    return compute_false_cells(PARENTS, Control(found, round(PARENTS * ratio)))


@cache
def _count(events: int, found: int, ratio: float) -> tuple[float, float]:
    net = compute_net_count(events, PARENTS, Control(found, round(PARENTS * ratio)))
    return net.lower, net.upper


@cache
def _share(events: int, found: int, ratio: float) -> tuple[float, float]:
    net = compute_net_share(events, PARENTS, Control(found, round(PARENTS * ratio)))
    return net.lower, net.upper


@cache
def _positive(positive: int, n: int, false: int) -> tuple[float, float]:
    found = compute_positive_share(positive, n, level=own_level(0.95), false_cells=false)
    return (0.0 if found.lower is None else found.lower), (1.0 if found.upper is None else found.upper)


def covers_count(n: int, part: float, ratio: float, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Does the interval of the net number hold the true cells expected?"""
    events = rng.poisson(n * (1 + part), repetitions)
    controls = rng.poisson(n * part * ratio, repetitions)
    pairs = zip(events.tolist(), controls.tolist(), strict=True)
    limits = np.array([_count(k, c, ratio) for k, c in pairs])
    return np.asarray((limits[:, 0] <= n) & (n <= limits[:, 1]))


def covers_share(n: int, part: float, ratio: float, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Does the interval of the net share of the parent events hold it?"""
    share, rate = n / PARENTS, n * part / PARENTS
    events = rng.binomial(PARENTS, share + (1 - share) * rate, repetitions)
    controls = rng.binomial(round(PARENTS * ratio), rate, repetitions)
    limits = np.array([_share(k, c, ratio) for k, c in zip(events.tolist(), controls.tolist(), strict=True)])
    return np.asarray((limits[:, 0] <= share) & (share <= limits[:, 1]))


def covers_positive(n: int, part: float, ratio: float, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Does the interval hold the positive share of the true cells, though every false one is positive?"""
    true, false = rng.poisson(n, repetitions), rng.poisson(n * part, repetitions)
    positive = rng.binomial(true, POSITIVE) + false
    found = [_false(c, ratio) for c in rng.poisson(n * part * ratio, repetitions).tolist()]
    limits = np.array(
        [
            _positive(k, m, min(f, m)) if m else (0.0, 1.0)
            for k, m, f in zip(positive.tolist(), (true + false).tolist(), found, strict=True)
        ]
    )
    return np.asarray((limits[:, 0] <= POSITIVE) & (limits[:, 1] >= POSITIVE))


@cache
def _ranks(n: int, false: int, level: float) -> tuple[int | None, int | None]:
    found = compute_quantile_ranks(n, 0.5, level=level, false_cells=false)
    return found.lower, found.upper


def covers_median(
    n: int, part: float, ratio: float, rng: np.random.Generator, repetitions: int, *, aware: bool = True
) -> np.ndarray:
    """Do the limits hold the median of the true cells, though every false one is brighter than all of them?

    True cells are uniform: for order statistics this is every continuous distribution. Only their number below the
    median matters, so that order statistics need not be drawn one by one.
    """
    true, false = rng.poisson(n, repetitions), rng.poisson(n * part, repetitions)
    controls = rng.poisson(n * part * ratio, repetitions)
    below = rng.binomial(true, 0.5)
    held = []
    for total, low, found in zip((true + false).tolist(), below.tolist(), controls.tolist(), strict=True):
        allowed, level = (min(_false(found, ratio), total), own_level(0.95)) if aware else (0, 0.95)
        lower, upper = _ranks(total, allowed, level)
        held.append((lower is None or low >= lower) and (upper is None or low < upper))
    return np.array(held)


QUESTIONS = {
    "net_count": covers_count,
    "net_share": covers_share,
    "worst_share, percent positive": covers_positive,
    "order_statistics, median": covers_median,
}
CASES = [
    case
    for n in CELLS
    for part in FALSE_PARTS
    for name, ratio in CONTROLS.items()
    for case in (
        *(
            Case(
                FAMILY, method, "interval", f"{part:g} false per true, {name}", n, partial(covers, n, part, ratio),
                note=BOOLE,
            )
            for method, covers in QUESTIONS.items()
        ),
        Case(
            FAMILY, "order_statistics, median, no control", "interval", f"{part:g} false per true, {name}", n,
            partial(covers_median, n, part, ratio, aware=False),
            is_default=False, assumption_holds=False, note=IGNORED,
        ),
    )
]  # fmt: skip

"""Plans for the next study: tests that keep their level, designs that keep theirs, simulated powers that are right."""

from __future__ import annotations

from functools import cache, partial
from itertools import product

import numpy as np

from bench.calibration.case import SIZES, Case
from bench.calibration.samples import READINGS
from costim.inference.planning.change_models import ChangeModel, draw_changes
from costim.inference.planning.paired_change import rejects
from costim.inference.planning.relapse import RelapseModel, draw_follow_up, limit_exceeds
from costim.inference.planning.simon import compute_simon
from costim.inference.planning.single_arm import compute_power

PILOT = (-8.0, -4.0, -4.0, 1.0)
RUNS = 2000
"""Studies in each simulated power of the case that repeats whole simulations."""


def no_change(scenario: str, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    before, after = READINGS[scenario](rng, repetitions, n)
    return rejects(after - before, resolution=1.0 if scenario == "sledai_like" else None)


def share_at_reference(reference: float, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    rule = compute_power(n, reference, 0.95)
    return rng.binomial(n, reference, repetitions) >= rule.cut_off


def simon_at_reference(reference: float, hoped: float, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    design = compute_simon(reference, hoped).optimal
    first = rng.binomial(design.n1, reference, repetitions)
    second = rng.binomial(design.n - design.n1, reference, repetitions)
    return (first > design.r1) & (first + second > design.r)


def relapse_at_reference(shape: float, n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """The share hoped for is the one already known: how often is it nevertheless exceeded?"""
    model = RelapseModel(12, 0.6, 12, 6, shape=shape, lost=0.1)
    times, relapsed = draw_follow_up(model, repetitions, n, int(rng.integers(2**31)))
    return limit_exceeds(times, relapsed, model.horizon, model.free, 0.95)


@cache
def exact_power(n: int) -> float:
    """By every sample that can be drawn from the pilot, for n up to 10 as counts of each value."""
    from math import factorial

    total = 0.0
    values = sorted(set(PILOT))
    chance = [PILOT.count(v) / len(PILOT) for v in values]
    for counts in product(range(n + 1), repeat=len(values)):
        if sum(counts) != n:
            continue
        weight = factorial(n)
        for c, p in zip(counts, chance, strict=True):
            weight = weight / factorial(c) * p**c
        row = np.repeat(values, counts)[None, :]
        total += weight * float(rejects(row)[0])
    return total


def simulated_power_holds(n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Is the exact power within 1.96 of the errors that are printed beside the simulated one?"""
    hits = np.empty(repetitions, dtype=bool)
    for start in range(0, repetitions, 50):
        size = min(50, repetitions - start)
        model = ChangeModel("resampled", changes=PILOT)
        drawn = draw_changes(model, size * RUNS, n, int(rng.integers(2**31)))
        power = rejects(drawn).reshape(size, RUNS).mean(axis=1)
        error = np.sqrt(power * (1 - power) / RUNS)
        hits[start : start + size] = np.abs(power - exact_power(n)) <= 1.96 * error
    return hits


CASES = [
    *(
        Case("planning", "signed_rank, as simulated", "test", scenario, n, partial(no_change, scenario, n))
        for scenario in READINGS
        for n in SIZES
    ),
    *(
        Case("planning", "single arm", "test", f"share {reference}", n, partial(share_at_reference, reference, n))
        for reference in (0.1, 0.3, 0.5)
        for n in SIZES
    ),
    *(
        Case(
            "planning",
            "Simon optimal",
            "test",
            f"{reference} against {hoped}",
            compute_simon(reference, hoped).optimal.n,
            partial(simon_at_reference, reference, hoped),
        )
        for reference, hoped in ((0.05, 0.25), (0.1, 0.4), (0.3, 0.6))
    ),
    *(
        Case(
            "planning",
            "relapse, lower limit exceeds the truth",
            "test",
            f"Weibull shape {shape}",
            n,
            partial(relapse_at_reference, shape, n),
            target=0.975,
            note="one limit of a 95 % interval: 2.5 %",
        )
        for shape in (0.7, 1.0, 1.5)
        for n in SIZES
    ),
    *(
        Case(
            "planning",
            "simulated power, 1.96 errors of simulation",
            "interval",
            "resampled",
            n,
            partial(simulated_power_holds, n),
            note=f"{RUNS} simulated studies each",
        )
        for n in (8, 10, 12)
    ),
]
